"""Gates of engines that do not ask: a look shows where they wait for people, and where they wait no longer."""

from dataclasses import replace

from bot.domain.circumstances import Circumstances
from bot.domain.decision import Surface, Verb
from bot.domain.decisions.telling import sent
from bot.domain.gate import Gate, GateId, GateState
from bot.domain.looks.attributing import done_elsewhere, tool_since
from bot.domain.looks.sighting import Ask, Sighting
from bot.domain.operation import Operation
from bot.domain.outside import Act
from bot.domain.release import Outcome, Release, ReleaseState, changed, tell, unchanged, withdraw_gate
from bot.domain.runs.ending import ungated
from bot.domain.runs.reaching import AT, BESIDE_THE_ENGINE, Place, reach


def ask(release: Release, seen: Sighting, given: Circumstances) -> Outcome:
    """Settle the gates that wait no longer, and reach those that do."""
    outcome = unchanged(release)
    for gate in release.gates:
        if _has_passed(gate, seen):
            outcome = outcome.then(_passed, gate, given)
        if gate.step not in BESIDE_THE_ENGINE and not _may_wait(gate, seen):
            outcome = outcome.then(_left, gate, seen, given)
    for ask in seen.asks or ():
        outcome = outcome.then(_reach, ask, given)
    return outcome


def _left(release: Release, gate: Gate, seen: Sighting, given: Circumstances) -> Outcome:
    """The engine does not wait there any more: it was told so, or somebody let it go on elsewhere."""
    sending = release.run.sending
    if sending is not None and release.is_telling(gate):
        return sent(release, sending, now=given.now).then(_spent, gate.id)
    if gate.told_at is not None:
        return _spent(release, gate.id)
    if not gate.undecided or release.state is ReleaseState.ROLLING_BACK:
        return unchanged(release)
    if seen.stopping:
        by = tool_since(seen.hand, gate.reached_at) or "another tool"
        return _settled(release, gate, seen.facts.failing or f"aborted by {by}", given)
    if (why := _passed_here(release, gate)) is not None:
        return _settled(release, gate, why, given)
    tool = tool_since(seen.hand, gate.reached_at)
    why = f"it went on {f'by {tool}' if tool else 'by another tool, or by itself'}, past this gate"
    outcome = ungated(release, gate, why=why, now=given.now, surface=Surface.WATCH, outside=True)
    return outcome.then(done_elsewhere, Act.WENT_ON, since=gate.reached_at, now=given.now, gate=gate, hand=seen.hand)


def _passed(release: Release, gate: Gate, given: Circumstances) -> Outcome:
    """The step that somebody wanted to skip is over: the next one is another, and nobody spoke of it."""
    why = "the step that was to be skipped had ended by itself"
    withdrawn = withdraw_gate(
        release, gate, why=why, actor=release.engine_principal, surface=Surface.WATCH, at=given.now
    )
    told = tell(release, f"No step of {release.label} was skipped: {why}.", at=given.now)
    return withdrawn.then(changed, effects=(told,))


def _settled(release: Release, gate: Gate, why: str, given: Circumstances) -> Outcome:
    """It has nothing left to ask, and nothing went on without a decision."""
    outcome = withdraw_gate(release, gate, why=why, actor=release.engine_principal, surface=Surface.WATCH, at=given.now)
    return outcome.then(changed)


def _reach(release: Release, ask: Ask, given: Circumstances) -> Outcome:
    reached = next((gate for gate in reversed(release.gates) if _same(gate, ask)), None)
    waits = reached is not None and reached.state is not GateState.WITHDRAWN and not _waits_again(release, reached)
    over = release.state in {ReleaseState.ROLLING_BACK, ReleaseState.REFUSED}
    if waits or over or _runs_again(release, reached):
        return unchanged(release)
    return reach(release, Place(stage=ask.stage, step=ask.step, evidence=ask.evidence), given)


def _has_passed(gate: Gate, seen: Sighting) -> bool:
    """Whether it is about a step that was to be skipped, and is over."""
    at = gate.evidence.get(AT)
    return gate.undecided and gate.step == Verb.SKIP and at is not None and at != seen.sight.place


def _passed_here(release: Release, gate: Gate) -> str | None:
    """How the engine was told, here, to go past a gate that people had not answered."""
    for other in release.gates:
        if other.spent or (other.told_at is None and not release.is_telling(other)):
            continue
        if other.step == Verb.PROMOTE_FULL:
            return "it is promoted in full"
        if other.step == Verb.SKIP and other.evidence.get(AT) == gate.step:
            return "its step was skipped"
    return None


def _spent(release: Release, gate_id: GateId) -> Outcome:
    gate = release.gate(gate_id)
    return unchanged(release) if gate.spent else changed(release.with_gate(replace(gate, spent=True)))


def _waits_again(release: Release, gate: Gate) -> bool:
    """Its yes was told and seen, or undone by somebody who stopped it: it is used up, and people are asked anew."""
    return gate.told_at is not None and release.run.awaited is None and release.run.sending is None


def _runs_again(release: Release, reached: Gate | None) -> bool:
    """This wait ends with an analysis that somebody wants to run again."""
    awaited = release.run.awaited
    return reached is not None and awaited is not None and awaited.operation is Operation.ANALYSE_AGAIN


def _may_wait(gate: Gate, seen: Sighting) -> bool:
    return any(_same(gate, ask) for ask in (*(seen.asks or ()), *seen.waited))


def _same(gate: Gate, ask: Ask) -> bool:
    return gate.stage is ask.stage and gate.step == ask.step and dict(gate.evidence) == dict(ask.evidence)
