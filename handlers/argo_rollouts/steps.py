"""The steps of a canary: what each is, and how long a pause lasts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from handlers.cluster.fields import inner, items, number, text, truth


class StepKind(StrEnum):
    # Source: argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go CanaryStep
    SET_WEIGHT = "setWeight"
    PAUSE = "pause"
    ANALYSIS = "analysis"
    EXPERIMENT = "experiment"
    SET_CANARY_SCALE = "setCanaryScale"
    SET_HEADER_ROUTE = "setHeaderRoute"
    SET_MIRROR_ROUTE = "setMirrorRoute"
    PLUGIN = "plugin"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Args:
        weight: in percent, of a step that sets one.
        timed: of a pause: it ends by itself.
        lasts: of a timed pause, where its duration can be read.
        name: what distinguishes it for people: templates, a plugin, a route; an unknown step's own key.
    """

    kind: StepKind
    weight: int | None = None
    timed: bool = False
    lasts: timedelta | None = None
    name: str = ""

    @property
    def waits_for_people(self) -> bool:
        return self.kind is StepKind.PAUSE and not self.timed


def read_steps(canary: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps in order.  One that is no object still counts, so that an index means what the controller means."""
    found = canary.get("steps")
    if not isinstance(found, list):
        return ()
    return tuple(_read_step(step) if isinstance(step, Mapping) else Step(kind=StepKind.UNKNOWN) for step in found)


def _read_step(step: Mapping[str, Any]) -> Step:
    kind = next((kind for kind in StepKind if kind in step), StepKind.UNKNOWN)
    match kind:
        case StepKind.SET_WEIGHT:
            return _shared(kind, weight=number(step, kind))
        case StepKind.PAUSE:
            duration = inner(step, kind).get("duration")
            return _shared(kind, timed=duration is not None, lasts=read_duration(duration))
        case StepKind.ANALYSIS:
            return _shared(kind, name=_names(inner(step, kind), "templateName"))
        case StepKind.EXPERIMENT:
            return _shared(kind, name=_names(inner(step, kind), "name"))
        case StepKind.SET_CANARY_SCALE:
            return _shared(kind, name=_scale(inner(step, kind)))
        case StepKind.SET_HEADER_ROUTE | StepKind.SET_MIRROR_ROUTE | StepKind.PLUGIN:
            return _shared(kind, name=text(inner(step, kind), "name"))
        case StepKind.UNKNOWN:
            return _shared(kind, name=next(iter(map(str, step)), ""))


@lru_cache(maxsize=4096)
def _shared(
    kind: StepKind, *, weight: int | None = None, timed: bool = False, lasts: timedelta | None = None, name: str = ""
) -> Step:
    """Thousands of Rollouts have the same few steps: each is kept once."""
    return Step(kind=kind, weight=weight, timed=timed, lasts=lasts, name=name)


def _names(fields: Mapping[str, Any], name: str) -> str:
    return ", ".join(filter(None, (text(template, name) for template in items(fields, "templates"))))


def _scale(fields: Mapping[str, Any]) -> str:
    if (replicas := number(fields, "replicas")) is not None:
        return f"{replicas} replicas"
    if (weight := number(fields, "weight")) is not None:
        return f"{weight} %"
    return "as the traffic" if truth(fields, "matchTrafficWeight") else ""


_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_duration(value: object) -> timedelta | None:
    """Seconds as a number or as text, or a duration as Go writes it; None: neither."""
    # Source: argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go DurationFromInt, DurationFromString
    if isinstance(value, bool):
        return None
    if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value)):
        return timedelta(seconds=min(int(value), 10**9))
    if not isinstance(value, str) or not re.fullmatch(rf"(?:{_PART.pattern})+", value):
        return None
    return timedelta(seconds=sum(float(amount) * _SECONDS[unit] for amount, unit in _PART.findall(value)))
