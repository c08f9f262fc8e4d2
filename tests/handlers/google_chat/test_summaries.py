"""A summary in Google Chat: posted once, whole, with its picture where there is one."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit import Head
from bot.domain.errors import ChatRefusedError, ChatUnavailableError
from bot.domain.figures.insights import Insights, Period
from bot.domain.figures.summary import Section, Summary
from handlers.google_chat.summaries import Picture, to_summary
from tests.handlers.google_chat.conftest import INSIGHTS, NOON
from tests.support.cards import moment
from tests.support.google_chat import SPACE
from tests.support.google_chat_limits import check_message, tags, texts, words

FIGURES = Insights(period=Period(start=NOON - timedelta(days=1), end=NOON, zone="Europe/Rome"))
SUMMARY = Summary(
    push="Yesterday: 12 promoted, 1 rolled back",
    title="Releases of Monday, 23 November",
    lead=(("12 promoted, 1 rolled back by Flagger.",), ("People were waited for 4 min (median).",)),
    sections=(Section(title="Waiting now", lines=(("shop/checkout#142 since ", moment(1, 58)),)),),
    head=Head(),
    footer=("Record up to 812:5f0c",),
    figures=FIGURES,
    chart=FIGURES,
    before=FIGURES,
)
PICTURE = Picture(url="https://pointsman.example.com/pictures/x", alt="12 promoted on Monday")
WORST = ("x" * 3000, "&<>" * 1000, "👩‍🚀" * 900, " ", "\0")


def stuffed(text):
    lines = ((text, moment(2, 0)),) * 60
    sections = (Section(title=text, lines=lines),) * 20
    return replace(SUMMARY, push=text, title=text, lead=lines, sections=sections, footer=(text,))


def card_of(message):
    return message["cardsV2"][0]["card"]


def test_a_summary_is_read_from_what_matters_most_to_the_record():
    message = to_summary(SUMMARY, link=INSIGHTS, picture=PICTURE)

    check_message(message)
    assert message["text"] == SUMMARY.push
    read = [words(text) for text in texts(card_of(message))]
    assert read[0].splitlines()[0] == "12 promoted, 1 rolled back by Flagger."
    assert read[1] == "shop/checkout#142 since 24 Nov 01:58 UTC"
    assert read[-1] == "Record up to 812:5f0c"
    assert '"imageUrl": "https://pointsman.example.com/pictures/x"' in json.dumps(message)


def test_without_its_picture_a_summary_stands_as_well():
    message = to_summary(SUMMARY, link=INSIGHTS)

    check_message(message)
    assert "image" not in json.dumps(message)


@pytest.mark.parametrize("text", WORST)
def test_no_summary_is_more_than_chat_takes(text):
    message = to_summary(stuffed(text), link=INSIGHTS, picture=replace(PICTURE, alt=text))

    check_message(message)
    for found in texts(card_of(message)):
        assert set(tags(found)) <= {"br", "a"}


def test_a_summary_of_many_parts_says_how_many_it_leaves_out():
    part = Section(title="prod-eu", lines=(("3 promoted",),))

    card = card_of(to_summary(replace(SUMMARY, sections=(part,) * 16), link=INSIGHTS))

    assert words(texts(card)[-1]).splitlines() == ["… and 2 more parts in the console", "Record up to 812:5f0c"]
    assert sum(section.get("header") == "prod-eu" for section in card["sections"]) == 14


@pytest.mark.parametrize("remembers", [True, False], ids=["by its request", "by its name"])
async def test_a_summary_whose_answer_was_lost_is_not_posted_twice(chat, google_chat, seconds, remembers):
    google_chat.remembers = remembers
    google_chat.faults["create"] = ["drop"]
    with pytest.raises(ChatUnavailableError):
        await chat.post(SUMMARY, to=SPACE, key="summary-1", retry=False)

    seconds.pass_(1)
    await chat.post(SUMMARY, to=SPACE, key="summary-1", retry=True)

    assert len(google_chat.cards()) == 1


async def test_a_webhook_takes_a_summary_too(chat, google_chat):
    await chat.post(SUMMARY, to="webhook/ops", key="summary-1", retry=False)

    assert google_chat.hooked[0]["text"] == SUMMARY.push


async def test_a_space_that_the_app_was_removed_from_is_refused(chat, google_chat):
    google_chat.faults["create"] = [403]

    with pytest.raises(ChatRefusedError):
        await chat.post(SUMMARY, to=SPACE, key="summary-1", retry=False)
