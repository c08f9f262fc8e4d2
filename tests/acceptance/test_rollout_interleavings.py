"""Whatever comes between, in whatever order: clicks, clicks too late, pushes, other tools, lost decisions and answers.

What must hold:

1. No pause is passed that nobody ended: neither an approval of this very revision at this very step, nor another tool.
2. Nothing becomes what users have unless each of its pauses was passed so, or somebody promoted it in full.
3. No decision is left unseen and unsaid: in the end each was seen to happen, can never happen, or people were told.
4. Nobody is told that it went past a gate without a decision, unless another tool took it past that gate.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.decision import Verb, Verdict
from bot.domain.gate import GateId, GateState
from bot.domain.looks.sighting import Glance
from bot.domain.release import Release
from handlers.argo_rollouts import Allowed, Looking, Operations
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.sightings import applied, standing_of
from handlers.cluster import Cluster
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import ROLLOUTS
from tests.support.argo import ANALYSED, CANARY, OwnClock, Shop, new_shop
from tests.support.in_memory import NearCluster
from tests.support.playing import PlayedBot, played_bot

PAUSES = {1, 3}
"""Steps of the canary at which people are asked."""

OTHER_STEPS = {"canary": {"steps": [{"setWeight": 30}, {"pause": {}}, {"setWeight": 60}, {"pause": {}}]}}
"""The same pauses, and still the controller begins again."""

Pass = tuple[str, str, int]
"""A revision's hash, that of its steps, and the step whose pause was ended."""


