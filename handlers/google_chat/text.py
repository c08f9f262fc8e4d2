"""Text from outside, made fit for Google Chat: on one line, and never markup and never a mention."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import accumulate

from bot.domain.commands.plain import one_line
from bot.domain.effects import Line, Moment
from bot.domain.newest import Newest

LINE = 500
"""Characters that one line of a card takes at most, as they are sent."""

LOOKED_AT = 2
"""So many times what is shown is looked at, as signs that nobody sees fall out."""

CUT = "…"
NOTHING = "–"

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_BRACKETS = str.maketrans({"<": "‹", ">": "›"})
_LOOK_ALIKES = _BRACKETS | str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
"""A message's text knows no escape for the signs of its markup, so that others which look the same stand for them."""

_UNDERLINE_AT_AN_EDGE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")


def label(text: str, limit: int) -> str:
    """Write text for a title, a label or a button: it reads the same whether Chat takes it for HTML or not."""
    shown = _within(_looked_at(text, limit).translate(_BRACKETS), limit)
    return shown if shown.strip() else NOTHING


def escaped(text: str) -> str:
    """Write text for a place where Chat reads HTML."""
    return one_line(text).translate(_ENTITIES)


def literal(text: str) -> str:
    """Write text for a place where Chat reads the markup of messages, so that it finds none."""
    return _UNDERLINE_AT_AN_EDGE.sub("＿", one_line(text).translate(_LOOK_ALIKES))


def at_time(at: datetime) -> str:
    """`24 Nov 01:58 UTC`: the day too, as a card is read for days and nobody's zone is known."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %H:%M} UTC"


def in_html(line: Line, limit: int = LINE) -> str:
    """Write a line of a card.  What is cut is never cut through an entity."""
    parts = (at_time(part.at) if isinstance(part, Moment) else part[: LOOKED_AT * limit] for part in line)
    return _whole_entities(_within(escaped("".join(parts)), limit))


def in_words(line: Line, limit: int = LINE) -> str:
    """Write a line as a message's text, which may not be empty."""
    return _words(line, limit).strip() or NOTHING


def _words(line: Line, limit: int = LINE) -> str:
    parts = (at_time(part.at) if isinstance(part, Moment) else part[: LOOKED_AT * limit] for part in line)
    return _within(literal("".join(parts)), limit)


def size(text: str) -> int:
    """Count bytes, as they are sent."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - len('""')


def stacked(lines: Iterable[Line], limit: int, *, link: str) -> str:
    """Put lines of a card one below the other; those that find no room in so many bytes are counted.

    Args:
        limit: bytes, more than a line and the count take.
        link: where the console shows them all.
    """
    return _kept(map(in_html, lines), limit, "<br>", lambda left: f'<a href="{link}">{_more(left)}</a>')


def newest(told: Newest, limit: int, *, link: str) -> str:
    """Put the newest lines of a card that find room one below the other; those left out are counted above them.

    Of no lines nothing is written.

    Args:
        limit: bytes, more than a line and the count take.
        link: where the console shows them all.
    """
    written = [in_html(line) for line in told.lines]
    texts = (_with_earlier(told.last(shown), written, link) for shown in range(len(written), -1, -1))
    return next(text for text in texts if size(text) <= limit)


def _with_earlier(told: Newest, written: list[str], link: str) -> str:
    earlier = [f'<a href="{link}">{told.earlier}</a>'] if told.earlier else []
    return "<br>".join([*earlier, *written[len(written) - len(told.lines) :]])


def in_a_column(lines: Iterable[Line], limit: int, *, link: str) -> str:
    """Put lines of a message's text one below the other, as `stacked` does."""
    return _kept(map(_words, lines), limit, "\n", lambda left: f"<{link}|{_more(left)}>")


def _kept(lines: Iterable[str], limit: int, between: str, more: Callable[[int], str]) -> str:
    written = [line for line in lines if line.strip()]
    if size(whole := between.join(written)) <= limit:
        return whole or NOTHING
    taken = list(accumulate((size(line + between) for line in written), initial=0))  # By so many first lines.
    fitting = (n for n in range(len(written) - 1, 0, -1) if taken[n] + size(more(len(written) - n)) <= limit)
    shown = next(fitting, 0)
    return between.join([*written[:shown], more(len(written) - shown)])


def _more(left: int) -> str:
    return f"{CUT} and {left} more in the console"


def _looked_at(text: str, limit: int) -> str:
    return one_line(text[: LOOKED_AT * limit])


def _within(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - len(CUT)].rstrip() + CUT


def _whole_entities(text: str) -> str:
    return re.sub(rf"&[a-z]{{0,3}}{CUT}$", CUT, text)
