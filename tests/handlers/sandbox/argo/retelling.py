"""Tells a recorded story of Argo Rollouts to the practice controller: the same deeds, when it has come as far.

Given are what people did, how analyses ended, and that pods serve 0.6 s after they are wanted (never where the image
says so).  The controller's own are all writes to the Rollout, in their order.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.cluster.resources import DEPLOYMENTS, Resource
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.controller import Controller
from handlers.sandbox.argo.objects import ANALYSIS_RUNS, ROLLOUTS, merged
from handlers.sandbox.objects import Thing
from handlers.sandbox.pods import Pods
from tests.handlers.sandbox.argo.comparing import Telling
from tests.handlers.sandbox.argo.deeds import Deed, deeds_in
from tests.support.recordings import Line, Recording

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=100)
PODS_SERVE_AFTER = timedelta(seconds=0.6)
QUIET = timedelta(seconds=20)
"""Without a write, nothing more is to come: longer than every pause and deadline of the stories."""

WITHIN_A_TURN = {("paused-by-hand-and-never-ready", "set the image to registry.example.com/mailer:2")}
"""Here the push came while the controller was at work on what it had read before."""

NEVER_SEEN = {("abort-not-noticed", "aborted")}
"""Here the controller lost what was decided."""


@dataclass(slots=True)
class Interrupted:
    """The server as the controller has it, where something comes in between what it reads and what it writes."""

    server: ApiServer
    between: Callable[[], None] | None = None

    def get(self, resource: Resource, namespace: str, name: str) -> Thing | None:
        return self.server.get(resource, namespace, name)

    def all(self, resource: Resource, namespace: str | None = None) -> list[Thing]:
        return self.server.all(resource, namespace)

    def put(self, thing: Thing, *, manager: str = "") -> Thing:
        if self.between is not None:
            come, self.between = self.between, None
            come()
            thing = {**thing, "spec": self._spec(thing)} if thing["kind"] == ROLLOUTS.kind else thing
        return self.server.put(thing, manager=manager)

    def delete(self, resource: Resource, namespace: str, name: str, *, manager: str = "") -> None:
        self.server.delete(resource, namespace, name, manager=manager)

    def _spec(self, thing: Thing) -> Any:
        """A status is written apart: what is wanted stays as somebody else has written it."""
        stored = self.server.get(ROLLOUTS, thing["metadata"]["namespace"], thing["metadata"]["name"])
        return stored["spec"] if stored else thing["spec"]


@dataclass(slots=True)
class Clock:
    now: datetime = BEGAN


@dataclass(slots=True, kw_only=True)
class Story:
    recording: Recording
    server: ApiServer
    objects: Interrupted
    controller: Controller
    pods: Pods
    endings: Mapping[str, deque[Mapping[str, Any]]]
    clock: Clock
    version: int = 1
    telling: Telling = field(default_factory=Telling)
    told_at: datetime = BEGAN

    @classmethod
    def of(cls, recording: Recording) -> "Story":
        clock, numbers = Clock(), iter(range(1, 10**6))
        server = ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(numbers)}")
        objects = Interrupted(server)

        def version() -> int:
            return server.store.version

        story = cls(
            recording=recording,
            server=server,
            objects=objects,
            controller=Controller(objects=objects, now=lambda: clock.now, chance=lambda: 0.5, version=version),
            pods=Pods(objects=server, now=lambda: clock.now, starting_takes=PODS_SERVE_AFTER, version=version),
            endings=_endings(recording),
            clock=clock,
        )
        story.prepare()
        return story

    def prepare(self) -> None:
        """Put what stands around the Rollout."""
        for kind in ("active", "preview"):
            metadata = {"namespace": "shop", "name": f"{self.recording.about['name']}-{kind}"}
            self.server.put({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"selector": {}}})
        listed = (line for line in self.recording.lines if line.kind == "list")
        for line in (line for line in listed if line.fields["resource"] == "deployments"):
            self.server.place({"apiVersion": "apps/v1", "kind": "Deployment", **line.fields["object"]})

    def tick(self) -> None:
        self.clock.now += TICK
        self.controller.step()
        self.look()
        for run in self.server.all(ANALYSIS_RUNS):
            if statuses := self.endings[_number(run)]:
                self.server.put({**run, "status": statuses.popleft()})
        self.pods.step()

    def look(self) -> None:
        """Take in each write to the Rollout since the last look."""
        told = len(self.telling.writes)
        for change in self.server.store.since(ROLLOUTS, self.version):
            self.telling.add(change.thing)
        self.version = self.server.store.version
        if len(self.telling.writes) > told:
            self.told_at = self.clock.now

    def has_come_to(self, deed: Deed) -> bool:
        told = len(self.telling.writes)
        return told > deed.writes or (told == deed.writes and self.clock.now - self.told_at >= deed.rests)

    def do(self, deed: Line) -> None:
        what = deed.fields["what"]
        self.controller.loses = float((self.recording.story, what) in NEVER_SEEN)
        if (self.recording.story, what) in WITHIN_A_TURN:
            self.objects.between = lambda: self.carry_out(deed)
            self.controller.step()
        else:
            self.carry_out(deed)
        self.look()

    def carry_out(self, deed: Line) -> None:
        fields, what = deed.fields, deed.fields["what"]
        if fields.get("object"):
            self.server.put(fields["object"], manager="kubectl-create")
        elif what.startswith("set the "):
            self._set_image(DEPLOYMENTS if "Deployment" in what else ROLLOUTS, what.split()[-1])
        elif what == "deleted the Rollout":
            self.server.delete(ROLLOUTS, "shop", self.recording.about["name"])
        elif fields.get("answer", 200) == 200:
            self._patch(fields["patch"])

    def _set_image(self, resource: Resource, image: str) -> None:
        found = self._found(resource)
        found["spec"]["template"]["spec"]["containers"][0]["image"] = image
        self.server.put(found, manager="kubectl-set")

    def _patch(self, patch: Any) -> None:
        found = self._found(ROLLOUTS)
        if isinstance(patch, list):
            assert {operation["op"] for operation in patch} == {"test", "remove"}
            patch = {"status": {"pauseConditions": None}}
        self.server.put(merged(found, patch), manager="kubectl-patch")

    def _found(self, resource: Resource) -> Thing:
        found = self.server.get(resource, "shop", self.recording.about["name"])
        assert found is not None
        return found


def retell(recording: Recording) -> list[str]:
    """The Rollout as the practice controller and people wrote it, after each write, comparable."""
    story, deeds = Story.of(recording), deque(deeds_in(recording))
    while story.clock.now - story.told_at < QUIET:
        if deeds and story.has_come_to(deeds[0]):
            story.do(deeds.popleft().line)
        else:
            story.tick()
    return story.telling.writes


def _endings(recording: Recording) -> Mapping[str, deque[Mapping[str, Any]]]:
    """The statuses of each analysis, in their order."""
    endings: dict[str, deque[Mapping[str, Any]]] = defaultdict(deque)
    for line in recording.watched("analysisruns"):
        run = line.fields["event"]["object"]
        if run.get("status"):
            endings[_number(run)].append(run["status"])
    return endings


def _number(run: Mapping[str, Any]) -> str:
    """An analysis's name without the hash: `2-1.1`."""
    return re.sub(r"^.*?-[a-z0-9]+-(?=\d+-)", "", run["metadata"]["name"])
