"""Figures and time lines: as pictures for those who are signed in, and the same in words."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.decision import Surface
from bot.domain.figures.insights import Insights, Outcomes, Period, Share, Spread, Waiting
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Reading
from handlers.console.figures import deciding, delivery, tables, waiting
from handlers.pictures.theme import DARK, LIGHT
from tests.handlers.console.world import ANN, NIGHT, approved_by, checkout, ended, gate

MINUTE = timedelta(minutes=1)
PERIOD = Period(start=NIGHT - timedelta(days=30), end=NIGHT)


async def paper(answer):
    """The colour of a picture's first pixel."""
    assert answer.status == 200
    assert answer.content_type == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    return Image.open(BytesIO(await answer.read())).convert("RGB").getpixel((0, 0))


async def test_the_page_tells_what_ended_and_how(world, ann):
    for number, state in enumerate((ReleaseState.PROMOTED, ReleaseState.PROMOTED, ReleaseState.ROLLED_BACK)):
        await world.add(ended(checkout(number=number), state))

    page = await ann.page("/insights")

    assert "2 promoted, 1 rolled back." in page
    assert "Releases that became what everybody has." in page
    assert 'src="/insights/chart.png?period=30d&amp;scheme=light"' in page


async def test_a_time_without_releases_has_no_chart(ann):
    page = await ann.page("/insights?period=7d")

    assert "chart.png" not in page
    assert "too few to say" in page


@pytest.mark.parametrize("wanted", ["", "x", "0d", "400d", "-1d", "7", "<b>"])
async def test_what_is_no_period_is_answered_with_what_would_be_right(ann, wanted):
    answer = await ann.get("/insights", params={"period": wanted})
    text = await answer.text()

    assert answer.status == 400
    assert "is no period." in text
    assert "<b>" not in text
    assert (await ann.get("/insights/chart.png", params={"period": wanted})).status == 404


@pytest.mark.parametrize("path", ["/insights/chart.png?period=30d", "/releases/{id}/timeline.png"])
async def test_a_picture_is_drawn_in_the_light_and_in_the_dark_for_those_who_are_in(world, ann, stranger, path):
    release = await world.add(ended(checkout(gate(approvals=(approved_by(ANN),))), ReleaseState.PROMOTED))
    path = path.format(id=release.id)
    dark = f"{path}{'&' if '?' in path else '?'}scheme=dark"

    assert await paper(await ann.get(path)) == LIGHT.paper
    assert await paper(await ann.get(dark)) == DARK.paper
    assert (await stranger.get(path)).status == 303


async def test_there_is_no_time_line_of_no_release(ann):
    assert (await ann.get("/releases/01K9CCCCCCCCCCCCCCCCCCCCCC/timeline.png")).status == 404


async def test_what_is_new_has_another_address_so_that_it_is_drawn_anew(world, ann):
    def address(page):
        return page.partition("/timeline.png?of=")[2][:12]

    release = await world.add(checkout(gate()))
    before = address(await ann.page(f"/releases/{release.id}"))
    assert before == address(await ann.page(f"/releases/{release.id}"))

    more = replace(release.run, readings=(Reading(at=NIGHT, weight=60),))
    await world.add(replace(release, run=more))

    assert address(await ann.page(f"/releases/{release.id}")) != before


def spread(count, minutes):
    return Spread(count=count, median=minutes * MINUTE, p90=2 * minutes * MINUTE)


def test_a_figure_stands_beside_what_it_was_before():
    now = Insights(period=PERIOD, outcomes=Outcomes(promoted=45), failures=Share(part=4, of=50), restore=spread(6, 20))
    before = Insights(period=PERIOD.before, outcomes=Outcomes(promoted=30), failures=Share(part=1, of=3))
    promoted, wrong, restore, rework, _lead = delivery(now, before)

    assert (promoted.value, promoted.more, promoted.before) == ("45", "1.5 a day", "30")
    assert (wrong.value, wrong.more, wrong.before) == ("8 %", "4 of 50", "")
    assert (restore.value, restore.more) == ("20 min", "90 % within 40 min, 6 in all")
    assert (rework.value, rework.more) == ("–", "too few to say")


def test_waiting_is_told_by_what_it_has_in_common_and_not_twice():
    by_stage = {Stage.START: Spread(count=2), Stage.PROMOTION: spread(9, 4)}
    shown = Insights(
        period=PERIOD, waiting=Waiting(all=spread(11, 4), by_stage=by_stage, by_team={"shop": spread(11, 4)})
    )
    (by_gate,) = tables(shown)

    assert [(row.name, row.count, row.median, row.p90) for row in by_gate.rows] == [
        ("Start", 2, "–", "–"),
        ("Promotion", 9, "4 min", "8 min"),
    ]
    assert waiting(shown, shown).before == "4 min"


def test_decisions_are_told_by_where_they_were_taken_the_most_first():
    shown = Insights(period=PERIOD, decisions={Surface.CLI: 2, Surface.SLACK: 1204}, refused=3, unasked=1)
    decisions, refused, unasked = deciding(shown, Insights(period=PERIOD))

    assert (decisions.value, decisions.more) == ("1,206", "Slack 1,204, command line 2")
    assert (refused.value, unasked.value) == ("3", "1")


async def test_the_waiting_that_people_caused_is_told(world, ann):
    for number in range(6):
        reached = NIGHT - timedelta(days=1)
        asked = gate(
            quorum=1,
            state=GateState.OPEN,
            reached_at=reached,
            told_at=NIGHT,
            approvals=(replace(approved_by(ANN), at=reached + (number + 1) * MINUTE),),
        )
        await world.add(ended(checkout(asked, number=number), ReleaseState.PROMOTED))

    assert "90 % within 6 min, 6 in all" in await ann.page("/insights")
