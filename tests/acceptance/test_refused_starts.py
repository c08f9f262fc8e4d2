"""A refused start puts the template of before back, and only while it is refused."""

import copy

import pytest

from bot.domain.decision import Surface, Verdict
from bot.domain.errors import ClusterUnavailableError
from bot.domain.release import ReleaseState
from handlers.flagger.resources import CANARIES
from handlers.flagger.watching import canary_record
from tests.handlers.flagger.test_operations import NEW, OLD, Shop, template
from tests.support.deciding import decide_on_gate
from tests.support.practice import practice_cluster
from tests.support.running import ANN, BOB, SETTINGS, WORKLOAD, Clock, running_bot

YES, NO = 200, 403

IN_SIGHT = SETTINGS.replace(
    "hook_tokens: [{env: HOOK_TOKEN}]}",
    "hook_tokens: [{env: HOOK_TOKEN}], kubernetes: in-cluster, engines: [flagger],"
    " allow: {restore_target: true, roll_back_promoted: true}}",
)


class Story:
    """A Canary that waits for its start, in a cluster whose API server takes writes or not."""

    def __init__(self, bot, clock, practice):
        self.bot, self.clock, self.practice = bot, clock, practice
        self.shop = Shop(practice.server, practice.cluster)
        self.users_have(OLD)

    def users_have(self, image):
        primary = copy.deepcopy(self.shop.target)
        primary["metadata"] = {"name": "checkout-primary", "namespace": "shop"}
        primary["spec"]["template"] = template(image)
        self.practice.server.put(primary)

    async def shows(self, phase, *, applied="new"):
        self.shop.phase(phase)
        canary = self.practice.server.get(CANARIES, "shop", "checkout")
        canary["status"]["lastAppliedSpec"] = applied
        self.practice.server.put(canary)
        found = canary_record(self.practice.server.get(CANARIES, "shop", "checkout"))
        await self.bot.core.engines.follow_sight(WORKLOAD, found.glance)

    async def asks(self):
        body = {"name": "checkout", "namespace": "shop", "phase": "Waiting", "checksum": "a1"}
        return await self.bot.ask("flagger/confirm-rollout", body)

    async def decides(self, verdict, by):
        gate = (await self.bot.newest()).gates[-1].id
        decide = self.bot.core.people.decide
        await decide_on_gate(decide, gate, verdict=verdict, by=by, surface=Surface.SLACK, reason="not now")

    async def seconds(self, number):
        for _ in range(number):
            self.clock.pass_(seconds=1)
            await self.bot.deliver()

    async def runs_until_everybody_has_it(self):
        for phase in ("Progressing", "Promoting", "Finalising", "Succeeded"):
            await self.shows(phase)
            await self.seconds(1)
        self.users_have(NEW)


@pytest.fixture
def writes(monkeypatch):
    """Let the API server take writes again, by `writes.undo()`."""

    async def refused(*_args, **_kwargs):
        raise ClusterUnavailableError("it takes no writes")

    monkeypatch.setattr("handlers.cluster.Cluster.patch", refused)
    return monkeypatch


@pytest.fixture
async def story(sqlite_url, writes):
    clock = Clock()
    async with (
        practice_cluster(clock) as practice,
        running_bot(sqlite_url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": practice.cluster}) as bot,
    ):
        story = Story(bot, clock, practice)
        await story.shows("Waiting", applied="old")
        assert await story.asks() == NO
        await story.decides(Verdict.REJECT, ANN)
        await story.seconds(2)
        yield story


async def test_what_was_asked_again_and_approved_stays_when_writes_are_taken_again(story, writes):
    await story.decides(Verdict.REOPEN, BOB)
    await story.decides(Verdict.APPROVE, BOB)
    await story.seconds(5)
    assert await story.asks() == YES
    await story.runs_until_everybody_has_it()
    writes.undo()
    await story.seconds(60)

    assert (await story.bot.newest()).state is ReleaseState.PROMOTED
    assert story.shop.template == template(NEW)
    assert not [action for action in await story.bot.actions() if action.startswith("operation.")]


async def test_what_began_though_it_was_refused_is_not_put_back_after_its_end(story, writes):
    await story.runs_until_everybody_has_it()
    writes.undo()
    await story.seconds(60)

    assert (await story.bot.newest()).state is ReleaseState.PROMOTED
    assert story.shop.template == template(NEW)
    assert (await story.bot.actions())[-1] == "operation.moot"
