"""What people get wrong about plain Deployments: rights, and none that is picked."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from bot.domain.errors import ClusterRefusedError
from bot.domain.finding import broken, caution, good
from bot.usecases.examine import Findings
from handlers.cluster import DEPLOYMENTS, Cluster
from handlers.cluster.places import places
from handlers.cluster.rights import Right, lack_of, lacking
from handlers.deployments.looking import managed
from handlers.deployments.reading import read_deployment


async def examine(cluster: Cluster, wanted: Sequence[Right], *, namespaces: Sequence[str], selector: str) -> Findings:
    """Look at one cluster.

    Args:
        wanted: what the bot must be let do there.
        namespaces, selector: which Deployments the settings pick.
    """
    for right in await lacking(cluster, wanted, namespaces):
        yield lack_of(cluster.name, right)
    try:
        found = [
            fields
            for place in places(namespaces)
            for fields in await cluster.list_all(DEPLOYMENTS, place, selector=selector)
        ]
    except ClusterRefusedError as error:
        yield broken(cluster.name, f"Deployments cannot be listed: {error}", "Apply deploy/seeing.")
        return
    picked = [
        (deployment, fields)
        for fields in found
        if (deployment := read_deployment(fields)) is not None
        and any(fnmatchcase(deployment.namespace, glob) for glob in namespaces)
    ]
    if not picked:
        yield caution(
            cluster.name, f"No Deployment has the label {selector}.", "Label those whose releases people shall see."
        )
        return
    yield good(cluster.name, f"{len(picked)} {'Deployment is' if len(picked) == 1 else 'Deployments are'} in sight.")
    for deployment, fields in picked:
        if by := await managed(cluster, fields):
            area = f"{cluster.name} {deployment.namespace}/{deployment.name}"
            yield caution(area, f"{by} works on it: it is no release here.", "Take its label away.")
