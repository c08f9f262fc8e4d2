"""What somebody has just decided, told to that person from the record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.audit import Action
from bot.domain.decision import Principal, Verdict
from bot.domain.release import Release
from bot.domain.wording import DONE
from handlers.console.controls import Control, approvals_of, take_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    words: str
    at: datetime
    take_back: Control | None = None


def receipt_of(
    release: Release, label: str, records: Iterable[Mapping[str, Any]], principal: Principal
) -> Receipt | None:
    """Tell a person's last decision on a release; None: there is none.

    Args:
        records: those of this release, newest first.
    """
    own = (r for r in records if r["action"] == Action.DECISION_TAKEN and r["actor"] == principal)
    last = next(own, None)
    if last is None:
        return None
    gate = next((gate for gate in approvals_of(release, principal) if gate.id == last["gate"]), None)
    retractable = gate if last["decision"] == Verdict.APPROVE else None
    return Receipt(
        words=f"You {DONE.get(last['decision'], last['decision'])} {label}",
        at=datetime.fromisoformat(last["at"]),
        take_back=take_back(retractable) if retractable else None,
    )
