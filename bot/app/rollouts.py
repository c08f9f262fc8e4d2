"""Rollouts, for `doctor`: in the clusters that the settings connect."""

from collections.abc import Iterator
from contextlib import aclosing
from functools import partial

from bot import config
from bot.app.clusters import connected_clusters
from bot.domain.engines import ARGO_ROLLOUTS
from bot.usecases.examine import Examination, Findings
from handlers.argo_rollouts import doctor
from handlers.argo_rollouts.rights import rights


def in_clusters(settings: config.Settings) -> Iterator[Examination]:
    for cluster in settings.clusters:
        if ARGO_ROLLOUTS in cluster.engines and cluster.kubernetes != "none":
            yield Examination(area=cluster.name, look=partial(_look, settings, cluster))


async def _look(settings: config.Settings, cluster: config.models.Cluster) -> Findings:
    wanted = rights(acts=cluster.allow.argo_rollouts, puts_back=cluster.allow.roll_back_promoted)
    async with connected_clusters(settings) as clusters:
        connected = clusters[cluster.name]
        found = doctor.examine(connected, wanted, namespaces=cluster.namespaces)
        async with aclosing(found) as findings:
            async for finding in findings:
                yield finding
