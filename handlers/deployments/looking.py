"""Reads a Deployment and the objects around it from the API server, as they are at this moment."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.errors import ClusterRefusedError
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Awaited, Operation
from bot.domain.workload import Workload
from handlers.cluster import DEPLOYMENTS, REPLICA_SETS, Cluster, Resource
from handlers.cluster.fields import inner, text, texts
from handlers.deployments.complete import Complete
from handlers.deployments.reading import Fields, owner_of
from handlers.deployments.resources import CANARIES, ROLLOUTS
from handlers.deployments.sightings import Seen, sighting_of, view_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Looks at the Deployments of one cluster.

    Args:
        gates: the settings let people decide whether a paused one begins.
        complete: what each was when it was last seen complete; a look adds to it.
    """

    cluster: Cluster
    gates: bool = False
    complete: Complete = field(default_factory=Complete)

    async def __call__(self, workload: Workload, awaited: Awaited | None = None) -> Sighting:
        """Look at a Deployment.

        Raises:
            ClusterUnavailableError, ClusterRefusedError: nothing is known now.
        """
        seen = await self.see(workload.namespace, workload.name)
        if awaited is not None and awaited.operation is Operation.ABORT:
            seen = replace(seen, complete=seen.complete or str(awaited.evidence.get("goal", "")))
        return sighting_of(workload, seen, awaited)

    async def see(self, namespace: str, name: str) -> Seen:
        deployment = await self.cluster.get(DEPLOYMENTS, namespace, name)
        if deployment is None:
            return Seen(deployment=None)
        sets, managed_by = await asyncio.gather(self._replica_sets(deployment), managed(self.cluster, deployment))
        seen = Seen(deployment=deployment, replica_sets=tuple(sets), managed_by=managed_by, gates=self.gates)
        if (view := view_of(seen)) is None:
            return seen
        if view.begun:
            self.complete.learn(view.deployment)
        return replace(seen, complete=self.complete.of(view.deployment))

    async def _replica_sets(self, deployment: Fields) -> list[dict[str, Any]]:
        labels = texts(inner(deployment, "spec", "selector"), "matchLabels")
        selector = ",".join(f"{name}={value}" for name, value in sorted(labels.items()))
        namespace = text(inner(deployment, "metadata"), "namespace")
        return await self.cluster.list_all(REPLICA_SETS, namespace, selector=selector)


async def managed(cluster: Cluster, deployment: Fields) -> str:
    """What else works on a Deployment, by kind and name; empty: nothing does."""
    if owner := owner_of(deployment):
        return owner
    namespace, name = (text(inner(deployment, "metadata"), word) for word in ("namespace", "name"))
    canaries, rollouts = await asyncio.gather(_all(cluster, CANARIES, namespace), _all(cluster, ROLLOUTS, namespace))
    for canary in canaries:
        target = inner(canary, "spec", "targetRef")
        names = {text(target, "name"), f"{text(target, 'name')}-primary"}
        if text(target, "kind") == "Deployment" and name in names:
            return f"Canary {text(inner(canary, 'metadata'), 'name')}"
    for rollout in rollouts:
        ref = inner(rollout, "spec", "workloadRef")
        if (text(ref, "kind"), text(ref, "name")) == ("Deployment", name):
            return f"Rollout {text(inner(rollout, 'metadata'), 'name')}"
    return ""


async def _all(cluster: Cluster, resource: Resource, namespace: str) -> list[dict[str, Any]]:
    """None where the kind is not installed, or may not be read: `doctor` says so."""
    try:
        return await cluster.list_all(resource, namespace)
    except ClusterRefusedError:
        return []
