"""What was done elsewhere: that it was, and who did it, where their tool tells.

Nobody is named for what somebody else did.  So an action counts for one thing alone, and only if it was run while that
could be done; and what is said is what the tool tells: who ran which action, and when.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.audit import Action
from bot.domain.decision import Surface
from bot.domain.effects import Moment, Operate
from bot.domain.gate import Gate
from bot.domain.outside import Act, Hand, Named, Outside, Question
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, kept, tell
from bot.domain.runs.ending import promoted_without
from bot.domain.runs.reaching import BESIDE_THE_ENGINE
from bot.domain.sight import Sight, Standing

LATE = timedelta(seconds=5)
"""So much later than it was seen it may have been written down, by another clock."""

PATIENCE = timedelta(seconds=10)
"""So long it is looked for who did it."""

KEPT = 20


def done_elsewhere(
    release: Release, act: Act, *, since: datetime, now: datetime, gate: Gate | None = None, hand: Hand | None = None
) -> Outcome:
    """Keep that another tool did it since then, and look for who did."""
    sought = release.engine_kind.attributed
    done = Outside(
        act=act,
        since=since,
        seen_at=now,
        gate=gate.id if gate else None,
        tool=tool_since(hand, since),
        sought=sought,
    )
    run = replace(release.run, outside=(*release.run.outside, done)[-KEPT:])
    return changed(replace(release, run=run), effects=(Operate(release=release.id),) if sought else ())


def tool_since(hand: Hand | None, since: datetime) -> str:
    """Which tool it was, by the times that Kubernetes writes: to the second.  What it wrote before tells nothing."""
    return hand.tool if hand is not None and hand.at >= since.replace(microsecond=0) else ""


def how_it_ended(release: Release, sight: Sight, standing: Standing) -> Act | None:
    """What another tool did to end a release; None: that cannot be told.

    Args:
        sight: the look before the one that showed its end.
    """
    if release.state is ReleaseState.ROLLED_BACK:
        return Act.ABORTED if release.cause is None and standing is Standing.ROLLED_BACK else None
    passed = sight.asks_later and release.state is ReleaseState.PROMOTED
    return Act.PROMOTED if passed and promoted_without(release) else None


def question(release: Release, done: Outside) -> Question:
    """What to ask about it.  Whatever was run once the next gate waited is about that one."""
    gate = next((gate for gate in release.gates if gate.id == done.gate), None)
    later = [
        other.reached_at
        for other in release.gates
        if gate is not None and other.reached_at > gate.reached_at and other.step not in BESIDE_THE_ENGINE
    ]
    return Question(
        act=done.act,
        after=done.since,
        before=min([done.seen_at + LATE, *later]),
        evidence=gate.evidence if gate is not None else {},
        but=frozenset(other.named.event for other in release.run.outside if other.named is not None),
    )


def named(release: Release, done: Outside, who: Named, *, now: datetime) -> Outcome:
    """Say who ran it: on the card, beside it, and on record."""
    told = tell(release, f"{who.by} ran {who.action} in {who.tool} at ", Moment(who.at), ".", at=now)
    line = entry(
        release,
        Action.OUTSIDE_NAMED,
        actor=release.engine_principal,
        surface=Surface.WATCH,
        gate=next((gate for gate in release.gates if gate.id == done.gate), None),
        reason=f"{who.by} ran {who.action} in {who.tool}",
        details={"outside": True, "by": who.by, "tool": who.tool, "action": who.action, "at": who.at.isoformat()},
    )
    return changed(_with(release, done, replace(done, named=who, sought=False)), line, effects=(told,))


def unnamed(release: Release, done: Outside) -> Outcome:
    """Nobody tells who it was."""
    return kept(_with(release, done, replace(done, sought=False)))


def _with(release: Release, old: Outside, new: Outside) -> Release:
    outside = tuple(new if done == old else done for done in release.run.outside)
    return replace(release, run=replace(release.run, outside=outside))
