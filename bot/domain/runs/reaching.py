"""How a gate is reached: people are asked, on the terms of this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.audit import Action
from bot.domain.circumstances import Circumstances
from bot.domain.decision import Verb
from bot.domain.gate import MANIFEST, Gate, GateId, terms_of
from bot.domain.policy import Rights, Stage, Traffic
from bot.domain.release import Outcome, Release, changed, entry, tell, withdraw_gate
from bot.domain.tightening import tightened
from bot.domain.wording import asks

BESIDE_THE_ENGINE = frozenset({Verb.SKIP, Verb.PROMOTE_FULL})
"""Steps of gates that a person reached, not the engine: what their yes does."""

AT = "at"
"""In the evidence of a gate to skip a step: where the engine was when somebody asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a release waits.

    Args:
        step: the engine's own word for it; empty when unknown.
        asked_under: the checksum that the question named.
        evidence: what tells this wait from any other; opaque to all but the engine's handler.
    """

    stage: Stage
    step: str = ""
    asked_under: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


def reach(release: Release, place: Place, given: Circumstances) -> Outcome:
    """Reach a new gate here, without approvals; one before it that nobody was told of has nothing left to ask."""
    before = release.newest(place.stage)
    beside = place.step in {MANIFEST, *BESIDE_THE_ENGINE}
    if beside or before is None or not before.undecided or before.step in BESIDE_THE_ENGINE:
        return _reached(release, place, given)
    why = "the engine asks about another revision or step than people were shown"
    withdrawn = withdraw_gate(
        release, before, why=why, actor=release.engine_principal, surface=given.surface, at=given.now
    )
    return withdrawn.then(changed).then(_reached, place, given)


def _reached(release: Release, place: Place, given: Circumstances) -> Outcome:
    stage, step = place.stage, place.step
    rule = tightened(given.rights, release.tightening).of(stage)
    gate = Gate(
        id=GateId(given.new_id()),
        stage=stage,
        step=step,
        occurrence=1 + sum(g.stage is stage and g.step == step for g in release.gates),
        terms=terms_of(rule.policy if rule else None, given.now),
        reached_at=given.now,
        asked_under=place.asked_under,
        evidence=dict(place.evidence),
    )
    reached = release.with_gate(gate)
    audit = entry(
        reached,
        Action.GATE_REACHED,
        actor=release.engine_principal,
        surface=given.surface,
        gate=gate,
        details={
            "policy": gate.terms.policy,
            "quorum": gate.terms.quorum,
            "step": step,
            "occurrence": gate.occurrence,
        },
    )
    needs_people = step != MANIFEST and not by_policy(release, stage, given.rights)
    told = tell(
        release,
        *asks(reached, gate),
        at=given.now,
        notifies=True,
        mentions=rule.names if rule else (),
        card_says_it=True,
    )
    return changed(reached, audit, effects=(told,) if needs_people else ())


def by_policy(release: Release, stage: Stage, rights: Rights) -> bool:
    """The written rule says yes to this step by itself."""
    rule = rights.of(stage)
    if stage is not Stage.TRAFFIC or rule is None:
        return False
    match rule.policy.traffic:
        case Traffic.EACH_STEP:
            return False
        case Traffic.AUTOMATIC:
            return True
        case Traffic.ONCE:
            return any(g.stage is stage and g.approvals and release.yes_holds(g) for g in release.gates)
