"""What one reconciliation decides about pauses and aborts.

Source: argoproj/argo-rollouts rollout/pause.go
"""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.sandbox.objects import Thing, written

STEP = "CanaryPauseStep"
SWITCH = "BlueGreenPause"
INCONCLUSIVE = "InconclusiveAnalysisRun"


@dataclass(slots=True, kw_only=True)
class Pausing:
    """Wishes, gathered on the way and written at the end.

    Args:
        status: as it was read.
    """

    status: Thing
    added: list[str] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    cleared: bool = False
    abort_message: str | None = None
    abort_removed: bool = False

    @property
    def aborted(self) -> bool:
        if self.abort_removed:
            return False
        return self.abort_message is not None or bool(self.status.get("abort"))

    def condition(self, reason: str) -> Thing | None:
        return condition(self.status, reason)

    def forget_all(self) -> None:
        self.cleared = True
        self.abort_removed = True

    def write(self, status: Thing, now: datetime) -> None:
        """Put what follows into the new status, which has no pause and no abort so far."""
        if self.abort_message is not None or (not self.abort_removed and self.status.get("abort")):
            status["abort"] = True
            status["abortedAt"] = self.status.get("abortedAt") or written(now)
            return
        if self.cleared:
            return
        old = self.status.get("pauseConditions", [])
        known = {pause["reason"] for pause in old}
        kept = [pause for pause in old if pause["reason"] not in self.removed]
        new = [{"reason": reason, "startTime": written(now)} for reason in self.added if reason not in known]
        if kept or new:
            status["pauseConditions"] = [*kept, *new]
            status["controllerPause"] = bool(new) or bool(self.status.get("controllerPause"))


def condition(status: Thing, reason: str) -> Thing | None:
    return next((pause for pause in status.get("pauseConditions", []) if pause["reason"] == reason), None)
