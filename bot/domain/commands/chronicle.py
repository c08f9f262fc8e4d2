"""What the record says of a release, as sentences: who decided what, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.audit import Action, stamp
from bot.domain.decision import Verb, Verdict, short
from bot.domain.effects import Line, Moment
from bot.domain.policy import Stage
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
    Action.RELEASE_STARTED: "it began",
    Action.GATE_REACHED: "the {gate} asked",
    Action.GATE_OPENED: "the {gate} opened",
    Action.GATE_CLOSED: "the {gate} closed again",
    Action.GATE_ANSWERED: "the engine was told yes at the {gate}",
    Action.GATE_REFUSED: "the {gate} was refused",
    Action.GATE_EXPIRED: "the {gate} expired",
    Action.GATE_OVERDUE: "the {gate} is overdue",
    Action.GATE_WITHDRAWN: "the {gate} was withdrawn",
    Action.ROLL_BACK_ANSWERED: "the engine was told to roll back",
    Action.ROLL_BACK_VOIDED: "the roll back is void",
    Action.RELEASE_PROMOTED: "it was promoted",
    Action.RELEASE_ROLLED_BACK: "it was rolled back",
    Action.RELEASE_FAILED: "it failed",
    Action.RELEASE_SUPERSEDED: "a newer revision took its place",
    Action.RELEASE_ENDED: "it ended",
    Action.RELEASE_UNGATED: "it went on without a decision",
    Action.OUTSIDE_NAMED: "another tool tells who it was",
    Action.OPERATION_SENT: "the engine was told to {decision}",
    Action.OPERATION_SEEN: "the engine did it: {decision}",
    Action.OPERATION_MOOT: "no longer to be done: {decision}",
    Action.OPERATION_UNANSWERED: "the engine does not answer: {decision}",
    Action.OPERATION_REFUSED: "the engine cannot {decision}",
    Action.RELEASE_PAUSED: "it was paused",
    Action.RELEASE_RESUMED: "it goes on",
    Action.GATE_REOPENED: "the {gate} was asked again",
    Action.HOOK_NOTED: "a hook came that decides nothing",
    Action.HOOK_REFUSED: "a hook was refused",
    Action.EVENT_REFUSED: "what a chat sent was refused",
    Action.REQUEST_REFUSED: "a request to the API was refused",
    Action.SIGN_IN_REFUSED: "a sign-in was refused",
}

_SAID_ALREADY = frozenset({Action.RELEASE_PAUSED, Action.RELEASE_RESUMED, Action.GATE_REOPENED})
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


def chronicle(
    release: Release,
    records: Sequence[Mapping[str, Any]],
    *,
    from_the_start: bool = True,
    until: datetime | None = None,
) -> tuple[Told, ...]:
    """The time line, oldest first: the record's lines, and the engine's own between them.

    Args:
        records: those of this release, oldest first.
        from_the_start: False: the record has earlier ones, beside which stands what the engine said before these.
        until: what the engine said from then on stands beside later ones.
    """
    since = None if from_the_start or not records else datetime.fromisoformat(records[0]["at"])
    said = [
        Told(at=line.at, text=line.text)
        for line in release.run.lines
        if (since is None or line.at >= since) and (until is None or line.at < until)
    ]
    recorded = [record for record in records if not _said_already(record)]
    begins = [_told(record, release) for record in recorded if record["action"] == Action.RELEASE_STARTED]
    follows = [_told(record, release) for record in recorded if record["action"] != Action.RELEASE_STARTED]
    # Of what came at once, what the engine said stands before what followed from it.
    return tuple(sorted((*begins, *said, *follows), key=lambda line: stamp(line.at)))


def _told(record: Mapping[str, Any], release: Release) -> Told:
    step = next((gate.step for gate in release.gates if gate.id == record["gate"]), "")
    return Told(at=datetime.fromisoformat(record["at"]), text=sentence(record, step=step), seq=record["seq"])


def sentence(record: Mapping[str, Any], *, step: str = "") -> str:
    """Say one line of the record; what it is about stands beside it.

    Args:
        step: that of its gate, where it is known.
    """
    action, who = record["action"], short(record["actor"])
    stage, decision = record["stage"] or "release", (record["decision"] or "").replace("_", " ")
    weight = f" at {step} %" if stage == Stage.TRAFFIC and step.isdigit() else ""
    names = {"stage": f"{stage}{weight}", "gate": f"{stage} gate{weight}", "decision": decision}
    reason = f": {record['reason']}" if record["reason"] else ""
    if action == Action.DECISION_TAKEN:
        verb = record["decision"]
        return f"{who} {_DECIDED.get(verb, f'decided: {verb}').format(**names)}{reason}"
    if action == Action.DECISION_REFUSED:
        verb = record["decision"]
        return f"{who} could not {_TRIED.get(verb, verb).format(**names)}{reason}"
    return f"{_HAPPENED.get(action, action).format(**names)}{_by(record, who)}{reason}"


def _said_already(record: Mapping[str, Any]) -> bool:
    action = record["action"]
    return action in _SAID_ALREADY or (action == Action.GATE_REFUSED and record["details"].get("cause") == Cause.PERSON)


def _by(record: Mapping[str, Any], who: str) -> str:
    """Whoever is not the engine is named."""
    return "" if record["actor"].startswith("engine:") or record["action"] == Action.GATE_OPENED else f" ({who})"
