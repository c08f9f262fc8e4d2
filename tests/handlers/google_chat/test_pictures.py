from datetime import UTC, datetime

import pytest

from bot.domain.audit import Head
from bot.domain.figures.insights import Outcomes
from bot.domain.figures.summary import Summary
from handlers.google_chat.pictures import Illustrate
from handlers.pictures import PictureLinks
from tests.support.figures import day, figures_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def signing_key():
    return b"k" * 32


def illustrate(public_url="https://pointsman.example.com"):
    return Illustrate(PictureLinks(signing_key=signing_key, now=lambda: NOON, public_url=public_url))


def summary(*days):
    figures = figures_of(*days)
    return Summary(
        push="p",
        title="t",
        lead=(),
        sections=(),
        head=Head(),
        footer=("f",),
        figures=figures,
        chart=figures,
        before=figures,
    )


async def test_a_summary_has_a_picture_that_leads_to_its_period_and_says_it_in_words():
    shown = summary(day(Outcomes(promoted=3)))

    picture = await illustrate()(shown)

    assert picture is not None
    assert picture.alt.startswith("Releases, Tuesday, 24 Nov: 3 promoted.")
    assert await illustrate().links.read(picture.url.rpartition("/")[2]) == shown.figures.period


@pytest.mark.parametrize(
    ("shown", "public_url"),
    [
        pytest.param(summary(day()), "https://pointsman.example.com", id="nothing ended"),
        pytest.param(summary(day(Outcomes(promoted=3))), "http://localhost:8080", id="Google cannot come here"),
    ],
)
async def test_there_is_none_where_it_would_show_nothing(shown, public_url):
    assert await illustrate(public_url)(shown) is None
