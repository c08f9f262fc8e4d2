"""The figures of a period: a chart, and each number with what it means."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from aiohttp import web

from bot.domain.figures.insights import Period, period_length
from bot.ports import Figures, Reader
from handlers.console import figures
from handlers.console.answers import Answers
from handlers.console.controls import Viewer
from handlers.console.door import Door
from handlers.console.drawings import drawn, scheme_of
from handlers.pictures import in_words, picture_of

PERIODS = {"7d": "7 days", "30d": "30 days", "90d": "90 days", "365d": "a year"}
USUAL = "30d"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightsPages:
    answers: Answers
    door: Door
    reader: Reader
    figures: Figures
    _drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def show(self, request: web.Request) -> web.Response:
        viewer = await self.door.viewer(request)
        wanted = request.query.get("period", USUAL).strip()
        try:
            period = _period(wanted, await self.reader.now())
        except ValueError as error:
            return self._not_a_period(viewer, wanted, str(error))
        now, before = await self.figures.insights(period), await self.figures.insights(period.before)
        return self.answers.page(
            "insights.html",
            viewer=viewer,
            here="insights",
            wrong="",
            wanted=wanted,
            periods=PERIODS,
            period=period,
            some=bool(now.outcomes.total),
            alt=in_words(now),
            delivery=figures.delivery(now, before),
            waiting=figures.waiting(now, before),
            tables=figures.tables(now),
            deciding=figures.deciding(now, before),
        )

    def _not_a_period(self, viewer: Viewer, wanted: str, why: str) -> web.Response:
        return self.answers.page(
            "insights.html",
            viewer=viewer,
            here="insights",
            status=HTTPStatus.BAD_REQUEST,
            wrong=why,
            wanted=wanted,
            periods=PERIODS,
        )

    async def chart(self, request: web.Request) -> web.Response:
        await self.door.viewer(request)
        try:
            period = _period(request.query.get("period", USUAL).strip(), await self.reader.now())
        except ValueError as error:
            raise web.HTTPNotFound from error
        async with self._drawing:
            return drawn(await picture_of(await self.figures.insights(period), scheme_of(request)))


def _period(wanted: str, now: datetime) -> Period:
    """Read a period that ends now.

    Raises:
        ValueError: it is none; the message says what would be right.
    """
    return Period(start=now - period_length(wanted), end=now)
