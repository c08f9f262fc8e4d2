"""Which objects a selector means."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from handlers.sandbox.api_server.faults import bad_request

Selects: TypeAlias = Callable[[dict[str, Any]], bool]

SET = re.compile(r"^(?P<key>\S+)\s+(?P<how>in|notin)\s+\((?P<values>[^)]*)\)$")
BETWEEN = re.compile(r",(?![^(]*\))")  # Commas within brackets part values.


def by_labels(selector: str) -> Selects:
    """Understand a label selector; an empty one means all."""
    wanted = [_label(part.strip()) for part in BETWEEN.split(selector) if part.strip()]

    def selects(thing: dict[str, Any]) -> bool:
        labels = thing["metadata"].get("labels") or {}
        return all(fits(labels) for fits in wanted)

    return selects


def _label(part: str) -> Callable[[dict[str, str]], bool]:
    if found := SET.match(part):
        key, values = found["key"], {value.strip() for value in found["values"].split(",")}
        if found["how"] == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    for sign in ("!=", "==", "="):
        key, found_sign, value = part.partition(sign)
        if found_sign:
            return _equal(key.strip(), value.strip(), wanted=sign != "!=")
    if part.startswith("!"):
        return lambda labels: part[1:].strip() not in labels
    return lambda labels: part in labels


def _equal(key: str, value: str, *, wanted: bool) -> Callable[[dict[str, str]], bool]:
    return lambda labels: (labels.get(key) == value) is wanted


def by_fields(selector: str, fields: Mapping[str, tuple[str, ...]]) -> Selects:
    """Understand a field selector: names and namespaces, which every kind has, and what this kind has beside them.

    Args:
        fields: where each of those stands.
    """
    places = {"metadata.name": ("metadata", "name"), "metadata.namespace": ("metadata", "namespace"), **fields}
    wanted: list[tuple[tuple[str, ...], str, bool]] = []
    for part in filter(None, selector.split(",")):
        found = re.match(r"^([^=!]+)(==|=|!=)(.*)$", part)
        if not found or found[1] not in places:
            raise bad_request(f"field label not supported: {part.partition('=')[0].rstrip('!')}")
        wanted.append((places[found[1]], found[3], found[2] != "!="))

    def selects(thing: dict[str, Any]) -> bool:
        return all((_at(thing, place) == value) is equal for place, value, equal in wanted)

    return selects


def _at(thing: dict[str, Any], place: tuple[str, ...]) -> Any:
    value: Any = thing
    for name in place:
        value = value.get(name) if isinstance(value, dict) else None
    return value or ""
