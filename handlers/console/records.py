"""Lines of the record, made ready to be shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.audit import FIELDS


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One record: what a reader looks for first, and every field as text."""

    seq: int
    at: datetime
    action: str
    actor: str
    decision: str | None
    stage: str | None
    reason: str | None
    release: str | None
    workload: str
    fields: tuple[tuple[str, str], ...]


def line_of(record: Mapping[str, Any]) -> RecordLine:
    return RecordLine(
        seq=record["seq"],
        at=datetime.fromisoformat(record["at"]),
        action=record["action"],
        actor=record["actor"],
        decision=record["decision"],
        stage=record["stage"],
        reason=record["reason"],
        release=record["release"],
        workload="/".join(filter(None, (record["cluster"], record["namespace"], record["name"]))),
        fields=tuple((name, _text(record[name])) for name in FIELDS),
    )


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
