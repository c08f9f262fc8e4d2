"""What the record says of a release, as sentences: who decided what, when and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.decision import Verb, Verdict, short
from bot.domain.effects import Line, Moment
from bot.domain.release import Cause, Release

_DECIDED = {
    Verdict.APPROVE: "approved the {stage}",
    Verdict.REJECT: "rejected the {stage}",
    Verdict.TAKE_BACK: "took the approval of the {stage} back",
    Verdict.REOPEN: "asked again for the start",
    Verb.ROLL_BACK: "decided to roll back",
    Verb.PAUSE: "paused it",
    Verb.RESUME: "resumed it",
    Verb.RETRY: "asked for another try",
    Verb.SKIP: "asked to skip a step",
    Verb.PROMOTE_FULL: "asked to promote in full",
}

_TRIED = {
    Verdict.APPROVE: "approve the {stage}",
    Verdict.REJECT: "reject the {stage}",
    Verdict.TAKE_BACK: "take an approval of the {stage} back",
    Verdict.REOPEN: "ask again for the start",
    Verb.ROLL_BACK: "roll back",
    Verb.PAUSE: "pause it",
    Verb.RESUME: "resume it",
    Verb.RETRY: "try it again",
    Verb.SKIP: "skip a step",
    Verb.PROMOTE_FULL: "promote it in full",
}

_HAPPENED = {
    "release.started": "it began",
    "gate.reached": "the {stage} gate asked",
    "gate.opened": "the {stage} gate opened",
    "gate.closed": "the {stage} gate closed again",
    "gate.answered": "the engine was told yes at the {stage} gate",
    "gate.refused": "the {stage} gate was refused",
    "gate.expired": "the {stage} gate expired",
    "gate.overdue": "the {stage} gate is overdue",
    "gate.withdrawn": "the {stage} gate was withdrawn",
    "rollback.answered": "the engine was told to roll back",
    "rollback.voided": "the roll back is void",
    "release.promoted": "it was promoted",
    "release.rolled_back": "it was rolled back",
    "release.failed": "it failed",
    "release.superseded": "a newer revision took its place",
    "release.ended": "it ended",
    "release.ungated": "it went on without a decision",
    "outside.named": "another tool tells who it was",
    "operation.sent": "the engine was told to {decision}",
    "operation.seen": "the engine did it: {decision}",
    "operation.moot": "no longer to be done: {decision}",
    "operation.unanswered": "the engine does not answer: {decision}",
    "operation.refused": "the engine cannot {decision}",
    "release.paused": "it was paused",
    "release.resumed": "it goes on",
    "gate.reopened": "the {stage} gate was asked again",
    "hook.refused": "a hook was refused",
    "event.refused": "what a chat sent was refused",
    "sign_in.refused": "a sign-in was refused",
}

_SAID_ALREADY = frozenset({"release.paused", "release.resumed", "gate.reopened"})
"""They follow from a decision that has its own line, as a person's no does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the time line.

    Args:
        seq: its place in the record; None: the engine's own line, which the release keeps.
    """

    at: datetime
    text: str
    seq: int | None = None

    @property
    def line(self) -> Line:
        return (Moment(self.at), f" {self.text}")


def chronicle(release: Release, records: Iterable[Mapping[str, Any]]) -> tuple[Told, ...]:
    """The time line, oldest first: the record's lines, and the engine's own between them.

    Args:
        records: those of this release, oldest first.
    """
    told = [
        Told(at=datetime.fromisoformat(record["at"]), text=sentence(record), seq=record["seq"])
        for record in records
        if not _said_already(record)
    ]
    told += [Told(at=line.at, text=line.text) for line in release.run.lines]
    return tuple(sorted(told, key=lambda line: line.at))


def sentence(record: Mapping[str, Any]) -> str:
    """Say one line of the record; what it is about stands beside it."""
    action, who = record["action"], short(record["actor"])
    names = {"stage": record["stage"] or "release", "decision": (record["decision"] or "").replace("_", " ")}
    reason = f": {record['reason']}" if record["reason"] else ""
    if action == "decision.taken":
        verb = record["decision"]
        return f"{who} {_DECIDED.get(verb, f'decided: {verb}').format(**names)}{reason}"
    if action == "decision.refused":
        verb = record["decision"]
        return f"{who} could not {_TRIED.get(verb, verb).format(**names)}{reason}"
    return f"{_HAPPENED.get(action, action).format(**names)}{_by(record, who)}{reason}"


def _said_already(record: Mapping[str, Any]) -> bool:
    action = record["action"]
    return action in _SAID_ALREADY or (action == "gate.refused" and record["details"].get("cause") == Cause.PERSON)


def _by(record: Mapping[str, Any], who: str) -> str:
    """Whoever is not the engine is named."""
    return "" if record["actor"].startswith("engine:") or record["action"] == "gate.opened" else f" ({who})"
