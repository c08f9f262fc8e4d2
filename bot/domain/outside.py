"""What another tool did to a release, and who did it with that tool: told a little later, if at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    WENT_ON = "went_on"  # Past a gate that waited for people.
    PROMOTED = "promoted"  # In full, before a gate that was still to come.
    ABORTED = "aborted"
    RETRIED = "retried"  # What was aborted began again.


@dataclass(frozen=True, slots=True)
class Hand:
    """The tool that wrote to an object last, beside its engine and the bot."""

    tool: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who ran an action, as their tool tells it.

    Args:
        by: as the tool calls them, an address mostly.
        action: in the tool's words: `resume`.
        event: tells it from everything else that was run.
    """

    by: str
    tool: str
    action: str
    at: datetime
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """One thing that was done with another tool.

    Args:
        since, seen_at: it happened between.
        gate: the id of the gate that it passed.
        tool: which one, where the object tells.
        sought: it is still looked for who did it.
    """

    act: Act
    since: datetime
    seen_at: datetime
    gate: str | None = None
    tool: str = ""
    named: Named | None = None
    sought: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who did this?

    Args:
        after, before: it was done between, and told of between.
        evidence: what the gate was known by that it passed.
        but: events that tell of something else.
    """

    act: Act
    after: datetime
    before: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)
    but: frozenset[str] = frozenset()
