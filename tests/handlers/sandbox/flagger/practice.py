"""What the tests of the practice engine share: a clock that stands, a Canary with every hook, ticks by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.sandbox.flagger.advance import advance_canary
from handlers.sandbox.flagger.calls import Answer, Call
from handlers.sandbox.flagger.canary import Canary
from handlers.sandbox.flagger.manifest import Analysis, Hook, HookType, Manifest, Template

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
INTERVAL = timedelta(seconds=10)
OLD = Template(image="checkout:1.8.1")
NEW = Template(image="checkout:1.8.2")
NEWER = Template(image="checkout:1.8.3")


def hook(kind: HookType, **fields: Any) -> Hook:
    return Hook(name=f"ask-{kind}", type=kind, url=f"http://127.0.0.1/{kind}", **fields)


def canary(*kinds: HookType, provider: str = "istio", template: Template = OLD, **analysis: Any) -> Canary:
    """A Canary with an event hook and one of each kind; pods serve a second after they are wanted."""
    hooks = tuple(hook(kind) for kind in (*kinds, HookType.EVENT))
    manifest = Manifest(
        namespace="shop",
        name="checkout",
        target="checkout",
        provider=provider,
        analysis=Analysis(**{"step_weight": 20, "max_weight": 40, "threshold": 2, "hooks": hooks, **analysis}),
    )
    return Canary(manifest=manifest, template=template, starting_takes=timedelta(seconds=1))


@dataclass(slots=True)
class Practice:
    """Ticks a Canary; hooks get the status in `answers`, and 200 where none is set."""

    canary: Canary
    answers: dict[HookType, int] = field(default_factory=dict)
    now: datetime = NOON
    calls: list[Call] = field(default_factory=list)

    def initialized(self) -> "Practice":
        self.tick()
        self.tick()
        return self

    def deployed(self, template: Template = NEW) -> "Practice":
        """Deploy and let the start pass, so that the next tick analyses."""
        self.canary.deploy(template, self.now)
        self.tick()
        return self

    def tick(self, *, until: Callable[[Call], bool] = lambda _: False) -> list[str]:
        """Run one tick, or drop it at the call that `until` names; return what was asked and told."""
        self.calls = []
        steps = advance_canary(self.canary, lambda: self.now)
        call = next(steps, None)
        while call:
            self.calls.append(call)
            if until(call):
                steps.close()
                break
            try:
                call = steps.send(Answer(self.answers.get(call.hook.type, 200), "no"))
            except StopIteration:
                break
        self.now += INTERVAL
        return [said(call) for call in self.calls]

    def ticks(self, number: int) -> list[list[str]]:
        return [self.tick() for _ in range(number)]

    def body(self, kind: HookType) -> Mapping[str, Any]:
        """The body of the last tick's first call of that kind."""
        return next(call.body for call in self.calls if call.hook.type is kind)


def said(call: Call) -> str:
    """An event's text, or which hook was asked."""
    metadata: Any = call.body.get("metadata", {})
    return str(metadata.get("eventMessage", call.hook.type.value))
