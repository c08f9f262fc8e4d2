"""The time line of a release: what the engine said and what people decided, in order."""

from datetime import datetime

from bot.domain.decision import short
from bot.domain.effects import Line, Moment
from bot.domain.gate import Gate, GateState
from bot.domain.policy import Stage
from bot.domain.release import Release


def tell_story(release: Release) -> tuple[Line, ...]:
    """Lines with their times, the newest last."""
    told = [(line.at, line.text) for line in release.run.lines]
    told.append((release.started_at, f"{release.label} began"))
    for gate in release.gates:
        told += _of_gate(gate)
    if release.paused is not None:
        told.append((release.paused.at, f"{short(release.paused.by)} paused it"))
    if (back := release.roll_back) is not None:
        told.append((back.mark.at, _with_reason(f"{short(back.mark.by)} decided to roll back", back.mark.reason)))
        if back.told_at is not None:
            told.append((back.told_at, "the engine was told to roll back"))
    names = [done.named for done in release.run.outside if done.named is not None]
    told += [(named.at, f"{named.by} ran {named.action} in {named.tool}") for named in names]
    if release.ended_at is not None:
        told.append((release.ended_at, f"ended: {release.state.replace('_', ' ')}"))
    return tuple((Moment(at), f" {text}") for at, text in sorted(told, key=lambda line: line[0]))


def _of_gate(gate: Gate) -> list[tuple[datetime, str]]:
    name = f"{gate.stage} gate" + (f" at {gate.step} %" if gate.stage is Stage.TRAFFIC and gate.step else "")
    lines = [(gate.reached_at, f"the {name} asked")]
    lines += [
        (mark.at, _with_reason(f"{short(mark.by)} approved the {gate.stage}", mark.reason)) for mark in gate.approvals
    ]
    if gate.told_at is not None:
        lines.append((gate.told_at, f"the engine was told yes at the {name}"))
    if gate.settled is not None:
        verb = {GateState.REFUSED: "refused", GateState.EXPIRED: "let expire"}.get(gate.state, "withdrew")
        lines.append(
            (gate.settled.at, _with_reason(f"{short(gate.settled.by)} {verb} the {name}", gate.settled.reason))
        )
    return lines


def _with_reason(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text
