"""Cards and lines out: posted once, redrawn after that, with every fault of Slack told as one of ours."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.effects import Tell
from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError
from tests.handlers.slack.conftest import words
from tests.support.cards import ENDED, FULL, moment
from tests.support.slack import CHANNEL

NOTE = Tell(release=FULL.release, line=("ann approved at ", moment(1, 58), "."), at=moment(1, 58).at)
CALL = replace(NOTE, notifies=True, mentions=("group:sre", "bob@example.com", "token:ci"))


@pytest.fixture
def show(chat):
    def show_it(card=FULL, *, to=CHANNEL, posted_as=None, key="K1", retry=False):
        return chat.show(card, to=to, posted_as=posted_as, key=key, retry=retry)

    return show_it


@pytest.fixture
def tell(chat):
    def tell_it(note=NOTE, *, posted_as, key="N1"):
        return chat.tell(note, to=CHANNEL, posted_as=posted_as, key=key)

    return tell_it


async def test_a_card_is_posted_once_and_then_redrawn(show, slack):
    posted = await show()
    assert posted == f"{CHANNEL}:1000.000100"

    assert await show(ENDED, posted_as=posted) == posted

    (card,) = slack.cards()
    assert "rolled back by Flagger" in words(card["blocks"])
    assert card["text"].startswith("Rolled back by Flagger")


async def test_the_posting_calls_people_and_the_redrawing_names_them(show, slack):
    posted = await show()
    await show(posted_as=posted)

    (first,), (second,) = slack.called("chat.postMessage"), slack.called("chat.update")
    assert "<!subteam^S0SRE> <@U0BOB>" in words(first["blocks"])
    assert "<@" not in words(second)
    assert "<!subteam" not in words(second)


async def test_a_card_is_marked_as_ours_and_unfurls_nothing(show, slack):
    await show()

    (posted,) = slack.called("chat.postMessage")
    assert posted["metadata"] == {"event_type": "pointsman_card", "event_payload": {"key": "K1"}}
    assert (posted["unfurl_links"], posted["unfurl_media"]) in {("0", "0"), (False, False)}


async def test_an_address_that_slack_does_not_know_holds_no_card_up(show, slack):
    slack.faults["users.lookupByEmail"] = ["users_not_found"]

    await show()

    assert "Asked: <!subteam^S0SRE> bob" in words(slack.cards())


async def test_a_post_whose_answer_was_lost_is_found_again(show, slack):
    slack.faults["chat.postMessage"] = ["drop"]
    with pytest.raises(ChatUnavailableError):
        await show()

    assert await show(retry=True) == f"{CHANNEL}:1000.000100"

    assert len(slack.called("chat.postMessage")) == 1
    assert len(slack.called("chat.update")) == 1


async def test_another_cards_post_is_not_taken_for_it(show, slack):
    await show(key="K0")

    assert await show(key="K1", retry=True) == f"{CHANNEL}:1001.000100"


@pytest.mark.parametrize("fault", ["missing_scope", "not_in_channel"])
async def test_without_the_right_to_look_back_it_is_posted_again(show, slack, fault):
    slack.faults["conversations.history"] = [fault]

    await show(retry=True)

    assert len(slack.cards()) == 1


async def test_while_slack_cannot_tell_whether_it_is_there_it_is_not_posted(show, slack):
    slack.faults["conversations.history"] = [500]

    with pytest.raises(ChatUnavailableError):
        await show(retry=True)

    assert slack.cards() == []


FAULTS = [
    *[pytest.param(word, ChatRefusedError, id=word) for word in ("is_archived", "channel_not_found", "not_in_channel")],
    *[pytest.param(word, ChatRefusedError, id=word) for word in ("restricted_action", "msg_too_long", "no_permission")],
    *[pytest.param(word, ChatUnavailableError, id=word) for word in ("internal_error", "fatal_error", "ratelimited")],
    *[pytest.param(word, ChatUnavailableError, id=word) for word in ("invalid_auth", "token_revoked")],
    *[pytest.param(code, ChatUnavailableError, id=str(code)) for code in (429, 500, 502, 503)],
    pytest.param(404, ChatRefusedError, id="no such method"),
    pytest.param("drop", ChatUnavailableError, id="a broken connection"),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS)
async def test_every_fault_of_slack_is_one_of_ours(show, slack, fault, error):
    slack.faults["chat.postMessage"] = [fault]

    with pytest.raises(error):
        await show()


@pytest.mark.parametrize("fault", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_card_that_cannot_be_redrawn_is_gone(show, slack, fault):
    posted = await show()
    slack.faults["chat.update"] = [fault]

    with pytest.raises(CardGoneError):
        await show(posted_as=posted)


async def test_slacks_own_pause_is_kept_for_that_channel_and_no_other(show, slack, connection):
    slack.faults["chat.postMessage"] = [429]
    with pytest.raises(ChatUnavailableError) as asked:
        await show()
    assert asked.value.retry_after == 7

    with pytest.raises(ChatUnavailableError) as held:
        await show()
    await show(to="C0OTHER", key="K2")
    assert held.value.retry_after == pytest.approx(7)
    assert [post["channel"] for post in slack.called("chat.postMessage")] == [CHANNEL, "C0OTHER"]

    connection.pace.clock.pass_(7)
    await show()


async def test_a_channel_gets_no_more_than_its_share(show, slack):
    for place in range(3):
        await show(key=f"K{place}")

    with pytest.raises(ChatUnavailableError) as held:
        await show(key="K3")

    assert 0 < (held.value.retry_after or 0) <= 1
    assert len(slack.cards()) == 3


async def test_a_line_stays_in_the_thread(show, tell, slack):
    posted = await show()

    await tell(posted_as=posted)

    (note,) = slack.notes()
    assert (note["channel"], note["thread_ts"]) == (CHANNEL, "1000.000100")
    assert note["reply_broadcast"] in {False, "0"}
    assert slack.called("chat.getPermalink") == []


async def test_a_line_that_notifies_is_seen_in_the_channel_calls_and_leads_to_the_card(show, tell, slack):
    posted = await show()

    await tell(CALL, posted_as=posted)

    (note,) = slack.notes()
    assert note["reply_broadcast"] in {True, "1"}
    assert note["blocks"][0]["text"]["text"].startswith("<!subteam^S0SRE> <@U0BOB> token:ci ann approved")
    assert "|Open the card>" in words(note)
    assert note["text"] == "ann approved at 01:58 UTC."


async def test_without_a_permalink_the_line_is_said_all_the_same(show, tell, slack):
    posted = await show()
    slack.faults["chat.getPermalink"] = [500]

    await tell(CALL, posted_as=posted)

    assert "Open the card" not in words(slack.notes())


async def test_a_line_whose_answer_was_lost_is_not_said_twice(show, tell, slack):
    posted = await show()
    slack.faults["chat.postMessage"] = ["drop"]
    with pytest.raises(ChatUnavailableError):
        await tell(posted_as=posted)

    await tell(posted_as=posted)
    await tell(posted_as=posted, key="N2")

    assert len(slack.notes()) == 2


async def test_a_line_under_a_deleted_card_says_that_it_is_gone(show, tell, slack):
    posted = await show()
    slack.faults["chat.postMessage"] = ["thread_not_found"]

    with pytest.raises(CardGoneError):
        await tell(posted_as=posted)


async def test_what_slack_never_answers_ends_with_the_patience_of_who_asked(show, slack):
    slack.faults["chat.postMessage"] = ["hang"]

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await show()
    slack.over.set()
    assert len(slack.cards()) == 1
