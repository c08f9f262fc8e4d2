"""Somebody asks for a summary or for figures of the time until now."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.commands.figure_replies import told_insights, told_summary
from bot.domain.commands.reply import Reply
from bot.domain.figures.insights import Insights, Period
from bot.ports import Figures, Reader
from bot.usecases.summarise import Summarise

SUMMARY_OF = timedelta(days=1)
INSIGHTS_OF = timedelta(days=7)
"""Where nobody says of how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellFigures:
    """Puts a summary or figures of the time until now into words, or hands out the figures alone.

    Raises:
        RecordsUnavailableError: the record is away.
    """

    reader: Reader
    figures: Figures
    summarise: Summarise

    async def summary(self, length: timedelta = SUMMARY_OF) -> Reply:
        return told_summary(await self.summarise.of_last(length))

    async def insights(self, length: timedelta = INSIGHTS_OF) -> Reply:
        return told_insights(*await self.of_last(length))

    async def of_last(self, length: timedelta) -> tuple[Insights, Insights]:
        """The figures until now, and those of the period before."""
        now = await self.reader.now()
        period = Period(start=now - length, end=now)
        return await self.figures.insights(period), await self.figures.insights(period.before)
