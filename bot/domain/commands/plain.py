"""Lines as plain text, for answers that no chat dresses up."""

import unicodedata
from datetime import UTC, datetime

from bot.domain.effects import Line, Moment

_JOINERS = "\u200c\u200d"
"""Scripts and emoji need these two invisible signs; they turn nothing around."""


_ENDS = ".!?…"


def plain(line: Line) -> str:
    """One line: what people or engines wrote in it breaks out of nothing."""
    return "".join(written(part.at) if isinstance(part, Moment) else one_line(part) for part in line).strip()


def joined(lines: tuple[Line, ...]) -> str:
    """Sentences, one after the other on one line."""
    sentences = [text for line in lines if (text := plain(line))]
    return " ".join(text if text[-1] in _ENDS else f"{text}." for text in sentences)


def written(at: datetime) -> str:
    """`24 Nov 02:00:51 UTC`."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %H:%M:%S} UTC"


def one_line(text: str) -> str:
    """Every break is a blank; signs that nobody sees or that turn the line around are left out."""
    if text.isprintable():  # Nearly all text is, and is left as it is at once.
        return text
    return "".join(" " if sign.isspace() else sign for sign in text if _is_seen(sign))


def _is_seen(sign: str) -> bool:
    return sign.isspace() or sign in _JOINERS or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
