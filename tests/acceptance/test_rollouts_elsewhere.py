"""What is done to a Rollout with other tools ends or moves its release, and is on record as done outside."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.gate import GateState
from bot.domain.release import ReleaseState
from tests.support.argo import OLD
from tests.support.argo_world import World, open_world


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    async with open_world(sqlite_url) as opened:
        yield opened


async def test_what_was_promoted_elsewhere_is_on_record_as_done_outside(world):
    await world.begin()
    gate = await world.gate()

    world.shop.patch({"status": {"pauseConditions": None}})
    await world.run(3)

    ungated = next(line for line in await world.bot.record() if line["action"] == "release.ungated")
    assert (ungated["gate"], ungated["details"]["outside"]) == (gate.id, True)
    assert (await world.bot.newest()).gate(gate.id).state is GateState.WITHDRAWN


async def test_an_abort_elsewhere_ends_the_release_without_a_decision(world):
    await world.begin()
    await world.until_asked()

    world.shop.patch({"status": {"abort": True}})
    await world.run(3)

    record = await world.bot.record()
    assert [line["action"] for line in record[2:]] == ["gate.withdrawn", "release.rolled_back"]
    assert (record[2]["reason"], record[3]["details"]) == ("aborted by kubectl-argo-rollouts", {"outside": True})
    assert (await world.bot.newest()).state is ReleaseState.ROLLED_BACK


async def test_setting_the_old_version_back_elsewhere_is_a_roll_back_and_no_promotion(world):
    await world.begin()
    await world.until_asked()

    world.shop.push(OLD)
    await world.run(3)

    assert [release.state for release in await world.bot.releases()] == [ReleaseState.ROLLED_BACK]


async def test_setting_the_old_version_back_after_an_abort_begins_no_release(world):
    await world.begin()
    await world.until_asked()
    await world.bot.roll_back()
    await world.run(3)

    world.shop.push(OLD)
    await world.run(3)

    assert [release.state for release in await world.bot.releases()] == [ReleaseState.ROLLED_BACK]
