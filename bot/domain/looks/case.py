"""What a look means for the run that is open: each case has one name, and `seeing` does one thing about it."""

from enum import Enum, auto

from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Notice, Operation
from bot.domain.run import Run
from bot.domain.sight import Sight, Standing


class Case(Enum):
    AS_IT_WAS = auto()  # It rests, or waits as before.
    GOES_ON = auto()  # Under way, and what people know.
    REPLACED = auto()  # A newer revision took its place, and is under way or waits for its start.
    UNAPPROVED = auto()  # Pushed between our yes and the engine's start: what runs was approved by nobody.
    BY_AN_OLDER_YES = auto()  # Pushed after our yes and seen before the engine began: that yes was to another revision.
    ASKED_ANEW = auto()  # Pushed while people were asked for the start: nobody has approved this one.
    RESTORED = auto()  # The target holds what users have, as a refusal of the start wanted.
    WAITS_NO_MORE = auto()  # It never began, and something else works on it from now on.
    OVER = auto()


def case_of(run: Run, before: Sight, seen: Sighting) -> Case:
    """Name what a look shows of an open run that was looked at before."""
    replaced = before.applied != seen.sight.applied
    if seen.standing.under_way:
        return _under_way(run, seen, replaced=replaced)
    if seen.standing.over and (run.followed or replaced or before.standing is Standing.WAITING):
        return Case.OVER
    if run.started:
        return Case.REPLACED if seen.asks and replaced else Case.AS_IT_WAS
    if seen.asks == () and seen.standing is Standing.IDLE:
        return Case.WAITS_NO_MORE
    if _is_another(run, seen):
        return Case.RESTORED if _is_restored(run, seen) else Case.ASKED_ANEW
    return Case.AS_IT_WAS


def _under_way(run: Run, seen: Sighting, *, replaced: bool) -> Case:
    if run.followed:
        return Case.REPLACED if replaced else Case.GOES_ON
    if _is_another(run, seen):
        return Case.UNAPPROVED
    return Case.BY_AN_OLDER_YES if run.exposed else Case.GOES_ON


def _is_another(run: Run, seen: Sighting) -> bool:
    """It is another revision than people were asked about."""
    return bool(run.bound) and seen.sight.revision != run.bound


def _is_restored(run: Run, seen: Sighting) -> bool:
    wanted = run.awaited is not None and run.awaited.operation is Operation.PUT_BACK
    return wanted and seen.notice is not Notice.MOOT
