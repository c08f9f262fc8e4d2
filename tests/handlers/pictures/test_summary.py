from collections import Counter
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.figures.insights import Outcomes, Spread
from handlers.pictures import Scheme, picture_of
from handlers.pictures.theme import DARK, LIGHT, THEMES
from tests.support.figures import day, figures_of, some_days


async def drawn(insights, scheme=Scheme.LIGHT):
    return Image.open(BytesIO((await picture_of(insights, scheme)).png)).convert("RGB")


def colours(image):
    """Pixels of each colour."""
    return Counter({colour: count for count, colour in image.getcolors(1 << 20)})


@pytest.mark.parametrize("scheme", list(Scheme))
async def test_each_ending_there_was_has_its_colour_and_no_other_has(scheme):
    theme = THEMES[scheme]
    found = colours(await drawn(figures_of(day(Outcomes(promoted=3, failed=2))), scheme))

    assert found[theme.blue] > 1000
    assert found[theme.purple] > 1000
    assert not found[theme.vermilion]
    assert not found[theme.orange]


async def test_a_bar_twice_as_high_stands_for_twice_as_many():
    picture = await drawn(figures_of(day(Outcomes(promoted=10), ago=1), day(Outcomes(promoted=5)), waiting=Spread()))
    half = picture.width // 2
    left, right = (colours(picture.crop((x, 200, x + half, picture.height)))[LIGHT.blue] for x in (0, half))

    assert left == pytest.approx(2 * right, rel=0.02)


@pytest.mark.parametrize(
    "insights",
    [
        pytest.param(figures_of(), id="no day at all"),
        pytest.param(figures_of(day()), id="an empty day"),
        pytest.param(figures_of(day(Outcomes(ended=1))), id="one release"),
        pytest.param(figures_of(*some_days(7), waiting=Spread()), id="a week in which nobody was waited for"),
        pytest.param(figures_of(*some_days(31)), id="a month"),
        pytest.param(figures_of(*some_days(366)), id="a year"),
        pytest.param(figures_of(*some_days(14, times=98_765_432)), id="millions"),
    ],
)
async def test_whatever_there_is_keeps_clear_of_the_edge(insights):
    for scheme, theme in ((Scheme.LIGHT, LIGHT), (Scheme.DARK, DARK)):
        picture = await drawn(insights, scheme)
        width, height = picture.size

        assert width == 1200
        for frame in (
            (0, 0, width, 8),
            (0, height - 8, width, height),
            (0, 0, 4, height),
            (width - 4, 0, width, height),
        ):
            assert set(colours(picture.crop(frame))) == {theme.paper}


async def test_the_words_beside_it_say_the_same():
    picture = await picture_of(figures_of(day(Outcomes(promoted=1204), ago=1), day(Outcomes(rolled_back=2, ended=1))))

    assert picture.title == "Releases, 23–24 Nov"
    assert picture.alt == (
        "Releases, 23–24 Nov: 1,204 promoted, 2 rolled back, 1 ended without a known outcome. Most on 23 Nov: 1,204. "
        "People answered half of the gates within 4 min, nine of ten within 30 min."
    )


async def test_a_time_without_releases_is_said_in_words():
    assert (await picture_of(figures_of(day(), waiting=Spread()))).alt == "Releases, Tuesday, 24 Nov: none ended."
