"""Of what grows without end the newest is kept, and what is left out is counted."""

import pytest

from bot.domain.newest import Newest

LINES = tuple((f"line {number}",) for number in range(5))


@pytest.mark.parametrize(
    ("told", "kept", "earlier"),
    [
        pytest.param(Newest(lines=LINES).last(5), LINES, "", id="all of it"),
        pytest.param(Newest(lines=LINES).last(2), LINES[3:], "… and 3 earlier in the console", id="the newest"),
        pytest.param(Newest(lines=LINES).last(0), (), "… and 5 earlier in the console", id="nothing"),
        pytest.param(Newest(lines=LINES).last(3).last(2), LINES[3:], "… and 3 earlier in the console", id="twice"),
        pytest.param(
            Newest(lines=LINES, uncounted=True).last(2),
            LINES[3:],
            "… and more than 3 earlier in the console",
            id="more than were counted",
        ),
    ],
)
def test_what_is_left_out_is_the_oldest_and_is_counted(told, kept, earlier):
    assert (told.lines, told.earlier) == (kept, earlier)
