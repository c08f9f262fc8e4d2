"""What Flagger's hooks and events mean.  Pure: a payload in, what was heard out.

Source: fluxcd/flagger pkg/controller/{scheduler,scheduler_hooks,events,webhook}.go, 1.44.0.  Flagger says what
happened in the text of its events alone, so they are recognised by their words; a text that is not known is a note.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.decision import NO_REASON, Reason
from bot.domain.engines import FLAGGER
from bot.domain.policy import Stage
from bot.domain.run import Check, Facts, Heard, Signal, Test
from bot.domain.workload import Workload

KIND = "Canary"

GATES = {
    "confirm-rollout": Stage.START,
    "confirm-traffic-increase": Stage.TRAFFIC,
    "confirm-promotion": Stage.PROMOTION,
}
GATE_OF = {stage: hook for hook, stage in GATES.items()}
QUESTION = "rollback"
NOTICES = frozenset({"pre-rollout", "rollout", "post-rollout", "event"})
HOOKS = frozenset(GATES) | {QUESTION} | NOTICES

BEFORE_THE_START = frozenset({"Initialized", "Succeeded", "Failed", "Waiting"})
UNDER_WAY = frozenset({"Progressing", "WaitingPromotion", "Promoting", "Finalising"})
PROMOTING = frozenset({"Promoting", "Finalising"})

_READY = Facts(not_ready="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What every hook carries; what is missing is empty.  `reason`: of a decision sent to a loadtester's path."""

    name: str
    namespace: str
    phase: str
    checksum: str
    metadata: Mapping[str, str]
    reason: Reason = NO_REASON


def heard(hook: str, payload: Payload, *, cluster: str) -> Heard:
    """Understand one call of `/flagger/{hook}`."""
    if hook == "event":
        return _event(payload, cluster)
    common = _common(hook, payload, cluster)
    facts = replace(_READY, text=payload.metadata.get("text"), channel=payload.metadata.get("channel"))
    if hook in GATES:
        stage = GATES[hook]
        return replace(common, signal=Signal.ASKS, stage=stage, binds=stage is not Stage.START, facts=facts)
    if hook == QUESTION:
        return replace(common, signal=Signal.ASKS_ROLL_BACK, binds=True, facts=facts)
    if hook == "post-rollout":
        ends = {"Succeeded": Signal.COMPLETED, "Failed": Signal.FAILED}
        return replace(common, signal=ends.get(payload.phase, Signal.OVER))
    return replace(common, signal=Signal.CHECKS, binds=True, facts=facts)


def stage_by_phase(phase: str) -> Stage:
    """Which gate a path asks that serves all of them; a traffic step cannot be told from a promotion."""
    return Stage.START if phase in BEFORE_THE_START else Stage.PROMOTION


def _common(hook: str, payload: Payload, cluster: str) -> Heard:
    return Heard(
        workload=Workload(cluster=cluster, kind=KIND, namespace=payload.namespace, name=payload.name),
        engine=FLAGGER,
        hook=hook,
        signal=Signal.NOTE,
        checksum=payload.checksum or None,
    )


def _event(payload: Payload, cluster: str) -> Heard:
    text = payload.metadata.get("eventMessage", "")
    common = replace(
        _common("event", payload, cluster),
        at=_milliseconds(payload.metadata.get("timestamp", "")),
        line=text,
        under_way=payload.phase in UNDER_WAY,
        promoting=payload.phase in PROMOTING,
    )
    for pattern, understand in _EVENTS:
        if (match := pattern.search(text)) is not None:
            return understand(common, match)
    return common


