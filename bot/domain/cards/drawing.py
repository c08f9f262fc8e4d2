"""From a release to its card: what and where, what a yes does, how it looks, who and until when, then the rest."""

from bot.domain.card import PUSH_LENGTH, Card, Progress, Tone
from bot.domain.cards.buttons import buttons
from bot.domain.cards.evidence import changes, evidence
from bot.domain.cards.seen import Seen
from bot.domain.cards.telling import effect_lines
from bot.domain.cards.warning import warnings
from bot.domain.decision import short
from bot.domain.effects import Line, Moment
from bot.domain.gate import Gate, GateState
from bot.domain.policy import OnExpiry, Stage
from bot.domain.release import Cause, Release, ReleaseState
from bot.domain.wording import READY, needs, unless_answered, version

_WHAT = {
    ReleaseState.WAITING: "waiting for its start",
    ReleaseState.REFUSED: "start refused",
    ReleaseState.PROGRESSING: "in progress",
    ReleaseState.PROMOTING: "being promoted",
    ReleaseState.ROLLING_BACK: "rolling back",
    ReleaseState.PROMOTED: "promoted",
    ReleaseState.ROLLED_BACK: "rolled back",
    ReleaseState.FAILED: "failed",
    ReleaseState.SUPERSEDED: "superseded by a newer revision",
    ReleaseState.ENDED: "ended, how is not known",
}

_TONES = {
    ReleaseState.WAITING: Tone.MOVES,
    ReleaseState.REFUSED: Tone.OVER,
    ReleaseState.PROGRESSING: Tone.MOVES,
    ReleaseState.PROMOTING: Tone.MOVES,
    ReleaseState.ROLLING_BACK: Tone.BAD,
    ReleaseState.PROMOTED: Tone.GOOD,
    ReleaseState.ROLLED_BACK: Tone.BAD,
    ReleaseState.FAILED: Tone.BAD,
    ReleaseState.SUPERSEDED: Tone.OVER,
    ReleaseState.ENDED: Tone.OVER,
}


def draw(seen: Seen) -> Card:
    """Draw the card of a release as it is now."""
    release = seen.release
    asks = seen.asks
    rule = seen.rights.of(asks.stage) if asks else None
    what = _what(seen)
    return Card(
        release=release.id,
        label=seen.label,
        tone=Tone.ASKS if asks else _TONES[release.state],
        push=_push(seen, what),
        title=f"{release.workload.name} {version(release)} · {release.workload.cluster} · {what}",
        effect=effect_lines(seen),
        progress=_progress(release),
        evidence=evidence(seen),
        warnings=warnings(seen),
        who=_who(seen),
        buttons=buttons(seen),
        changes=changes(release),
        footer=_footer(seen),
        mentions=rule.names if rule else (),
    )


def _what(seen: Seen) -> str:
    release, gate = seen.release, seen.gate
    engine = release.engine_kind
    if release.paused is not None:
        return "paused"
    if seen.asks is not None:
        return READY[seen.asks.stage]
    if release.state in {ReleaseState.WAITING, ReleaseState.PROGRESSING} and gate is not None:
        return f"approved, {engine.name} was told" if gate.told_at else f"approved, waiting for {engine.name}"
    if release.state is ReleaseState.ROLLED_BACK and release.cause is Cause.CHECKS:
        return f"rolled back by {engine.name}"
    return _WHAT[release.state]


def _push(seen: Seen, what: str) -> str:
    """Verb, what, where, count, deadline; cut where the phone would cut it."""
    release, asks = seen.release, seen.asks
    name = f"{release.workload.name} {version(release)}"
    if asks is None:
        at = f", {release.ended_at:%H:%M} UTC" if release.ended_at else ""
        return _cut(f"{what[0].upper()}{what[1:]}: {name}, {release.workload.cluster}{at}")
    where = {Stage.START: "to start", Stage.TRAFFIC: "for more users", Stage.PROMOTION: "to everybody"}
    counted = seen.count(asks)
    until = f", until {asks.terms.expires_at:%H:%M} UTC" if asks.terms.expires_at else ""
    many = f" Has {counted.have} of {counted.quorum}" if counted.quorum > 1 else ""
    asked = f"{where.get(asks.stage, 'to go on')}, {release.workload.cluster}.{many}{until}".rstrip(".")
    whole, short = f"Approve? {name} {asked}", f"Approve? {name.replace(' revision ', ' ')} {asked}"
    fitting = (push for push in (whole, short, short.removesuffix(" UTC")) if len(push) <= PUSH_LENGTH)
    return next(fitting, _cut(short))


def _cut(text: str) -> str:
    return text if len(text) <= PUSH_LENGTH else text[: PUSH_LENGTH - 1] + "…"


def _progress(release: Release) -> Progress | None:
    """Where it stands on its way; what is decided or over has no way left."""
    run = release.run
    if release.state not in {ReleaseState.WAITING, ReleaseState.PROGRESSING}:
        return None
    if run.weight is not None and run.iteration is None:
        return Progress(part=min(run.weight, 100) / 100, words=f"{run.weight} % of the traffic")
    if run.iteration is not None and run.iterations:
        return Progress(part=min(run.iteration / run.iterations, 1), words=f"check {run.iteration} of {run.iterations}")
    return None


def _who(seen: Seen) -> tuple[Line, ...]:
    gate = seen.gate
    release = seen.release
    lines: list[Line] = []
    if release.paused is not None:
        lines.append((f"Paused by {short(release.paused.by)} at ", Moment(release.paused.at), "."))
    if gate is None or not release.is_open or release.state is ReleaseState.ROLLING_BACK:
        return tuple(lines)
    line: list[str | Moment] = []
    if gate.state is GateState.CLOSED:
        line.append(needs(seen.count(gate)))
    for mark in gate.approvals:
        line += [" " if line else "", f"{short(mark.by)} approved ", Moment(mark.at), "."]
    if line:
        lines.append(tuple(part for part in line if part))
    if gate.undecided and (until := _deadline(seen, gate)):
        lines.append(until)
    return tuple(lines)


def _deadline(seen: Seen, gate: Gate) -> Line:
    until = unless_answered(gate, seen.release)
    if gate.state is GateState.OPEN and gate.terms.on_expiry is OnExpiry.HOLD:
        return ()
    return until


def _footer(seen: Seen) -> Line:
    gate = seen.gate
    parts = [seen.label]
    if gate is not None and gate.terms.policy:
        parts.append(f"rule {gate.terms.policy}")
    engine = seen.release.engine_kind
    if seen.release.is_open and seen.usual_gap and engine.asks:
        parts.append(f"{engine.name} asks every {seen.usual_gap} s or so")
    return (" · ".join(parts),)
