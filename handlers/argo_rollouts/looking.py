"""Reads a Rollout and the objects around it from the API server, as they are at this moment."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import ClusterRefusedError
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Awaited
from bot.domain.workload import Workload
from handlers.argo_rollouts.replicasets import HASH
from handlers.argo_rollouts.resources import ANALYSIS_RUNS, POD_TEMPLATES, ROLLOUTS
from handlers.argo_rollouts.sightings import Seen, sighting_of
from handlers.cluster import DEPLOYMENTS, REPLICA_SETS, Cluster, Resource
from handlers.cluster.fields import inner, text, texts

# Source: argoproj/argo-rollouts rollout/templateref.go
_REFERRED = {"Deployment": DEPLOYMENTS, "ReplicaSet": REPLICA_SETS, "PodTemplate": POD_TEMPLATES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Looks at the Rollouts of one cluster.

    Args:
        sharing: which other Rollouts refer to the same pods, by what the watch knows.
    """

    cluster: Cluster
    sharing: Callable[[Workload], tuple[str, ...]] = lambda _workload: ()

    async def __call__(self, workload: Workload, awaited: Awaited | None = None) -> Sighting:
        """Look at a Rollout.

        Raises:
            ClusterUnavailableError, ClusterRefusedError: nothing is known now.
        """
        rollout = await self.cluster.get(ROLLOUTS, workload.namespace, workload.name)
        if rollout is None:
            return sighting_of(workload, Seen(rollout=None), awaited)
        sets, runs, referred = await asyncio.gather(
            replica_sets_of(self.cluster, rollout), self._runs(rollout), referred_by(self.cluster, rollout)
        )
        seen = Seen(
            rollout=rollout,
            replica_sets=tuple(sets),
            runs=tuple(runs),
            workload=referred,
            sharing=self.sharing(workload),
        )
        return sighting_of(workload, seen, awaited)

    async def _runs(self, rollout: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The analyses of the revision that is under way; none where they may not be read, for they decide nothing."""
        current = text(inner(rollout, "status"), "currentPodHash")
        if not current:
            return []
        try:
            return await self.cluster.list_all(ANALYSIS_RUNS, _namespace(rollout), selector=f"{HASH}={current}")
        except ClusterRefusedError:
            return []


async def replica_sets_of(cluster: Cluster, rollout: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = texts(inner(rollout, "spec", "selector"), "matchLabels")
    selector = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
    return await cluster.list_all(REPLICA_SETS, _namespace(rollout), selector=selector)


def reference_of(rollout: Mapping[str, Any]) -> tuple[Resource, str] | None:
    """What holds its pod template in its place."""
    ref = inner(rollout, "spec", "workloadRef")
    resource = _REFERRED.get(text(ref, "kind"))
    return (resource, text(ref, "name")) if resource is not None and text(ref, "name") else None


async def referred_by(cluster: Cluster, rollout: Mapping[str, Any]) -> dict[str, Any] | None:
    reference = reference_of(rollout)
    if reference is None:
        return None
    return await cluster.get(reference[0], _namespace(rollout), reference[1])


def _namespace(rollout: Mapping[str, Any]) -> str:
    return text(inner(rollout, "metadata"), "namespace")