def _milliseconds(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def _signal(signal: Signal, facts: Facts = _READY) -> Callable[[Heard, re.Match[str]], Heard]:
    return lambda heard, _match: replace(heard, signal=signal, facts=facts)


def _facts(facts: Facts, *, told: bool = True) -> Callable[[Heard, re.Match[str]], Heard]:
    return lambda heard, _match: replace(heard, facts=facts, line=heard.line if told else "")


def _noise(heard: Heard, _match: re.Match[str]) -> Heard:
    """Said at every tick, and by other means too: no line of the story."""
    return replace(heard, line="")


def _weight(heard: Heard, match: re.Match[str]) -> Heard:
    return replace(heard, signal=Signal.ADVANCING, facts=Facts(not_ready="", weight=int(match[1])))


def _iteration(heard: Heard, match: re.Match[str]) -> Heard:
    facts = Facts(not_ready="", iteration=int(match[1]), iterations=int(match[2]))
    return replace(heard, signal=Signal.ADVANCING, facts=facts)


def _not_ready(heard: Heard, match: re.Match[str]) -> Heard:
    return replace(heard, facts=Facts(not_ready=match[1]))


def _failed_check(heard: Heard, match: re.Match[str]) -> Heard:
    """`success rate 93.41% < 99%`: the value is below (or above) its limit."""
    sign = {"<": "≥", ">": "≤"}[match["sign"]]
    check = Check(name=match["name"], value=match["value"], limit=f"{sign} {match['limit']}")
    return replace(heard, facts=Facts(not_ready="", check_failed=True, failed=check))


def _failing(heard: Heard, match: re.Match[str]) -> Heard:
    return replace(heard, facts=Facts(failing=match[1]))


def _test_passed(heard: Heard, match: re.Match[str]) -> Heard:
    return replace(heard, line="", facts=Facts(test=Test(name=match[1], passed=True)))


def _test_failed(heard: Heard, match: re.Match[str]) -> Heard:
    test = Test(name=match[1], passed=False)
    return replace(heard, facts=Facts(not_ready="", check_failed=True, test=test))


_CHECK_FAILED = Facts(not_ready="", check_failed=True)

_EVENTS: tuple[tuple[re.Pattern[str], Callable[[Heard, re.Match[str]], Heard]], ...] = tuple(
    (re.compile(pattern), understand)
    for pattern, understand in (
        (r"^Rollback hook .* not signaling a rollback$", _noise),
        (r"^Confirm-(?:rollout|traffic-increase|promotion) check .* passed$", _noise),
        (r"^Pre-rollout check (.+) passed$", _test_passed),
        (r"^Post-rollout check .* passed$", _noise),
        (r"^New revision detected! Scaling up ", _signal(Signal.SCALING_UP)),
        (r"^New revision detected! Restarting analysis", _signal(Signal.RESTARTING)),
        (r"^Advance .* canary weight ([0-9]{1,9})$", _weight),
        (r"^Advance .* canary iteration ([0-9]{1,9})/([0-9]{1,9})$", _iteration),
        (r"^Copying .* template spec to ", _signal(Signal.COPYING)),
        (r"^Promotion completed! Canary analysis was skipped", _signal(Signal.COMPLETED, Facts(skipped=True))),
        (r"^Promotion completed!", _signal(Signal.COMPLETED)),
        (r"^Canary failed!", _signal(Signal.FAILED, Facts())),
        (r"^Promotion of .* failed", _signal(Signal.PROMOTION_FAILED, Facts())),
        (r"^Rollback check .* passed$", _facts(Facts(manual=True), told=False)),
        (r"^Rolling back .* manual webhook invoked$", _facts(Facts(manual=True, failing="a roll back was decided"))),
        (r"^Rolling back \S+ (.+)$", _failing),
        (r"^skipping canary run as object is suspended$", _facts(Facts(suspended=True))),
        (r"^Halt .* advancement waiting for ", _facts(_READY, told=False)),
        (r"^Halt \S+ advancement (?:pre-rollout|external) check (\S+) failed", _test_failed),
        (
            r"^Halt \S+ advancement (?P<name>.+) (?P<value>\S+) (?P<sign>[<>]) (?P<limit>\S+)$",
            _failed_check,
        ),
        (r"^Halt advancement no values found for ", _facts(_CHECK_FAILED)),
        (r"^(?:Prometheus query failed|Metric query failed|Metric template .* error)", _facts(_CHECK_FAILED)),
        (r"^(?:Error building Prometheus client|Error fetching Knative service)", _facts(_CHECK_FAILED)),
        (r"^\S+-primary\.\S+ not ready: (.+)$", _not_ready),
        (r"^canary (?:deployment|damonset|daemonset) \S+ not ready: (.+)$", _not_ready),
        (r"^Starting canary analysis for ", _facts(_READY)),
    )
)
