"""The record: one line of who did what when, chained by hashes so that a change shows.

`hash` is taken over the RFC 8785 canonical JSON of all other fields.  Numbers are integers within ±(2⁵³ − 1) and keys
are ASCII, so that any JSON library that sorts keys gives these bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.domain.decision import Principal, Surface

GENESIS = "0" * 64
"""What stands before the first record."""

FIELDS = (
    *("seq", "at", "actor", "action", "cluster", "kind", "namespace", "name", "release", "gate", "stage", "revision"),
    *("surface", "decision", "reason", "details", "previous", "hash"),
)

_LARGEST = 2**53 - 1


class Action(StrEnum):
    """What a line of the record tells.  Its text is part of what was hashed, so that none is ever renamed."""

    RELEASE_STARTED = "release.started"
    RELEASE_UNGATED = "release.ungated"
    RELEASE_PAUSED = "release.paused"
    RELEASE_RESUMED = "release.resumed"
    RELEASE_PROMOTED = "release.promoted"
    RELEASE_ROLLED_BACK = "release.rolled_back"
    RELEASE_FAILED = "release.failed"
    RELEASE_SUPERSEDED = "release.superseded"
    RELEASE_ENDED = "release.ended"
    GATE_REACHED = "gate.reached"
    GATE_OPENED = "gate.opened"
    GATE_ANSWERED = "gate.answered"
    GATE_CLOSED = "gate.closed"
    GATE_REFUSED = "gate.refused"
    GATE_EXPIRED = "gate.expired"
    GATE_OVERDUE = "gate.overdue"
    GATE_WITHDRAWN = "gate.withdrawn"
    GATE_REOPENED = "gate.reopened"
    DECISION_TAKEN = "decision.taken"
    DECISION_REFUSED = "decision.refused"
    ROLL_BACK_ANSWERED = "rollback.answered"
    ROLL_BACK_VOIDED = "rollback.voided"
    OPERATION_SENT = "operation.sent"
    OPERATION_SEEN = "operation.seen"
    OPERATION_MOOT = "operation.moot"
    OPERATION_UNANSWERED = "operation.unanswered"
    OPERATION_REFUSED = "operation.refused"
    OUTSIDE_NAMED = "outside.named"
    HOOK_NOTED = "hook.noted"
    HOOK_REFUSED = "hook.refused"
    EVENT_REFUSED = "event.refused"
    REQUEST_REFUSED = "request.refused"
    SIGN_IN_REFUSED = "sign_in.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be recorded; its place, time and hash come with the transaction that saves it."""

    actor: Principal
    action: Action
    surface: Surface
    cluster: str | None = None
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    release: str | None = None
    gate: str | None = None
    stage: str | None = None
    revision: str | None = None
    decision: str | None = None
    reason: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record in its place.  `text` is what was hashed, byte for byte."""

    seq: int
    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest place of the record; of an empty one 0 and 64 zeros."""

    seq: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class BrokenChainError(Exception):
    """The record does not fit from `seq` on."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"record {seq}: {why}")
        self.seq = seq
        self.why = why


def stamp(at: datetime) -> str:
    """UTC, RFC 3339, milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seal(entry: Entry, *, after: Head, at: datetime) -> Sealed:
    """Put an entry behind the head of the record.

    Raises:
        ValueError: `details` holds what has no canonical form (a float, a large number, a key that is not ASCII).
    """
    _check(entry.details)
    fields = {name: getattr(entry, name) for name in FIELDS if name not in {"seq", "at", "previous", "hash"}}
    fields |= {"seq": after.seq + 1, "at": stamp(at), "previous": after.hash, "details": dict(entry.details)}
    text = canonical(fields)
    return Sealed(seq=after.seq + 1, text=text, hash=digest(text))


def canonical(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def follow(head: Head, text: str, claimed: str) -> tuple[Head, dict[str, Any]]:
    """Check one record behind `head`: its place, the hash before it and its own.

    Raises:
        BrokenChainError: it does not fit.
    """
    seq = head.seq + 1
    if digest(text) != claimed:
        raise BrokenChainError(seq, "its text does not have the hash that stands beside it")
    fields: dict[str, Any] = json.loads(text)
    if fields["seq"] != seq:
        raise BrokenChainError(seq, f"is missing; record {fields['seq']} stands in its place")
    if fields["previous"] != head.hash:
        raise BrokenChainError(seq, "does not name the hash of the record before it")
    return Head(seq, claimed), fields


def _check(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int() if abs(value) <= _LARGEST:
            return
        case Mapping():
            for key, inner in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise ValueError(f"a key of the record must be ASCII text, is {key!r}")
                _check(inner)
        case list() | tuple():
            for inner in value:
                _check(inner)
        case _:
            raise ValueError(f"the record takes text and whole numbers, not {value!r}")
