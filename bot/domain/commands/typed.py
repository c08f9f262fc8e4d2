"""The words and flags of a typed line, whatever a phone or a chat made of its quotes and dashes."""

import re
import unicodedata

QUOTES = "'\"`„“”‟‚‘’‛«»‹›"
DASH = "[-_‐-―]"

_QUOTED = re.compile(rf"[{QUOTES}]\s*[^\s{QUOTES}]+\s*[{QUOTES}](?=\s|$)")
_UNQUOTED = re.compile(r"\S+")
_FLAG = r"(?:--|[‐-―])"  # Phones and chats make one long dash of two short ones.
_FLAG_FIRST = re.compile(r"--(?P<name>[A-Za-z][A-Za-z-]*)(?==|\s|$)")  # A long dash before a reason is a dash.


def plain(text: str) -> str:
    """On one line, and without what no database takes."""
    kept = (c for c in text if unicodedata.category(c) != "Cs")
    return "".join(" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in kept).strip()


def first_word(text: str) -> tuple[str, str]:
    """The first word, without quotes and without what cannot be seen; and what stands behind it."""
    text = text.lstrip()
    found = _QUOTED.match(text) or _UNQUOTED.match(text)
    end = found.end() if found else 0
    seen = (c for c in text[:end] if c not in QUOTES and not c.isspace() and unicodedata.category(c) != "Cf")
    return "".join(seen), text[end:]


def key(word: str) -> str:
    """A verb as the grammar has it: `Roll-Back:` → `rollback`."""
    return re.sub(DASH, "", word).strip("/.,:;!?").casefold()


def unquoted(text: str) -> str:
    """A text without the quotes that enclose it as a whole."""
    text = text.strip()
    inner = text[1:-1]
    enclosed = text[:1] in QUOTES and text[-1:] in QUOTES and text[:1] not in inner and text[-1:] not in inner
    return inner.strip() if inner and enclosed else text


def without_flag(text: str, name: str) -> tuple[str, bool]:
    """Take a flag from the ends of a text.  Amid a reason it is a word like any other."""
    rest = re.sub(rf"\A\s*{_FLAG}{name}(?=\s|$)", "", text, count=1, flags=re.IGNORECASE)
    rest = re.sub(rf"(?:^|\s){_FLAG}{name}\s*$", "", rest, count=1, flags=re.IGNORECASE).strip()
    return rest, rest != text.strip()


def without_value(text: str, name: str) -> tuple[str, str | None]:
    """Take a flag and its value from the end of a text: `--after shop/cart#7`, `--after=shop/cart#7`.

    Returns:
        What is left, and the value: empty where the flag stands without one, None where it does not stand.
    """
    found = re.search(rf"(?:^|\s){_FLAG}{name}(?:(?:\s+|=)(?P<value>\S+))?\s*$", text, flags=re.IGNORECASE)
    if found is None:
        return text, None
    return text[: found.start()].strip(), found["value"] or ""


def flag_at(text: str) -> str | None:
    """The name of the flag that a text begins with: `--full …` → `full`."""
    found = _FLAG_FIRST.match(text.lstrip())
    return found["name"].casefold() if found else None


def is_flag(word: str) -> bool:
    return re.match(_FLAG, word) is not None
