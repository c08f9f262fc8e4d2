"""While a decision is on its way to an engine, people, looks, deadlines and crashes come in between."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.errors import ClusterUnavailableError, ConflictError, Refusal
from bot.domain.gate import GateState
from bot.domain.looks.sighting import Ask, Sighting
from bot.domain.operation import Notice
from bot.domain.policy import Need, Policy, Stage
from bot.domain.release import ReleaseState
from bot.domain.sight import Sight, Standing
from tests.support.deciding import decide_on_gate, decide_on_release
from tests.support.running import BOB, SETTINGS, running_bot
from tests.support.told_engine import ROLLOUT, put_in_sight


async def nothing():
    return


class Rollout:
    """An engine that waits at steps 1 and 3.

    Args:
        before, after: what happens while a patch is on its way, and once it has arrived.
        acts: what is written is acted on at once.
    """

    def __init__(self):
        self.step, self.aborted, self.written, self.sent, self.looks = 1, False, False, [], 0
        self.before: Callable[[], Awaitable[object]] = nothing
        self.after: Callable[[], Awaitable[object]] = nothing
        self.fault = None
        self.acts = True
        self.deleted = False

    async def look(self, _workload, awaited):
        self.looks += 1
        if self.deleted:
            gone = Sight(uid="", standing=Standing.GONE)
            return Sighting(workload=ROLLOUT, engine="argo-rollouts", sight=gone, asks=())
        standing = Standing.ROLLED_BACK if self.aborted else Standing.PROGRESSING
        waits = not (self.aborted or self.written)
        asks = (Ask(stage=Stage.STEP, step=str(self.step), evidence={"step": self.step}),) if waits else ()
        sight = Sight(uid="u1", standing=standing, revision="two", applied=f"two {self.aborted}")
        return Sighting(workload=ROLLOUT, engine="argo-rollouts", sight=sight, asks=asks, notice=self._notice(awaited))

    def _notice(self, awaited):
        if awaited is None:
            return None
        if self.aborted or self.step > awaited.evidence.get("step", self.step):
            return Notice.DONE
        return Notice.AWAITED if self.written else Notice.UNASKED

    async def carry_out(self, order, _seen):
        if self.fault is not None:
            raise self.fault
        await self.before()
        evidence = {"step": self.step}
        self.sent.append(order.awaited.operation)
        self.written = True
        if self.acts:
            self.act()
        await self.after()
        return evidence

    async def wake(self, _order, _seen):
        return

    def act(self):
        self.written = False
        if self.sent[-1] == "abort":
            self.aborted = True
        else:
            self.step += 2


@pytest.fixture
async def rollout():
    return Rollout()


@pytest.fixture
async def bot(database_url, rollout):
    settings = SETTINGS.replace("reason: never", "reason: never, expires_after: 1h, on_expiry: reject")
    async with running_bot(database_url, settings=settings) as bot:
        await put_in_sight(bot, rollout)
        yield bot


async def pass_(bot, seconds):
    for _ in range(seconds):
        bot.clock.pass_(seconds=1)
        await bot.deliver()


async def lost():
    """A connection that broke, or a process that ended, before the answer was on record."""
    raise ClusterUnavailableError("the answer was lost")


async def outside(bot):
    return [line["action"] for line in await bot.record() if line["details"].get("outside")]


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.TAKE_BACK])
async def test_who_says_no_to_a_gate_while_its_yes_is_sent_hears_that_it_is_too_late(bot, rollout, verdict):
    await bot.approve(BOB)
    gate = (await bot.newest()).gates[0].id
    refusals = []

    async def decide():
        with pytest.raises(Refusal) as refusal:
            await decide_on_gate(bot.core.people.decide, gate, verdict=verdict, by=BOB, surface=Surface.SLACK)
        refusals.append(str(refusal.value))

    rollout.before = decide
    await pass_(bot, 2)

    assert refusals == ["The engine is being told yes at this moment; roll back is what is left."]
    assert (await bot.newest()).gates[0].told_at is not None


async def test_a_roll_back_is_taken_while_a_yes_is_sent_and_follows_it(bot, rollout):
    await bot.approve()
    rollout.before = bot.roll_back
    await pass_(bot, 1)
    rollout.before = nothing
    await pass_(bot, 2)

    assert rollout.sent == ["promote", "abort"]
    assert (await bot.newest()).state is ReleaseState.ROLLED_BACK


@pytest.mark.parametrize("acts", [True, False])
async def test_a_look_that_sees_the_effect_first_takes_it_for_ours(bot, rollout, acts):
    await bot.approve()
    rollout.acts = acts
    rollout.after = lambda: bot.core.engines.follow_sight.look(ROLLOUT)
    await pass_(bot, 1)
    if not acts:
        rollout.act()
    await pass_(bot, 2)

    actions = await bot.actions()
    assert (actions.count("gate.answered"), actions.count("operation.seen")) == (1, 1)
    assert "release.ungated" not in actions
    assert await outside(bot) == []


@pytest.mark.parametrize("acts", [True, False])
async def test_what_was_done_though_its_answer_was_lost_is_ours(bot, rollout, acts):
    await bot.approve()
    rollout.acts, rollout.after = acts, lost
    await pass_(bot, 1)
    await bot.core.engines.follow_sight.look(ROLLOUT)
    rollout.after = nothing
    if not acts:
        rollout.act()
    await pass_(bot, 4)

    release = await bot.newest()
    assert [gate.step for gate in release.gates] == ["1", "3"]
    assert rollout.sent == ["promote"]
    assert "release.ungated" not in await bot.actions()
    assert await outside(bot) == []


async def test_a_roll_back_whose_answer_was_lost_was_a_persons(bot, rollout):
    await bot.roll_back()
    rollout.after = lost
    await pass_(bot, 1)
    await bot.core.engines.follow_sight.look(ROLLOUT)

    assert (await bot.newest()).cause == "person"


async def test_a_yes_of_people_who_cannot_be_looked_up_now_is_sent_when_they_can(bot, rollout):
    await bot.approve()
    who = bot.core.engines.operate.who_may
    known = who.policies
    unknown = Policy(name="shop", needs=(Need(of=("group:gone",)),))
    object.__setattr__(who, "policies", (unknown,))
    object.__setattr__(who, "groups", NobodyTells())
    await pass_(bot, 3)
    assert rollout.sent == []

    object.__setattr__(who, "policies", known)
    await pass_(bot, 3)

    assert rollout.sent == ["promote"]


class NobodyTells:
    async def members(self, _group):
        return None


async def test_a_yes_that_cannot_be_sent_is_said_once_and_tried_ever_less_often(bot, rollout):
    rollout.fault = ConflictError("the controller has not seen the newest change yet")
    await bot.approve()
    await pass_(bot, 300)

    assert (await bot.actions()).count("operation.unanswered") == 1
    assert rollout.looks < 100
    card = await bot.core.people.look.card((await bot.newest()).id)
    assert "cannot be told yet" in "".join(str(part) for line in card.effect for part in line)


async def test_a_yes_that_could_not_be_sent_before_the_deadline_is_not_sent_after_it(bot, rollout):
    rollout.fault = ClusterUnavailableError("away")
    await bot.approve()
    await pass_(bot, 2)
    bot.clock.pass_(hours=1)
    rollout.fault = None
    await pass_(bot, 2)

    assert rollout.sent == ["abort"]
    assert (await bot.newest()).gates[0].state is GateState.EXPIRED


async def test_a_roll_back_waits_for_no_visit_that_was_put_off(bot, rollout):
    rollout.fault = ClusterUnavailableError("away")
    await bot.approve()
    await pass_(bot, 250)
    rollout.fault = None
    await bot.roll_back()

    await pass_(bot, 1)

    assert rollout.sent == ["abort"]


async def test_a_roll_back_that_comes_while_a_visit_fails_is_next(bot, rollout):
    await bot.approve()

    async def lost_once():
        rollout.before = rollout.after = nothing
        await lost()

    rollout.before, rollout.after = bot.roll_back, lost_once
    await pass_(bot, 1)

    assert rollout.sent == ["promote", "abort"]


async def test_nothing_is_sent_for_ever_to_what_was_deleted(bot, rollout):
    await bot.roll_back()
    await pass_(bot, 2)
    release = (await bot.newest()).id
    await decide_on_release(bot.core.people.decide, release, verb=Verb.RETRY, by=BOB, surface=Surface.SLACK)
    rollout.deleted, rollout.looks = True, 0
    await pass_(bot, 60)

    assert rollout.looks == 1
    assert (await bot.actions())[-1] == "operation.moot"
