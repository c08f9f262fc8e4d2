"""The shapes that go over the wire, as JSON Schema.  Words that the core knows come from the core."""

from enum import StrEnum

from bot.domain.audit import FIELDS
from bot.domain.decision import REASON_LENGTH, Surface, Verb, Verdict
from bot.domain.engines import ENGINES
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import Cause, ReleaseState
from handlers.api.figure_schemas import figure_schemas
from handlers.api.shapes import (
    HASH,
    ID,
    IMAGES,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    Schema,
    exactly,
    named,
    one_of,
    page_of,
)


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
        **figure_schemas(),
    }


def _release() -> Schema:
    return exactly(
        {
            "id": ID,
            "label": TEXT | {"examples": ["shop/checkout#142"]},
            "workload": named("Workload"),
            "engine": {"type": "string", "enum": [*ENGINES]},
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
