"""Keeps the Deployments of a cluster in sight that the settings pick: what changed is looked at, freshly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from bot.domain.looks.sighting import Glance
from bot.domain.workload import Workload
from handlers.cluster import DEPLOYMENTS, Cluster, Watch, WatchParts
from handlers.deployments.complete import Complete
from handlers.deployments.reading import KIND, Deployment, read_deployment
from handlers.deployments.standings import glimpsed


@dataclass(slots=True, kw_only=True)
class DeploymentWatch:
    """The watch of one cluster.

    Args:
        namespaces: those of the cluster that count at all.
        picked: those of Deployments; a Deployment must be in both.
        selector: of labels.
        gates: the settings let people decide whether a paused one begins.
        wake: told of each workload that changed; it must not take long.
    """

    cluster: Cluster
    namespaces: Sequence[str]
    picked: Sequence[str]
    selector: str
    gates: bool
    complete: Complete
    parts: WatchParts
    wake: Callable[[Workload], None]
    deployments: Watch[Deployment] = field(init=False)

    def __post_init__(self) -> None:
        self.deployments = Watch(
            cluster=self.cluster,
            resource=DEPLOYMENTS,
            slim=self._slim,
            on_change=self._changed,
            parts=self.parts,
            namespaces=self.picked,
            selector=self.selector,
        )

    @property
    def watches(self) -> tuple[Watch[Any], ...]:
        return (self.deployments,)

    def glance(self, workload: Workload) -> Glance | None:
        deployment = self.deployments.records.get((workload.namespace, workload.name))
        if deployment is None or deployment.deleted:
            return None
        return glance_of(deployment, complete=self.complete.of(deployment), gates=self.gates)

    def _slim(self, fields: Mapping[str, Any]) -> Deployment | None:
        deployment = read_deployment(fields)
        if deployment is None or deployment.owner:
            return None
        return deployment if any(fnmatchcase(deployment.namespace, glob) for glob in self.namespaces) else None

    def _changed(self, old: Deployment | None, new: Deployment | None) -> None:
        if new is not None:
            self.complete.learn(new)
        elif old is not None:
            self.complete.forget(old)
        if (deployment := new or old) is not None:
            self.wake(
                Workload(cluster=self.cluster.name, kind=KIND, namespace=deployment.namespace, name=deployment.name)
            )


def glance_of(deployment: Deployment, *, complete: str, gates: bool) -> Glance:
    standing = glimpsed(deployment, complete=complete, gates=gates)
    return Glance(uid=deployment.uid, standing=standing, applied=deployment.template)
