"""Sum up what happened and how things stand, from the record as it is now."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.audit import Action
from bot.domain.figures.insights import Period
from bot.domain.figures.recap import Recap
from bot.domain.figures.summary import DueSummary, Summary
from bot.domain.figures.summing_up import NAMED, sum_up
from bot.ports import Figures, Reader, ReleaseFilter
from bot.usecases.look import Look

MOST = 200
"""Releases of one kind that are read."""

CHART = timedelta(days=14)
"""A picture shows so many days at least."""

STOPS = (Action.GATE_REFUSED, Action.GATE_EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summarise:
    """Gathers from the record what a summary says: one that is owed to a channel, or one that somebody asks for.

    Raises:
        RecordsUnavailableError: the record is away.
    """

    reader: Reader
    figures: Figures
    look: Look

    async def __call__(self, due: DueSummary) -> Summary:
        """The summary that is owed; its period is that of its slot, however late it is told."""
        return sum_up(await self._recap(due.period, due))

    async def of_last(self, length: timedelta) -> Summary:
        """What somebody asks for: the time until now."""
        now = await self.reader.now()
        return sum_up(await self._recap(Period(start=now - length, end=now), None))

    async def _recap(self, period: Period, due: DueSummary | None) -> Recap:
        figures = self.figures
        waiting = await self.reader.releases(ReleaseFilter(open=True, waiting=True), limit=MOST)
        return Recap(
            name=due.name if due else None,
            due_at=due.at if due else None,
            now=await self.reader.now(),
            head=await self.reader.head(),
            several_clusters=self.look.several_clusters,
            figures=await figures.insights(period),
            chart=await figures.insights(period.at_least(CHART)),
            before=await figures.insights(period.before),
            waiting=tuple(seen for seen in await self.look.at_all(waiting.items) if seen.asks),
            ended=await figures.ended(period, limit=MOST),
            stopped=await figures.noted(*STOPS, period=period, limit=MOST),
            unasked=await figures.noted(Action.RELEASE_UNGATED, period=period, limit=NAMED),
            refused=await figures.noted(Action.DECISION_REFUSED, period=period, limit=NAMED),
        )
