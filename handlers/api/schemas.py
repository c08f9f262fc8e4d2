"""The shapes that go over the wire, as JSON Schema.  Words that the core knows come from the core."""

from enum import StrEnum
from typing import Any

from bot.domain.audit import FIELDS
from bot.domain.command import REASON_LENGTH
from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import Cause, ReleaseState

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_TIME = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
TIME: Schema = _TIME | {"description": "UTC, RFC 3339, milliseconds."}
TIME_OR_NULL: Schema = TIME | {"type": ["string", "null"]}
ID: Schema = {"type": "string", "pattern": "^[0-9A-Za-z]{1,64}$"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
IMAGES: Schema = {
    "type": "object",
    "additionalProperties": TEXT,
    "description": "Images by container; empty where they are not known.",
}


def one_of(words: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [word.value for word in words]}


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def exactly(properties: Schema, *, optional: tuple[str, ...] = (), description: str = "") -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    } | ({"description": description} if description else {})


def page_of(name: str) -> Schema:
    cursor = TEXT_OR_NULL | {"description": "Given back as `after` it leads on; null at the end."}
    return exactly({"items": {"type": "array", "items": named(name)}, "next": cursor}, description="Newest first.")


def schemas() -> dict[str, Schema]:
    return {
        "Workload": exactly({"cluster": TEXT, "kind": TEXT, "namespace": TEXT, "name": TEXT}),
        "Mark": exactly({"by": TEXT, "at": TIME}, description="Who, and when."),
        "Release": _release(),
        "Gate": _gate(),
        "Record": _record(),
        "Releases": page_of("Release"),
        "Records": page_of("Record"),
        "GateDecision": _decision(Verdict),
        "ReleaseDecision": _decision(Verb),
        "Command": exactly({"text": TEXT | {"examples": ["why shop/checkout"]}}),
        "Reply": exactly(
            {
                "text": TEXT | {"description": "Lines of plain text, for people."},
                "items": {"type": "array", "items": exactly({"release": ID, "label": TEXT, "line": TEXT})},
            }
        ),
        "Problem": _problem(),
    }


def _release() -> Schema:
    return exactly(
        {
            "id": ID,
            "label": TEXT | {"examples": ["shop/checkout#142"]},
            "workload": named("Workload"),
            "engine": {"type": "string", "enum": ["flagger", "argo-rollouts", "deployments"]},
            "strategy": TEXT_OR_NULL,
            "state": one_of(ReleaseState),
            "cause": {"enum": [*one_of(Cause)["enum"], None], "description": "Who brought the old version back."},
            "from": IMAGES,
            "to": IMAGES,
            "started_at": TIME,
            "ended_at": TIME_OR_NULL,
            "paused": {"anyOf": [named("Mark"), {"type": "null"}]},
            "gates": {"type": "array", "items": named("Gate")},
        },
        description="One run of one revision of a workload.",
    )


def _gate() -> Schema:
    return exactly(
        {
            "id": ID,
            "stage": one_of(Stage),
            "step": TEXT | {"description": "The engine's own word for where it stands; empty when unknown."},
            "state": one_of(GateState),
            "quorum": {"type": "integer", "minimum": 1},
            "approvals": {"type": "array", "items": named("Mark")},
            "expires_at": TIME_OR_NULL,
            "overdue": {"type": "boolean"},
            "why": TEXT | {"description": "One line: what it waits for, or how it was settled."},
        },
        description="Where a release waits for people.",
    )


def _record() -> Schema:
    special = {
        "seq": {"type": "integer", "minimum": 1},
        "at": TIME,
        "actor": TEXT,
        "action": TEXT,
        "surface": one_of(Surface),
        "details": {"type": "object"},
        "previous": HASH,
        "hash": HASH,
    }
    return exactly(
        {name: special.get(name, TEXT_OR_NULL) for name in FIELDS},
        description="One line of the record, as it was hashed.",
    )


def _decision(words: type[StrEnum]) -> Schema:
    reason = {"type": "string", "maxLength": REASON_LENGTH}
    return exactly({"decision": one_of(words), "reason": reason}, optional=("reason",))


def _problem() -> Schema:
    return {
        "type": "object",
        "description": "RFC 9457.",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": TEXT,
            "field": TEXT | {"description": "Of 422: what is wrong; empty: the body as a whole."},
            "state": TEXT_OR_NULL | {"description": "Of 409: what the thing is."},
            "by": TEXT_OR_NULL | {"description": "Of 409: who made it so, where known."},
            "at": TIME_OR_NULL | {"description": "Of 409: since when, where known."},
        },
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": False,
    }
