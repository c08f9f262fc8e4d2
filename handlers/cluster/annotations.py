"""Whose change it is and where it comes from, as annotations tell it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.decision import Principal
from bot.domain.sight import Change

PREFIX = "pointsman.dev/"
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
LONGEST = 500
"""Characters of an annotation that are taken; more is no name, link or ticket."""


def change_of(template: Mapping[str, Any], fields: Mapping[str, Any], before: Mapping[str, Any]) -> Change:
    """Read change link and ticket: of the pod template, else of the object if the value came with the revision."""
    said = dict(_said(template, fields, before))
    return Change(
        url=said.get("change-url", ""),
        ticket=said.get("ticket", ""),
        text=said.get("change", ""),
    )


def authors_of(
    template: Mapping[str, Any], fields: Mapping[str, Any], before: Mapping[str, Any]
) -> frozenset[Principal]:
    """All addresses that annotations name as the author; empty: unknown."""
    named = [value for key, value in _said(template, fields, before) if key == "author"]
    return frozenset(Principal(found.lower()) for value in named for found in _ADDRESS.findall(value))


def annotations(fields: Mapping[str, Any]) -> dict[str, str]:
    metadata = fields.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return {str(k): v[:LONGEST] for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _said(
    template: Mapping[str, Any], fields: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What is ours: of the object first where it changed with the revision, so that the pod template's counts."""
    old = annotations(before)
    for key, value in annotations(fields).items():
        if key.startswith(PREFIX) and old.get(key) != value:
            yield key.removeprefix(PREFIX), value
    for key, value in annotations(template).items():
        if key.startswith(PREFIX):
            yield key.removeprefix(PREFIX), value
