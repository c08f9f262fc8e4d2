"""Reads a Canary and the objects around it from the API server, as they are at this moment."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.card import Evidence
from bot.domain.errors import ClusterRefusedError
from bot.domain.looks.sighting import Sighting
from bot.domain.operation import Awaited
from bot.domain.workload import Workload
from handlers.cluster import CONFIG_MAPS, DAEMON_SETS, DEPLOYMENTS, SERVICES, Cluster, Resource
from handlers.flagger.noticing import notice_of
from handlers.flagger.resources import CANARIES, KNATIVE_SERVICES
from handlers.flagger.revision import Config, config_digest, is_tracked, names_in
from handlers.flagger.sightings import PRIMARY, Seen, sighting_of, target_template

_TARGETS = {"Deployment": DEPLOYMENTS, "DaemonSet": DAEMON_SETS, "Service": SERVICES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Looks at the Canaries of one cluster.

    Args:
        sharing: which other Canaries have the same target, by what the watch knows.
        measured: what its metrics said last.
        acting: the settings let the bot write to targets.
    """

    cluster: Cluster
    sharing: Callable[[Workload], tuple[str, ...]] = lambda _workload: ()
    measured: Callable[[Workload], tuple[Evidence, ...]] = lambda _workload: ()
    acting: bool = False

    async def __call__(self, workload: Workload, awaited: Awaited | None = None) -> Sighting:
        """Look at a Canary.  Flagger asks by its hooks, so that only a template of ours can be awaited.

        Raises:
            ClusterUnavailableError, ClusterRefusedError: nothing is known now.
        """
        canary = await self.cluster.get(CANARIES, workload.namespace, workload.name)
        if canary is None:
            return sighting_of(workload, Seen(canary=None))
        target, primary = await self._targets(workload.namespace, canary)
        configs, primary_configs = await asyncio.gather(
            self._configs(workload.namespace, target), self._configs(workload.namespace, primary)
        )
        seen = Seen(
            canary=canary,
            target=target,
            primary=primary,
            configs=configs,
            primary_configs=primary_configs,
            shared_target=self.sharing(workload),
            measured=self.measured(workload),
            acting=self.acting,
        )
        return replace(sighting_of(workload, seen), notice=notice_of(target, awaited))

    async def _targets(
        self, namespace: str, canary: Mapping[str, Any]
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """The target and its primary.  A Service has a primary of its kind only by name, without pods of its own."""
        resource, name = target_of(canary)
        if resource is None:
            return None, None
        target, primary = await asyncio.gather(
            self.cluster.get(resource, namespace, name), self.cluster.get(resource, namespace, f"{name}{PRIMARY}")
        )
        return target, primary

    async def _configs(self, namespace: str, target: Mapping[str, Any] | None) -> tuple[Config, ...]:
        names = sorted(names_in(target_template(target)).config_maps)
        found = await asyncio.gather(*(self._config(namespace, name) for name in names))
        return tuple(config for config in found if config is not None)

    async def _config(self, namespace: str, name: str) -> Config | None:
        """Read one ConfigMap; None: Flagger is told not to follow it.  One that is not there is so for Flagger too."""
        try:
            found = await self.cluster.get(CONFIG_MAPS, namespace, name)
        except ClusterRefusedError:
            return Config(name=name, digest=None)
        if found is not None and not is_tracked(found):
            return None
        return Config(name=name, digest=config_digest(found.get("data")) if found else "")


def target_of(canary: Mapping[str, Any]) -> tuple[Resource | None, str]:
    """What a Canary releases; kinds that Flagger does not know it takes for Deployments."""
    spec = canary.get("spec")
    ref = spec.get("targetRef") if isinstance(spec, dict) else None
    if not isinstance(ref, dict) or not isinstance(ref.get("name"), str):
        return None, ""
    if str(ref.get("apiVersion", "")).startswith("serving.knative.dev/"):
        return KNATIVE_SERVICES, ref["name"]
    return _TARGETS.get(str(ref.get("kind", "")), DEPLOYMENTS), ref["name"]
