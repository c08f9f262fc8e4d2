"""Pictures over HTTP, for a chat that takes an address only."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from bot.domain.errors import RecordsUnavailableError
from bot.domain.figures.insights import Period
from bot.ports import Figures
from handlers.pictures.links import PATH, PictureLinks
from handlers.pictures.picture import picture_of

KEPT = 16
"""Pictures: a whole channel opens the same one within the same minute."""

_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}


@dataclass(slots=True, kw_only=True)
class Pictures:
    """Draws from the record what a signed address names, one picture at a time."""

    links: PictureLinks
    figures: Figures
    _kept: OrderedDict[Period, bytes] = field(default_factory=OrderedDict)
    _drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH + "{name}", self._serve)]

    async def _serve(self, request: web.Request) -> web.Response:
        try:
            period = await self.links.read(request.match_info["name"])
            if period is None:
                raise web.HTTPNotFound
            return web.Response(body=await self._png(period), content_type="image/png", headers=_HEADERS)
        except RecordsUnavailableError:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text="The record is away. Try again later.\n")

    async def _png(self, period: Period) -> bytes:
        async with self._drawing:
            if period not in self._kept:
                self._kept[period] = (await picture_of(await self.figures.insights(period))).png
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return self._kept[period]
