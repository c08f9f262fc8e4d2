"""A card in Slack: in the order in which it is read, and never more than Slack takes."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.card import Button, Progress, Style, Tone
from bot.domain.decision import Verb, Verdict
from bot.domain.effects import Tell
from handlers.slack.cards import bar, rows, to_blocks, to_note
from tests.support.cards import BARE, ENDED, FULL, GATE, RELEASE, moment, stuffed
from tests.support.slack_limits import check_blocks, check_message

LINK = "https://pointsman.example.com/releases/01KTA0FZ5M9R7C2N4B6V8X0S1D"
CALLS = {"group:sre": "<!subteam^S0SRE>", "bob@example.com": "<@U0BOB>"}

OURS = re.compile(
    r"<!date\^\d+\^\{time\} \{date_short_pretty\}\|\d\d:\d\d UTC>|<https://pointsman\.example\.com/[^<>|]*\|[^<>]*>"
)
"""What of Slack's own markup a card may hold, when it calls nobody."""


def texts(blocks):
    """Every text of the card, the buttons' apart."""
    found = [block["text"] for block in blocks if "text" in block]
    return [*found, *(element for block in blocks if block["type"] == "context" for element in block["elements"])]


def buttons(blocks):
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def test_a_card_is_read_from_the_effect_to_the_footer():
    text, blocks = to_blocks(FULL, link=LINK)

    assert text == "Approve? checkout 1.8.2 to everybody, prod-eu. Has 1 of 2, until 04:00 UTC"
    assert [block["type"] for block in blocks] == [
        *("header", "section", "section", "section", "section", "section", "actions", "context", "context"),
    ]
    read = [text["text"] for text in texts(blocks)]
    assert read[0] == "✋ checkout 1.8.2 · prod-eu · ready for promotion"
    assert read[1].startswith("50 % of users have 1.8.2")
    assert read[2] == "■■■■■□□□□□  50 % of the traffic"
    assert read[3].splitlines()[0] == "✓ success 99.7 % (≥ 99)"
    assert read[4] == "⚠ A newer revision waits behind this one."
    assert "No answer by <!date^1795492800^{time} {date_short_pretty}|04:00 UTC>: rolled back." in read[5]
    assert read[6].splitlines()[1].startswith("app: shop/checkout:1.8.1 → shop/checkout:1.8.2")
    assert read[7] == f"shop/checkout#142 · rule shop-prod · Flagger asks every 30 s or so · <{LINK}|Console>"


def test_a_button_carries_an_opaque_id_and_a_verb_and_nothing_else():
    approve, reject, details = buttons(to_blocks(FULL)[1])

    assert (approve["action_id"], approve["value"], approve["style"]) == ("gate.approve", GATE, "primary")
    assert (reject["action_id"], reject["value"], reject["style"]) == ("gate.reject", GATE, "danger")
    assert (details["action_id"], details["value"]) == ("card.details", RELEASE)
    assert "style" not in details


def test_who_is_to_give_a_reason_has_a_dialog_in_place_of_a_confirm():
    approve, reject, _ = buttons(to_blocks(FULL)[1])

    assert approve["confirm"]["text"]["text"].startswith("Everybody gets 1.8.2.")
    assert approve["confirm"]["confirm"]["text"] == "Approve"
    assert "confirm" not in reject


def test_only_the_posting_of_a_card_calls_people():
    posted = json.dumps(to_blocks(FULL, mention=CALLS.get)[1])
    redrawn = json.dumps(to_blocks(FULL)[1])

    assert "Asked: <!subteam^S0SRE> <@U0BOB>" in posted
    assert not re.search(r"<[!@](?!date)", redrawn)
    assert "Needs 1 more of @sre or bob." in redrawn


def test_who_cannot_be_called_is_named_beside_who_can():
    blocks = to_blocks(FULL, mention={"group:sre": "<!subteam^S0SRE>"}.get)[1]

    assert "Asked: <!subteam^S0SRE> bob" in texts(blocks)[5]["text"]


def test_a_card_that_asks_nothing_has_no_deciding_button():
    blocks = to_blocks(ENDED, link=LINK)[1]

    assert [button["action_id"] for button in buttons(blocks)] == ["card.details"]
    assert texts(blocks)[0]["text"] == "❌ checkout 1.8.2 · prod-eu · rolled back by Flagger"


@pytest.mark.parametrize("tone", Tone)
def test_how_a_release_stands_is_said_by_a_symbol_beside_the_words(tone):
    title = to_blocks(replace(FULL, tone=tone))[1][0]["text"]["text"]

    assert title.split(" ", 1)[1] == FULL.title
    assert not title[0].isalnum()


def test_the_bar_stands_before_its_words():
    assert bar(Progress(part=0.5, words="half")) == "■■■■■□□□□□  half"


@pytest.mark.parametrize(
    "card", [FULL, ENDED, BARE, *map(stuffed, ("x", "x" * 3000, "&<>" * 1000, "\0", "👩‍🚀" * 900, " "))]
)
def test_no_card_is_more_than_slack_takes(card):
    text, blocks = to_blocks(card, mention=lambda _name: "<!subteam^S0123456789>", link=LINK)

    check_message({"text": text, "blocks": blocks})
    assert len(text) <= 80


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_whatever_people_wrote_a_card_is_legal_and_calls_nobody(text):
    words, blocks = to_blocks(stuffed(text, many=3), link=LINK)

    check_blocks(blocks)
    assert "<" not in words
    for found in texts(blocks):
        assert not re.search("[<>]", OURS.sub("", found["text"])), found


def test_two_buttons_of_one_kind_can_be_told_apart():
    button = {"action_id": "gate.approve", "value": "1"}

    (row,) = rows([button, button, button | {"action_id": "gate.reject"}])

    assert [b["action_id"] for b in row["elements"]] == ["gate.approve", "gate.approve.1", "gate.reject"]


def test_a_plain_button_has_no_style():
    pause = Button(verb=Verb.PAUSE, subject=RELEASE, text="Pause", style=Style.PLAIN)

    assert "style" not in buttons(to_blocks(replace(FULL, buttons=(pause,)))[1])[0]


NOTE = Tell(
    release=RELEASE,
    line=("ann approved at ", moment(1, 58), ": *looks* <!here>"),
    at=moment(1, 58).at,
    mentions=("group:sre",),
)


def test_a_note_says_one_line_as_text():
    text, (block,) = to_note(NOTE)

    assert text == "ann approved at 01:58 UTC: *looks* &lt;!here&gt;"
    assert block["text"]["text"].startswith("ann approved at <!date^1795485480^")
    assert block["text"]["text"].endswith("∗looks∗ &lt;!here&gt;")


def test_a_note_that_notifies_calls_people_and_leads_to_the_card():
    _, (block,) = to_note(NOTE, mention=CALLS.get, card="https://example.slack.com/archives/C1/p1")

    assert block["text"]["text"].startswith("<!subteam^S0SRE> ann approved")
    assert block["text"]["text"].endswith("<https://example.slack.com/archives/C1/p1|Open the card>")


def test_verdicts_are_about_gates_and_verbs_about_releases():
    made = [Button(verb=verb, subject="X", text="x") for verb in (*Verdict, *Verb)]

    ids = {button["action_id"] for button in buttons(to_blocks(replace(FULL, buttons=tuple(made)))[1])}

    assert ids == {f"gate.{v}" for v in Verdict} | {f"release.{v}" for v in Verb} | {"card.details"}
