"""What a summary is drawn from: what happened in a period, and how things stand now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import Head
from bot.domain.cards.seen import Seen
from bot.domain.decision import Principal
from bot.domain.effects import ReleaseId
from bot.domain.figures.insights import Insights
from bot.domain.release import Release
from bot.domain.workload import Workload

LATE = timedelta(minutes=1)
"""A summary that comes so long after its time says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One line of the record about a release, with the release's number.

    Args:
        why: the person's words, or the bot's.
        decision: what was decided or attempted.
    """

    release: ReleaseId
    workload: Workload
    number: int
    at: datetime
    by: Principal
    stage: str | None = None
    decision: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """Everything a summary says, before it is put into words.

    Args:
        name: what it is called; None: somebody asked.
        due_at: when it was to be told; None: somebody asked.
        waiting: releases that need somebody now.
        ended: releases that ended in the period, the newest first; as many as a summary may name.
        stopped: gates that were refused or expired in the period, the newest first.
        unasked: what went on without a decision, the newest first.
        refused: attempts that were refused, the newest first.
    """

    figures: Insights
    chart: Insights
    before: Insights
    now: datetime
    head: Head
    several_clusters: bool
    name: str | None = None
    due_at: datetime | None = None
    waiting: tuple[Seen, ...] = ()
    ended: tuple[Release, ...] = ()
    stopped: tuple[Noted, ...] = ()
    unasked: tuple[Noted, ...] = ()
    refused: tuple[Noted, ...] = ()

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.now - self.due_at > LATE

    def label(self, what: Release | Noted) -> str:
        """As people type and see it."""
        workload = what.workload
        return f"{workload.path if self.several_clusters else workload}#{what.number}"
