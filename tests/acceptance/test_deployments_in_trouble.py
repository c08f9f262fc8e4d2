"""Plain Deployments where something is missing, fails or gets in between: nothing begins unasked, and all is said."""

from datetime import timedelta

import pytest

from bot.domain.decision import Verb
from bot.domain.release import ReleaseState
from handlers.deployments.resources import CANARIES
from tests.acceptance.test_deployments import IN_SIGHT, World
from tests.support.deployments import NEW, OLD, new_shop, template
from tests.support.practice import practice_cluster
from tests.support.running import Clock, running_bot

CANARY = {
    "apiVersion": "flagger.app/v1beta1",
    "kind": "Canary",
    "metadata": {"namespace": "shop", "name": "checkout"},
    "spec": {"targetRef": {"kind": "Deployment", "name": "checkout"}},
}
NO_DEADLINE = 2**31 - 1


@pytest.fixture
async def world(sqlite_url):
    clock = Clock()
    async with (
        practice_cluster(clock) as practice,
        running_bot(sqlite_url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": practice.cluster}) as bot,
    ):
        yield World(bot, new_shop(clock, practice.server, practice.cluster))


async def test_the_old_template_written_back_while_it_waits_ends_it(world):
    world.shop.deploy()
    await world.push(paused=True)

    world.shop.push(OLD)
    await world.run()

    assert await world.states() == [ReleaseState.ROLLED_BACK]
    assert "release.ungated" not in await world.bot.actions()


async def test_what_waits_is_let_go_when_flagger_takes_it_over_and_asked_anew_when_it_comes_back(world):
    world.shop.deploy()
    await world.push(paused=True)
    world.shop.server.put(CANARY)
    await world.run(2)
    taken = await world.states()

    world.shop.server.delete(CANARIES, "shop", "checkout")
    await world.run(2)

    assert taken == [ReleaseState.ENDED]
    assert await world.states() == [ReleaseState.ENDED, ReleaseState.WAITING]
    assert (await world.bot.newest()).waiting_gate is not None


async def test_a_yes_is_not_told_to_what_flagger_took_over(world):
    world.shop.deploy()
    await world.push(paused=True)
    await world.bot.approve()

    world.shop.server.put(CANARY)
    await world.run()

    assert world.shop.deployment["spec"]["paused"] is True
    assert await world.states() == [ReleaseState.ENDED]


async def test_without_a_deadline_a_release_comes_to_its_end(world):
    world.shop.deploy(progressDeadlineSeconds=NO_DEADLINE)

    await world.push(steps=12)

    told = {condition["type"] for condition in world.shop.deployment["status"]["conditions"]}
    assert told == {"Available"}
    assert await world.states() == [ReleaseState.PROMOTED]


async def test_why_pods_cannot_be_made_stands_on_the_card(world):
    world.shop.deploy()
    world.shop.pods.full = True

    release = await world.push(steps=6)

    assert release.state is ReleaseState.PROGRESSING
    assert any("exceeded quota" in caution for caution in release.run.sight.cautions)


async def test_where_no_history_is_kept_a_roll_back_is_possible_until_the_end_and_then_refused_in_words(world):
    world.shop.deploy(revisionHistoryLimit=0)
    await world.push(steps=12)

    await world.decide(Verb.ROLL_BACK)
    await world.run()

    assert world.shop.image == NEW
    assert "operation.refused" in await world.bot.actions()


async def test_in_the_midst_it_goes_back_though_no_history_is_kept(world):
    world.shop.deploy(revisionHistoryLimit=0)
    world.shop.broken.add(NEW)
    await world.push(steps=6)

    await world.bot.roll_back()
    await world.run()

    assert world.shop.serving == {OLD: 2}
    assert await world.states() == [ReleaseState.ROLLED_BACK]


async def test_scaling_in_the_midst_does_not_end_what_never_serves(world):
    world.shop.deploy(replicas=4)
    world.shop.broken.add(NEW)
    await world.push(steps=4)

    for replicas in (6, 3, 8):
        world.shop.change(replicas=replicas)
        await world.run(4)

    assert await world.states() == [ReleaseState.PROGRESSING]


async def test_who_pauses_it_elsewhere_before_it_has_begun_stops_it_and_people_are_asked_anew(world):
    world.shop.deploy()
    waiting = await world.push(paused=True)
    await world.bot.approve()
    await world.bot.deliver()
    assert not world.shop.deployment["spec"].get("paused")

    world.shop.change(paused=True)
    await world.run()
    stopped, asked = world.shop.serving, await world.bot.newest()
    await world.bot.approve()
    await world.run()

    assert stopped == {OLD: 2}
    assert (asked.id, [gate.told_at is not None for gate in asked.gates]) == (waiting.id, [True, False])
    assert asked.gates[-1].approvals == ()
    assert world.shop.serving == {NEW: 2}


async def test_deleted_while_its_yes_is_on_its_way_it_ends_and_the_next_of_that_name_is_not_let_begin(world):
    world.shop.deploy()
    await world.push(paused=True)
    await world.bot.approve()

    world.shop.delete()
    world.shop.deploy()
    world.shop.push(NEW, paused=True)
    await world.run()

    assert await world.states() == [ReleaseState.ENDED, ReleaseState.WAITING]
    assert world.shop.serving == {OLD: 2}


async def test_a_restart_alone_is_a_release_that_can_be_rolled_back(world):
    world.shop.deploy()
    before = world.shop.deployment["spec"]["template"]
    await world.look()
    world.shop.change(template=template(OLD, restartedAt="2026-11-26T08:00:00Z"))
    await world.run(2)

    await world.bot.roll_back()
    await world.run()

    assert world.shop.deployment["spec"]["template"] == before
    assert await world.states() == [ReleaseState.ROLLED_BACK]


async def test_a_canary_of_a_service_leaves_the_deployment_of_that_name_alone(world):
    world.shop.server.put({**CANARY, "spec": {"targetRef": {"kind": "Service", "name": "checkout"}}})
    world.shop.deploy()

    await world.push(steps=12)

    assert await world.states() == [ReleaseState.PROMOTED]


async def test_a_cluster_whose_clock_is_an_hour_behind_tells_the_same(world):
    behind = Clock(world.bot.clock.now - timedelta(hours=1))
    world.shop.controller.now = lambda: behind.now
    world.shop.deploy(progressDeadlineSeconds=60)
    world.shop.broken.add(NEW)
    await world.push(steps=6)

    behind.pass_(seconds=61)
    await world.run(2)

    assert await world.states() == [ReleaseState.FAILED]
