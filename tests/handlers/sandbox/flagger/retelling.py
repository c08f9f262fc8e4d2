"""Tells a recorded story to the practice engine: the same deeds and the same answers, at the same moments.

The engine's own behaviour is not given: which calls it makes in which tick, their bodies, and every status it writes.
Given are what the surroundings did: the manifest, what people did when, the statuses answered, how long an answer
took, that pods serve 0.6 s after they are wanted (never where the image says so), and when the ticks fall.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.sandbox.flagger.advance import advance_canary
from handlers.sandbox.flagger.calls import Answer, Call
from handlers.sandbox.flagger.canary import Canary, Status
from handlers.sandbox.flagger.manifest import Analysis, Hook, HookType, Manifest, Metric, Starts, Template
from handlers.sandbox.flagger.ticker import next_due
from tests.support.recordings import Did, Recording

INTERVAL = timedelta(seconds=10)
PODS_SERVE_AFTER = timedelta(seconds=0.6)
# Here the new image came while a tick was under way, and that tick saw it.  Elsewhere what is done between two ticks,
# or after a tick has read the target, is seen by the next one.
DEPLOYED_WITHIN_A_TICK = {"new-revision-while-waiting-for-promotion"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A call that was made `t` seconds into the story."""

    t: float
    path: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Retold:
    heard: tuple[Heard, ...]
    statuses: tuple[Status, ...]


def recorded_calls(recording: Recording) -> tuple[Heard, ...]:
    """The engine's calls; a GET is the other half of a redirect."""
    return tuple(Heard(hook.t, hook.hook, hook.body) for hook in recording.hooks if hook.method == "POST")


def recorded_statuses(recording: Recording) -> tuple[Status, ...]:
    """Each status that was written and differs from the one before it."""
    statuses = (line.fields["event"]["object"].get("status") for line in recording.watched("canaries"))
    return _changes(_status(status) for status in statuses if status)


def retell(recording: Recording) -> Retold:
    story = _Story.of(recording)
    second_tick = recording.hooks[2].t  # The first one makes services for a while before it says anything.
    due = story.began + timedelta(seconds=second_tick) - INTERVAL
    ended = story.began + timedelta(seconds=recording.lines[-1].t)
    while due < ended:
        story.now = max(due, story.now)
        story.tick()
        due = next_due(due, story.now, interval=INTERVAL)
    return Retold(tuple(story.heard), _changes(story.statuses))


@dataclass(slots=True, kw_only=True)
class _Story:
    recording: Recording
    began: datetime
    now: datetime
    canary: Canary
    answers: Mapping[str, deque[int]]
    deeds: deque[Did]
    heard: list[Heard] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    event_takes: timedelta = timedelta(0)

    @classmethod
    def of(cls, recording: Recording) -> "_Story":
        began = _began(recording)
        first, created, *deeds = recording.did
        assert created.object
        manifest = _manifest(recording, created.object)
        template = _template(first.what.removeprefix("deployed "))
        canary = Canary(manifest=manifest, template=template, starting_takes=PODS_SERVE_AFTER)
        answers = _answers(recording)
        return cls(recording=recording, began=began, now=began, canary=canary, answers=answers, deeds=deque(deeds))

    def tick(self) -> None:
        self._do_until((self.now - self.began).total_seconds())
        steps = advance_canary(self.canary, lambda: self.now)
        call = next(steps, None)
        while call:
            self.statuses.append(self.canary.status)
            answer = self._answer(call)
            try:
                call = steps.send(answer)
            except StopIteration:
                break
        self.statuses.append(self.canary.status)

    def _answer(self, call: Call) -> Answer:
        path = _path(call.hook)
        self.heard.append(Heard((self.now - self.began).total_seconds(), path, call.body))
        if self.recording.story in DEPLOYED_WITHIN_A_TICK:
            self._do_until(self.recording.hooks[len(self.heard) - 1].t)
        if call.hook.type is HookType.EVENT:
            self.now += self.event_takes
        return Answer(self.answers[path].popleft() if self.answers[path] else None)

    def _do_until(self, t: float) -> None:
        while self.deeds and self.deeds[0].t <= t:
            self._do(self.deeds.popleft())

    def _do(self, did: Did) -> None:
        match did.what.split():
            case ["deployed", image]:
                self.canary.deploy(_template(image), self.began + timedelta(seconds=did.t))
            case ["set", "skipAnalysis"]:
                self.canary.change(replace(self.canary.manifest, skip_analysis=True))
            case ["suspended", "the", "Canary"]:
                self.canary.change(replace(self.canary.manifest, suspend=True))
            case ["resumed", "the", "Canary"]:
                self.canary.change(replace(self.canary.manifest, suspend=False))
            case ["deleted", "the", "Canary"]:
                self.canary.delete()
            case ["metric", "success", "is", value, *_]:
                self.canary.values["request-success-rate"] = float(value)
            case ["the", "event", "hook", "answers", "after", seconds, *_]:
                self.event_takes = timedelta(seconds=float(seconds))
            case [_, "is", "answered", *_]:
                pass  # The answers themselves are on record.
            case _:
                raise AssertionError(did.what)


