import pytest

from tests.support.browser import folder_for_pictures, watched_page


async def test_a_page_shows_what_was_written(page):
    await page.set_content("<h1>Ready for promotion</h1>")

    assert await page.get_by_role("heading").inner_text() == "Ready for promotion"


async def test_an_error_that_nobody_sees_fails_the_test(browser):
    for script in ("console.error('lost')", "throw new Error('lost')"):
        with pytest.raises(AssertionError, match="lost"):
            async with watched_page(browser) as page:
                await page.set_content(f"<script>{script}</script>")


async def test_no_page_leaves_the_machine(browser):
    with pytest.raises(AssertionError, match="ERR_NAME_NOT_RESOLVED"):
        async with watched_page(browser) as page:
            await page.set_content("<img src=http://pictures.example/card.png>")


def test_the_folder_for_pictures_is_made_and_may_be_there(tmp_path):
    for _ in range(2):
        assert folder_for_pictures(str(tmp_path / "new" / "pictures")).is_dir()
