"""Whom to look with and whom to tell, by the cluster and kind of a workload."""

import pytest

from bot.app.sights import Engine, Sights
from bot.domain.decision import Principal, Surface, Verdict
from bot.domain.errors import ClusterUnavailableError, Refusal
from bot.domain.looks.sighting import Ask, Glance, Sighting
from bot.domain.policy import Stage
from bot.domain.sight import Sight, Standing
from bot.domain.tightening import Tightening
from bot.domain.workload import Workload
from tests.support.deciding import decide_on_gate
from tests.support.running import ANN, BOB, SETTINGS, running_bot

HERE = Workload("prod-eu", "Rollout", "shop", "checkout")
ELSEWHERE = Workload("mars", "Rollout", "shop", "checkout")


async def test_a_cluster_that_nobody_connected_is_named_and_shows_nothing():
    sights = Sights()

    assert not sights.sees(ELSEWHERE)
    with pytest.raises(ClusterUnavailableError, match="mars"):
        await sights.look(ELSEWHERE)
    with pytest.raises(ClusterUnavailableError, match="mars"):
        sights.told_of(ELSEWHERE)
    assert sights.glance(ELSEWHERE) is None
    assert sights.trouble(ELSEWHERE) is None


PEOPLE = (
    SETTINGS.replace("reason: never}", "reason: never, self_approval: false, unknown_author: count}")
    + """
people: [{email: ann@example.com, also: [Ann.Lee@example.co.uk]}]
"""
)


async def test_an_author_by_a_further_address_approves_no_change_of_their_own(sqlite_url):
    lee = Principal("ann.lee@example.co.uk")
    tightening = Tightening(approvers=(BOB, lee))

    async def look(_workload, _awaited):
        sight = Sight(uid="u1", standing=Standing.PROGRESSING, revision="two", tightening=tightening)
        asks = (Ask(stage=Stage.STEP, step="1"),)
        return Sighting(workload=HERE, engine="argo-rollouts", sight=sight, asks=asks, authors=frozenset({lee}))

    async with running_bot(sqlite_url, settings=PEOPLE) as bot:
        glance = Glance(uid="u1", standing=Standing.PROGRESSING, applied="")
        bot.sights.engines["prod-eu", "Rollout"] = Engine(look=look, glance=lambda _: glance, tell=Mute(), watches=())
        await bot.core.engines.follow_sight(HERE, glance)
        gate = (await bot.newest()).gates[0].id

        with pytest.raises(Refusal, match="your own change"):
            await decide_on_gate(bot.core.people.decide, gate, verdict=Verdict.APPROVE, by=ANN, surface=Surface.SLACK)
        assert (await bot.newest()).tightening.approvers == (ANN, BOB)


class Mute:
    async def carry_out(self, _order, _seen):
        return {}

    async def wake(self, _order, _seen):
        return
