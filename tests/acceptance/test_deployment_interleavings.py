"""Whatever comes between, in whatever order: clicks, clicks too late, pushes, other tools, lag and lost answers.

What must hold:

1. A template that waits begins only by an approval of this very template in this very object, or because somebody
   else took its pause; a yes to another one, and a resume, begin nothing.
2. What the bot writes back is the template that it last saw everybody have, and never one that served nobody.
3. Nothing is written while a Canary, a Rollout or an owner works on the Deployment.
4. No decision is left unseen and unsaid: in the end each was seen to happen, can never happen, or people were told.
5. In the end the record says what the cluster says: what everybody has is no longer under way, what waits is asked.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from random import Random
from typing import cast

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.decision import Verb, Verdict
from bot.domain.gate import GateId
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Awaited
from bot.domain.policy import Permission
from bot.domain.release import ReleaseState
from bot.domain.workload import Workload
from handlers.cluster import DEPLOYMENTS, Cluster
from handlers.deployments import Allowed, Looking, Operations
from handlers.deployments.reading import Deployment, read_deployment
from handlers.deployments.resources import CANARIES
from handlers.deployments.watching import glance_of
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.api_server.store import Change
from tests.support.deployments import OLD, WORKLOAD, Shop, deployment, new_shop, template
from tests.support.in_memory import NearCluster
from tests.support.playing import PlayedBot, played_bot
from tests.support.running import Clock
from tests.support.witness import Witness

CANARY = {
    "apiVersion": "flagger.app/v1beta1",
    "kind": "Canary",
    "metadata": {"namespace": "shop", "name": "checkout"},
    "spec": {"targetRef": {"kind": "Deployment", "name": "checkout"}},
}


@dataclass(frozen=True, slots=True)
class Watched:
    """The bot's looks, told to the witness as well."""

    looking: Looking
    shop: Shop
    witness: Witness

    async def __call__(self, workload: Workload, awaited: Awaited | None = None) -> Sighting:
        self.witness.follow()
        if (found := read_deployment(self.shop.server.get(DEPLOYMENTS, "shop", "checkout") or {})) is not None:
            self.witness.looked(found)
            self.witness.found(found)
        return await self.looking(workload, awaited)


