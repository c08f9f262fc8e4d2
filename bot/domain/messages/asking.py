"""The answer to an engine's question.  Yes follows from a decision on this very gate, and from nothing else."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.audit import Action
from bot.domain.circumstances import Circumstances
from bot.domain.decision import Surface, short
from bot.domain.decisions.telling import closed_again
from bot.domain.gate import MANIFEST, Count, Gate, GateState, count
from bot.domain.looks.sighting import Look, Sighting, Sightless
from bot.domain.looks.verifying import Unsure, doubt, step_of
from bot.domain.messages.answer import Asked, no, unsure, yes
from bot.domain.policy import Stage
from bot.domain.release import Outcome, Release, ReleaseState, changed, entry, kept, unchanged
from bot.domain.run import Heard, Manifest, Signal
from bot.domain.runs.reaching import Place, by_policy, reach
from bot.domain.sight import Standing
from bot.domain.tightening import tightened
from bot.domain.wording import shortfall

REPEAT = timedelta(seconds=5)
"""The next question so long after a step's yes is about the next step; before, it is the same question again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question, and what its answer depends on beside the release.

    Args:
        look: what the cluster shows now, for a yes; or why it shows nothing.
    """

    heard: Heard
    look: Look
    given: Circumstances

    def answer(self, release: Release) -> Asked:
        """Answer a question about an open release, and reach the gate that it asks for."""
        heard = self.heard
        if heard.signal is Signal.ASKS_ROLL_BACK:
            return self._roll_back(release)
        if heard.signal is Signal.ASKS_NEWEST:
            return self._newest(release)
        assert heard.stage is not None
        if (why := _shut(release, heard.stage)) is not None:
            return no(unchanged(release), why)
        if heard.manifest is Manifest.OPENS:
            return self._opened_by_manifest(release, heard.stage)
        outcome, gate = self._at(release, heard.stage)
        if heard.manifest is Manifest.HALTS:
            return self._halted(outcome, gate)
        return self._answer_gate(outcome, gate)

    def _newest(self, release: Release) -> Asked:
        """Asked without a phase: the gate reached last, whatever its state."""
        if not release.gates:
            return no(unchanged(release), "no gate was reached yet")
        gate = release.gates[-1]
        if (why := _shut(release, gate.stage)) is not None:
            return no(unchanged(release), why)
        if gate.spent or (gate.stage is Stage.TRAFFIC and self._over(gate)):
            return no(unchanged(release), "its yes is used up")
        if gate.step == MANIFEST:
            return no(unchanged(release), "the manifest decides it by another path")
        return self._answer_gate(unchanged(release), gate)

    def _roll_back(self, release: Release) -> Asked:
        back = release.roll_back
        if back is None or release.state is not ReleaseState.ROLLING_BACK:
            return no(unchanged(release), "nobody asked for a roll back", about_roll_back=True)
        match doubt(release, None, self.look, heard=self.heard):
            case Unsure():
                return unsure(unchanged(release), about_roll_back=True)
            case str() as why:
                return no(unchanged(release), why, memorable=False, about_roll_back=True)
            case None:
                pass
        reason = f"decided by {short(back.mark.by)}"
        if back.told_at is not None:
            return yes(unchanged(release), reason, about_roll_back=True)
        told = replace(release, roll_back=replace(back, told_at=self.given.now))
        audit = entry(
            told,
            Action.ROLL_BACK_ANSWERED,
            actor=told.engine_principal,
            surface=Surface.HOOK,
            decision="yes",
            reason=reason,
        )
        return yes(changed(told, audit), reason, about_roll_back=True)

    def _current(self, release: Release, stage: Stage) -> Gate | None:
        """The gate that this question is about; None: it reaches a new one."""
        gate = release.newest(stage)
        if gate is None or gate.state is GateState.WITHDRAWN or gate.spent:
            return None
        checksum = self.heard.checksum
        if stage is Stage.START and checksum and gate.asked_under and checksum != gate.asked_under:
            return None
        if stage is Stage.TRAFFIC and (self._over(gate) or self._at_another_step(release, gate)):
            return None
        return gate

    def _over(self, gate: Gate) -> bool:
        """A clock that was set back tells nothing: in doubt it is the next one."""
        return gate.told_at is not None and not timedelta() <= self.given.now - gate.told_at < REPEAT

    def _at_another_step(self, release: Release, gate: Gate) -> bool:
        return isinstance(self.look, Sighting) and gate.step != step_of(release)

    def _at(self, release: Release, stage: Stage) -> tuple[Outcome, Gate]:
        """The gate that it asks about, reached if it is a new one."""
        if (gate := self._current(release, stage)) is not None:
            return unchanged(release), gate
        return self._reach(release, stage, step_of(release) if stage is Stage.TRAFFIC else "")

    def _reach(self, release: Release, stage: Stage, step: str) -> tuple[Outcome, Gate]:
        reached = reach(release, Place(stage=stage, step=step, asked_under=self.heard.checksum), self.given)
        return reached, reached.release.gates[-1]

    def _answer_gate(self, outcome: Outcome, gate: Gate) -> Asked:
        release = outcome.release
        if gate.state is GateState.OPEN and gate.told_at is not None:
            return self._sure(outcome, gate) or yes(outcome, "approved")
        if release.paused is not None:
            return no(outcome, f"paused by {short(release.paused.by)}")
        match gate.state:
            case GateState.CLOSED if self._by_policy(release, gate):
                return self._sure(outcome, gate) or self._opened_by_policy(outcome, gate)
            case GateState.CLOSED:
                return no(outcome, shortfall(self._count(release, gate)), memorable=not self._looks_again(gate))
            case GateState.OPEN:
                return self._sure(outcome, gate) or self._first_yes(outcome, gate)
            case GateState.REFUSED | GateState.EXPIRED | GateState.WITHDRAWN:
                return no(outcome, f"the gate is {gate.state}")

    def _sure(self, outcome: Outcome, gate: Gate) -> Asked | None:
        """What is answered in place of a yes that would not mean what people saw; None: it does."""
        match doubt(outcome.release, gate, self.look, heard=self.heard):
            case Unsure():
                return unsure(outcome)
            case str() as why:
                return no(outcome, why, memorable=False)
            case None:
                return None

    def _by_policy(self, release: Release, gate: Gate) -> bool:
        return by_policy(release, gate.stage, self.given.rights) or self._needs_nobody(gate)

    def _needs_nobody(self, gate: Gate) -> bool:
        """At the highest weight no step follows; seen freshly, as one that failed may stand there too."""
        look = self.look
        at_top = isinstance(look, Sighting) and look.at_top and look.standing is Standing.PROGRESSING
        return gate.stage is Stage.TRAFFIC and at_top and self.given.rights.of(gate.stage) is not None

    def _looks_again(self, gate: Gate) -> bool:
        """Another look may find the traffic at its highest weight."""
        return gate.stage is Stage.TRAFFIC and self.look is not Sightless.BLIND

    def _count(self, release: Release, gate: Gate) -> Count:
        return count(gate, tightened(self.given.rights, release.tightening).of(gate.stage), release.authors)

    def _first_yes(self, outcome: Outcome, gate: Gate) -> Asked:
        """Who approved must still be allowed to, by the settings and groups of now."""
        release = outcome.release
        counted = self._count(release, gate)
        if counted.met:
            return yes(outcome.then(self._told, gate, by=gate.approvals[-1].by), "approved")
        if counted.unsure:
            return no(outcome, f"cannot tell who is in {', '.join(counted.unsure)} now", memorable=False)
        return no(outcome.then(closed_again, gate, counted, surface=Surface.HOOK), shortfall(counted))

    def _told(self, release: Release, gate: Gate, *, by: str) -> Outcome:
        told = replace(gate, state=GateState.OPEN, told_at=self.given.now)
        audit = entry(
            release,
            Action.GATE_ANSWERED,
            actor=release.engine_principal,
            surface=Surface.HOOK,
            gate=told,
            decision="yes",
            details={"by": by},
        )
        return changed(release.with_gate(told), audit)

    def _opened_by_policy(self, outcome: Outcome, gate: Gate) -> Asked:
        rule = self.given.rights.of(gate.stage)
        assert rule is not None
        principal = rule.policy.principal
        top = self._needs_nobody(gate)
        why = "the traffic is at its highest weight" if top else f"traffic: {rule.policy.traffic}"
        outcome = outcome.then(_opened, gate, actor=principal, why=why)
        return yes(outcome.then(self._told, gate, by=principal), f"by the rule {rule.policy.name}")

    def _opened_by_manifest(self, release: Release, stage: Stage) -> Asked:
        """On record as the manifest's own yes.  It opens nothing that another path asks."""
        if release.paused is not None:
            return no(unchanged(release), f"paused by {short(release.paused.by)}")
        why = "decided by the manifest"
        gate = release.by_manifest(stage)
        if gate is not None and not gate.spent:
            return self._sure(unchanged(release), gate) or yes(unchanged(release), why)
        reached, gate = self._reach(release, stage, MANIFEST)
        if (doubtful := self._sure(unchanged(release), gate)) is not None:
            return doubtful
        engine = release.engine_principal
        opened = reached.then(_opened, gate, actor=engine, why=why)
        return yes(opened.then(self._told, gate, by=engine), why)

    def _halted(self, outcome: Outcome, gate: Gate) -> Asked:
        why = "the manifest keeps this gate shut"
        if gate.halted:
            return no(outcome, why)
        return no(outcome.joined(changed(outcome.release.with_gate(replace(gate, halted=True)))), why)


def _opened(release: Release, gate: Gate, *, actor: str, why: str) -> Outcome:
    """The line that tells by which rule it opened; that the engine was told follows it."""
    audit = entry(
        release, Action.GATE_OPENED, actor=actor, surface=Surface.HOOK, gate=gate, decision="approve", reason=why
    )
    return kept(release, audit)


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
