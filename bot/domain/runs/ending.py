"""How a release ends, and what went on without anybody's decision."""

from dataclasses import replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.decision import Surface
from bot.domain.effects import Line, Moment, Tell
from bot.domain.gate import Gate
from bot.domain.operation import Operation
from bot.domain.policy import Stage
from bot.domain.release import Cause, Outcome, Release, ReleaseState, changed, entry, tell, withdraw, withdraw_gate

_ACTIONS = {
    ReleaseState.PROMOTED: Action.RELEASE_PROMOTED,
    ReleaseState.ROLLED_BACK: Action.RELEASE_ROLLED_BACK,
    ReleaseState.FAILED: Action.RELEASE_FAILED,
    ReleaseState.SUPERSEDED: Action.RELEASE_SUPERSEDED,
    ReleaseState.ENDED: Action.RELEASE_ENDED,
}

_WITHDRAWN = {
    ReleaseState.PROMOTED: "promoted without waiting for it",
    ReleaseState.ROLLED_BACK: "rolled back",
    ReleaseState.FAILED: "the promotion failed",
    ReleaseState.SUPERSEDED: "a newer revision took its place",
    ReleaseState.ENDED: "the release ended",
}


def end(
    release: Release, state: ReleaseState, *, now: datetime, why: str = "", surface: Surface = Surface.HOOK
) -> Outcome:
    """End an open release; gates whose yes was not told are withdrawn."""
    engine = release.engine_principal
    ungated = [] if state is not ReleaseState.PROMOTED else _ungated_promotion(release)
    cause = _cause(release) if state is ReleaseState.ROLLED_BACK else None
    details = {"cause": cause} if cause else {"outside": True} if state is ReleaseState.ROLLED_BACK else {}
    outcome = withdraw(release, why=_WITHDRAWN[state], actor=engine, surface=surface, at=now)
    ended = replace(outcome.release, state=state, cause=cause, ended_at=now, paused=None)
    return outcome.joined(
        changed(
            ended,
            *(entry(ended, Action.RELEASE_UNGATED, actor=engine, surface=surface, reason=text) for text in ungated),
            entry(
                ended,
                _ACTIONS[state],
                actor=engine,
                surface=surface,
                reason=why,
                details=details,
            ),
            effects=_told(ended, now),
        ),
    )


def ungated(
    release: Release,
    gate: Gate | None,
    *,
    why: str,
    now: datetime,
    surface: Surface = Surface.HOOK,
    outside: bool = False,
) -> Outcome:
    """It went on though nobody said yes: on record as such, and the gate has nothing left to ask."""
    engine = release.engine_principal
    details = {"outside": True} if outside else {}
    audit = [
        entry(release, Action.RELEASE_UNGATED, actor=engine, surface=surface, gate=gate, reason=why, details=details)
    ]
    if gate is not None and gate.undecided:
        outcome = withdraw_gate(release, gate, why=why, actor=engine, surface=surface, at=now)
        release, audit = outcome.release, [*outcome.audit, *audit]
    return changed(
        release,
        *audit,
        effects=(tell(release, f"{release.label} went on without a decision: {why}.", at=now, notifies=True),),
    )


def _ungated_promotion(release: Release) -> list[str]:
    """Why a promotion counts as decided by nobody; it is told once, at the latest here."""
    if release.run.promoting_at is not None:
        return []
    return [why] if (why := promoted_without(release)) else []


def promoted_without(release: Release) -> str | None:
    """Why nobody decided this promotion; None: somebody did."""
    if release.run.skipped:
        return "the analysis was skipped, and the gates with it"
    promotion = release.newest(Stage.PROMOTION)
    if promotion is not None and promotion.told_at is None:
        return "promoted though the gate had not said yes"
    if all(gate.told_at is None for gate in release.gates):
        return "promoted without a question"
    return None


def _cause(release: Release) -> Cause | None:
    """A decision brought the old version back only if the engine was told, or says so itself.

    An engine that is told, and gives no reason of its own, did what somebody asked of it elsewhere.
    """
    back, run = release.roll_back, release.run
    telling = run.sending is not None and run.sending.operation is Operation.ABORT
    if back is None or not (back.told_at is not None or telling or run.manual):
        by_itself = release.engine_kind.asks or run.failing
        return Cause.CHECKS if by_itself else None
    return back.cause


def _told(release: Release, now: datetime) -> tuple[Tell, ...]:
    match release.state:
        case ReleaseState.PROMOTED:
            return (tell(release, f"Promoted {release.label} at ", Moment(now), ".", at=now),)
        case ReleaseState.ROLLED_BACK if release.cause is not Cause.CHECKS:
            return (tell(release, f"Rolled back {release.label} at ", Moment(now), ".", at=now),)
        case ReleaseState.ROLLED_BACK:
            return (
                _bad(
                    release, (f"{release.label} was rolled back by the engine's own checks at ", Moment(now), "."), now
                ),
            )
        case ReleaseState.FAILED:
            return (_bad(release, (f"The promotion of {release.label} failed at ", Moment(now), "."), now),)
        case _:
            return ()


def _bad(release: Release, line: Line, now: datetime) -> Tell:
    return tell(release, *line, at=now, notifies=True)
