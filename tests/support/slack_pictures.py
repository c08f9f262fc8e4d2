"""Pictures of cards as Slack shows them.  `python -m tests.support.slack_pictures FOLDER` draws every scene.

Slack's own emoji are drawn by the machine's font: Debian has one in `fonts-noto-color-emoji`.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from handlers.slack.cards import to_blocks
from handlers.slack.dialogs import details
from tests.support.browser import folder_for_pictures, open_browser, watched_page
from tests.support.desk import TWO_O_CLOCK
from tests.support.needs import slack_types
from tests.support.scenes import played

WIDE, PHONE, DIALOG = 720, 390, 520
LINK = "https://pointsman.example.com/releases/"
SOURCE = Path(__file__).parent / "slack-types" / "message.jsx"
STYLE = """
body {margin: 0; background: #fff} #message {padding: 12px; box-sizing: border-box}
#message * {min-width: 0} #message > div {width: 100% !important; max-width: 100% !important}
#message, #message * {font-family: Lato, "Liberation Sans", "Noto Color Emoji", sans-serif !important}
"""


def bundle(folder: Path) -> Path:
    """Put the renderer and its style into one page."""
    modules = slack_types() / "node_modules"
    made = folder / "message.js"
    command = [str(modules / ".bin" / "esbuild"), str(SOURCE), "--bundle", "--jsx=automatic", f"--outfile={made}"]
    define = '--define:process.env.NODE_ENV="production"'
    subprocess.run([*command, define, "--log-level=error"], check=True, env=os.environ | {"NODE_PATH": str(modules)})
    style = (modules / "slack-blocks-to-jsx" / "dist" / "style.css").read_text()
    page = folder / "message.html"
    head = f'<meta charset="utf-8"><style>{style}{STYLE}</style>'
    page.write_text(f'<!doctype html>{head}<div id="message"></div><script>{made.read_text()}</script>')
    return page


@asynccontextmanager
async def easel(folder: Path) -> AsyncIterator[Page]:
    """Open the page that draws."""
    made = bundle(folder)
    async with open_browser() as browser, watched_page(browser) as page:
        await page.goto(made.as_uri())
        yield page


async def show(page: Page, blocks: list[dict[str, Any]], *, width: int = WIDE) -> None:
    """Draw a message; the renderer takes `verbatim` for more than Slack does, and would show our times as they are."""
    await page.set_viewport_size({"width": width, "height": 200})
    plain = json.dumps(blocks).replace(', "verbatim": true', "")
    await page.evaluate(f"draw({plain}, {json.dumps(TWO_O_CLOCK.isoformat())})")
    await page.wait_for_selector("#message :is(button, a)")


async def draw_blocks(page: Page, blocks: list[dict[str, Any]], to: Path, *, width: int) -> None:
    await page.reload()
    await show(page, blocks, width=width)
    await page.locator("#message").screenshot(path=to)


def blocks_of(seen: Seen) -> list[dict[str, Any]]:
    card = draw(seen)
    return to_blocks(card, link=LINK + card.release)[1]


async def main(folder: Path) -> None:
    """Draw every scene into a folder that is there."""
    with tempfile.TemporaryDirectory() as scratch:
        async with easel(Path(scratch)) as page:
            async for name, seen, history in played(Path(scratch)):
                await draw_blocks(page, blocks_of(seen), folder / f"slack-{name}.png", width=WIDE)
                if name == "one-of-two":
                    await draw_blocks(page, blocks_of(seen), folder / f"slack-{name}-phone.png", width=PHONE)
                if name == "much-decided":
                    view = details(draw(seen), seen, history, link=LINK + seen.release.id)
                    await draw_blocks(page, view["blocks"], folder / "slack-details.png", width=DIALOG)


if __name__ == "__main__":
    asyncio.run(main(folder_for_pictures(sys.argv[1])))
