"""What every piece of a tick works with: the live Canary, and the picture of it that was read when the tick began."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeAlias

from handlers.sandbox.flagger.calls import Answer, Steps, notice, question
from handlers.sandbox.flagger.canary import Canary, Phase, Status
from handlers.sandbox.flagger.events import Event
from handlers.sandbox.flagger.manifest import TOTAL_WEIGHT, Analysis, Hook, HookType, Manifest

Now: TypeAlias = Callable[[], datetime]


@dataclass(slots=True, kw_only=True)
class Tick:
    """One run over one Canary.

    Hooks are told of `manifest` and `status` as they were read, while what is written goes to `canary` at once.
    That is why Flagger's payloads lag behind its status, and ours with them.
    """

    canary: Canary
    manifest: Manifest
    status: Status
    now: Now

    @classmethod
    def over(cls, canary: Canary, now: Now) -> Self:
        return cls(canary=canary, manifest=canary.manifest, status=canary.status, now=now)

    @property
    def analysis(self) -> Analysis:
        return self.manifest.analysis

    @property
    def weight(self) -> int:
        """Percent on the canary, as its router says it.

        Source: fluxcd/flagger pkg/router/nop.go GetRoutes
        """
        if self.manifest.moves_traffic:
            return self.canary.weight
        return TOTAL_WEIGHT if self.status.iterations > 0 else 0

    def ask(self, hook: Hook, phase: Phase) -> Steps[Answer]:
        return (yield question(hook, self.manifest, self.status, phase))

    def tell(self, event: Event, *, phase: Phase | None = None) -> Steps[None]:
        """Send an event to whoever wants them; what they answer changes nothing."""
        said = phase or self.status.phase
        for hook in self.manifest.event_hooks:
            yield notice(hook, self.manifest, self.status, said, event=event, at=self.now())

    def hooks(self, kind: HookType) -> tuple[Hook, ...]:
        return self.analysis.of_type(kind)
