"""The answer to an engine's question.  Yes follows from a decision on this very gate, and from nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.decision import Mark, Principal, Surface, short
from bot.domain.effects import Tell
from bot.domain.gate import MANIFEST, Count, Gate, GateId, GateState, count, terms_of
from bot.domain.policy import Rights, Stage, Traffic
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, unchanged
from bot.domain.run import Heard, Manifest, Signal
from bot.domain.wording import asks, shortfall

REPEAT = timedelta(seconds=5)
"""The next question so long after a step's yes is about the next step; before, it is the same question again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the engine is told.

    Args:
        memorable: it follows from the record alone, and stays so until the record changes.
    """

    yes: bool
    reason: str
    release: str | None = None
    memorable: bool = False
    about_roll_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    outcome: Outcome
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What an answer depends on beside the release."""

    rights: Rights
    now: datetime
    new_id: Callable[[], str]

    def answer(self, release: Release, heard: Heard) -> Asked:
        """Answer a question about an open release, and reach the gate that it asks for."""
        if heard.signal is Signal.ASKS_ROLL_BACK:
            return self._roll_back(release)
        if heard.signal is Signal.ASKS_NEWEST:
            return self._newest(release)
        assert heard.stage is not None
        if (why := _shut(release, heard.stage)) is not None:
            return _no(unchanged(release), why)
        if heard.manifest is Manifest.OPENS:
            return self._opened_by_manifest(release, heard, heard.stage)
        reached = self._reach(release, heard, heard.stage)
        gate = reached.release.gates[-1] if reached.audit else self._current(release, heard, heard.stage)
        assert gate is not None
        if heard.manifest is Manifest.HALTS:
            return self._halted(reached, gate)
        return self._answer_gate(reached, gate)

    def _newest(self, release: Release) -> Asked:
        """Asked without a phase: the gate reached last, whatever its state."""
        if not release.gates:
            return _no(unchanged(release), "no gate was reached yet")
        gate = release.gates[-1]
        if (why := _shut(release, gate.stage)) is not None:
            return _no(unchanged(release), why)
        if gate.spent or (gate.stage is Stage.TRAFFIC and self._over(gate)):
            return _no(unchanged(release), "its yes is used up")
        if gate.step == MANIFEST:
            return _no(unchanged(release), "the manifest decides it by another path")
        return self._answer_gate(unchanged(release), gate)

    def _roll_back(self, release: Release) -> Asked:
        back = release.roll_back
        if back is None or release.state is not ReleaseState.ROLLING_BACK:
            return _no(unchanged(release), "nobody asked for a roll back", about_roll_back=True)
        reason = f"decided by {short(back.mark.by)}"
        if back.told_at is not None:
            return _yes(unchanged(release), reason, about_roll_back=True)
        told = replace(release, roll_back=replace(back, told_at=self.now))
        audit = entry(
            told,
            "rollback.answered",
            actor=f"engine:{told.engine}",
            surface=Surface.HOOK,
            decision="yes",
            reason=reason,
        )
        return _yes(changed(told, audit), reason, about_roll_back=True)

    def _current(self, release: Release, heard: Heard, stage: Stage) -> Gate | None:
        """The gate that this question is about; None: it reaches a new one."""
        gate = next((g for g in reversed(release.gates) if g.stage is stage and g.step != MANIFEST), None)
        if gate is None or gate.state is GateState.WITHDRAWN or gate.spent:
            return None
        if stage is Stage.START and heard.checksum and gate.asked_under and heard.checksum != gate.asked_under:
            return None
        if stage is Stage.TRAFFIC and self._over(gate):
            return None
        return gate

    def _over(self, gate: Gate) -> bool:
        return gate.told_at is not None and self.now - gate.told_at >= REPEAT

    def _reach(self, release: Release, heard: Heard, stage: Stage) -> Outcome:
        if self._current(release, heard, stage) is not None:
            return unchanged(release)
        outcome = unchanged(release)
        before = release.newest(stage)
        if before is not None and before.step != MANIFEST and before.undecided:
            outcome = self._withdrawn(release, before)
        step = "" if stage is not Stage.TRAFFIC or release.run.weight is None else str(release.run.weight)
        return outcome.then(lambda r: self._reached(r, stage, step=step, asked_under=heard.checksum))

    def _withdrawn(self, release: Release, gate: Gate) -> Outcome:
        why = "the engine asks about another revision than people were shown"
        engine = Principal(f"engine:{release.engine}")
        settled = replace(gate, state=GateState.WITHDRAWN, settled=Mark(engine, self.now, why, Surface.HOOK))
        audit = entry(release, "gate.withdrawn", actor=engine, surface=Surface.HOOK, gate=settled, reason=why)
        return changed(release.with_gate(settled), audit)

    def _reached(self, release: Release, stage: Stage, *, step: str, asked_under: str | None) -> Outcome:
        rule = self.rights.of(stage)
        gate = Gate(
            id=GateId(self.new_id()),
            stage=stage,
            step=step,
            occurrence=1 + sum(g.stage is stage and g.step == step for g in release.gates),
            terms=terms_of(rule.policy if rule else None, self.now),
            reached_at=self.now,
            asked_under=asked_under,
        )
        reached = release.with_gate(gate)
        audit = entry(
            reached,
            "gate.reached",
            actor=f"engine:{release.engine}",
            surface=Surface.HOOK,
            gate=gate,
            details={
                "policy": gate.terms.policy,
                "quorum": gate.terms.quorum,
                "step": step,
                "occurrence": gate.occurrence,
            },
        )
        needs_people = step != MANIFEST and not self._by_policy(release, stage)
        told = Tell(
            release=release.id,
            line=asks(reached, gate),
            at=self.now,
            notifies=True,
            mentions=rule.names if rule else (),
            card_says_it=True,
        )
        return changed(reached, audit, effects=(told,) if needs_people else ())

    def _by_policy(self, release: Release, stage: Stage) -> bool:
        """The written rule says yes to this step by itself."""
        rule = self.rights.of(stage)
        if stage is not Stage.TRAFFIC or rule is None:
            return False
        match rule.policy.traffic:
            case Traffic.EACH_STEP:
                return False
            case Traffic.AUTOMATIC:
                return True
            case Traffic.ONCE:
                return any(g.stage is stage and g.told_at is not None for g in release.gates)

    def _answer_gate(self, outcome: Outcome, gate: Gate) -> Asked:
        release = outcome.release
        if gate.state is GateState.OPEN and gate.told_at is not None:
            return _yes(outcome, "approved")
        if release.paused is not None:
            return _no(outcome, f"paused by {short(release.paused.by)}")
        match gate.state:
            case GateState.CLOSED if self._by_policy(release, gate.stage):
                return self._opened_by_policy(outcome, gate)
            case GateState.CLOSED:
                return _no(outcome, shortfall(self._count(release, gate)))
            case GateState.OPEN:
                return self._first_yes(outcome, gate)
            case GateState.REFUSED | GateState.EXPIRED | GateState.WITHDRAWN:
                return _no(outcome, f"the gate is {gate.state}")

    def _count(self, release: Release, gate: Gate) -> Count:
        return count(gate, self.rights.of(gate.stage), release.authors)

    def _first_yes(self, outcome: Outcome, gate: Gate) -> Asked:
        """Who approved must still be allowed to, by the settings and groups of now."""
        release = outcome.release
        counted = self._count(release, gate)
        if counted.met:
            return _yes(outcome.then(lambda r: self._told(r, gate, by=gate.approvals[-1].by)), "approved")
        if counted.unsure:
            return _no(outcome, f"cannot tell who is in {', '.join(counted.unsure)} now", memorable=False)
        why = shortfall(counted)
        closed = replace(gate, state=GateState.CLOSED)
        audit = entry(
            release,
            "gate.closed",
            actor=f"engine:{release.engine}",
            surface=Surface.HOOK,
            gate=closed,
            reason="who approved it may no longer approve",
            details={"quorum": counted.quorum, "count": counted.have},
        )
        return _no(outcome.joined(changed(release.with_gate(closed), audit)), why)

    def _told(self, release: Release, gate: Gate, *, by: str) -> Outcome:
        told = replace(gate, state=GateState.OPEN, told_at=self.now)
        audit = entry(
            release,
            "gate.answered",
            actor=f"engine:{release.engine}",
            surface=Surface.HOOK,
            gate=told,
            decision="yes",
            details={"by": by},
        )
        return changed(release.with_gate(told), audit)

    def _opened_by_policy(self, outcome: Outcome, gate: Gate) -> Asked:
        rule = self.rights.of(gate.stage)
        assert rule is not None
        principal = rule.policy.principal
        why = f"traffic: {rule.policy.traffic}"
        opened = entry(
            outcome.release,
            "gate.opened",
            actor=principal,
            surface=Surface.HOOK,
            gate=gate,
            decision="approve",
            reason=why,
        )
        outcome = outcome.joined(Outcome(releases=(outcome.release,), audit=(opened,)))
        return _yes(outcome.then(lambda r: self._told(r, gate, by=principal)), f"by the rule {rule.policy.name}")

    def _opened_by_manifest(self, release: Release, heard: Heard, stage: Stage) -> Asked:
        """On record as the manifest's own yes.  It opens nothing that another path asks."""
        if release.paused is not None:
            return _no(unchanged(release), f"paused by {short(release.paused.by)}")
        gate = next((g for g in reversed(release.gates) if g.stage is stage and g.step == MANIFEST), None)
        if gate is not None and not gate.spent:
            return _yes(unchanged(release), "decided by the manifest")
        reached = self._reached(release, stage, step=MANIFEST, asked_under=heard.checksum)
        gate = reached.release.gates[-1]
        opened = entry(
            release,
            "gate.opened",
            actor=f"engine:{release.engine}",
            surface=Surface.HOOK,
            gate=gate,
            decision="approve",
            reason="decided by the manifest",
        )
        outcome = reached.joined(Outcome(releases=(reached.release,), audit=(opened,)))
        told = outcome.then(lambda r: self._told(r, gate, by=f"engine:{r.engine}"))
        return _yes(told, "decided by the manifest")

    def _halted(self, outcome: Outcome, gate: Gate) -> Asked:
        why = "the manifest keeps this gate shut"
        if gate.halted:
            return _no(outcome, why)
        halted = outcome.release.with_gate(replace(gate, halted=True))
        return _no(outcome.joined(changed(halted)), why)


def _shut(release: Release, stage: Stage) -> str | None:
    """Why no gate of this run says yes any more; None: it may."""
    if release.state is ReleaseState.ROLLING_BACK:
        return "rolling back"
    if release.start_was_refused:
        return "its start was refused"
    if release.state is ReleaseState.PROMOTING and stage is not Stage.PROMOTION:
        return "it is being promoted"
    if stage is Stage.START and release.run.started:
        return "it has started already"
    return None


def _no(outcome: Outcome, reason: str, *, memorable: bool = True, about_roll_back: bool = False) -> Asked:
    label = outcome.release.label
    answer = Answer(yes=False, reason=reason, release=label, memorable=memorable, about_roll_back=about_roll_back)
    return Asked(outcome=outcome, answer=answer)


def _yes(outcome: Outcome, reason: str, *, about_roll_back: bool = False) -> Asked:
    answer = Answer(yes=True, reason=reason, release=outcome.release.label, about_roll_back=about_roll_back)
    return Asked(outcome=outcome, answer=answer)
