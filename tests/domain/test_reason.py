"""A reason: one line, however it was typed, and never cut."""

import pytest

from bot.domain.decision import NO_REASON, REASON_LENGTH, reason_of
from bot.domain.errors import ReasonTooLongError


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param("too slow", "too slow", id="as it is"),
        pytest.param("  too\r\n\r\nslow\t\u2028now \n", "too slow now", id="breaks are blanks"),
        pytest.param(" \n\t ", NO_REASON, id="blanks are none"),
        pytest.param("é" * REASON_LENGTH, "é" * REASON_LENGTH, id="the longest"),
        pytest.param("x\r\n" * (REASON_LENGTH // 2), " ".join("x" * (REASON_LENGTH // 2)), id="a browser's breaks"),
    ],
)
def test_words_become_a_reason_on_one_line(typed, reason):
    assert reason_of(typed) == reason


@pytest.mark.parametrize("typed", ["x" * (REASON_LENGTH + 1), "x" + "\n" * REASON_LENGTH])
def test_what_is_too_long_is_not_cut(typed):
    with pytest.raises(ReasonTooLongError, match="2,000"):
        reason_of(typed)
