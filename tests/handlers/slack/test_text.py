"""Text from outside is text: no markup, no mention, no link, on one line."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.effects import Moment
from handlers.slack.text import LINE, in_markup, in_words, literal, pages, plain, text_of, within

TWO = Moment(datetime(2026, 11, 24, 2, 0, 51, tzinfo=UTC))

HOSTILE = [
    pytest.param("<!channel>", "&lt;!channel&gt;", id="a call to everybody"),
    pytest.param("<!subteam^S0123>", "&lt;!subteam^S0123&gt;", id="a call to a group"),
    pytest.param("<@U0ANN>", "&lt;@U0ANN&gt;", id="a call to a person"),
    pytest.param("*bold* x*y", "∗bold∗ x∗y", id="bold"),
    pytest.param("_soft_ snake_case_name", "＿soft＿ snake_case_name", id="italics, but names stay whole"),
    pytest.param("~gone~", "∼gone∼", id="struck out"),
    pytest.param("`code` ```block```", "ˋcodeˋ ˋˋˋblockˋˋˋ", id="code"),
    pytest.param(":boom: at 10:30:45", "∶boom: at 10:30:45", id="an emoji, but a time stays one"),
    pytest.param("a\nb\r\nc\td", "a b  c d", id="breaks"),
    pytest.param("a\x00b\x1b[31m", "ab[31m", id="control signs"),
    pytest.param("safe\u202egnp.exe\u2066x\u2069", "safegnp.exex", id="signs that turn the line around"),
    pytest.param("zero\u200bwidth\ufeff", "zerowidth", id="signs that nobody sees"),
    pytest.param("&amp; &lt;!here&gt;", "&amp;amp; &amp;lt;!here&amp;gt;", id="escaped before"),
    pytest.param("\ud800", "", id="half a sign"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_markup_in_text_is_shown_and_does_nothing(text, shown):
    assert literal(text) == shown


def test_a_link_in_text_is_no_link():
    assert "<" not in literal("<https://evil.example|ours>")


def test_a_line_that_begins_like_a_quotation_is_none():
    assert not in_markup((">quoted",)).startswith("&gt;")


def test_a_time_is_shown_in_the_readers_zone_and_in_utc_where_that_is_not_understood():
    assert in_markup(("Ann approved ", TWO, ".")) == (
        "Ann approved <!date^1795485651^{time} {date_short_pretty}|02:00 UTC>."
    )
    assert in_words(("Ann approved ", TWO, ".")) == "Ann approved 02:00 UTC."


def test_lines_without_a_time_are_sent_where_slack_reads_no_markup():
    assert text_of([("*ready*",)], 100) == {"type": "plain_text", "text": "*ready*", "emoji": False}
    timed = text_of([("*ready* ", TWO)], 100)
    assert (timed["type"], timed["verbatim"]) == ("mrkdwn", True)


def test_a_long_line_is_cut_and_a_time_in_it_never_in_half():
    line = in_markup(("x" * (LINE - 5), TWO))

    assert line == "x" * (LINE - 5) + "…"


@pytest.mark.parametrize("length", range(4, 12))
def test_no_entity_is_cut_through(length):
    cut = within("ab&amp;cd&lt;ef", length)

    assert len(cut) <= length
    assert not re.search(r"&[a-z]*…$", cut)


def test_lines_that_find_no_room_are_counted():
    shown = text_of([("x" * 40,)] * 5, 100)["text"]

    assert shown.splitlines() == ["x" * 40, "x" * 40, "… and 3 more"]


def test_nothing_at_all_is_still_a_text():
    assert plain("\u200b", 10)["text"] == "–"
    assert text_of([("",)], 10)["text"] == "–"


def test_many_lines_fill_as_many_texts_as_they_need():
    assert pages(["a" * 60, "b" * 60, "", "c" * 300, ""], 130) == [f"{'a' * 60}\n{'b' * 60}\n", f"{'c' * 129}…"]


@given(st.text(max_size=4000))
def test_whatever_the_text_nothing_acts(text):
    for shown in (
        literal(text),
        plain(text, 3000)["text"],
        in_markup((text, TWO, text)).replace(in_markup((TWO,)), ""),
    ):
        assert "<" not in shown
        assert ">" not in shown
        assert "\n" not in shown
