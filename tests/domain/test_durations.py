"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import LONGEST, duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("1h30m", timedelta(minutes=90)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("0h5m", timedelta(minutes=5)),
        ("365d", timedelta(days=365)),
    ],
)
def test_a_duration_is_numbers_with_units(text, length):
    assert duration(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "s",
        "h1",
        "1.5h",
        "-1h",
        "+1h",
        "1 h",
        " 1h",
        "1h ",
        "1h\n",
        "30m1h",
        "1h1h",
        "1H",
        "1w",
        "1y",
        "1min",
        "١h",
        "0s",
        "0d0h",
        "366d",
        "365d1s",
        "9999999999s",
        "999999999d",
    ],
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match=r"^must be "):
        duration(text)


@given(st.integers(1, LONGEST // timedelta(seconds=1)))
def test_every_second_up_to_a_year_can_be_written(seconds):
    minutes, rest = divmod(seconds, 60)

    assert duration(f"{minutes}m{rest}s") == duration(f"{seconds}s") == timedelta(seconds=seconds)
