"""A question is answered by the record and the cluster of the moment of the answer, whatever happens meanwhile."""

from dataclasses import replace

import pytest

from bot.domain.decision import Surface, Verb
from bot.domain.errors import ClusterUnavailableError
from bot.domain.policy import Stage
from bot.domain.run import Facts, Manifest, Signal
from bot.domain.sight import Standing
from storage.migrating import upgrade
from tests.support.deciding import decide_on_release
from tests.support.desk import ANN, BOB, open_desk
from tests.support.scenes import approved_by, checkout, hear, ready_in_sight

RUNNING = checkout(Standing.PROGRESSING, applied="new", facts=Facts(weight=50))


@pytest.fixture
async def desk(sqlite_url):
    """The promotion was approved by both, and its yes was told."""
    async with open_desk(sqlite_url) as desk:
        await upgrade(desk.database)
        await ready_in_sight(desk)
        await approved_by(desk, BOB)
        assert await asks(desk)
        yield desk


async def asks(desk, *, stage=Stage.PROMOTION, **more):
    return await hear(desk, Signal.ASKS, "confirm-promotion", stage=stage, **more)


async def rolls_back(desk):
    release = (await desk.release()).id
    await decide_on_release(
        desk.people.decide, release, verb=Verb.ROLL_BACK, by=ANN, surface=Surface.SLACK, reason="p99 doubled"
    )


async def test_a_yes_said_again_stands_while_all_is_as_it_was(desk):
    assert await asks(desk)


async def test_no_yes_is_said_again_when_somebody_rolls_back_while_the_cluster_is_read(desk):
    desk.clusters.meanwhile = lambda: rolls_back(desk)

    assert not await asks(desk)


async def test_no_yes_is_said_again_when_another_replica_saw_more_meanwhile(desk):
    async def another():
        newer = replace(RUNNING, sight=replace(RUNNING.sight, revision="0c77d1e3a9b4", applied="newer"))
        await desk.sees(newer)

    desk.clusters.meanwhile = another

    assert not await asks(desk)


class TestAway:
    @pytest.fixture(autouse=True)
    def away(self, desk):
        desk.clusters.away = True

    async def test_the_promotion_is_said_again_for_the_same_checksum_alone(self, desk):
        assert await asks(desk)

    @pytest.mark.parametrize("checksum", [None, "another"])
    async def test_without_that_checksum_nothing_is_said(self, desk, checksum):
        before = desk.answer_hook

        class Unnamed:
            async def __call__(self, heard):
                return await before(replace(heard, checksum=checksum, binds=False))

        unnamed = replace(desk, answer_hook=Unnamed())
        with pytest.raises(ClusterUnavailableError):
            await asks(unnamed)

    async def test_a_first_roll_back_cannot_be_said(self, desk):
        await rolls_back(desk)
        with pytest.raises(ClusterUnavailableError):
            await hear(desk, Signal.ASKS_ROLL_BACK, "rollback")

    async def test_nor_can_the_yes_of_a_manifest(self, desk):
        with pytest.raises(ClusterUnavailableError):
            await asks(desk, manifest=Manifest.OPENS)


async def test_a_roll_back_told_before_is_said_again_for_the_same_checksum(desk):
    await rolls_back(desk)
    assert await hear(desk, Signal.ASKS_ROLL_BACK, "rollback")
    desk.clusters.away = True

    assert await hear(desk, Signal.ASKS_ROLL_BACK, "rollback")
