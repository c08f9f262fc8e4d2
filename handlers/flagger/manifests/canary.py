"""A Canary as Flagger reads it, from an object of a cluster or a manifest.

Source: fluxcd/flagger pkg/apis/flagger/v1beta1/canary.go, 1.44.0.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.flagger.manifests.addresses import Address, address_of

API = "flagger.app/"
DEFAULT_INTERVAL_SECONDS = 60.0
LEAST_INTERVAL_SECONDS = 10.0

Place = tuple[str | int, ...]
"""The way to a value from the top of the object."""

ANALYSIS: Place = ("spec", "analysis")
WEBHOOKS: Place = (*ANALYSIS, "webhooks")


class Strategy(StrEnum):
    """As Flagger names them in its metrics."""

    WEIGHTED = "canary"
    AB = "ab-testing"
    BLUE_GREEN = "blue-green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One entry of `analysis.webhooks`; `index` is its place there, from 0."""

    index: int
    name: str
    type: str  # As Flagger takes it: one that is left out is `rollout`.
    url: str
    muted: bool
    address: Address

    @property
    def place(self) -> Place:
        return (*WEBHOOKS, self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """What matters of a Canary.

    Args:
        target: kind and name of what it releases; None: not said, as in a patch that changes a part only.
        provider: empty: the one that Flagger was started with.
        iterations, step: 0: not said.  `step` is the first step of the weight.
        checked: metrics, or rollout hooks of somebody else, can fail while it runs.
        misplaced: where an analysis or its hooks stand, and Flagger does not look.
    """

    namespace: str
    name: str
    target: tuple[str, str] | None
    provider: str
    analysed: bool
    skips_analysis: bool
    suspended: bool
    reverts_on_deletion: bool
    interval_seconds: float
    threshold: int
    iterations: int
    step: int
    matched: bool
    checked: bool
    hooks: tuple[Hook, ...]
    misplaced: tuple[Place, ...]

    @property
    def strategy(self) -> Strategy:
        if self.provider == "kubernetes":
            return Strategy.BLUE_GREEN
        if self.iterations > 0:
            return Strategy.AB if self.matched else Strategy.BLUE_GREEN
        return Strategy.WEIGHTED

    @property
    def ours(self) -> tuple[Hook, ...]:
        return tuple(hook for hook in self.hooks if hook.address.ours)


def is_canary(fields: Mapping[str, Any]) -> bool:
    return fields.get("kind") == "Canary" and str(fields.get("apiVersion", "")).startswith(API)


def read_canary(fields: Mapping[str, Any]) -> Canary:
    """Take from an object what Flagger would; what is of another form than it should be counts as not said."""
    metadata, spec = _mapping(fields.get("metadata")), _mapping(fields.get("spec"))
    analysis, target = _mapping(spec.get("analysis")), _mapping(spec.get("targetRef"))
    hooks = tuple(_hooks(analysis))
    steps = [step for step in _list(analysis.get("stepWeights")) if isinstance(step, int)]
    return Canary(
        namespace=_text(metadata.get("namespace")),
        name=_text(metadata.get("name")),
        target=(_text(target.get("kind")), _text(target.get("name"))) if target else None,
        provider=_text(spec.get("provider")),
        analysed=bool(analysis),
        skips_analysis=_truth(spec.get("skipAnalysis")),
        suspended=_truth(spec.get("suspend")),
        reverts_on_deletion=_truth(spec.get("revertOnDeletion")),
        interval_seconds=seconds(analysis.get("interval")) or DEFAULT_INTERVAL_SECONDS,
        threshold=_number(analysis.get("threshold")),
        iterations=_number(analysis.get("iterations")),
        step=_number(analysis.get("stepWeight")) or next(iter(steps), 0),
        matched=bool(_list(analysis.get("match"))),
        checked=bool(_list(analysis.get("metrics"))) or any(_can_fail(hook) for hook in hooks),
        hooks=hooks,
        misplaced=tuple(_misplaced(fields)),
    )


def seconds(duration: Any) -> float:
    """Read a duration as Go writes it, such as `1m30s`; 0: it is none."""
    if not isinstance(duration, str) or not re.fullmatch(r"(?:[0-9.]+(?:ms|h|m|s))+", duration):
        return 0.0
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    try:
        return sum(float(number) * units[unit] for number, unit in re.findall(r"([0-9.]+)(ms|h|m|s)", duration))
    except ValueError:  # 1.2.3s
        return 0.0


def _hooks(analysis: Mapping[str, Any]) -> Iterator[Hook]:
    for index, entry in enumerate(_list(analysis.get("webhooks"))):
        fields, url = _mapping(entry), _text(_mapping(entry).get("url"))
        yield Hook(
            index=index,
            name=_text(fields.get("name")),
            type=_text(fields.get("type")) or "rollout",
            url=url,
            muted=_truth(fields.get("muteAlert")),
            address=address_of(url),
        )


def _can_fail(hook: Hook) -> bool:
    return hook.type == "rollout" and not hook.address.ours


def _misplaced(fields: Mapping[str, Any]) -> Iterator[Place]:
    """Find what was indented wrongly, or copied from the form of before v1beta1: the API server drops it in silence."""

    def look(inside: Any, place: Place) -> Iterator[Place]:
        for key, value in _mapping(inside).items():
            here = (*place, key)
            if _lost(here, value):
                yield here
            elif here not in {("metadata",), ("status",)}:
                yield from look(value, here)

    yield from look(fields, ())


def _lost(place: Place, value: Any) -> bool:
    if place[-1] in {"analysis", "canaryAnalysis"}:
        return place != ANALYSIS and isinstance(value, Mapping)
    return place[-1] == "webhooks" and place != WEBHOOKS and isinstance(value, list | tuple)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _truth(value: Any) -> bool:
    """`yes` and `on` are true to kubectl, whose YAML is the older one."""
    return value is True or (isinstance(value, str) and value.lower() in {"yes", "on"})
