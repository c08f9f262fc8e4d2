"""The clusters that the settings let the bot see."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot import config
from bot.config.models import Kubeconfig
from handlers.cluster import Cluster

if TYPE_CHECKING:
    from handlers.cluster.connecting import ApiConnection


@asynccontextmanager
async def connected_clusters(settings: config.Settings) -> AsyncIterator[Mapping[str, Cluster]]:
    """Make the way to each cluster, by its name.  Nothing is asked yet; one that is away is so when it is asked."""
    found: dict[str, Cluster] = {}
    async with AsyncExitStack() as opened:
        for written in settings.clusters:
            if connection := _way_to(written):
                opened.push_async_callback(connection.close)
                found[written.name] = Cluster(name=written.name, connection=connection)
        yield found


def _way_to(written: config.models.Cluster) -> "ApiConnection | None":
    if written.kubernetes == "none":
        return None
    from handlers.cluster import connecting  # noqa: PLC0415  65 MB and 0.4 s: only for those who have a cluster.

    match written.kubernetes:
        case "in-cluster":
            return connecting.ApiConnection(connecting.in_cluster())
        case Kubeconfig(context=context, kubeconfig=file):
            return connecting.ApiConnection(connecting.by_kubeconfig(context, file))
