"""Addresses that lead past the sign-in: to the picture that was meant, for a while, and to nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.domain.errors import RecordsUnavailableError
from bot.domain.figures.insights import Insights, Outcomes, Period
from handlers.pictures.links import LASTS, PictureLinks
from handlers.pictures.serving import Pictures
from tests.support.figures import day, figures_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WEEK = Period(start=NOON - timedelta(days=7), end=NOON, zone="Europe/Rome")


@dataclass
class Shop:
    """A server of pictures.  `asked`: the periods it was asked for; `away`: its record is."""

    url: str = ""
    now: datetime = NOON
    key: bytes = b"k" * 32
    away: bool = False
    asked: list[Period] = field(default_factory=list)

    @property
    def links(self) -> PictureLinks:
        return PictureLinks(signing_key=self.signing_key, now=lambda: self.now, public_url=self.url)

    async def signing_key(self) -> bytes:
        return self.key

    async def insights(self, period: Period) -> Insights:
        if self.away:
            raise RecordsUnavailableError
        self.asked.append(period)
        return figures_of(day(Outcomes(promoted=3)))

    async def ended(self, _period, *, limit):
        raise NotImplementedError

    async def noted(self, *_actions, period, limit):
        raise NotImplementedError


@asynccontextmanager
async def opened() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    served = PictureLinks(signing_key=shop.signing_key, now=lambda: shop.now, public_url="")
    app.add_routes(Pictures(links=served, figures=shop).routes())
    async with TestServer(app) as server:
        shop.url = str(server.make_url("")).rstrip("/")
        yield shop


@pytest.fixture
async def shop():
    async with opened() as shop:
        yield shop


async def get(url, method="GET"):
    async with ClientSession() as session, session.request(method, url) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_a_signed_address_shows_the_chart_of_its_period(shop):
    status, kind, body = await get(await shop.links.link(WEEK))

    assert (status, kind) == (200, "image/png")
    assert Image.open(BytesIO(body)).width == 1200
    assert shop.asked == [WEEK]


async def test_it_ends_when_its_time_is_over(shop):
    link = await shop.links.link(WEEK)
    shop.now = NOON + LASTS - timedelta(seconds=1)
    assert (await get(link))[0] == 200

    shop.now = NOON + LASTS

    assert (await get(link))[0] == 404


async def test_another_key_opens_nothing(shop):
    link = await shop.links.link(WEEK)
    shop.key = b"x" * 32

    assert (await get(link))[0] == 404


async def test_whatever_is_changed_in_an_address_it_leads_nowhere(shop):
    link = await shop.links.link(WEEK)
    other = await shop.links.link(Period(start=NOON - timedelta(days=300), end=NOON))
    head, name = link.rsplit("/", 1)
    written, signature, kind = name.split(".")
    changed = [
        f"{other.rsplit('/', 1)[1].split('.')[0]}.{signature}.{kind}",
        f"{written[:-2]}AA.{signature}.{kind}",
        f"{written}.{signature[:-1]}.{kind}",
        f"{written}.{'0' * 64}.{kind}",
        f"{written}..{kind}",
        f"{written}.{signature}",
        f"{written}.{signature}.gif",
        f"{written}.{signature}.png.png",
        "%C3%A9.%C3%A9.png",
        "x",
    ]

    assert [(await get(f"{head}/{name}"))[0] for name in changed] == [404] * len(changed)
    assert not shop.asked


async def test_the_same_picture_is_drawn_once(shop):
    link = await shop.links.link(WEEK)
    await get(link)
    await get(link, "HEAD")

    assert await get(link) == await get(link)
    assert len(shop.asked) == 1


async def test_without_the_record_there_is_nothing_to_draw_from(shop):
    link = await shop.links.link(WEEK)
    shop.away = True

    assert (await get(link))[0] == 503
