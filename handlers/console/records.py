"""Lines of the record, made ready to be shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.audit import FIELDS, Action
from bot.domain.commands.chronicle import sentence
from bot.domain.decision import Surface, Verdict
from handlers.console.words import APPROVED, DECIDED, QUIET, RECORDS, SURFACES, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One record: what a reader looks for first, and every field as text.

    Args:
        text: the record as a sentence.
        about: the workload; empty: none.
    """

    seq: int
    at: datetime
    action: str
    actor: str
    surface: str
    text: str
    sign: Sign
    release: str | None
    about: str
    fields: tuple[tuple[str, str], ...]


def line_of(record: Mapping[str, Any]) -> RecordLine:
    return RecordLine(
        seq=record["seq"],
        at=datetime.fromisoformat(record["at"]),
        action=record["action"],
        actor=record["actor"],
        surface=SURFACES[Surface(record["surface"])],
        text=sentence(record),
        sign=_sign(record),
        release=record["release"],
        about="/".join(filter(None, (record["cluster"], record["namespace"], record["name"]))),
        fields=tuple((name, _text(record[name])) for name in FIELDS),
    )


def _sign(record: Mapping[str, Any]) -> Sign:
    if record["action"] == Action.DECISION_TAKEN:
        return APPROVED if record["decision"] == Verdict.APPROVE else DECIDED
    return RECORDS.get(record["action"], QUIET)


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
