"""Tells a recorded story of Deployments to the practice controller: the same deeds, at the same times.

Given are what people did, and that pods serve 2 s after they are wanted (never where the image says so).  The
controller's own are all writes to the Deployment and its ReplicaSets.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from handlers.cluster.resources import DEPLOYMENTS, REPLICA_SETS
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import merged
from handlers.sandbox.deployments.controller import Controller
from handlers.sandbox.pods import Pods
from tests.handlers.sandbox.deployments.comparing import Telling
from tests.support.recordings import Line, Recording

BEGAN = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=100)
PODS_SERVE_AFTER = timedelta(seconds=2)
TURNS = 2
"""Of the controller, until pods are made or gone."""


@dataclass(slots=True)
class Clock:
    now: datetime = BEGAN


@dataclass(slots=True, kw_only=True)
class Story:
    name: str
    namespace: str
    clock: Clock
    server: ApiServer
    controller: Controller
    pods: Pods
    version: int = 0
    telling: Telling = field(default_factory=Telling)

    @classmethod
    def of(cls, recording: Recording) -> "Story":
        clock, numbers = Clock(), iter(range(1, 10**6))
        server = ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(numbers)}")

        def version() -> int:
            return server.store.version

        return cls(
            name=recording.about["name"],
            namespace=recording.about["namespace"],
            clock=clock,
            server=server,
            controller=Controller(objects=server, now=lambda: clock.now, version=version),
            pods=Pods(objects=server, now=lambda: clock.now, starting_takes=PODS_SERVE_AFTER, version=version),
        )

    def until(self, seconds: float) -> None:
        while self.clock.now - BEGAN < timedelta(seconds=seconds):
            self.clock.now += TICK
            for _ in range(TURNS):
                self.controller.step()
            self.pods.step()
            self.look()

    def look(self) -> None:
        """Take in each write since the last look."""
        kept = self.server.store
        changes = [change for kind in (DEPLOYMENTS, REPLICA_SETS) for change in kept.since(kind, self.version)]
        for change in sorted(changes, key=lambda change: change.version):
            self.telling.add(change.thing, gone=change.gone)
        self.version = kept.version

    def do(self, deed: Line) -> None:
        fields = deed.fields
        if "object" in fields:
            self.server.put(fields["object"])
        elif "patch" in fields:
            found = self.server.get(DEPLOYMENTS, self.namespace, self.name)
            self.server.put(merged(found, fields["patch"]))
        elif "deleted" in fields:
            self.server.delete(DEPLOYMENTS, self.namespace, self.name)
        else:
            self.pods.full = True
        self.look()


def retell(recording: Recording) -> Telling:
    story = Story.of(recording)
    for deed in (line for line in recording.lines if line.kind == "did"):
        story.until(deed.t)
        story.telling.settle()
        story.do(deed)
    story.until(recording.lines[-1].t)
    story.telling.settle()
    return story.telling


def recorded(recording: Recording) -> Telling:
    telling = Telling()
    for line in sorted((line for line in recording.lines if line.kind in {"did", "watch"}), key=_place):
        if line.kind == "did":
            telling.settle()
        else:
            telling.add(line.fields["event"]["object"], gone=line.fields["event"]["type"] == "DELETED")
    telling.settle()
    return telling


def _place(line: Line) -> tuple[float, bool]:
    """By the version that was written, as a watch may tell it before its answer; a deed comes before its own write."""
    if line.kind == "did":
        return float(line.fields["version"]), False
    return float(line.fields["event"]["object"]["metadata"]["resourceVersion"]), True
