"""What is typed: slash and quick commands, and messages that name the bot; one grammar, answered privately."""

import pytest

from handlers.google_chat import Dialect
from tests.support.desk import ANN
from tests.support.google_chat_events import added, commanded, mentioned, picked
from tests.support.google_chat_office import open_office


async def test_a_slash_command_is_answered_privately(office, gate):
    answer = await office.types("waiting")

    assert "shop/checkout#1" in answer.words
    assert answer.to == "users/101"


async def test_a_typed_approval_is_an_approval(office, desk, gate):
    answer = await office.types("approve checkout looks good")

    assert "You approved shop/checkout#1" in answer.words
    assert answer.buttons["Take back"]["verb"] == "gate.take_back"
    (mark,) = (await desk.release()).gates[-1].approvals
    assert (mark.by, mark.reason) == (ANN, "looks good")


async def test_nothing_at_all_is_help(office):
    assert "approve" in (await office.types("")).words


async def test_a_mistake_shows_what_would_have_been_right(office):
    assert "approve <workload" in (await office.types("aprove shop/checkout")).message["text"].replace("‹", "<")


async def test_what_is_shared_is_for_everybody_and_decides_nothing(office, gate):
    answer = await office.types("status checkout --share")

    assert answer.to is None
    assert answer.buttons == {}


async def test_a_message_that_names_the_bot_is_a_line(office, gate):
    answer = await office.happens(mentioned(office.dialect, "why checkout"))

    assert "ready for promotion" in answer.words
    assert answer.to == "users/101"


async def test_in_a_direct_message_an_answer_needs_no_privacy(office, gate):
    answer = await office.happens(mentioned(office.dialect, "waiting", space="spaces/DM"))

    assert "shop/checkout#1" in answer.words
    assert answer.to is None


async def test_a_quick_command_called_like_a_verb_stands_for_it(office, gate):
    answer = await office.happens(picked(office.dialect, 2))

    assert "shop/checkout#1" in answer.words


async def test_a_quick_command_called_otherwise_is_help(office):
    assert "approve" in (await office.happens(picked(office.dialect, 1))).words


async def test_a_command_that_the_settings_do_not_number_says_so(office, gate):
    answer = await office.types("approve checkout", command=7)

    assert "chats.google_chat.commands" in answer.words
    assert "decision.taken" not in await office.actions()


async def test_without_numbers_in_the_settings_every_command_counts(desk, chat, google, dialect, gate):
    async with open_office(desk, chat, google, dialect, commands={}) as office:
        assert "shop/checkout#1" in (await office.types("waiting", command=7)).words


async def test_a_commands_own_name_before_the_line_is_no_part_of_it(office, gate):
    body = commanded(office.dialect, "/release waiting")

    assert "shop/checkout#1" in (await office.happens(body)).words


async def test_names_and_reasons_are_shown_as_text(office, gate):
    text = "<users/all> *bold* <https://evil.example|click> `code`"

    answer = await office.types(f"reject checkout {text}")

    assert "<users/all>" not in answer.words
    assert "<https://evil" not in answer.words


async def test_who_is_added_with_a_line_answers_it(office, gate):
    answer = await office.happens(
        added(Dialect.CLASSIC, text="waiting") if office.dialect == "classic" else added(office.dialect)
    )

    assert ("shop/checkout#1" in answer.words) == (office.dialect == "classic")


async def test_a_new_space_of_ours_is_greeted(office):
    answer = await office.happens(added(office.dialect))

    assert "help" in answer.words
    assert answer.to is None


async def test_a_new_space_of_others_is_told_its_name_and_nothing_else(office, gate):
    answer = await office.happens(added(office.dialect, space="spaces/NEW", text="waiting"))

    assert "google_chat:spaces/NEW" in answer.words
    assert "shop/checkout" not in answer.words


@pytest.mark.parametrize("user", ["users/104", "users/105", "users/106", "users/107"])
async def test_who_is_none_of_ours_reads_nothing_and_decides_nothing(office, gate, user):
    assert "shop/checkout#1" not in (await office.types("waiting", user=user)).words
    assert "decision.refused" not in await office.actions()

    await office.types("approve checkout", user=user, at="2026-11-24T02:00:05Z")

    line = (await office.record())[-1]
    assert (line["action"], line["actor"], line["decision"]) == ("decision.refused", f"unknown:{user}", "approve")
