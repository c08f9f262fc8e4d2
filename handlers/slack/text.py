"""Text from outside, made fit for Slack: on one line, and never markup, never a mention, never a link."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.commands.plain import one_line
from bot.domain.effects import Line, Moment

LINE = 600
"""Characters that one line of a card takes at most, as they are sent."""

LOOKED_AT = 2
"""So many times what is shown is looked at, as signs that nobody sees fall out."""

CUT = "…"
NOTHING = "–"

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LOOK_ALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
"""Slack knows no escape for the signs of its markup, so that others which look the same stand for them."""

_UNDERLINE_AT_AN_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI_NAME = re.compile(r"(?<!\d):(?=[a-z0-9_+'-]+:)")


def escaped(text: str) -> str:
    """Replace the three signs that Slack's mentions and links begin and end with."""
    return one_line(text).translate(_ENTITIES)


def literal(text: str) -> str:
    """Write text for a place where Slack reads markup, so that it finds none."""
    text = one_line(text).translate(_LOOK_ALIKES)
    text = _UNDERLINE_AT_AN_EDGE.sub("＿", text)
    return _EMOJI_NAME.sub("∶", text).translate(_ENTITIES)


def within(text: str, limit: int) -> str:
    """Cut what was escaped; never through an entity."""
    if len(text) <= limit:
        return text
    return re.sub(r"&[a-z]{0,3}$", "", text[: limit - len(CUT)]).rstrip() + CUT


def plain(text: str, limit: int) -> dict[str, Any]:
    """Write one line in which Slack reads no markup at all.  An empty one would be refused."""
    shown = within(escaped(text[: LOOKED_AT * limit]), limit)
    return {"type": "plain_text", "text": shown if shown.strip() else NOTHING, "emoji": False}


def markup(text: str) -> dict[str, Any]:
    """Show Slack's own markup, made by us.  Nothing in it becomes a link or a mention by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def date(at: datetime, *, seconds: bool = False) -> str:
    """Write a time that each reader sees in the own zone, with the day as a word where it is near."""
    clock = "{time_secs}" if seconds else "{time} {date_short_pretty}"
    return f"<!date^{int(at.timestamp())}^{clock}|{in_utc(at, seconds=seconds)}>"


def in_utc(at: datetime, *, seconds: bool = False) -> str:
    """Write a time for places without markup."""
    return f"{at.astimezone(UTC):{'%H:%M:%S' if seconds else '%H:%M'}} UTC"


def in_markup(line: Line, limit: int = LINE, *, seconds: bool = False) -> str:
    """Write a line for a place where Slack reads markup.  A time is never cut in half."""
    written = ""
    for part in line:
        piece = date(part.at, seconds=seconds) if isinstance(part, Moment) else literal(part[: LOOKED_AT * limit])
        room = limit - len(written)
        if len(piece) > room:
            written += CUT if isinstance(part, Moment) else within(piece, max(room, len(CUT)))
            break
        written += piece
    return _no_quote(written)


def _no_quote(text: str) -> str:
    """Slack draws a line that begins with this sign as a quotation."""
    return f"\N{WORD JOINER}{text}" if text.startswith("&gt;") else text


def in_words(line: Line, limit: int = LINE, *, seconds: bool = False) -> str:
    """Write a line for a place without markup."""
    parts = (
        in_utc(part.at, seconds=seconds) if isinstance(part, Moment) else escaped(part[: LOOKED_AT * limit])
        for part in line
    )
    return within("".join(parts), limit)


def text_of(lines: Sequence[Line], limit: int) -> dict[str, Any]:
    """Write lines one below the other; where no time stands among them, Slack is told to read no markup."""
    if any(isinstance(part, Moment) for line in lines for part in line):
        return markup(stacked((in_markup(line) for line in lines), limit))
    text = stacked((in_words(line) for line in lines), limit)
    return {"type": "plain_text", "text": text or NOTHING, "emoji": False}


def stacked(lines: Iterable[str], limit: int) -> str:
    """Put lines one below the other; those that find no room are counted."""
    kept = [line for line in lines if line.strip()]
    for shown in range(len(kept), -1, -1):
        left = len(kept) - shown
        text = "\n".join([*kept[:shown], *([f"{CUT} and {left} more"] if left else [])])
        if len(text) <= limit:
            return text
    return CUT


def pages(lines: Iterable[str], limit: int) -> list[str]:
    """Put written lines into as few texts as hold them all."""
    found: list[str] = []
    for line in (within(line, limit) for line in lines):
        if found and len(found[-1]) + 1 + len(line) <= limit:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return [text for text in found if text.strip()]
