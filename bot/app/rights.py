"""Says at the start what the bot may do in each cluster, beside everything else that starts."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any

from bot import config
from bot.domain.engines import ARGO_ROLLOUTS, DEPLOYMENTS, FLAGGER
from handlers.argo_rollouts import rights as argo_rollouts
from handlers.cluster import Cluster
from handlers.cluster.rights import Right, tell_rights
from handlers.deployments import rights as deployments
from handlers.flagger import rights as flagger


def telling_rights(
    settings: config.Settings,
    clusters: Mapping[str, Cluster],
    *,
    sleep: Callable[[float], Awaitable[object]],
    random: Callable[[], float],
) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    """Return what runs for it: one for each cluster in sight, which ends when it has said it."""
    return [
        partial(tell_rights, cluster, rights, namespaces, sleep=sleep, random=random)
        for written in settings.clusters
        if (cluster := clusters.get(written.name)) is not None
        for namespaces, rights in wanted(written).items()
    ]


def wanted(written: config.models.Cluster) -> Mapping[tuple[str, ...], tuple[Right, ...]]:
    """All that the engines and switches of the settings need, by the namespaces they need it in.

    Each is told once for its namespaces: needed, if one of the engines needs it.
    """
    allow = written.allow
    found = defaultdict[tuple[str, ...], list[Right]](list)
    everywhere = found[tuple(written.namespaces)]
    if FLAGGER in written.engines:
        everywhere += flagger.rights(acts=allow.roll_back_promoted or allow.restore_target or allow.retry)
    if ARGO_ROLLOUTS in written.engines:
        everywhere += argo_rollouts.rights(acts=allow.argo_rollouts, puts_back=allow.roll_back_promoted)
    if DEPLOYMENTS in written.engines and written.deployments.namespaces:
        found[tuple(written.deployments.namespaces)] += deployments.rights(
            acts=allow.gate_deployments, puts_back=allow.roll_back_promoted
        )
    return {namespaces: _each_once(rights) for namespaces, rights in found.items() if rights}


def _each_once(rights: Iterable[Right]) -> tuple[Right, ...]:
    return tuple({str(right): right for right in sorted(rights, key=lambda right: right.needed)}.values())