@dataclass(slots=True, kw_only=True)
class Play:
    shop: Shop
    near: NearCluster
    looking: Looking
    witness: Witness
    bot: PlayedBot
    pushed: int = 1
    _told: int = 0
    _let_go_at: int = 0

    async def do(self, action: str) -> None:
        await getattr(self, action)()
        self.witness.follow()

    async def work(self) -> None:
        """Let a second pass: the controller works, the watch wakes, what is due is carried out."""
        for _ in range(2):
            self.shop.step()
        self.shop.clock.now += timedelta(seconds=1)
        await self.wake()
        await self.bot.carry()

    async def step(self) -> None:
        self.shop.step()

    async def controller_alone(self) -> None:
        self.shop.controller.step()

    async def carry(self) -> None:
        await self.bot.carry()

    async def wake(self) -> None:
        await self._wake(len(self._untold()))

    async def wake_behind(self) -> None:
        """The watch tells half of what has happened since."""
        await self._wake(len(self._untold()) // 2)

    def _untold(self) -> list[Change]:
        return list(self.shop.server.store.since(DEPLOYMENTS, self._told))

    async def _wake(self, number: int) -> None:
        for change in self._untold()[:number]:
            self._told = change.version
            seen = read_deployment(change.thing)
            assert seen is not None
            if change.gone:
                self.looking.complete.forget(seen)
                await self.bot.follow(WORKLOAD, None)
                continue
            await self._tell(seen)

    async def _tell(self, seen: Deployment) -> None:
        self.witness.follow()
        self.looking.complete.learn(seen)
        self.witness.looked(seen)
        glance = glance_of(seen, complete=self.looking.complete.of(seen), gates=True)
        await self.bot.follow(WORKLOAD, glance)
        self.bot.note_gates()

    async def approve(self) -> None:
        """Click on the newest card."""
        await self._approve(self.bot.gates[-1:])

    async def approve_an_old_card(self) -> None:
        await self._approve(self.bot.gates[:1])

    async def _approve(self, gates: list[GateId]) -> None:
        for gate in gates:
            if answered := await self.bot.answer(gate, Verdict.APPROVE):
                self.witness.approved(str(answered[1].evidence["template"]))

    async def reject(self) -> None:
        for gate in self.bot.gates[-1:]:
            await self.bot.answer(gate, Verdict.REJECT)

    async def roll_back(self) -> None:
        await self.bot.command(Verb.ROLL_BACK)

    async def pause(self) -> None:
        await self.bot.command(Verb.PAUSE)

    async def resume(self) -> None:
        await self.bot.command(Verb.RESUME)

    async def push(self) -> None:
        """As a pipeline does that wants to be asked about."""
        self._push(paused=True)

    async def push_as_it_stands(self) -> None:
        self._push()

    async def push_and_resume(self) -> None:
        self._push(paused=False)

    async def push_what_never_serves(self) -> None:
        self.shop.broken.add(f"shop/checkout:{self.pushed + 1}")
        self._push()

    def _push(self, **spec: bool) -> None:
        self.pushed += 1
        self.shop.push(f"shop/checkout:{self.pushed}", **spec)

    async def push_an_older_one(self) -> None:
        self.shop.push(f"shop/checkout:{max(1, self.pushed - 1)}")

    async def restart(self) -> None:
        """Another template with the same images."""
        self.pushed += 1
        self.shop.change(template=template(self.shop.image, restarted=str(self.pushed)))

    async def undo_elsewhere(self) -> None:
        self.shop.push(OLD)

    async def resume_elsewhere(self) -> None:
        self.shop.change(paused=False)

    async def pause_elsewhere(self) -> None:
        self.shop.change(paused=True)

    async def scale(self) -> None:
        self.shop.change(replicas=5 if self.shop.deployment["spec"]["replicas"] == 4 else 4)

    async def deadline(self) -> None:
        self.shop.clock.now += timedelta(seconds=601)

    async def hand_over(self) -> None:
        """Flagger works on it from now on."""
        self.shop.server.put(CANARY)
        self.witness.foreign = True

    async def take_back(self) -> None:
        self.shop.server.delete(CANARIES, "shop", "checkout")
        self.witness.foreign = False
        self._let_go_at = self.near.server.store.version

    async def delete_and_make_anew(self) -> None:
        self.shop.delete()
        self.shop.server.put(deployment(replicas=4))

    async def push_just_before_our_write(self) -> None:
        self.near.meanwhile = lambda: self._push(paused=True)

    async def pause_just_before_our_write(self) -> None:
        self.near.meanwhile = lambda: self.shop.change(paused=True)

    async def resume_just_before_our_write(self) -> None:
        def meanwhile() -> None:
            self.shop.change(paused=False)
            self.shop.settle()

        self.near.meanwhile = meanwhile

    async def bot_restarts(self) -> None:
        found = read_deployment(self.shop.deployment)
        assert found is not None
        self.looking.complete.forget(found)
        self.witness.forgotten()
        await self._tell(found)

    async def lag(self) -> None:
        self.shop.controller.lags = 0.6

    async def lose_an_answer(self) -> None:
        self.near.loses_answers = True

    def check_the_end(self) -> None:
        assert not self.bot.unsaid, "it was neither seen nor said"
        newest = max(self.bot.releases, key=lambda release: release.number, default=None)
        found = read_deployment(self.shop.deployment)
        assert found is not None
        rests = self._let_go_at and not any(self.near.server.store.since(DEPLOYMENTS, self._let_go_at))
        if self.witness.foreign or rests or newest is None:
            return  # That a Canary goes wakes nobody: it stays paused.
        back = found.template == self.witness.seen_complete or newest.state is ReleaseState.ROLLING_BACK
        if found.complete:
            assert not newest.is_open, f"everybody has it, and it is said to be {newest.state}"
        elif self.witness.complete and found.paused and not found.updated and not back:
            assert newest.run.bound == found.template, "it waits, and another one is spoken of"
            asked = newest.waiting_gate or newest.state in {ReleaseState.WAITING, ReleaseState.REFUSED}
            assert asked, f"it waits, nobody is asked, and it is said to be {newest.state}"


def begin(seed: int) -> Play:
    clock, numbers = Clock(), count(1)
    near = NearCluster(ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(numbers)}"))
    cluster = cast("Cluster", near)
    shop = new_shop(clock, near.server, cluster)
    shop.controller.chance = Random(seed).random
    looking, witness = Looking(cluster=cluster, gates=True), Witness(near.server)
    operations = Operations(cluster=cluster, allowed=Allowed(operate=True, put_back=True))
    permits = {WORKLOAD.cluster: frozenset({Permission.ROLL_BACK_PROMOTED})}
    bot = played_bot(WORKLOAD, clock, Watched(looking, shop, witness), operations, permits)
    return Play(shop=shop, near=near, looking=looking, witness=witness, bot=bot)


async def play(actions: list[str], seed: int) -> Play:
    play = begin(seed)
    play.shop.deploy(replicas=4)
    await play.do("wake")
    await play.do("push")
    for action in actions:
        await play.do(action)
    play.shop.controller.lags = 0.0
    play.near.meanwhile = None
    for _ in range(90):  # More than a minute: in the end everything was seen, or said.
        version = play.near.server.store.version
        await play.do("work")
        if not play.bot.records.wanting and play.near.server.store.version == version:
            break
    play.check_the_end()
    return play


ACTIONS = [
    *["work"] * 8,
    *["step", "controller_alone", "carry", "wake", "wake_behind"] * 2,
    *["approve"] * 5,
    *("approve_an_old_card", "reject", "roll_back", "roll_back", "pause", "resume"),
    *("push", "push_as_it_stands", "push_and_resume", "push_what_never_serves", "push_an_older_one", "restart"),
    *("push_just_before_our_write", "pause_just_before_our_write", "resume_just_before_our_write"),
    *("undo_elsewhere", "resume_elsewhere", "pause_elsewhere", "scale", "deadline"),
    *("bot_restarts", "hand_over", "take_back", "delete_and_make_anew", "lag", "lose_an_answer"),
]


@example(["wake", "push_and_resume", "resume_just_before_our_write", "work", "pause_elsewhere"], 491221)
@example(["work", "hand_over", "scale", "work", "take_back"], 0)
@example(["work", "push_an_older_one", "approve", "push", "push_an_older_one", "work"], 106)
@settings(max_examples=30, deadline=None)
@given(actions=st.lists(st.sampled_from(ACTIONS), max_size=40), seed=st.integers(0, 10**6))
def test_nothing_begins_that_nobody_approved_and_no_decision_is_lost_unsaid(actions, seed):
    asyncio.run(play(actions, seed))
