"""Text from outside is text: no markup, no mention, on one line."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.effects import Moment
from handlers.google_chat.text import LINE, NOTHING, in_a_column, in_html, in_words, label, size, stacked
from tests.support.google_chat_limits import links, tags, words

LINK = "https://pointsman.example.com/releases/01KTA0FZ5M9R7C2N4B6V8X0S1D"
TWO = Moment(datetime(2026, 11, 24, 2, 0, 51, tzinfo=UTC))

HOSTILE = [
    pytest.param("<users/all>", "&lt;users/all&gt;", "‹users/all›", id="a call to everybody"),
    pytest.param("<https://evil.example|ours>", "&lt;https://evil.example|ours&gt;", None, id="a link"),
    pytest.param("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;", "‹b›x‹/b›", id="HTML"),
    pytest.param("&lt;b&gt;", "&amp;lt;b&amp;gt;", "&lt;b&gt;", id="escaped before"),
    pytest.param("*bold* x*y", "*bold* x*y", "∗bold∗ x∗y", id="bold"),
    pytest.param("_soft_ snake_case_name", None, "＿soft＿ snake_case_name", id="italics, but names stay whole"),
    pytest.param("~gone~ `code`", "~gone~ `code`", "∼gone∼ ˋcodeˋ", id="struck out, and code"),
    pytest.param("a\nb\r\nc\td", "a b  c d", "a b  c d", id="breaks"),
    pytest.param("a\x00b\x1b[31m", "ab[31m", "ab[31m", id="control signs"),
    pytest.param("safe\u202egnp.exe\u2066x\u2069", "safegnp.exex", "safegnp.exex", id="turned around"),
    pytest.param("x\ud800y", "xy", "xy", id="half a sign"),
]


@pytest.mark.parametrize(("text", "in_a_card", "in_a_message"), HOSTILE)
def test_markup_in_text_is_shown_and_does_nothing(text, in_a_card, in_a_message):
    assert in_a_card is None or in_html((text,)) == in_a_card
    assert in_a_message is None or in_words((text,)) == in_a_message


def test_a_time_has_its_day_and_its_zone():
    assert in_html(("ann approved ", TWO, ".")) == "ann approved 24 Nov 02:00 UTC."
    assert in_words(("ann approved ", TWO, ".")) == "ann approved 24 Nov 02:00 UTC."


@pytest.mark.parametrize("length", range(4, 12))
def test_no_entity_is_cut_through(length):
    cut = in_html(("ab&cd<ef",), length)

    assert len(cut) <= length
    assert not re.search(r"&[a-z]*…$", cut)


def test_a_label_reads_the_same_as_html_and_as_plain_text():
    assert label("<b>R&D</b>", 40) == "‹b›R&D‹/b›"
    assert label("x" * 100, 10) == "xxxxxxxxx…"
    assert label("\u200b", 10) == NOTHING


def test_lines_that_find_no_room_are_counted_and_the_console_has_them():
    shown = stacked([("x" * 100,)] * 9, 500, link=LINK)

    assert words(shown).splitlines() == [*["x" * 100] * 3, "… and 6 more in the console"]
    assert links(shown) == [LINK]
    assert size(shown) <= 500


def test_lines_of_a_message_that_find_no_room_are_counted_too():
    shown = in_a_column([("x" * 100,)] * 9, 500, link=LINK)

    assert shown.splitlines() == [*["x" * 100] * 3, f"<{LINK}|… and 6 more in the console>"]


def test_nothing_at_all_is_still_a_text():
    assert stacked([("\u200b",)], 100, link=LINK) == NOTHING


@given(st.text(max_size=2000))
def test_whatever_the_text_nothing_acts(text):
    html, said = in_html((text, TWO, text)), in_words((text, TWO, text))

    assert tags(html) == []
    assert len(html) <= LINE
    assert not re.search(r"[<>*`~\n]", said)
