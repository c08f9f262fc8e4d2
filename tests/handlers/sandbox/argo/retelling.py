"""Tells a recorded story of Argo Rollouts to the practice controller: the same deeds, when it has come as far.

Given are what people did, how analyses ended, and that pods serve 0.6 s after they are wanted (never where the image
says so).  The controller's own are all writes to the Rollout, in their order.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.cluster.resources import DEPLOYMENTS, Resource
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.controller import Controller
from handlers.sandbox.argo.objects import ANALYSIS_RUNS, ROLLOUTS, Thing, merged
from handlers.sandbox.argo.pods import Pods
from tests.support.recordings import Line, Recording

BEGAN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=100)
PODS_SERVE_AFTER = timedelta(seconds=0.6)
QUIET = timedelta(seconds=20)
"""Without a write, nothing more is to come: longer than every pause and deadline of the stories."""

SETTLED = 1.0
"""Seconds without a write after which a deed came when pods had settled."""

LATE = 0.006
"""Seconds by which a patch may be told after the watch has shown it."""

WITHIN_A_TURN = {("paused-by-hand-and-never-ready", "set the image to registry.example.com/mailer:2")}
"""Here the push came while the controller was at work on what it had read before."""

NEVER_SEEN = {("abort-not-noticed", "aborted")}
"""Here the controller lost what was decided."""

SEEN = {"list", "watch"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done.

    Args:
        writes: so many there had been to the Rollout before.
        rests: since the last of them.
    """

    line: Line
    writes: int
    rests: timedelta


@dataclass(slots=True)
class Telling:
    """Writes so far, made comparable."""

    writes: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, rollout: Thing) -> None:
        status = rollout.get("status", {})
        for name in ("currentPodHash", "stableRS", "currentStepHash"):
            if status.get(name):
                self.names.setdefault(status[name], f"#{len(self.names)}")
        text = json.dumps(_comparable(rollout), sort_keys=True)
        for name, number in self.names.items():
            text = text.replace(name, number)
        if not self.writes or self.writes[-1] != text:
            self.writes.append(text)


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
    story, deeds = Story.of(recording), deque(_deeds(recording))
    while story.clock.now - story.told_at < QUIET:
        if deeds and story.has_come_to(deeds[0]):
            story.do(deeds.popleft().line)
        else:
            story.tick()
    return story.telling.writes


def recorded(recording: Recording) -> list[str]:
    return comparable(map(_object, _lines(recording)))


def released(writes: list[str]) -> list[str]:
    """The writes from where the first deployment is done: it asks nobody."""
    return writes[next(n for n, text in enumerate(writes) if '"Healthy"' in text) :]


def _lines(recording: Recording) -> list[Line]:
    """The Rollout as it was listed, then each write."""
    return [
        line for line in recording.lines if line.kind in {"list", "watch"} and line.fields["resource"] == "rollouts"
    ]


def _object(line: Line) -> Thing:
    found: Thing = line.fields["event"]["object"] if line.kind == "watch" else line.fields["object"]
    return found


LEFT_OUT = {
    *("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "HPAReplicas"),
    *("selector", "conditions", "abort", "abortedAt", "message"),
}
CONDITIONS = {"Progressing", "Completed"}


def comparable(written: Iterable[Thing]) -> list[str]:
    """Writes with what cannot be equal made equal; the same twice in a row is once.

    | what | becomes |
    | --- | --- |
    | counts of pods, and the conditions Available and Healthy that follow from them | nothing |
    | the message while it progresses, which tells such counts | nothing |
    | moments | nothing, but whether there is one |
    | the condition Paused behind a pause, which flickers by what else moves in the same turn | nothing |
    | hashes of templates and steps | numbers in the order of first use |
    """
    telling = Telling()
    for rollout in written:
        telling.add(rollout)
    return telling.writes


def _comparable(rollout: Thing) -> Thing:
    metadata, status = rollout["metadata"], rollout.get("status", {})
    annotations = metadata.get("annotations", {})
    told = CONDITIONS | ({"Paused"} if status.get("phase") == "Paused" else set())
    conditions = status.get("conditions", [])
    return {
        "generation": metadata["generation"],
        "revision": annotations.get("rollout.argoproj.io/revision"),
        "workload": annotations.get("rollout.argoproj.io/workload-generation"),
        "paused": rollout["spec"].get("paused"),
        "status": {name: value for name, value in status.items() if name not in LEFT_OUT}
        | {"pauseConditions": [pause["reason"] for pause in status.get("pauseConditions", [])]},
        "message": "" if status.get("phase") == "Progressing" else status.get("message"),
        "abort": (status.get("abort", False), "abortedAt" in status),
        "conditions": {c["type"]: (c["status"], c["reason"]) for c in conditions if c["type"] in told},
    }


def _deeds(recording: Recording) -> list[Deed]:
    return [_deed(recording, line) for line in recording.lines if line.kind == "did"]


def _deed(recording: Recording, line: Line) -> Deed:
    """A patch is told after its answer, anything else before it is begun."""
    at = line.t - LATE
    if "answer" not in line.fields:
        shows = _shows(line.fields["what"])
        later = [seen for seen in recording.lines if seen.kind in SEEN and seen.t > line.t and shows(seen)]
        at = later[0].t - LATE if later else line.t
    telling, last = Telling(), at
    for seen in (seen for seen in _lines(recording) if seen.t <= at):
        told = len(telling.writes)
        telling.add(_object(seen))
        last = seen.t if len(telling.writes) > told else last
    rests = at - last if at - last > SETTLED else 0
    return Deed(line=line, writes=len(telling.writes), rests=timedelta(seconds=rests))


def _shows(what: str) -> Callable[[Line], bool]:
    """Whether a line of a watch shows what was done."""
    resource = "deployments" if "Deployment" in what else "rollouts"
    image = what.rsplit(maxsplit=1)[-1]

    def shows(line: Line) -> bool:
        if line.fields["resource"] != resource:
            return False
        spec = _object(line)["spec"]
        match what.split(maxsplit=1)[0]:
            case "set":
                return any(c["image"] == image for c in spec["template"]["spec"]["containers"])
            case "paused":
                return spec.get("paused") is True
            case "resumed":
                return spec.get("paused") is False
            case "deleted":
                return line.kind == "watch" and bool(line.fields["event"]["type"] == "DELETED")
            case _:
                return True

    return shows


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
