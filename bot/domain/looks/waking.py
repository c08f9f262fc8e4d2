"""Whether a change in a cluster is worth a look: most workloads rest, and most of what changes means nothing."""

from dataclasses import dataclass

from bot.domain.looks.sighting import Glance
from bot.domain.runs.beginning import Known
from bot.domain.sight import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """What is kept of the newest look at a workload.

    Args:
        open: its newest release is under way.
        uid, applied: as `Sight` has them; None: that release was never looked at, or there is none.
    """

    open: bool = False
    uid: str | None = None
    applied: str | None = None


def last_look(known: Known) -> LastLook:
    sight = known.latest.run.sight if known.latest else None
    if sight is None:
        return LastLook(open=known.open is not None)
    return LastLook(open=known.open is not None, uid=sight.uid, applied=sight.applied)


def worth_a_look(last: LastLook, glance: Glance | None) -> bool:
    """Whether a look could change anything.

    Args:
        glance: None: the object is gone.
    """
    if last.open or glance is None:
        return last.open
    if (last.uid, last.applied) == (glance.uid, glance.applied):
        return False
    active = glance.standing.under_way or glance.standing is Standing.WAITING
    return active or (last.uid == glance.uid and glance.standing.over)
