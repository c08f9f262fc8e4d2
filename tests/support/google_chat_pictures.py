"""Pictures of cards as Google Chat shows them: `python -m tests.support.google_chat_pictures FOLDER` draws every scene.

Google offers no renderer, so that this one imitates it: what is on the card, in Chat's order and near its looks.
"""

import asyncio
import html
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bot.domain.card import Card
from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from bot.domain.commands.reply import receipt as receipt_of
from bot.domain.decision import Verdict
from handlers.google_chat.cards import drawn, to_message
from handlers.google_chat.dialogs import confirm_dialog, details
from handlers.google_chat.widgets import FUNCTION
from tests.support.browser import folder_for_pictures, open_browser, watched_page
from tests.support.desk import ANN
from tests.support.palette import smaller
from tests.support.scenes import played

WIDE, PHONE, DIALOG = 660, 390, 480
SHARPNESS = 2
LINK = "https://pointsman.example.com/releases/"
NAMES = {"<users/101>": "Ann Lee", "<users/102>": "Bob Ray"}

STYLE = """
:root {--page:#fff; --card:#fff; --line:#e1e3e1; --text:#1f1f1f; --soft:#444746; --blue:#0b57d0; --on-blue:#fff;
  --chip:#c2e7ff; --on-chip:#001d35; --outline:#747775; --field:#f0f4f9; --red:#b3261e}
.dark {--page:#131314; --card:#1e1f20; --line:#444746; --text:#e3e3e3; --soft:#c4c7c5; --blue:#a8c7fa;
  --on-blue:#062e6f; --chip:#004a77; --on-chip:#c2e7ff; --outline:#8e918f; --field:#282a2c}
body {margin:0; background:var(--page)}
#message {box-sizing:border-box; padding:14px 16px; background:var(--page); color:var(--text);
  font:14px/20px Roboto, "Google Sans", Arimo, "Liberation Sans", "Noto Color Emoji", sans-serif}
.row {display:flex; gap:12px} .face {flex:none; width:36px; height:36px; border-radius:50%; background:#0b57d0;
  color:#fff; display:grid; place-items:center; font-weight:500; font-size:17px}
.body {flex:1; min-width:0} .who {font-weight:600; margin-right:6px} .app {font-size:11px; padding:1px 6px;
  border-radius:4px; background:var(--field); color:var(--soft); margin-right:8px}
.at {font-size:12px; color:var(--soft)} .text {white-space:pre-line; margin:2px 0 8px}
.mention {background:var(--chip); color:var(--on-chip); border-radius:12px; padding:1px 6px}
a {color:var(--blue); text-decoration:none}
.card {border:1px solid var(--line); border-radius:12px; background:var(--card); max-width:560px; overflow:hidden}
.dialog {margin:auto; border-radius:24px; box-shadow:0 4px 16px #0003; max-width:440px}
header {padding:14px 16px 12px; font-weight:600; font-size:16px; line-height:22px; border-bottom:1px solid var(--line)}
section {padding:12px 16px; display:flex; flex-direction:column; gap:10px; border-bottom:1px solid var(--line)}
section:last-child {border-bottom:0} h4 {margin:0; font-size:13px; font-weight:500; color:var(--soft)}
p {margin:0; overflow-wrap:anywhere}
.buttons {display:flex; flex-wrap:wrap; gap:8px} button {font:500 14px/20px inherit; font-family:inherit; height:36px;
  padding:0 18px; border-radius:18px; border:1px solid var(--outline); background:none; color:var(--blue)}
button.FILLED {border-color:transparent; background:var(--blue); color:var(--on-blue)}
.decorated {display:flex; gap:12px; align-items:center} .decorated div {flex:1; min-width:0}
.bottom {color:var(--soft); font-size:12px; line-height:16px; margin-top:4px} svg {flex:none; fill:var(--soft)}
label {display:block; border:1px solid var(--outline); border-radius:8px; padding:8px 12px 30px; color:var(--soft)}
small {display:block; color:var(--soft); margin:-4px 12px 0; font-size:12px} img {max-width:100%}
"""

OPEN_IN_NEW = (
    '<svg width="20" height="20" viewBox="0 0 24 24"><path d="M19 19H5V5h7V3H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14'
    'a2 2 0 0 0 2-2v-7h-2v7zM14 3v2h3.6l-9.8 9.8 1.4 1.4L19 6.400V10h2V3h-7z"/></svg>'
)


def shown(message: dict[str, Any], *, dark: bool = False) -> str:
    """A message as a page."""
    held = "".join(_card(one["card"]) for one in message.get("cardsV2", ()))
    text = f'<div class="text">{_marked_up(message["text"])}</div>' if "text" in message else ""
    name = '<span class="who">Pointsman</span><span class="app">App</span><span class="at">now</span>'
    body = f'<div class="row"><div class="face">P</div><div class="body"><div>{name}</div>{text}{held}</div></div>'
    return _page(body, dark=dark)


