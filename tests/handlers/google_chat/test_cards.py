"""A card in Google Chat: in the order in which it is read, and never more than Chat takes."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.card import Button, Tone
from bot.domain.commands.reply import Reply
from bot.domain.decision import Verb, Verdict
from bot.domain.effects import Tell
from bot.domain.newest import Newest
from handlers.google_chat.cards import drawn, to_message, to_note
from handlers.google_chat.dialogs import confirm_dialog, details, notice
from handlers.google_chat.widgets import FUNCTION
from tests.support.cards import BARE, ENDED, FULL, GATE, HISTORY, RELEASE, moment, stuffed, stuffed_history
from tests.support.desk import open_desk
from tests.support.google_chat_limits import buttons, check_card, check_message, links, tags, texts, words

LINK = f"https://pointsman.example.com/releases/{RELEASE}"
ENDPOINT = "https://pointsman.example.com/google-chat/events"
WORST = ("x", "x" * 3000, "&<>" * 1000, "\0", "👩‍🚀" * 900, " ", '"\\' * 2000)


def drawing(card=FULL, *, function=FUNCTION, **more):
    return to_message(card, function=function, link=LINK, **more)


def card_of(message):
    (held,) = message["cardsV2"]
    return held["card"]


def parameters(button):
    return {one["key"]: one["value"] for one in button["onClick"]["action"]["parameters"]}


def test_a_card_is_read_from_the_effect_to_the_footer():
    message = drawing()
    card = card_of(message)

    assert message["text"] == "Approve? checkout 1.8.2 to everybody, prod-eu. Has 1 of 2, until 04:00 UTC"
    assert card["header"]["title"] == "✋ checkout 1.8.2 · prod-eu · ready for promotion"
    read = [words(text) for text in texts(card)]
    assert read[0].startswith("50 % of users have 1.8.2")
    assert read[1] == "■■■■■□□□□□  50 % of the traffic"
    assert read[2].splitlines()[0] == "✓ success 99.7 % (≥ 99)"
    assert read[3] == "⚠ A newer revision waits behind this one."
    assert read[4].splitlines()[1] == "No answer by 24 Nov 04:00 UTC: rolled back."
    assert read[5].splitlines()[1].startswith("app: shop/checkout:1.8.1 → shop/checkout:1.8.2")
    foot = card["sections"][-1]["widgets"][0]["decoratedText"]
    assert foot["bottomLabel"] == "shop/checkout#142 · rule shop-prod · Flagger asks every 30 s or so"
    assert foot["onClick"] == {"openLink": {"url": LINK}}


def test_a_button_carries_an_opaque_id_and_a_verb_and_nothing_else():
    approve, reject, more = buttons(card_of(drawing()))

    assert parameters(approve) == {"verb": "gate.approve", "subject": GATE}
    assert parameters(reject) == {"verb": "gate.reject", "subject": GATE}
    assert parameters(more) == {"verb": "card.details", "subject": RELEASE}


@pytest.mark.parametrize("function", [FUNCTION, ENDPOINT])
def test_a_click_goes_where_the_dialect_wants_it(function):
    functions = {one["onClick"]["action"]["function"] for one in buttons(card_of(drawing(function=function)))}

    assert functions == {function}


def test_what_is_asked_about_first_opens_a_dialog_and_what_is_not_does_not():
    resume = Button(verb=Verb.RESUME, subject=RELEASE, text="Resume")
    made = buttons(card_of(drawing(replace(FULL, buttons=(*FULL.buttons, resume)))))

    opens = {one["text"]: one["onClick"]["action"].get("interaction") for one in made}
    assert opens == {
        "Approve 1.8.2": "OPEN_DIALOG",
        "Roll back to 1.8.1": "OPEN_DIALOG",
        "Resume": None,
        "Details": "OPEN_DIALOG",
    }


def test_where_no_click_arrives_every_button_leads_to_the_console():
    (only,) = buttons(card_of(drawing(function=None)))

    assert only["text"] == "Decide in the console"
    assert only["onClick"] == {"openLink": {"url": LINK}}


def test_a_card_that_cannot_be_drawn_anew_says_so():
    said = [words(text) for text in texts(card_of(drawing(function=None, one_way=True)))]

    assert any(line.startswith("This message cannot change") for line in said)
    assert "cannot change" not in json.dumps(drawing())


def test_only_the_posting_of_a_card_calls_people():
    posted = drawing(calling=("<users/1>", "bob"))

    assert posted["text"].splitlines()[1] == "Asked: <users/1> bob"
    assert "<users/" not in json.dumps(drawing())


def test_a_card_that_asks_nothing_has_no_deciding_button():
    assert [one["text"] for one in buttons(card_of(drawing(ENDED)))] == ["Details"]
    assert [one["text"] for one in buttons(card_of(drawing(ENDED, function=None)))] == ["Open in the console"]


@pytest.mark.parametrize("tone", Tone)
def test_how_a_release_stands_is_said_by_a_symbol_beside_the_words(tone):
    title = card_of(drawing(replace(FULL, tone=tone)))["header"]["title"]

    assert title.split(" ", 1)[1] == FULL.title
    assert not title[0].isalnum()


@pytest.mark.parametrize("function", [pytest.param("https://" + "p" * 250, id="long address"), None])
@pytest.mark.parametrize("card", [FULL, ENDED, BARE, *map(stuffed, WORST)])
def test_no_card_is_more_than_chat_takes(card, function):
    message = drawing(card, function=function, calling=["<users/123456789012345678901>"] * 30, one_way=True)

    check_message(message)
    assert len(message["text"].splitlines()[0]) <= 80


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_whatever_people_wrote_a_card_is_legal_and_calls_nobody(text):
    message = drawing(stuffed(text, many=3))

    check_message(message)
    assert "<" not in message["text"]
    for found in texts(card_of(message)):
        assert set(tags(found)) <= {"br"}, found


def test_a_long_card_is_cut_with_a_way_to_the_rest():
    cut = [text for text in texts(card_of(drawing(stuffed("long " * 100)))) if links(text)]

    assert len(cut) >= 4
    assert {link for text in cut for link in links(text)} == {LINK}


NOTE = Tell(release=RELEASE, line=("ann approved at ", moment(1, 58), ": *looks* <users/all>"), at=moment(1, 58).at)


def test_a_note_says_one_line_as_text():
    note = to_note(NOTE)

    check_message(note)
    assert note == {"text": "ann approved at 24 Nov 01:58 UTC: ∗looks∗ ‹users/all›"}


def test_a_note_that_notifies_calls_and_leads_to_the_card():
    note = to_note(NOTE, calling=("<users/1>",), card="https://chat.google.com/room/AAAA/T1")

    check_message(note)
    assert note["text"].startswith("<users/1> ann approved")
    assert note["text"].endswith(" <https://chat.google.com/room/AAAA/T1|Open the card>")


def test_an_answer_is_its_words_and_the_buttons_that_would_do_it():
    undo = Button(verb=Verdict.TAKE_BACK, subject=GATE, text="Take back")
    reply = Reply(text="You approved shop/checkout#142.\nNeeds 1 more of <sre>.", buttons=(undo,))

    message = drawn(reply, function=FUNCTION, link=LINK)

    check_message(message)
    card = card_of(message)
    assert words(texts(card)[0]).splitlines() == reply.text.splitlines()
    (button,) = buttons(card)
    assert parameters(button) == {"verb": "gate.take_back", "subject": GATE}
    assert "interaction" not in button["onClick"]["action"]


def test_an_answer_without_buttons_is_text_alone():
    assert drawn(Reply(text="one\n<two>"), function=FUNCTION, link=LINK) == {"text": "one\n‹two›"}


def test_where_no_click_arrives_an_answer_has_no_buttons():
    assert drawn(Reply(text="one", buttons=FULL.buttons), function=None, link=LINK) == {"text": "one"}


@pytest.mark.parametrize("text", WORST)
def test_no_answer_is_more_than_chat_takes(text):
    reply = Reply(text="\n".join([text] * 60), buttons=stuffed(text).buttons)

    check_message(drawn(reply, function="https://" + "p" * 250, link=LINK))
    check_message(drawn(replace(reply, buttons=()), function=FUNCTION, link=LINK))


def test_the_dialog_before_a_decision_says_what_it_does_and_asks_for_the_reason():
    _, reject = FULL.buttons

    dialog = confirm_dialog(reject, FULL, function=ENDPOINT)

    check_card(dialog)
    assert dialog["header"]["title"] == "Roll back 1.8.2?"
    assert [words(text) for text in texts(dialog)] == [FULL.title, "Users return to 1.8.1."]
    (button,) = buttons(dialog)
    act = button["onClick"]["action"]
    assert parameters(button) == {"verb": "gate.reject", "subject": GATE}
    assert (act["function"], act["requiredWidgets"]) == (ENDPOINT, ["reason"])
    assert "interaction" not in act
    assert '"name": "reason"' in json.dumps(dialog)


def test_a_reason_that_may_be_left_out_is_asked_for_and_not_required():
    reject = replace(FULL.buttons[1], needs_reason=False, reason_optional=True)

    dialog = confirm_dialog(reject, FULL, function=ENDPOINT)

    check_card(dialog)
    assert "may be left empty" in json.dumps(dialog)
    assert "requiredWidgets" not in json.dumps(dialog)


def test_a_decision_without_a_reason_has_a_dialog_to_confirm_it_and_no_input():
    approve, _ = FULL.buttons

    dialog = confirm_dialog(approve, FULL, function=ENDPOINT)

    check_card(dialog)
    assert "textInput" not in json.dumps(dialog)
    assert buttons(dialog)[0]["text"] == "Approve"


@pytest.mark.parametrize("text", WORST)
def test_no_dialog_is_more_than_chat_takes(text):
    card = stuffed(text)

    check_card(confirm_dialog(replace(card.buttons[0], needs_reason=True), card, function=ENDPOINT))


@pytest.mark.parametrize(
    ("card", "history"),
    [(FULL, HISTORY), (BARE, HISTORY), *((stuffed(text), stuffed_history(text)) for text in WORST)],
)
async def test_the_details_show_the_gates_and_what_happened(sqlite_url, card, history):
    async with open_desk(sqlite_url) as desk:
        release = await desk.asks()
        seen = await desk.people.look(release.id)

    dialog = details(card, seen, history, link=LINK)

    check_card(dialog)
    headers = [part["header"] for part in dialog["sections"] if "header" in part]
    assert headers[-2:] == ["Gates", "What happened"]


async def test_of_a_long_history_the_newest_lines_find_room_and_the_others_are_counted(sqlite_url):
    async with open_desk(sqlite_url) as desk:
        release = await desk.asks()
        seen = await desk.people.look(release.id)
    lines = tuple((moment(2, 0), f" line {number} {'x' * 400}") for number in range(300))

    dialog = details(stuffed("x" * 400), seen, Newest(lines=lines), link=LINK)

    check_card(dialog)
    earlier, *shown = dialog["sections"][-2]["widgets"][0]["textParagraph"]["text"].split("<br>")
    assert earlier == f'<a href="{LINK}">… and {300 - len(shown)} earlier in the console</a>'
    assert "line 299" in shown[-1]


def test_a_notice_only_says_something():
    dialog = notice("This gate was settled.\n<b>Nothing</b> was decided.")

    check_card(dialog)
    assert [words(text) for text in texts(dialog)] == ["This gate was settled.", "<b>Nothing</b> was decided."]
    assert buttons(dialog) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param('"type": "FILLED"', '"type": "SHINY"', id="a style that there is not"),
        pytest.param('"bottomLabel"', '"bottomLable"', id="a field misspelt"),
        pytest.param('"textParagraph"', '"textParagraf"', id="a widget that there is not"),
    ],
)
def test_the_judge_sees_a_mistake(right, wrong):
    card = json.dumps(drawing())
    assert right in card

    with pytest.raises(Exception, match=r"no field named|[Ii]nvalid enum|Failed to parse"):
        check_message(json.loads(card.replace(right, wrong, 1)))
