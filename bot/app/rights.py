"""Says at the start what the bot may do in each cluster, beside everything else that starts."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
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
        partial(tell_rights, cluster, wanted(written), written.namespaces, sleep=sleep, random=random)
        for written in settings.clusters
        if (cluster := clusters.get(written.name)) is not None
    ]


def wanted(written: config.models.Cluster) -> tuple[Right, ...]:
    """All that the engines and switches of the settings need there, each once: needed, if one of them needs it."""
    allow, found = written.allow, list[Right]()
    if FLAGGER in written.engines:
        found += flagger.rights(acts=allow.roll_back_promoted or allow.restore_target or allow.retry)
    if ARGO_ROLLOUTS in written.engines:
        found += argo_rollouts.rights(acts=allow.argo_rollouts)
    if DEPLOYMENTS in written.engines and written.deployments.namespaces:
        found += deployments.rights(acts=allow.gate_deployments, puts_back=allow.roll_back_promoted)
    return tuple({str(right): right for right in sorted(found, key=lambda right: right.needed)}.values())