def _began(recording: Recording) -> datetime:
    """The wall clock at the story's start; an event says when it was sent."""
    hook = next(hook for hook in recording.hooks if "timestamp" in hook.body.get("metadata", {}))
    sent = datetime.fromtimestamp(int(hook.body["metadata"]["timestamp"]) / 1000, tz=UTC)
    return sent - timedelta(seconds=hook.t)


def _answers(recording: Recording) -> Mapping[str, deque[int]]:
    """What each path was answered, in order; of a redirect, what stood at its end."""
    answers: dict[str, deque[int]] = defaultdict(deque)
    redirected = ""
    for hook in recording.hooks:
        if hook.method == "POST":
            answers[hook.hook].append(hook.answer)
            redirected = hook.hook
        else:
            answers[redirected][-1] = hook.answer
    return answers


def _template(image: str) -> Template:
    if image.endswith("-broken"):
        return Template(image=image, starts=Starts.NOWHERE)
    return Template(image=image, starts=Starts.NOT_AS_PRIMARY if image.endswith("-primaryfails") else Starts.EVERYWHERE)


def _manifest(recording: Recording, canary: Mapping[str, Any]) -> Manifest:
    spec = canary["spec"]
    hooks = tuple(_hook(hook) for hook in spec["analysis"]["webhooks"])
    manifest = Manifest(
        namespace=canary["metadata"]["namespace"],
        name=canary["metadata"]["name"],
        target=spec["targetRef"]["name"],
        provider=spec["provider"],
        progress_deadline=timedelta(seconds=spec["progressDeadlineSeconds"]),
        target_deadline=_target_deadline(recording),
        analysis=_analysis(spec["analysis"], hooks),
    )
    if any(hook.type is HookType.EVENT for hook in hooks):
        return manifest
    told = Hook(name="events", type=HookType.EVENT, url=f"http://127.0.0.1/{recording.story}/event")
    return replace(manifest, global_event_hook=told)


def _target_deadline(recording: Recording) -> timedelta:
    deployment = recording.watched("deployments")[0].fields["event"]["object"]
    return timedelta(seconds=deployment["spec"]["progressDeadlineSeconds"])


def _analysis(spec: Mapping[str, Any], hooks: tuple[Hook, ...]) -> Analysis:
    return Analysis(
        threshold=spec["threshold"],
        iterations=spec.get("iterations", 0),
        match=bool(spec.get("match")),
        step_weight=spec.get("stepWeight", 0),
        max_weight=spec.get("maxWeight", 100),
        metrics=tuple(_metric(metric) for metric in spec.get("metrics", ())),
        hooks=hooks,
    )


def _metric(spec: Mapping[str, Any]) -> Metric:
    inclusive = spec["thresholdRange"]
    return Metric(name=spec["name"], minimum=inclusive.get("min"), maximum=inclusive.get("max"))


def _hook(spec: Mapping[str, Any]) -> Hook:
    return Hook(name=spec["name"], type=HookType(spec["type"]), url=spec["url"], metadata=spec.get("metadata", {}))


def _path(hook: Hook) -> str:
    """What stands behind the story's name in the hook's URL."""
    return hook.url.split("/", 4)[4]


def _status(status: Mapping[str, Any]) -> Status:
    return Status(
        phase=status["phase"],
        weight=status["canaryWeight"],
        iterations=status["iterations"],
        failed_checks=status["failedChecks"],
        applied=status.get("lastAppliedSpec", ""),
        promoted=status.get("lastPromotedSpec", ""),
    )


def _changes(statuses: Iterator[Status] | list[Status]) -> tuple[Status, ...]:
    changes: list[Status] = []
    for status in statuses:
        if not changes or changes[-1] != status:
            changes.append(status)
    return tuple(changes)


NUMBERS = re.compile(r"\d+( out)? of \d+")


def comparable(heard: tuple[Heard, ...]) -> list[tuple[str, dict[str, Any]]]:
    """Calls with what cannot be equal made equal.

    | what | becomes |
    | --- | --- |
    | a checksum | its number in the order of first use: equal ones stay equal, different ones different |
    | an event's timestamp | how many digits it has |
    | replicas in "not ready: waiting for rollout …" | `n of m`: how far pods are at that moment is Kubernetes' affair |

    Nothing else: keys, their absence, phases, own metadata, texts and types of events are compared as they are.
    """
    names: dict[str, int] = {}
    return [(call.path, _comparable_body(call.body, names)) for call in heard]


def _comparable_body(body: Mapping[str, Any], names: dict[str, int]) -> dict[str, Any]:
    plain = {**body, "checksum": names.setdefault(body["checksum"], len(names))}
    metadata = dict(body.get("metadata", {}))
    if "timestamp" in metadata:
        metadata["timestamp"] = re.sub(r"\d", "0", metadata["timestamp"])
        if "waiting for rollout" in metadata["eventMessage"]:
            metadata["eventMessage"] = NUMBERS.sub("n of m", metadata["eventMessage"])
    return {**plain, "metadata": metadata} if "metadata" in body else plain


def comparable_statuses(statuses: tuple[Status, ...]) -> list[Status]:
    """Statuses whose hashes are numbered in the order of first use; no hash stays no hash."""
    names: dict[str, str] = {"": ""}

    def name(value: str) -> str:
        return names.setdefault(value, str(len(names)))

    return [replace(status, applied=name(status.applied), promoted=name(status.promoted)) for status in statuses]
