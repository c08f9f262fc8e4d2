"""Whom to look with and whom to tell, by the cluster and kind of a workload."""

import pytest

from bot.app.sights import Sights
from bot.domain.errors import ClusterUnavailableError
from bot.domain.workload import Workload

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
