"""What is done to a release from outside its engine's hooks: asked for, sent, and awaited until its effect was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.decision import Mark
from bot.domain.workload import Workload


class Operation(StrEnum):
    PROMOTE = "promote"  # Go on from the gate that waits: the next step, the switch, an analysis accepted.
    SKIP = "skip"
    PROMOTE_FULL = "promote_full"
    ANALYSE_AGAIN = "analyse_again"
    PAUSE = "pause"
    RESUME = "resume"
    ABORT = "abort"  # The old version comes back.
    RETRY = "retry"
    PUT_BACK = "put_back"  # After the end: the template of before is written again.


class Notice(StrEnum):
    """What a look shows of something that was asked."""

    UNASKED = "unasked"  # It was never written, or something took it away.
    AWAITED = "awaited"  # Written, and the engine has not answered.
    NOTICED = "noticed"  # The engine has seen it, and is at work.
    DONE = "done"
    MOOT = "moot"  # It can never happen any more.


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """An operation whose effect was not seen yet.

    Args:
        mark: who decided it, when and why.
        gate: the id of the gate whose yes it carries; None: it carries none.
        evidence: what the engine's handler saw when it was sent; before that, what people were shown.
        sent_at: when the API server took it; None: not yet.
        woken: how often the engine was woken since.
        woken_at: when it was last.
        unanswered: people were told that the engine does not answer.
    """

    operation: Operation
    mark: Mark
    gate: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    sent_at: datetime | None = None
    woken: int = 0
    woken_at: datetime | None = None
    unanswered: bool = False

    def is_same(self, other: "Awaited") -> bool:
        """It carries the same decision, however far that has come."""
        return (self.operation, self.mark, self.gate) == (other.operation, other.mark, other.gate)

    @property
    def since(self) -> datetime:
        """How long it is waited for: since it was sent, or as long as it cannot be, since it was decided."""
        return self.sent_at or self.mark.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an engine's handler is told to do.

    Args:
        release: for its words about itself: `shop/checkout#142`.
        revision: our digest of what it releases; empty: no look was taken.
        before: images by container that users had, for what puts the old version back.
    """

    workload: Workload
    release: str
    awaited: Awaited
    revision: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
