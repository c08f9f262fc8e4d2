"""Writes to a Rollout, the practice controller's and the recorded ones, made comparable."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from handlers.sandbox.objects import Thing
from tests.support.recordings import Line, Recording

LEFT_OUT = {
    *("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "HPAReplicas"),
    *("selector", "conditions", "abort", "abortedAt", "message"),
}
CONDITIONS = {"Progressing", "Completed"}


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


def recorded(recording: Recording) -> list[str]:
    return comparable(map(object_of, writes_in(recording)))


def released(writes: list[str]) -> list[str]:
    """The writes from where the first deployment is done: it asks nobody."""
    return writes[next(n for n, text in enumerate(writes) if '"Healthy"' in text) :]


def writes_in(recording: Recording) -> list[Line]:
    """The Rollout as it was listed, then each write."""
    return [
        line for line in recording.lines if line.kind in {"list", "watch"} and line.fields["resource"] == "rollouts"
    ]


def object_of(line: Line) -> Thing:
    found: Thing = line.fields["event"]["object"] if line.kind == "watch" else line.fields["object"]
    return found


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
