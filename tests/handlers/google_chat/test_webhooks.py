"""A webhook posts, one way, and says what it cannot; nothing tells its secret."""

import json

import pytest

from bot.domain.errors import ChatRefusedError, ChatUnavailableError
from tests.handlers.google_chat.conftest import CALL, FAULTS, link
from tests.support.cards import ENDED, FULL
from tests.support.google_chat import SECRET

HOOK = "webhook/ops"


async def test_a_webhook_posts_a_card_without_deciding_buttons_and_says_what_it_cannot(show, google_chat):
    await show(to=HOOK)

    (card,) = google_chat.hooked
    assert card["thread"] == {"threadKey": FULL.release}
    drawn = json.dumps(card)
    assert "This message cannot change" in drawn
    assert '"action"' not in drawn
    assert link(FULL.release) in drawn


async def test_a_webhooks_card_is_not_posted_again_to_be_redrawn(show, google_chat):
    posted = await show(to=HOOK)

    assert await show(ENDED, to=HOOK, posted_as=posted) == posted

    assert len(google_chat.hooked) == 1


async def test_a_webhook_says_lines_below_its_card_and_what_notifies_anew(show, tell, google_chat):
    posted = await show(to=HOOK)

    await tell(to=HOOK, posted_as=posted)
    await tell(CALL, to=HOOK, posted_as=posted)

    _, below, anew = google_chat.hooked
    assert below == {"text": "ann approved at 24 Nov 01:58 UTC.", "thread": {"threadKey": FULL.release}}
    assert "thread" not in anew
    assert anew["text"].endswith(f"<{link(FULL.release)}|Open in the console>")
    assert "<users/" not in anew["text"]


@pytest.mark.parametrize(("fault", "error"), [*FAULTS, pytest.param(401, ChatUnavailableError, id="401")])
async def test_no_fault_of_a_webhook_tells_its_secret(show, google_chat, fault, error):
    google_chat.faults["webhook"] = [fault]

    with pytest.raises(error) as raised:
        await show(to=HOOK)

    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_a_webhook_that_the_settings_do_not_name_is_refused(show):
    with pytest.raises(ChatRefusedError, match="no webhook other"):
        await show(to="webhook/other")
