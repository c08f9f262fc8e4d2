"""A card as people see it: drawn by a renderer of Slack's messages, in a real browser."""

from handlers.slack.cards import to_blocks
from tests.support.cards import FULL
from tests.support.slack_pictures import easel, show

IN_ORDER = ("ready for promotion", "50 % of users", "✓ success", "Needs 1", "Approve 1.8.2", "SHOP-412", "rule shop")


async def test_people_read_a_card_from_the_effect_to_the_footer(tmp_path):
    async with easel(tmp_path) as page:
        await show(page, to_blocks(FULL)[1])
        read = await page.inner_text("#message")
        buttons = await page.locator("#message button").all_inner_texts()

    places = [read.index(words) for words in IN_ORDER]
    assert places == sorted(places)
    assert "ann approved 01:58 today." in read
    assert buttons == ["Approve 1.8.2", "Roll back to 1.8.1", "Details"]
