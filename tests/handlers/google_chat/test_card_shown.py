"""A card as people see it: drawn near Google Chat's looks, in a real browser."""

import pytest

from bot.domain.cards.drawing import draw
from handlers.google_chat.cards import to_message
from handlers.google_chat.dialogs import confirm_dialog, details
from handlers.google_chat.widgets import FUNCTION
from tests.handlers.google_chat.conftest import link
from tests.support.cards import FULL
from tests.support.desk import open_desk
from tests.support.google_chat_limits import check_card, check_message
from tests.support.google_chat_pictures import PHONE, easel, message_of, shown
from tests.support.scenes import SCENES, newest

IN_ORDER = (
    "Approve? checkout",
    "ready for promotion",
    "50 % of users",
    "✓ success",
    "Needs 1",
    "SHOP-412",
    "rule shop",
)


async def test_people_read_a_card_from_the_push_to_the_footer():
    async with easel() as page:
        await page.set_viewport_size({"width": PHONE, "height": 900})
        await page.set_content(shown(message_of(FULL)))
        read = await page.inner_text("#message")
        buttons = await page.locator("#message button").all_inner_texts()
        wide = await page.evaluate("document.documentElement.scrollWidth")

    places = [read.index(words) for words in IN_ORDER]
    assert places == sorted(places)
    assert buttons == ["Approve 1.8.2", "Roll back to 1.8.1", "Details"]
    assert wide <= PHONE


@pytest.mark.parametrize("name", SCENES)
async def test_chat_takes_every_scene_and_its_dialogs(sqlite_url, name):
    async with open_desk(sqlite_url) as desk:
        await SCENES[name](desk)
        seen = await desk.people.look.at(await newest(desk))
        history = await desk.people.tell_history(seen.release)
    card = draw(seen)

    check_message(to_message(card, function=FUNCTION, link=link(card.release)))
    check_message(to_message(card, function=None, link=link(card.release), one_way=True))
    check_card(details(card, seen, history, link=link(card.release)))
    for button in card.buttons:
        check_card(confirm_dialog(button, card, function=FUNCTION))
