"""What is told to who has just decided: what it was, when, and what follows."""

from dataclasses import dataclass

from bot.domain.card import Button
from bot.domain.cards.seen import Seen
from bot.domain.cards.telling import effect_lines
from bot.domain.commands.meaning import offer
from bot.domain.decision import Mark, Principal, Verb, Verdict
from bot.domain.effects import Line, Moment
from bot.domain.gate import Gate, GateState
from bot.domain.policy import Stage
from bot.domain.release import Release, ReleaseState
from bot.domain.wording import DONE, needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A decision, told to the one person who took it.

    Args:
        undo: takes it back, while that can be done.
    """

    decided: Line
    follows: tuple[Line, ...]
    undo: Button | None = None


def receipt_of(seen: Seen, gate: Gate | None, verb: Verdict | Verb, *, by: Principal) -> Receipt:
    """Tell a decision as it stands on record.

    Args:
        gate: as the decision left it; the new one where it was reopened.
    """
    mark = _mark(seen.release, gate, verb, by)
    at: Line = (" at ", Moment(mark.at), ".") if mark else (".",)
    waits = gate is not None and gate.state is GateState.CLOSED and verb in {Verdict.APPROVE, Verdict.TAKE_BACK}
    return Receipt(
        decided=(f"You {DONE[verb]} {seen.label}", *at),
        follows=((needs(seen.count(gate)),),) if gate is not None and waits else effect_lines(seen),
        undo=offer(seen, Verdict.TAKE_BACK, by) if verb is Verdict.APPROVE else None,
    )


def _mark(release: Release, gate: Gate | None, verb: Verdict | Verb, by: Principal) -> Mark | None:
    """When it was decided, by the record: of a decision said twice, the first time."""
    match verb:
        case Verdict.APPROVE:
            return gate.approval_of(by) if gate else None
        case Verdict.REJECT:
            return gate.settled if gate else None
        case Verdict.REOPEN:
            return gate.reopened if gate else None
        case Verb.ROLL_BACK if release.state is ReleaseState.REFUSED:
            start = release.newest(Stage.START)
            return start.settled if start else None
        case Verb.ROLL_BACK:
            return release.roll_back.mark if release.roll_back else None
        case Verb.PAUSE:
            return release.paused
        case Verdict.TAKE_BACK | Verb.RESUME | Verb.RETRY | Verb.SKIP | Verb.PROMOTE_FULL:
            return None
