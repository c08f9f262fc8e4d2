"""Cards and lines out: posted once, redrawn after that, with every fault of Chat told as one of ours."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError
from handlers.google_chat.callers import Callers
from tests.handlers.google_chat.conftest import CALL, FAULTS, NOTE, Groups
from tests.support.cards import ENDED, FULL
from tests.support.google_chat import SECRET, SPACE


async def test_a_card_is_posted_once_and_then_redrawn(show, google_chat):
    posted = await show()
    assert posted == f"{SPACE}/messages/T1.M1 {SPACE}/threads/T1"

    assert await show(ENDED, posted_as=posted) == posted

    (card,) = google_chat.cards()
    assert "rolled back by Flagger" in json.dumps(card["cardsV2"])
    assert card["text"].startswith("Rolled back by Flagger")
    ((query, _),) = google_chat.called("patch")
    assert query == {"updateMask": "text,cardsV2"}


async def test_the_posting_calls_who_is_in_the_space_and_the_redrawing_names_them(show, google_chat):
    posted = await show(replace(FULL, mentions=(*FULL.mentions, "token:ci")))
    await show(posted_as=posted)

    ((_, first),), ((_, second),) = google_chat.called("create"), google_chat.called("patch")
    assert first["text"].splitlines()[1] == "Asked: <users/101> <users/102> token:ci"
    assert "<users/" not in json.dumps(second)


async def test_where_nobody_can_be_called_nobody_is(show, google_chat):
    google_chat.spaces[SPACE] = set()

    await show()

    assert len(google_chat.cards()[0]["text"].splitlines()) == 1


async def test_who_is_in_a_space_is_asked_once_an_hour(show, google_chat, seconds):
    await show()
    await show(key="K2")
    asked = len(google_chat.called("member"))

    seconds.pass_(3600)
    await show(key="K3")

    assert asked == 3
    assert len(google_chat.called("member")) == 6


@pytest.mark.parametrize("fault", [403, 429, 500, "drop"])
async def test_a_member_who_cannot_be_looked_up_holds_no_card_up(show, google_chat, fault):
    google_chat.faults["member"] = [fault] * 3

    await show()

    assert len(google_chat.cards()) == 1


async def test_who_is_not_known_in_time_is_named(connection, google_chat):
    google_chat.faults["member"] = ["hang"]
    callers = Callers(api=connection.api, groups=Groups(), monotonic=connection.monotonic, patience=0.2)

    called = await callers(("ann@example.com", "bob@example.com"), space=SPACE)

    assert sorted(called) in (["<users/101>", "bob"], ["<users/102>", "ann"])


async def test_nobody_is_called_twice(connection):
    callers = Callers(api=connection.api, groups=Groups(), monotonic=connection.monotonic)

    called = await callers(("group:sre", "ann@example.com", "group:unknown"), space=SPACE)

    assert called == ("<users/101>", "@unknown")


@pytest.mark.parametrize("remembers", [True, False], ids=["by its request", "by its name"])
async def test_a_post_whose_answer_was_lost_is_not_posted_twice(show, google_chat, remembers):
    google_chat.remembers = remembers
    google_chat.faults["create"] = ["drop"]
    with pytest.raises(ChatUnavailableError):
        await show()

    posted = await show(ENDED, retry=True)

    assert posted == f"{SPACE}/messages/T1.M1 {SPACE}/threads/T1"
    (card,) = google_chat.cards()
    assert card["text"].startswith("Rolled back by Flagger")


async def test_a_card_that_another_replica_posted_meanwhile_is_drawn_anew(show, google_chat):
    google_chat.remembers = False
    posted = await show()

    assert await show(ENDED) == posted

    assert len(google_chat.cards()) == 1
    assert google_chat.cards()[0]["text"].startswith("Rolled back")


async def test_a_try_that_never_reached_chat_posts(show, google_chat):
    google_chat.faults["create"], google_chat.retry_after = [503], ""
    with pytest.raises(ChatUnavailableError):
        await show()

    await show(retry=True)

    assert len(google_chat.cards()) == 1


async def test_another_cards_post_is_not_taken_for_it(show, google_chat):
    await show(key="K0")

    await show(key="K1", retry=True)

    assert len(google_chat.cards()) == 2


@pytest.mark.parametrize(("fault", "error"), FAULTS)
async def test_every_fault_of_chat_is_one_of_ours(show, google_chat, fault, error):
    google_chat.faults["create"] = [fault]

    with pytest.raises(error):
        await show()


async def test_a_token_that_is_refused_twice_waits_for_somebody_to_mend_it(show, google_chat):
    google_chat.faults["create"] = [401, 401]

    with pytest.raises(ChatUnavailableError) as refused:
        await show()

    assert refused.value.retry_after == 60


async def test_a_space_that_the_app_is_not_in_is_refused_with_chats_own_words(show):
    with pytest.raises(ChatRefusedError, match="404: NOT_FOUND says Chat"):
        await show(to="spaces/OTHER")


async def test_a_card_that_a_person_deleted_is_gone(show, google_chat):
    posted = await show()
    google_chat.deleted.add(posted.partition(" ")[0])

    with pytest.raises(CardGoneError):
        await show(posted_as=posted)


async def test_a_space_gets_one_message_a_second_and_another_is_not_slowed(chat, show, google_chat):
    google_chat.spaces["spaces/BBBB"] = set()
    await show()

    with pytest.raises(ChatUnavailableError) as held:
        await chat.show(FULL, to=SPACE, posted_as=None, key="K2", retry=False)
    await chat.show(FULL, to="spaces/BBBB", posted_as=None, key="K3", retry=False)

    assert 0 < (held.value.retry_after or 0) <= 1
    assert [card["space"]["name"] for card in google_chat.cards()] == [SPACE, "spaces/BBBB"]


@pytest.mark.parametrize(
    ("said", "seconds_"),
    [pytest.param("7", 7, id="as Chat says"), pytest.param("", 30, id="half a minute, where it says nothing")],
)
async def test_a_pause_that_chat_asks_for_is_kept(show, google_chat, seconds, said, seconds_):
    google_chat.retry_after = said
    google_chat.faults["create"] = [429]
    with pytest.raises(ChatUnavailableError) as asked:
        await show()
    assert asked.value.retry_after == seconds_

    with pytest.raises(ChatUnavailableError):
        await show()
    seconds.pass_(seconds_)
    await show()

    assert len(google_chat.called("create")) == 2


async def test_a_line_stays_in_the_thread_and_notifies_nobody(show, tell, google_chat):
    posted = await show()

    await tell(posted_as=posted)

    (note,) = google_chat.notes()
    assert note["thread"]["name"] == f"{SPACE}/threads/T1"
    query, _ = google_chat.called("create")[-1]
    assert query["messageReplyOption"] == "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
    assert query["createMessageNotificationOptions.notificationType"] == "NOTIFICATION_TYPE_SILENT"


async def test_a_line_that_notifies_is_a_new_message_that_calls_and_leads_to_the_card(show, tell, google_chat):
    posted = await show()

    await tell(CALL, posted_as=posted)

    (note,) = google_chat.notes()
    assert note["thread"]["name"] != f"{SPACE}/threads/T1"
    assert note["text"] == (
        "<users/101> <users/102> token:ci ann approved at 24 Nov 01:58 UTC."
        " <https://chat.google.com/room/AAAA/T1|Open the card>"
    )
    query, _ = google_chat.called("create")[-1]
    assert set(query) == {"messageId", "requestId"}


@pytest.mark.parametrize("remembers", [True, False], ids=["by its request", "by its name"])
@pytest.mark.parametrize("note", [NOTE, CALL], ids=["in the thread", "notifying"])
async def test_a_line_whose_answer_was_lost_is_not_said_twice(show, tell, google_chat, remembers, note):
    google_chat.remembers = remembers
    posted = await show()
    google_chat.faults["create"] = ["drop"]
    with pytest.raises(ChatUnavailableError):
        await tell(note, posted_as=posted)

    await tell(note, posted_as=posted)
    await tell(note, posted_as=posted, key="N2")

    assert len(google_chat.notes()) == 2


async def test_what_chat_never_answers_can_be_given_up_and_found_again(show, google_chat):
    google_chat.faults["create"] = ["hang"]
    showing = asyncio.create_task(show())
    await google_chat.until(google_chat.cards)

    showing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await showing
    await show(retry=True)

    assert len(google_chat.cards()) == 1


async def test_without_an_app_a_space_is_refused(chat):
    with pytest.raises(ChatRefusedError, match="no service account"):
        await replace(chat, app=None).show(FULL, to=SPACE, posted_as=None, key="K", retry=False)


def test_the_secrets_are_not_shown(chat, connection):
    assert SECRET not in repr(chat)
    assert SECRET not in repr(connection.settings)
