"""Whose change it is and where it comes from, as annotations tell it."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.decision import Principal
from bot.domain.durations import duration
from bot.domain.sight import Change
from bot.domain.tightening import Tightening

PREFIX = "pointsman.dev/"
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_NAMES = re.compile(r"group:[^\s,;]+|[^@\s<>,;]+@[^@\s<>,;]+")
_QUORUM = re.compile(r"[1-9][0-9]{0,3}")
LONGEST = 500
"""Characters of an annotation that are taken; more is no name, link or ticket."""


def change_of(template: Mapping[str, Any], fields: Mapping[str, Any], before: Mapping[str, Any]) -> Change:
    """Read change link and ticket: of the pod template, else of the object if the value came with the revision."""
    said = dict(_said(template, fields, before))
    return Change(
        at=_time(said.get("changed-at", "")),
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


def tightening_of(*objects: Mapping[str, Any]) -> tuple[Tightening, tuple[str, ...]]:
    """Read what tightens the policy, of the workload and of its pod template, the strictest of each.

    Returns:
        The tightening, and for each annotation that cannot be read a line that says so; such a one tightens nothing.
    """
    said = [(key, value) for fields in objects for key, value in annotations(fields).items()]
    quorums = {value: int(value) if _QUORUM.fullmatch(value) else None for value in _of(said, "quorum")}
    lengths = {value: _length(value) for value in _of(said, "expires-after")}
    unread = [word for word, found in (("quorum", quorums), ("expires-after", lengths)) if None in found.values()]
    named = [frozenset(_NAMES.findall(value.lower())) for value in _of(said, "approvers")]
    found = Tightening(
        quorum=max((quorum for quorum in quorums.values() if quorum), default=0),
        approvers=tuple(sorted(frozenset.intersection(*named))) if named else None,
        expires_after=min((length for length in lengths.values() if length), default=None),
    )
    return found, tuple(f"{PREFIX}{word} cannot be read, and tightens nothing." for word in unread)


def channel_of(*objects: Mapping[str, Any]) -> str | None:
    """The channel that is asked for beside the routes; it counts only if the settings name it somewhere."""
    said = [(key, value) for fields in objects for key, value in annotations(fields).items()]
    return next(iter(_of(said, "channel")), None)


def _of(said: list[tuple[str, str]], word: str) -> list[str]:
    return [value for key, value in said if key == f"{PREFIX}{word}"]


def _time(text: str) -> datetime | None:
    """A time with its zone, as `git log --format=%aI` writes it; none before the year 1 or after 9999 in UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _length(text: str) -> timedelta | None:
    try:
        return duration(text)
    except ValueError:
        return None


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