@dataclass
class Play:
    """The bot's own rules and hands, the practice controller, and people who do as they like."""

    shop: Shop
    near: NearCluster
    bot: PlayedBot
    ended: set[Pass] = field(default_factory=set)
    ended_elsewhere: set[tuple[str, int]] = field(default_factory=set)
    in_full: set[tuple[str, str]] = field(default_factory=set)
    pushed: int = 1
    seen_version: int = 1

    async def do(self, action: str) -> None:
        await getattr(self, action)()
        self.check_passes()
        self.check_said()

    async def work(self) -> None:
        """Let half a second pass: the controller works, the watch wakes, what is due is carried out."""
        for _ in range(5):
            self.shop.tick()
        await self.wake()
        await self.bot.carry()

    async def wake(self) -> None:
        rollout = read_rollout(self.shop.rollout)
        assert rollout is not None
        glance = Glance(uid=rollout.uid, standing=standing_of(rollout), applied=applied(rollout))
        await self.bot.follow(self.shop.workload, glance)
        self.bot.note_gates()

    async def tick(self) -> None:
        self.shop.tick()

    async def approve(self) -> None:
        """Click on the newest card."""
        await self._answer(self.bot.gates[-1:], Verdict.APPROVE)

    async def approve_an_old_card(self) -> None:
        await self._answer(self.bot.gates[:1], Verdict.APPROVE)

    async def reject(self) -> None:
        await self._answer(self.bot.gates[-1:], Verdict.REJECT)

    async def _answer(self, gates: list[GateId], verdict: Verdict) -> None:
        for gate in gates:
            answered = await self.bot.answer(gate, verdict)
            if answered is None or verdict is not Verdict.APPROVE:
                continue
            release, decided = answered
            if decided.step.isdigit():
                self.ended.add((*_attempt(release), int(decided.step)))

    async def roll_back(self) -> None:
        await self.bot.command(Verb.ROLL_BACK)

    async def promote_in_full(self) -> None:
        if (release := await self.bot.command(Verb.PROMOTE_FULL)) is not None:
            self.in_full.add(_attempt(release))

    async def skip(self) -> None:
        """Skip the step that the bot saw last."""
        release = await self.bot.command(Verb.SKIP)
        if release is not None and release.run.sight is not None and release.run.sight.place:
            self.ended.add((*_attempt(release), int(release.run.sight.place)))

    async def pause(self) -> None:
        await self.bot.command(Verb.PAUSE)

    async def resume(self) -> None:
        await self.bot.command(Verb.RESUME)

    async def push(self) -> None:
        self._push()

    def _push(self) -> None:
        self.pushed += 1
        self.shop.push(f"registry.example.com/checkout:{self.pushed}")

    async def promote_elsewhere(self) -> None:
        self._end_pause()

    def _end_pause(self) -> None:
        status = self.shop.status
        if status.get("pauseConditions"):
            self.ended.add((status["currentPodHash"], status["currentStepHash"], status["currentStepIndex"]))
            self.ended_elsewhere.add((status["currentPodHash"], status["currentStepIndex"]))
            self.shop.patch({"status": {"pauseConditions": None}})

    async def promote_elsewhere_just_before_our_write(self) -> None:
        """Between our look and our write somebody promotes, and the controller gets as far as the next pause."""
        self._just_before_our_write(self._end_pause)

    async def push_just_before_our_write(self) -> None:
        self._just_before_our_write(self._push)

    async def edit_steps(self) -> None:
        self._edit_steps()

    def _edit_steps(self) -> None:
        now = self.shop.rollout["spec"]["strategy"]
        self.shop.patch({"spec": {"strategy": CANARY if now == OTHER_STEPS else OTHER_STEPS}}, manager="kubectl-edit")

    async def edit_steps_just_before_our_write(self) -> None:
        self._just_before_our_write(self._edit_steps)

    def _just_before_our_write(self, act: Callable[[], None]) -> None:
        def meanwhile() -> None:
            act()
            for _ in range(40):
                self.shop.tick()

        self.near.meanwhile = meanwhile

    async def abort_elsewhere(self) -> None:
        self.shop.patch({"status": {"abort": True}})

    async def scale(self) -> None:
        now = self.shop.rollout["spec"]["replicas"]
        self.shop.patch({"spec": {"replicas": 5 if now == 4 else 4}}, manager="horizontal-pod-autoscaler")

    async def lose_decisions(self) -> None:
        self.shop.controller.loses = 0.7

    async def lose_an_answer(self) -> None:
        self.near.loses_answers = True

    def check_said(self) -> None:
        """Look at what the record says went on without a decision."""
        steps = {gate.id: gate.step for release in self.bot.releases for gate in release.gates}
        told = {
            (line.revision or "", int(steps[GateId(line.gate)]))
            for line in self.bot.records.lines
            if line.action == "release.ungated" and line.gate is not None
        }
        assert told <= self.ended_elsewhere, f"{told - self.ended_elsewhere} went on by no other tool"

    def check_passes(self) -> None:
        """Look at each write to the Rollout: which pauses were passed, and what users have."""
        for change in self.shop.server.store.since(ROLLOUTS, self.seen_version):
            if change.before is not None:
                self._check(change.before.get("status", {}), change.thing.get("status", {}))
        self.seen_version = self.shop.server.store.version

    def _check(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        current, steps = after.get("currentPodHash", ""), after.get("currentStepHash", "")
        if current != before.get("currentPodHash") or (current, steps) in self.in_full or not before.get("stableRS"):
            return
        if before["stableRS"] == current:
            return
        old, new = before.get("currentStepIndex", 0), after.get("currentStepIndex", 0)
        passed = [step for step in PAUSES if old <= step < new]
        assert all((current, steps, step) in self.ended for step in passed), f"{passed} of {current} passed unasked"
        if after["stableRS"] == current != before["stableRS"]:
            assert all((current, steps, step) in self.ended for step in PAUSES), f"{current} promoted unasked"


def _attempt(release: Release) -> tuple[str, str]:
    """The revision, and the steps that the bot saw last when somebody decided."""
    assert release.run.sight is not None
    return release.revision or "", release.run.sight.attempt.rpartition(":")[2]


def begin(seed: int) -> Play:
    clock, numbers = OwnClock(), count(1)
    near = NearCluster(ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(numbers)}"))
    cluster = cast("Cluster", near)
    shop = new_shop(clock, near.server, cluster, chance=Random(seed).random).deploy(CANARY)
    operations = Operations(cluster=cluster, allowed=Allowed(retry=True))
    return Play(shop=shop, near=near, bot=played_bot(shop.workload, clock, Looking(cluster=cluster), operations))


async def play(actions: list[str], seed: int) -> Play:
    play = begin(seed)
    await play.wake()
    await play.push()
    for action in actions:
        await play.do(action)
    play.shop.controller.loses = 0.0
    for _ in range(150):  # More than a minute: in the end everything was seen, or said.
        await play.do("work")
        if not play.bot.records.wanting:
            break
    assert not play.bot.unsaid
    return play


ACTIONS = [
    *["work"] * 6,
    *["tick"] * 4,
    *["approve"] * 4,
    *("approve_an_old_card", "reject", "roll_back", "promote_in_full", "skip", "pause", "resume", "push"),
    *("promote_elsewhere_just_before_our_write", "push_just_before_our_write", "edit_steps_just_before_our_write"),
    *("promote_elsewhere", "abort_elsewhere", "edit_steps", "scale", "lose_decisions", "lose_an_answer"),
]


@settings(max_examples=30)
@given(actions=st.lists(st.sampled_from(ACTIONS), max_size=40), seed=st.integers(0, 10**6))
def test_nothing_goes_on_that_nobody_approved_and_no_decision_is_lost_unsaid(actions, seed):
    asyncio.run(play(actions, seed))


def test_a_story_without_disturbance_promotes():
    """The plays above are about something: undisturbed, approvals carry a release to its end."""
    done = asyncio.run(play([*["work"] * 8, "approve", *["work"] * 8, "approve", *["work"] * 10], seed=0))

    assert done.shop.status["stableRS"] == done.shop.status["currentPodHash"]
    assert len(done.ended) == 2


@pytest.mark.parametrize("edit", ["edit_steps", "edit_steps_just_before_our_write"])
def test_a_yes_to_the_steps_of_before_is_on_record_as_withdrawn_and_as_nothing_else(edit):
    done = asyncio.run(play([*["work"] * 8, "approve", edit, *["tick"] * 40], seed=0))

    (gate, again) = done.bot.releases[-1].gates
    assert (gate.state, again.state) == (GateState.WITHDRAWN, GateState.CLOSED)
    told = {line.action for line in done.bot.records.lines}
    assert not told & {"operation.seen", "gate.answered", "release.ungated"}


def test_a_revision_that_came_back_unseen_is_asked_about_from_its_first_step():
    async def there_and_back() -> Play:
        played = await play([*["work"] * 8, "approve", *["work"] * 8], seed=0)
        (image,) = (one["image"] for one in played.shop.rollout["spec"]["template"]["spec"]["containers"])
        played.shop.push().run(2)
        played.shop.push(image).run(4)
        await played.do("wake")
        return played

    done = asyncio.run(there_and_back())

    gates = [(gate.step, gate.state) for gate in done.bot.releases[-1].gates]
    assert gates == [("1", GateState.OPEN), ("3", GateState.WITHDRAWN), ("1", GateState.CLOSED)]
    assert "release.ungated" not in [line.action for line in done.bot.records.lines]


def test_a_skip_does_not_reach_the_analysis_that_took_the_place_of_its_pause():
    async def skipped() -> Play:
        played = await play(["work"] * 8, seed=0)
        await played.do("skip")
        played.shop.verdict = None
        played.shop.patch({"spec": {"strategy": ANALYSED}}, manager="kubectl-edit")
        played.shop.run(4)
        for _ in range(10):
            await played.do("work")
        return played

    done = asyncio.run(skipped())

    assert done.shop.status["currentStepIndex"] == 1
    assert "operation.sent" not in [line.action for line in done.bot.records.lines]
