"""Releases, messages and decisions; a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.domain.circumstances import Circumstances
from bot.domain.decision import Decision, Principal, Surface, Verb, Verdict, reason_of
from bot.domain.decisions import telling
from bot.domain.decisions.directing import command
from bot.domain.decisions.taking import Taking
from bot.domain.decisions.verdicts import decide
from bot.domain.looks.seeing import see
from bot.domain.looks.sighting import Look, Sighting, Sightless
from bot.domain.messages.hearing import hear, needs_a_look
from bot.domain.policy import Need, Policy, Rights, Stage, rule_with
from bot.domain.run import Facts, Heard, Signal
from bot.domain.runs.beginning import Known
from bot.domain.sight import Sight, Standing
from bot.domain.tightening import NOTHING
from bot.domain.workload import Workload

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANN, BOB, EVE = (Principal(f"{name}@example.com") for name in ("ann", "bob", "eve"))
WORKLOAD = Workload("prod-eu", "Canary", "shop", "checkout")
V1, V2, V3 = "v1", "v2", "v3"


def rights_of(*policies, stages=tuple(Stage), groups=None):
    """The rights that follow when each policy holds for every stage, or the one for one stage."""
    by_stage = policies[0] if policies and isinstance(policies[0], dict) else dict.fromkeys(stages, *policies)
    return Rights(rules={stage: rule_with(policy, groups or {}) for stage, policy in by_stage.items()}, settings="5e77")


def policy_of(*of, quorum=1, **more):
    return Policy(name="shop", needs=(Need(of=of or (ANN, BOB), quorum=quorum),), **more)


class World:
    """One workload, told and decided on step by step, as the record would keep it."""

    def __init__(self, rights=None):
        self.rights = rights or rights_of(policy_of())
        self.known = Known(workload=WORKLOAD)
        self.now = NOON
        self.record = []
        self.effects = []
        self.past = {}
        self.look: Look = Sightless.BLIND
        self._ids = count(1)

    @property
    def release(self):
        return self.known.latest

    @property
    def gate(self):
        return self.release.gates[-1]

    @property
    def actions(self):
        return [line.action for line in self.record]

    def new_id(self):
        return f"{next(self._ids):026}"

    def hears(self, signal, *, seconds=0, **fields):
        """Hear a message so many seconds later; return the answer."""
        self.now += timedelta(seconds=seconds)
        hook = fields.pop("hook", "event")
        heard = Heard(workload=WORKLOAD, engine="flagger", hook=hook, signal=signal, **fields)
        looks = needs_a_look(self.known, heard) or self.look is Sightless.BLIND
        look = self.look if looks else Sightless.AWAY
        found = hear(self.known, heard, self._given(self.rights), look=look)
        self._save(found.outcome)
        self.known = replace(self.known, hooks=self.known.hooks | {hook}, heard_at=self.now)
        return found.answer

    def asks(self, stage, *, checksum="a", seconds=0, **fields):
        hooks = {Stage.START: "confirm-rollout", Stage.TRAFFIC: "confirm-traffic-increase"}
        return self.hears(
            Signal.ASKS,
            stage=stage,
            checksum=checksum,
            binds=stage is not Stage.START,
            hook=hooks.get(stage, "confirm-promotion"),
            seconds=seconds,
            **fields,
        )

    def asks_roll_back(self, *, checksum="a", seconds=0):
        return self.hears(Signal.ASKS_ROLL_BACK, checksum=checksum, binds=True, hook="rollback", seconds=seconds)

    def advances(self, weight, *, seconds=0, at=None):
        return self.hears(Signal.ADVANCING, facts=Facts(weight=weight, not_ready=""), seconds=seconds, at=at)

    def decides(self, verb, by=ANN, *, gate=None, reason="because"):
        """Take a decision; return its refusal, if there is one."""
        decision = Decision(
            verb=verb, by=by, at=self.now, surface=Surface.SLACK, reason=reason_of(reason), platform_user="U1"
        )
        taking = Taking(decision=decision, rights=self.rights, new_id=self.new_id)
        if isinstance(verb, Verdict):
            outcome = decide(self.release, (gate or self.gate).id, taking)
        else:
            outcome = command(self.release, taking)
        self._save(outcome)
        return outcome.refusal

    def approves(self, by=ANN, **more):
        return self.decides(Verdict.APPROVE, by, **more)

    def rejects(self, by=ANN, **more):
        return self.decides(Verdict.REJECT, by, **more)

    def rolls_back(self, by=ANN, **more):
        return self.decides(Verb.ROLL_BACK, by, **more)

    def sees(self, standing, *, revision="v2", applied="", uid="u1", seconds=0, rights=None, **more):
        """Look into the cluster so many seconds later."""
        self.now += timedelta(seconds=seconds)
        tightening = more.pop("tightening", NOTHING)
        sight = Sight(
            uid=uid,
            standing=standing,
            revision=revision,
            applied=applied or "old",
            tightening=tightening,
            place=more.pop("place", ""),
            attempt=more.pop("attempt", ""),
            asks_later=more.pop("asks_later", True),
            inconclusive=more.pop("inconclusive", False),
        )
        engine = more.pop("engine", "flagger")
        seen = Sighting(workload=WORKLOAD, engine=engine, sight=sight, **more)
        self.look = seen
        self._save(see(self.known, seen, self._given(rights or self.rights)))

    def keeps(self, outcome):
        """Save what time brought."""
        self._save(outcome)

    def _given(self, rights):
        return Circumstances(rights=rights, now=self.now, new_id=self.new_id)

    def _save(self, outcome):
        for release in outcome.releases:
            self.past[release.id] = release
            self.known = replace(self.known, latest=release)
        self.record += outcome.audit
        self.effects += outcome.effects


class Told(World):
    """A world whose engine does not ask: it is told, and what is on its way is kept."""

    def is_sent(self, seconds=0):
        self.now += timedelta(seconds=seconds)
        self.keeps(telling.sent(self.release, self.wanted, now=self.now))

    @property
    def wanted(self):
        """What its engine shall do; there is something."""
        found = telling.wanted(self.release)
        assert found is not None
        return found


@pytest.fixture
def world():
    return World()


@pytest.fixture
def asked(world):
    """Version 2 waits for its start, and people have seen it."""
    world.sees(Standing.PROMOTED, revision=V2)
    world.asks(Stage.START)
    world.sees(Standing.WAITING, revision=V2)
    return world


@pytest.fixture
def running(asked):
    """Version 2 was approved and runs."""
    asked.approves()
    asked.asks(Stage.START)
    asked.sees(Standing.PROGRESSING, revision=V2, applied="two")
    return asked
