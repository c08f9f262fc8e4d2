"""What pydantic found becomes mistakes that a person understands."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.mistakes import Mistake, Place, dotted, hint, line_of, quoted
from bot.config.schema import known_keys

UNNAMED = {"<word>", "<kubeconfig>", "[key]"}  # Steps that are not in the file: our own tags, and a mark of pydantic's.
KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping (`key: value`)",
    "mapping_type": "a mapping (`key: value`)",
    "model_type": "a mapping (`key: value`)",
}

FORMS = {
    "missing": "is missing",
    "greater_than_equal": "must be {ge} or more, is {given}",
    "less_than_equal": "must be {le} or less, is {given}",
    "too_short": "must not be empty",
}


def explained(error: ValidationError, lines: Mapping[Place, int]) -> list[tuple[Place, Mistake]]:
    """Tell each error with its key and line."""
    found = errors_of(error)
    places = [place_of(detail) for detail in found]
    return [
        (place, Mistake(dotted(place), line_of(place, lines), message(detail, place)))
        for place, detail in zip(places, found, strict=True)
    ]


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """List the errors, without those that only follow from another one of them."""
    return [
        detail
        for detail in error.errors(include_url=False)
        if detail["type"] != "default_factory_not_called"  # Another key of the section is wrong.
        and not (detail["type"] == "too_short" and detail["input"])  # Items of the list are wrong.
    ]


def place_of(detail: ErrorDetails) -> Place:
    return tuple(step for step in detail["loc"] if step not in UNNAMED)


def message(detail: ErrorDetails, place: Place) -> str:
    given, limits = detail["input"], detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        return f"is not a known key{nearest(place)}"
    if detail["type"] == "literal_error":
        return f"must be {limits['expected']}, is {harmless(given)}{nearest_word(given, limits)}"
    if expected := KINDS.get(detail["type"]):
        return f"must be {expected}, is {kind(given)}{cure(detail['type'], given)}"
    return FORMS.get(detail["type"], "{msg}").format(**limits, given=given, msg=detail["msg"])


def nearest(place: Place) -> str:
    known = known_keys(place[:-1])
    return hint(str(place[-1]), known) or f"; known here: {', '.join(known)}"


def nearest_word(given: Any, limits: Mapping[str, Any]) -> str:
    """Pick among the words that pydantic lists as `'a', 'b' or 'c'`."""
    return hint(given, limits["expected"].split("'")[1::2]) if isinstance(given, str) else ""


def kind(value: Any) -> str:
    """Say of what kind a value is, never the value: it may be a secret in the wrong place."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case tuple() | list():
            return "a list"
        case _:
            return "a mapping"


def harmless(value: Any) -> str:
    """Quote a word, as no secret is one; of anything else say the kind."""
    return quoted(value) if isinstance(value, str) and re.fullmatch("[A-Za-z_-]{1,16}", value) else kind(value)


def cure(expected: str, given: Any) -> str:
    match expected, given:
        case "string_type", bool() | int() | float():
            return "; put it in quotes"
        case "int_type", str() if given.isdecimal():
            return "; leave the quotes out"
        case "bool_type", str():
            return "; yes, no, on and off are mere words"
        case "tuple_type", str() | dict():
            return "; begin each item with `- `, or write [a, b]"
        case _:
            return ""
