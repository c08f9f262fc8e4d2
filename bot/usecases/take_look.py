"""Look into a cluster in the midst of something else: what it shows now, or why it shows nothing."""

from bot.domain.errors import ClusterUnavailableError
from bot.domain.looks.sighting import Look, Sightless
from bot.domain.workload import Workload
from bot.ports import Clusters


async def take_look(clusters: Clusters, workload: Workload) -> Look:
    """Never inside a transaction: an API server may take its time."""
    if not clusters.sees(workload):
        return Sightless.BLIND
    try:
        return await clusters.look(workload)
    except ClusterUnavailableError:
        return Sightless.AWAY
