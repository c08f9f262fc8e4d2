"""Lines as plain text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands.plain import joined, one_line, plain, written
from bot.domain.effects import Moment

AT = datetime(2026, 11, 24, 2, 0, 51, tzinfo=UTC)


def test_a_moment_is_written_in_utc_with_its_day():
    assert written(AT.astimezone(timezone(timedelta(hours=-5)))) == "24 Nov 02:00:51 UTC"


def test_a_line_is_its_words_and_moments_in_order():
    assert plain(("ann approved ", Moment(AT), ".")) == "ann approved 24 Nov 02:00:51 UTC."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("one\r\ntwo\u2028three\tfour", "one  two three four", id="breaks are blanks"),
        pytest.param("abc\u202edef\u2066", "abcdef", id="nothing turns the line around"),
        pytest.param("a\x00b\x1bc\ud800d\u200be", "abcde", id="nothing that nobody sees"),
        pytest.param("👩\u200d🚒 می\u200cخواهم", "👩\u200d🚒 می\u200cخواهم", id="joiners stay"),
        pytest.param("<b>*x*</b> @here", "<b>*x*</b> @here", id="markup is text"),
    ],
)
def test_text_from_outside_stays_on_its_line(text, shown):
    assert one_line(text) == shown


@given(st.text())
def test_a_sign_is_shown_the_same_whatever_stands_beside_it(text):
    assert one_line(text) == "".join(map(one_line, text)) == one_line(f"{text}\0")


@given(st.text())
def test_one_line_is_one_line(text):
    assert len(one_line(f"x{text}x").splitlines()) == 1


def test_sentences_are_told_apart():
    assert joined((("Decided by ann: bad",), (), ("Waits.",))) == "Decided by ann: bad. Waits."