def shown_dialog(card: dict[str, Any], *, dark: bool = False) -> str:
    return _page(_card(card, kind="card dialog"), dark=dark)


def _page(body: str, *, dark: bool) -> str:
    look = "dark" if dark else "light"
    head = f'<!doctype html><meta charset="utf-8"><title>Google Chat</title><style>{STYLE}</style>'
    return f'{head}<body class="{look}"><div id="message">{body}</div>'


def _marked_up(text: str) -> str:
    for user, name in NAMES.items():
        text = text.replace(user, f"\1{name}\2")
    text = html.escape(text, quote=False).replace("\1", '<span class="mention">@').replace("\2", "</span>")
    return re.sub(r"&lt;(https:[^|]*)\|(.*?)&gt;", r'<a href="\1">\2</a>', text)


def _card(card: dict[str, Any], *, kind: str = "card") -> str:
    header = f"<header>{html.escape(card['header']['title'])}</header>" if "header" in card else ""
    return f'<div class="{kind}">{header}{"".join(map(_section, card["sections"]))}</div>'


def _section(section: dict[str, Any]) -> str:
    header = f"<h4>{section['header']}</h4>" if "header" in section else ""
    return f"<section>{header}{''.join(map(_widget, section['widgets']))}</section>"


def _widget(widget: dict[str, Any]) -> str:
    ((kind, what),) = widget.items()
    match kind:
        case "textParagraph":
            return f"<p>{what['text']}</p>"
        case "buttonList":
            return f'<div class="buttons">{"".join(map(_button, what["buttons"]))}</div>'
        case "decoratedText":
            below = f'<div class="bottom">{html.escape(what["bottomLabel"])}</div>' if "bottomLabel" in what else ""
            return f'<div class="decorated"><div><p>{what["text"]}</p>{below}</div>{OPEN_IN_NEW}</div>'
        case "textInput":
            hint = f"<small>{html.escape(what.get('hintText', ''))}</small>"
            return f"<label>{html.escape(what['label'])}</label>{hint}"
        case "image":
            return f'<img src="{html.escape(what["imageUrl"])}" alt="{html.escape(what["altText"])}">'
        case other:
            raise AssertionError(f"{other} is no widget of ours")


def _button(button: dict[str, Any]) -> str:
    colour = button.get("color")
    tint = "rgb({red:.0%} {green:.0%} {blue:.0%})".format(**colour) if colour else ""
    style = f' style="background:{tint};color:#fff"' if colour else ""
    return f'<button class="{button.get("type", "OUTLINED")}"{style}>{html.escape(button["text"])}</button>'


@asynccontextmanager
async def easel() -> AsyncIterator[Page]:
    async with open_browser() as browser, watched_page(browser, sharpness=SHARPNESS) as page:
        yield page


async def take(page: Page, shown_as: str, to: Path, *, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 200})
    await page.set_content(shown_as)
    png = await page.locator("#message").screenshot()
    await asyncio.to_thread(to.write_bytes, smaller(png))


def message_of(card: Card, *, calling: tuple[str, ...] = ()) -> dict[str, Any]:
    return to_message(card, function=FUNCTION, link=LINK + card.release, calling=calling)


def one_way(card: Card) -> dict[str, Any]:
    return to_message(card, function=None, link=LINK + card.release, one_way=True)


async def main(folder: Path) -> None:
    """Draw every scene into a folder that is there."""
    with tempfile.TemporaryDirectory() as scratch:
        async with easel() as page:
            async for name, seen, history in played(Path(scratch)):
                calling = tuple(NAMES) if name == "ready-for-promotion" else ()
                message = message_of(draw(seen), calling=calling)
                await take(page, shown(message), folder / f"google-chat-{name}.png", width=WIDE)
                if name == "one-of-two":
                    await draw_around(page, seen, folder)
                if name == "much-decided":
                    more = shown_dialog(details(draw(seen), seen, history, link=LINK + seen.release.id))
                    await take(page, more, folder / "google-chat-details.png", width=DIALOG)


async def draw_around(page: Page, seen: Seen, folder: Path) -> None:
    """Draw what is seen beside one card: on a phone in the dark, by a webhook, its dialog, a receipt."""
    card = draw(seen)
    dark = shown(message_of(card), dark=True)
    await take(page, dark, folder / "google-chat-phone-dark.png", width=PHONE)
    await take(page, shown(one_way(card)), folder / "google-chat-webhook.png", width=WIDE)
    reason = shown_dialog(confirm_dialog(card.buttons[-1], card, function=FUNCTION))
    await take(page, reason, folder / "google-chat-reason.png", width=DIALOG)
    receipt = drawn(receipt_of(seen, seen.gate, Verdict.APPROVE, by=ANN), function=FUNCTION, link=LINK)
    await take(page, shown(receipt), folder / "google-chat-receipt.png", width=DIALOG)


if __name__ == "__main__":
    asyncio.run(main(folder_for_pictures(sys.argv[1])))
