"""Looks at what an API server sent: a field that is missing, or is of another kind, is nothing."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_DIGITS = re.compile(r"[0-9]{1,18}")

NOTHING: Mapping[str, Any] = {}


def inner(fields: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The object at a path; an empty one where there is none."""
    found: Any = fields
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else NOTHING


def items(fields: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """The objects of a list; what is no object is left out."""
    found = fields.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def text(fields: Mapping[str, Any], name: str) -> str:
    found = fields.get(name)
    return found if isinstance(found, str) else ""


def number(fields: Mapping[str, Any], name: str) -> int | None:
    found = fields.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def truth(fields: Mapping[str, Any], name: str) -> bool:
    return fields.get(name) is True


def texts(fields: Mapping[str, Any], name: str) -> Mapping[str, str]:
    """Labels or annotations."""
    return {key: value for key, value in inner(fields, name).items() if isinstance(value, str)}


def digits(value: str) -> int | None:
    """A number that is written as text."""
    return int(value) if _DIGITS.fullmatch(value) else None
