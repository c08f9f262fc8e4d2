"""A decision goes to an engine that does not ask, through the outbox, until its effect was seen."""

import asyncio

import pytest

from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.errors import ClusterUnavailableError, ConflictError, EngineRefusedError, Refusal
from bot.domain.gate import GateState
from bot.domain.looks.sighting import Ask, Sighting
from bot.domain.operation import Notice
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.sight import Sight, Standing
from tests.domain.conftest import EVE
from tests.support.deciding import decide_on_gate, decide_on_release
from tests.support.running import ANN, BOB, SETTINGS, running_bot
from tests.support.told_engine import ROLLOUT, put_in_sight


class Rollout:
    """An engine that waits at steps 1 and 3, and does what it is told; or does not."""

    def __init__(self):
        self.step, self.aborted, self.sent, self.woken = 1, False, [], 0
        self.faults, self.deaf, self.looks = [], False, 0

    async def look(self, _workload, awaited):
        self.looks += 1
        standing = Standing.ROLLED_BACK if self.aborted else Standing.PROGRESSING
        asks = () if self.aborted or self.step > 3 else (Ask(stage=Stage.STEP, step=str(self.step)),)
        if self.step > 3:
            standing = Standing.PROMOTED
        sight = Sight(uid="u1", standing=standing, revision="two", applied=f"two {self.aborted}")
        return Sighting(workload=ROLLOUT, engine="argo-rollouts", sight=sight, asks=asks, notice=self._notice(awaited))

    def _notice(self, awaited):
        if awaited is None:
            return None
        if awaited.evidence.get("step") is None:
            return Notice.UNASKED
        done = self.aborted or self.step > awaited.evidence["step"]
        return Notice.DONE if done else Notice.AWAITED

    async def carry_out(self, order, _seen):
        if self.faults:
            raise self.faults.pop(0)
        evidence = {"step": self.step}
        self.sent.append(order.awaited.operation)
        if not self.deaf:
            self.acts()
        return evidence

    async def wake(self, _order, _seen):
        self.woken += 1

    def acts(self):
        if self.sent[-1] == "abort":
            self.aborted = True
        else:
            self.step += 2


@pytest.fixture
async def rollout():
    return Rollout()


@pytest.fixture
async def bot(sqlite_url, rollout):
    async with running_bot(sqlite_url, settings=SETTINGS) as bot:
        await put_in_sight(bot, rollout)
        yield bot


async def pass_(bot, seconds, *, at_once=1):
    for _ in range(0, seconds, at_once):
        bot.clock.pass_(seconds=at_once)
        await bot.deliver()


async def test_a_click_lets_it_go_on_and_is_done_when_that_was_seen(bot, rollout):
    await bot.approve()
    await pass_(bot, 3)

    release = await bot.newest()
    assert rollout.sent == ["promote"]
    assert [(gate.step, gate.state) for gate in release.gates] == [("1", GateState.OPEN), ("3", GateState.CLOSED)]
    assert release.run.awaited is None
    assert (await bot.actions()).count("operation.seen") == 1


async def test_two_replicas_send_it_to_the_same_end(bot, rollout):
    await bot.approve()
    release = (await bot.newest()).id

    await asyncio.gather(bot.core.engines.operate(release), bot.core.engines.operate(release))
    await pass_(bot, 3)

    assert (await bot.newest()).gates[0].told_at is not None
    assert (await bot.actions()).count("gate.answered") == 1


async def test_a_double_click_is_sent_once(bot, rollout):
    await bot.approve()
    gate = (await bot.newest()).gates[0]
    await decide_on_gate(bot.core.people.decide, gate.id, verdict=Verdict.APPROVE, by=ANN, surface=Surface.SLACK)
    await pass_(bot, 3)

    assert rollout.sent == ["promote"]


async def test_a_cluster_that_is_away_is_tried_again_until_it_is_not(bot, rollout):
    rollout.faults = [ClusterUnavailableError("away"), ClusterUnavailableError("away"), ConflictError("look again")]
    await bot.approve()
    await pass_(bot, 12)

    assert rollout.sent == ["promote"]


async def test_a_deaf_engine_is_woken_and_then_told_about(bot, rollout):
    rollout.deaf = True
    await bot.approve()
    await pass_(bot, 72, at_once=6)
    assert rollout.woken >= 4
    assert rollout.sent == ["promote"]
    card = await bot.core.people.look.card((await bot.newest()).id)
    assert "does not answer" in "".join(str(part) for line in card.effect for part in line)

    rollout.acts()
    await pass_(bot, 30)  # No watch wakes here.

    assert (await bot.newest()).gates[-1].step == "3"
    assert (await bot.actions()).count("operation.unanswered") == 1


async def test_who_does_not_answer_is_looked_at_ever_more_seldom(bot, rollout):
    rollout.deaf = True
    await bot.approve()
    await pass_(bot, 60)
    in_the_first_minute = rollout.looks
    await pass_(bot, 60)

    assert in_the_first_minute <= 12
    assert 2 <= rollout.looks - in_the_first_minute <= 4


async def test_who_may_no_longer_approve_is_asked_for_again(bot, rollout):
    await bot.approve()
    object.__setattr__(bot.core.engines.operate.who_may, "policies", ())
    await pass_(bot, 3)

    assert rollout.sent == []
    assert (await bot.newest()).gates[0].state is GateState.CLOSED
    assert "gate.closed" in await bot.actions()


async def test_what_is_refused_for_good_is_said(bot, rollout):
    rollout.faults = [EngineRefusedError("it may not patch rollouts/status")]
    await bot.approve()
    await pass_(bot, 3)

    gate = (await bot.newest()).gates[0]
    assert (gate.state, gate.approvals) == (GateState.CLOSED, ())
    assert "operation.refused" in await bot.actions()


async def test_a_no_aborts_even_though_a_yes_is_under_way(bot, rollout):
    rollout.faults = [ClusterUnavailableError("away")]
    await bot.approve()
    await pass_(bot, 1)
    await bot.roll_back(BOB)
    await pass_(bot, 6)

    release = await bot.newest()
    assert rollout.sent == ["abort"]
    assert (release.state, release.cause) == (ReleaseState.ROLLED_BACK, "person")


async def test_a_pause_holds_the_yes_and_resuming_lets_it_go(bot, rollout):
    rollout.deaf = True
    release = (await bot.newest()).id
    await decide_on_release(bot.core.people.decide, release, verb=Verb.PAUSE, by=BOB, surface=Surface.CONSOLE)
    await bot.approve()
    await bot.core.engines.operate(release)
    assert rollout.sent == ["pause"]

    assert (await bot.newest()).gates[0].told_at is None


async def test_a_stranger_is_refused_and_nothing_is_sent(bot, rollout):
    gate = (await bot.newest()).gates[0]
    with pytest.raises(Refusal, match="may not approve"):
        await decide_on_gate(bot.core.people.decide, gate.id, verdict=Verdict.APPROVE, by=EVE, surface=Surface.SLACK)
    await pass_(bot, 2)

    assert rollout.sent == []
