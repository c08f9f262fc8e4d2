"""Why a gate stands as it stands, and who can move it."""

from collections.abc import Iterator

from bot.domain.cards.seen import Seen
from bot.domain.decision import short
from bot.domain.effects import Line, Moment
from bot.domain.gate import MANIFEST, Gate, GateState, count
from bot.domain.policy import Rights, Rule, Stage
from bot.domain.release import Release
from bot.domain.wording import any_of, needs, shortfall

LISTED = 20
"""So many people are named one by one."""


def why(release: Release, gate: Gate, rights: Rights) -> Line:
    """What a gate waits for, or how it was settled."""
    match gate.state:
        case GateState.CLOSED:
            return (*_held(release, gate, rights), *((", overdue",) if gate.overdue else ()))
        case GateState.OPEN if gate.told_at is not None:
            return (f"{_approved(gate)}; the engine was told at ", Moment(gate.told_at))
        case GateState.OPEN if release.paused is not None:
            return (f"{_approved(gate)}, but paused by {short(release.paused.by)}",)
        case GateState.OPEN:
            when = "when it asks next" if release.engine_kind.asks else "now"
            return (f"{_approved(gate)}; the engine is told {when}",)
        case GateState.REFUSED | GateState.EXPIRED | GateState.WITHDRAWN if gate.settled is not None:
            reason = f": {gate.settled.reason}" if gate.settled.reason else ""
            return (f"{gate.state} by {short(gate.settled.by)} at ", Moment(gate.settled.at), reason)
        case GateState.REFUSED | GateState.EXPIRED | GateState.WITHDRAWN:
            return (gate.state.value,)


def _held(release: Release, gate: Gate, rights: Rights) -> Line:
    if release.paused is not None:
        return (f"paused by {short(release.paused.by)}",)
    if gate.halted:
        return ("the manifest keeps this gate shut",)
    return (shortfall(count(gate, rights.of(gate.stage), release.authors)),)


def _approved(gate: Gate) -> str:
    if gate.step == MANIFEST:
        return "decided by the manifest"
    if not gate.approvals:
        return "decided by a written rule"
    return f"approved by {' and '.join(short(mark.by) for mark in gate.approvals)}"


def how_it_stands(seen: Seen, gate: Gate) -> Line:
    """One gate of a release: which, what it waits for or how it was settled, and who approved."""
    step = f" at {gate.step}" if gate.step else ""
    line: list[str | Moment] = [f"{gate.stage}{step}: ", *why(seen.release, gate, seen.rights)]
    for mark in gate.approvals:
        line += [f"; {short(mark.by)} approved ", Moment(mark.at)]
    return tuple(line)


def who(seen: Seen) -> tuple[Line, ...]:
    """Who may decide on a release, who has, and who may stop it."""
    rights, asks = seen.rights, seen.asks
    lines: list[Line] = [*_may_approve(rights, [asks.stage] if asks else list(Stage))]
    if not lines:
        lines.append(("No policy lets anybody approve it.",))
    if asks is not None:
        lines += [(f"{short(mark.by)} approved ", Moment(mark.at), ".") for mark in asks.approvals]
        lines.append((needs(seen.count(asks)),))
    lines.append((f"May stop it: {_people(rights.approvers_of_any_stage | seen.release.authors)}.",))
    return tuple(lines)


def _may_approve(rights: Rights, stages: list[Stage]) -> Iterator[Line]:
    """A line for each rule, with the stages that it is about."""
    by_rule: dict[str, list[Stage]] = {}
    for stage in stages:
        if (rule := rights.of(stage)) is not None:
            by_rule.setdefault(rule.policy.name, []).append(stage)
    for same in by_rule.values():
        rule = rights.rules[same[0]]
        about = ", ".join(same).capitalize()
        yield (f"{about}: {_wanted(rule)}. Now that is {_people(rule.approvers)}.",)


def _wanted(rule: Rule) -> str:
    wanted = " and ".join(f"{circle.need.quorum} of {any_of(circle.need.of)}" for circle in rule.circles)
    return f"{wanted} (rule {rule.policy.name})"


def _people(principals: frozenset[str]) -> str:
    names = sorted(principals)
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more if names else "nobody"
