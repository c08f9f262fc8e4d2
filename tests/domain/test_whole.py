"""The whole core, in any order of messages, decisions, looks and silences: what must always be true is.

Beside the core a ledger is kept of what people were seen to decide, and nothing else; each yes is held against it.
"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.decision import Principal, Verb, Verdict
from bot.domain.gate import MANIFEST, GateState
from bot.domain.looks.sighting import Sightless
from bot.domain.messages.hearing import QUESTIONS
from bot.domain.messages.lapsing import lapse
from bot.domain.policy import OnExpiry, Stage, Traffic
from bot.domain.release import ReleaseState
from bot.domain.run import Facts, Signal
from bot.domain.sight import Standing
from tests.domain.conftest import ANN, BOB, EVE, World, policy_of, rights_of
from tests.domain.ledger import Ledger

CARL = Principal("carl@example.com")
APPROVERS = frozenset({ANN, BOB, CARL})
PEOPLE = st.sampled_from([ANN, BOB, CARL, EVE])

ON_GATES = st.sampled_from([Verdict.APPROVE] * 4 + [Verdict.REJECT, Verdict.TAKE_BACK, Verdict.REOPEN])
ON_RELEASES = st.sampled_from([Verb.ROLL_BACK, Verb.PAUSE, Verb.RESUME, Verb.SKIP, Verb.PROMOTE_FULL])

GATED = (Stage.START, Stage.TRAFFIC, Stage.PROMOTION)
TOLD = [Signal.SCALING_UP, Signal.RESTARTING, Signal.COPYING, Signal.COMPLETED, Signal.FAILED, Signal.NOTE]
TOLD += [Signal.PROMOTION_FAILED, Signal.OVER]
CHECKSUMS = st.sampled_from(["a", "a", "a", "b"])
NOW_AND_THEN = st.sampled_from([0, 1, 4, 30, 30, 30, 400])

SETTLED = frozenset({GateState.REFUSED, GateState.EXPIRED, GateState.WITHDRAWN})


class Whole(RuleBasedStateMachine):
    @initialize(
        quorum=st.sampled_from([1, 2, 2]),
        on_expiry=st.sampled_from(OnExpiry),
        traffic=st.sampled_from([Traffic.EACH_STEP, Traffic.EACH_STEP, Traffic.ONCE]),
        seen=st.booleans(),
    )
    def begin(self, quorum, on_expiry, traffic, seen):
        policy = policy_of(
            *sorted(APPROVERS),
            quorum=quorum,
            expires_after=timedelta(hours=2),
            on_expiry=on_expiry,
            traffic=traffic,
        )
        self.policy, self.allowed = policy, APPROVERS
        self.world, self.ledger, self.said = World(rights_of(policy)), Ledger(), []
        self.before, self.settled = {}, {}
        if seen:
            self.world.sees(Standing.PROMOTED)

    # What comes in

    @rule(stage=st.sampled_from(GATED), checksum=CHECKSUMS, seconds=NOW_AND_THEN)
    def asks(self, stage, checksum, seconds):
        self._asked(lambda: self.world.asks(stage, checksum=checksum, seconds=seconds), stage, checksum)

    @rule(seconds=NOW_AND_THEN)
    def asks_whichever_is_newest(self, seconds):
        self._asked(lambda: self.world.hears(Signal.ASKS_NEWEST, hook="check", seconds=seconds), None, None)

    @rule(checksum=CHECKSUMS, seconds=NOW_AND_THEN)
    def asks_for_a_roll_back(self, checksum, seconds):
        answer = self.world.asks_roll_back(checksum=checksum, seconds=seconds)
        if answer.yes:
            assert self.world.release.state is ReleaseState.ROLLING_BACK
            assert self._was_stopped(self.world.release), "nobody said no"

    @rule(signal=st.sampled_from(TOLD), late=st.booleans(), seconds=NOW_AND_THEN)
    def tells(self, signal, late, seconds):
        at = int(self.world.now.timestamp() * 1000) - (3_600_000 if late else 0)
        self._hears(signal, seconds=seconds, at=at)

    @rule(weight=st.sampled_from([10, 20, 50]), seconds=NOW_AND_THEN)
    def advances(self, weight, seconds):
        at = int(self.world.now.timestamp() * 1000)
        self._hears(Signal.ADVANCING, facts=Facts(weight=weight), seconds=seconds, at=at)

    @rule(checksum=CHECKSUMS)
    def checks(self, checksum):
        self._hears(Signal.CHECKS, checksum=checksum, binds=True, hook="rollout")

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def tells_again(self, data):
        signal, more = data.draw(st.sampled_from(self.said))
        self.world.hears(signal, **(more | {"seconds": 0}))

    @rule(
        standing=st.sampled_from(Standing),
        revision=st.sampled_from(["v2", "v2", "v3"]),
        uid=st.sampled_from(["u1"] * 5 + ["u2"]),
    )
    def is_looked_at(self, standing, revision, uid):
        self.world.sees(standing, revision=revision, uid=uid, applied=revision if standing.under_way else "old")

    @rule(look=st.sampled_from(Sightless))
    def is_out_of_sight(self, look):
        self.world.look = look

    # What people do

    @precondition(lambda self: self.world.release is not None and self.world.release.gates)
    @rule(verb=ON_GATES, by=PEOPLE, data=st.data())
    def decides_on_a_gate(self, verb, by, data):
        newest_mostly = st.sampled_from([*self.world.release.gates, *[self.world.gate] * 5])
        gate = data.draw(newest_mostly)
        if verb is Verdict.APPROVE:
            self._approves(by, gate)
            return
        release, refusal = self._decides(verb, by, gate=gate)
        if refusal is not None:
            return
        assert by in self.allowed or verb is Verdict.TAKE_BACK
        if verb is Verdict.TAKE_BACK:
            self.ledger.of(gate).pop(by, None)
        elif verb is Verdict.REJECT:
            self.ledger.stopped.add(release.id)
        else:
            self.ledger.stopped.discard(release.id)

    @precondition(lambda self: self.world.known.open is not None and self.world.release.waiting_gate)
    @rule(
        people=st.sampled_from([(ANN,), (ANN, BOB), (BOB, CARL)]),
        pushed=st.sampled_from([False, False, True]),
        asked_again=st.sampled_from([True, True, False]),
        seconds=NOW_AND_THEN,
    )
    def is_approved(self, people, pushed, asked_again, seconds):
        """What is most common, so that much is tried from where it leads."""
        gate = self.world.release.waiting_gate
        for person in people:
            self._approves(person, gate)
        if pushed and not isinstance(self.world.look, Sightless):
            self.world.look = replace(self.world.look, sight=replace(self.world.look.sight, revision="v4"))
        if asked_again and gate.stage in GATED:
            checksum = gate.asked_under or "a"
            self._asked(lambda: self.world.asks(gate.stage, checksum=checksum, seconds=seconds), gate.stage, checksum)

    @precondition(lambda self: self.world.release is not None)
    @rule(verb=ON_RELEASES, by=PEOPLE)
    def decides_on_the_release(self, verb, by):
        release, refusal = self._decides(verb, by)
        if refusal is None:
            assert by in self.allowed
            if verb is Verb.ROLL_BACK:
                self.ledger.stopped.add(release.id)

    @rule(gone=st.sampled_from([frozenset(), frozenset(), frozenset({BOB}), APPROVERS]))
    def people_come_and_go(self, gone):
        self.allowed = APPROVERS - gone
        needs = tuple(replace(need, of=tuple(sorted(self.allowed))) for need in self.policy.needs)
        self.world.rights = rights_of(replace(self.policy, needs=needs))

    # What time does

    @precondition(lambda self: self.world.known.open is not None)
    @rule(minutes=st.sampled_from([5, 60, 130]))
    def time_passes(self, minutes):
        self.world.now += timedelta(minutes=minutes)
        self.world.known = replace(self.world.known, heard_at=self.world.now)
        self.world.keeps(lapse(self.world.release, self.world.now))

    @rule(hours=st.sampled_from([1, 30]))
    def the_engine_is_silent(self, hours):
        self.world.now += timedelta(hours=hours)

    # What is always true

    @invariant()
    def one_release_is_open_at_the_most(self):
        still_open = [release for release in self.world.past.values() if release.is_open]
        assert len(still_open) <= 1
        assert not still_open or still_open[0] == self.world.release
        numbers = [release.number for release in self.world.past.values()]
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def what_is_settled_stays_settled_and_what_was_told_stays_told(self):
        for release in self.world.past.values():
            for gate in release.gates:
                was = self.settled.get(gate.id)
                assert was is None or was == (gate.state, gate.told_at), f"{was} became {gate.state}"
                if gate.state in SETTLED or gate.told_at is not None:
                    self.settled[gate.id] = (gate.state, gate.told_at)

    @invariant()
    def what_ended_stays_as_it_ended(self):
        for release in self.world.past.values():
            ended = (release.state, release.gates, release.roll_back)
            assert self.before.setdefault(release.id, ended) == ended
            if release.is_open:
                del self.before[release.id]

    @invariant()
    def nobody_but_an_approver_stands_behind_a_gate(self):
        for release in self.world.past.values():
            for gate in release.gates:
                by = [mark.by for mark in gate.approvals]
                assert len(set(by)) == len(by), "one person twice"
                assert set(by) <= APPROVERS

    @invariant()
    def an_ended_release_leaves_nothing_undecided(self):
        for release in self.world.past.values():
            if not release.is_open:
                assert not [gate for gate in release.gates if gate.undecided]

    @invariant()
    def who_rolls_back_was_told_to(self):
        release = self.world.release
        if release is not None and release.state is ReleaseState.ROLLING_BACK:
            assert self._was_stopped(release)

    def _hears(self, signal, **more):
        assert signal not in QUESTIONS
        self.said = [*self.said[-9:], (signal, more)]
        self.world.hears(signal, **more)

    def _decides(self, verb, by, **more):
        """Each attempt has one line on record, but the same answer said again while it stands."""
        before, lines = self.world.release, len(self.world.record)
        refusal = self.world.decides(verb, by, **more)
        new = [line for line in self.world.record[lines:] if line.action.startswith("decision.")]
        if refusal is not None:
            assert [line.action for line in new] == ["decision.refused"]
            assert self.world.release == before
        elif new:
            assert [line.action for line in new] == ["decision.taken"]
        else:
            assert self.world.release == before
        assert all(line.actor == by for line in new)
        return self.world.release, refusal

    def _approves(self, by, gate):
        release, refusal = self._decides(Verdict.APPROVE, by, gate=gate)
        if refusal is None:
            assert by in self.allowed
            self.ledger.of(gate).setdefault(by, release.run.bound)

    def _was_stopped(self, release):
        """By a person, by a deadline, or by the rule about a revision that nobody said yes to."""
        expired = [line for line in self.world.record if line.action == "gate.expired" and line.release == release.id]
        by_rule = release.run.unapproved and release.roll_back.mark.by == self.policy.principal
        return release.id in self.ledger.stopped or bool(expired) or by_rule

    def _asked(self, ask, stage, checksum):
        told_before = {gate.id for release in self.world.past.values() for gate in release.gates if gate.told_at}
        answer = ask()
        if not answer.yes:
            return
        release = self.world.release
        assert release.is_open
        assert release.state not in {ReleaseState.ROLLING_BACK, ReleaseState.REFUSED, ReleaseState.SUPERSEDED}
        asked = [gate for gate in release.gates if gate.step != MANIFEST and stage in {None, gate.stage}]
        gate = asked[-1]
        assert (gate.state, gate.spent) == (GateState.OPEN, False)
        assert gate.told_at is not None
        if gate.id in told_before:
            return
        assert release.paused is None
        assert self.world.look is not Sightless.AWAY
        if self.policy.traffic is Traffic.ONCE and self._opened_by_policy(gate):
            self._follows_another_step(release, gate)
        else:
            self._rests_on_approvals(release, gate, checksum)

    def _opened_by_policy(self, gate):
        opened = [line for line in self.world.record if line.action == "gate.opened" and line.gate == gate.id]
        return opened[-1].actor == "policy:shop"

    def _follows_another_step(self, release, gate):
        steps = [other for other in release.gates if other.stage is Stage.TRAFFIC and other.id != gate.id]
        assert gate.stage is Stage.TRAFFIC
        assert any(other.told_at and self.ledger.of(other) for other in steps), "no person let the first step go"

    def _rests_on_approvals(self, release, gate, checksum):
        standing = {person for person in self.ledger.of(gate) if person in self.allowed}
        assert len(standing) >= gate.terms.quorum, f"{standing} are not {gate.terms.quorum}"
        if gate.stage is Stage.START and checksum is not None:
            assert gate.asked_under == checksum
        if not isinstance(self.world.look, Sightless):
            assert set(self.ledger.of(gate).values()) == {self.world.look.sight.revision}


TestWhole = Whole.TestCase
# The same walks every time: what a new one finds is to be found by who looks for it, not by who changes something else.
TestWhole.settings = settings(max_examples=20, stateful_step_count=40, derandomize=True)
