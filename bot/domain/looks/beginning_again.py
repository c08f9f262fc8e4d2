"""A run that its engine began again: its steps were edited, or another revision came and went while nobody looked.

What people had said was about the steps before that, and is a yes to none of those that follow.
"""

from dataclasses import replace

from bot.domain.circumstances import Circumstances
from bot.domain.decisions.operating import overtaken
from bot.domain.decisions.telling import not_begun
from bot.domain.effects import Operate
from bot.domain.operation import Operation
from bot.domain.release import Outcome, Release, ReleaseState, changed, kept, tell, unchanged, withdraw_gate
from bot.domain.sight import Sight

WHY = "it began again from its first step"

_ABOUT_STEPS = frozenset({Operation.PROMOTE, Operation.SKIP, Operation.PROMOTE_FULL, Operation.ANALYSE_AGAIN})


def begin_again(release: Release, before: Sight, seen: Sight, given: Circumstances) -> Outcome:
    """Forget what was asked, approved and sent, if it began again since the look before.

    A roll back still stands, and is told once more: the engine dropped it.
    """
    if not _has_begun_again(before, seen):
        return unchanged(release)
    run = release.run
    outcome = kept(_without_what_was_told(release))
    if run.awaited is not None and run.awaited.operation in _ABOUT_STEPS:
        outcome = outcome.then(overtaken)
    for gate in release.gates:
        if gate.undecided:
            outcome = outcome.then(
                withdraw_gate, gate, why=WHY, actor=release.engine_principal, surface=given.surface, at=given.now
            )
    line = f"{release.label} began again from its first step: what was approved before holds no more."
    told = tell(release, line, at=given.now, notifies=True)
    return outcome.then(changed, effects=(told, Operate(release=release.id)))


def _has_begun_again(before: Sight, seen: Sight) -> bool:
    """An attempt that is not known, as of a look taken by an older version of the bot, tells nothing."""
    known = bool(before.attempt) and bool(seen.attempt)
    return known and before.applied == seen.applied and before.attempt != seen.attempt


def _without_what_was_told(release: Release) -> Release:
    sending, back = release.run.sending, release.roll_back
    if sending is not None and sending.operation in _ABOUT_STEPS:
        release = not_begun(release)
    if release.state is ReleaseState.ROLLING_BACK and back is not None:
        release = replace(release, roll_back=replace(back, told_at=None))
    for gate in release.gates:
        if gate.told_at is not None and not gate.spent:
            release = release.with_gate(replace(gate, spent=True))
    return release
