"""Which hooks a Canary should have, and how each is written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.flagger.canaries import GATES, QUESTION
from handlers.flagger.manifests.addresses import hook_url
from handlers.flagger.manifests.canary import Canary, Hook, Strategy

SERVICE = "http://pointsman.pointsman.svc:8080"
"""Where the manifests of deploy/ put it."""

PLACEHOLDER = "TOKEN"

ORDER = (QUESTION, *GATES, "post-rollout", "event")
"""Never `pre-rollout` or `rollout`: Flagger counts each that is not answered as a failed check."""

Value = str | int | bool

_NAMES = {
    QUESTION: "roll back",
    "confirm-rollout": "start",
    "confirm-traffic-increase": "next step",
    "confirm-promotion": "promotion",
    "post-rollout": "ended",
    "event": "events",
}
_GATE: dict[str, Value] = {"muteAlert": True}  # The card tells the team; Flagger's own alert would say it again.
_MORE: dict[str, dict[str, Value]] = {
    **dict.fromkeys(GATES, _GATE),
    "post-rollout": {"retries": 3},
    "event": {"timeout": "5s", "retries": 2},  # Flagger waits for the answer, so the patience is short.
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What people asked `wire` for.

    Args:
        gates: types of hooks; None: by strategy.
        base: where Pointsman is reached, without a slash at its end.
        moves: hooks that lead to another base are changed to it.
        tokens: those that are right; None: not known, so that any that stands there is left.
    """

    gates: frozenset[str] | None = None
    base: str = SERVICE
    moves: bool = False
    token: str = PLACEHOLDER
    tokens: frozenset[str] | None = None

    def gates_of(self, canary: Canary) -> frozenset[str]:
        """Without a wish: before everybody gets it; where `skipAnalysis` goes past that, before it begins."""
        if self.gates is None:
            return frozenset({"confirm-rollout" if canary.skips_analysis else "confirm-promotion"})
        stepless = canary.strategy is not Strategy.WEIGHTED
        return self.gates - {"confirm-traffic-increase"} if stepless else self.gates

    def url(self, hook_type: str, canary: Canary) -> str:
        """Build the URL of a hook; one of a Canary that has others leads where they do."""
        first = next(iter(canary.ours), None)
        base = self.base if self.moves or first is None else first.address.base
        token = self.token if first is None else self.right(first)
        return hook_url(base, token, hook_type)

    def right(self, hook: Hook) -> str:
        """Return the token that a hook of ours should carry."""
        token = hook.address.token
        known = token in self.tokens if self.tokens is not None else bool(token and hook.address.path)
        return token if known else self.token


def missing(canary: Canary, wanted: Wanted) -> Iterator[str]:
    types = {hook.type for hook in canary.ours}
    needed = {QUESTION, "post-rollout", "event"} | wanted.gates_of(canary)
    return (hook_type for hook_type in ORDER if hook_type in needed - types)


def written(hook_type: str, url: str) -> dict[str, Value]:
    return {"name": _NAMES[hook_type], "type": hook_type, "url": url, **_MORE.get(hook_type, {})}


def as_block(hook: dict[str, Value], *, dash: int, gap: int) -> str:
    """Write a hook as lines.

    Args:
        dash: the column of its dash.
        gap: columns from the dash to its keys.
    """
    lines = [f"{key}: {_scalar(value)}\n" for key, value in hook.items()]
    return f"{' ' * dash}-{' ' * (gap - 1)}{(' ' * (dash + gap)).join(lines)}"


def as_flow(hook: dict[str, Value]) -> str:
    """JSON is YAML too, and right in both kinds of file."""
    return json.dumps(hook, ensure_ascii=False)


def _scalar(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
