from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.figures.course import Course, Event, Kind, Level, Wait
from handlers.pictures import Scheme, timeline_of
from handlers.pictures.events import joined, shortened
from handlers.pictures.theme import LIGHT, THEMES

BEGAN = datetime(2026, 11, 24, 1, 19, tzinfo=UTC)


def after(minutes):
    return BEGAN + timedelta(minutes=minutes)


def course(*, levels=(), waits=(), events=(), minutes=40):
    return Course(
        since=BEGAN,
        until=after(minutes),
        verdict=Event(after(minutes), Kind.WENT_WELL, "promoted"),
        measure="Traffic on the new version",
        levels=(Level(BEGAN, 0.0), *levels),
        waits=waits,
        events=(Event(BEGAN, Kind.NOTED, "began"), *events),
        waited=sum((wait.length for wait in waits), timedelta()),
    )


async def drawn(shown, scheme=Scheme.LIGHT, title="checkout 1.8.2 · prod-eu"):
    return Image.open(BytesIO((await timeline_of(title, shown, scheme)).png)).convert("RGB")


def pixels(image, colour):
    return Counter({found: count for count, found in image.getcolors(1 << 20)})[colour]


async def test_more_traffic_for_longer_is_a_larger_area():
    half = pixels(await drawn(course(levels=(Level(after(20), 0.5),))), LIGHT.fill)
    longer = pixels(await drawn(course(levels=(Level(after(10), 0.5),))), LIGHT.fill)
    more = pixels(await drawn(course(levels=(Level(after(20), 1.0),))), LIGHT.fill)

    assert longer == pytest.approx(1.5 * half, rel=0.05)
    assert more == pytest.approx(2 * half, rel=0.05)


async def test_the_time_in_which_people_were_waited_for_is_marked():
    waits = (Wait(after(10), after(20), "promotion"),)

    assert pixels(await drawn(course()), LIGHT.wash) == 0
    assert pixels(await drawn(course(waits=waits)), LIGHT.wash) > 50_000


LONG = "a-very-long-name.of-somebody-in-a-large-organisation approved the promotion"


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(course(minutes=0), id="just begun"),
        pytest.param(course(minutes=9000, events=[Event(after(8999), Kind.APPROVED, LONG)]), id="days, a long name"),
        pytest.param(course(events=[Event(after(40), Kind.WENT_WELL, "promoted")] * 9), id="all at the very end"),
        pytest.param(course(events=[Event(after(n), kind, "x") for n, kind in enumerate([*Kind] * 9)]), id="very much"),
    ],
)
async def test_whatever_there_is_keeps_clear_of_the_edge(shown, scheme):
    picture = await drawn(shown, scheme, title="payments-reconciliation-worker-for-the-whole-of-europe 1.8.2 · prod-eu")
    width, height = picture.size
    frames = (0, 0, width, 8), (0, height - 8, width, height), (0, 0, 4, height), (width - 4, 0, width, height)

    assert {colour for frame in frames for _, colour in picture.crop(frame).getcolors()} == {THEMES[scheme].paper}


async def test_the_words_beside_it_say_the_same():
    picture = await timeline_of(
        "checkout 1.8.2 · prod-eu",
        course(
            waits=(Wait(after(10), after(30), "promotion"),),
            events=(Event(after(30), Kind.APPROVED, "ann approved the promotion"),),
        ),
    )

    assert picture.alt == (
        "checkout 1.8.2 · prod-eu: promoted · 40 min, 20 min of it waiting for people. "
        "In UTC: 01:19 began; 01:49 ann approved the promotion."
    )


def test_what_happened_several_times_running_is_said_once():
    events = [Event(after(n), Kind.CHECK_FAILED, "success rate") for n in (1, 2, 3)]

    assert joined(events) == [Event(after(1), Kind.CHECK_FAILED, "success rate, 3 times")]


def test_of_many_events_the_first_and_the_last_are_said():
    events = [Event(after(n), Kind.NOTED, str(n)) for n in range(40)]

    assert shortened(events) == [*events[:2], 30, *events[-8:]]
