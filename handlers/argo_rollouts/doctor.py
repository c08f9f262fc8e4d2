"""What people get wrong about Rollouts: rights, and releases that would ask nobody."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from bot.domain.errors import ClusterRefusedError
from bot.domain.finding import Finding, broken, caution, good
from bot.usecases.examine import Findings
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.resources import ROLLOUTS
from handlers.argo_rollouts.rights import NAMES, PUTS_BACK
from handlers.argo_rollouts.rollouts import Rollout, Strategy
from handlers.argo_rollouts.waiting import switches_at_once, unknown_reasons
from handlers.cluster import Cluster
from handlers.cluster.gitops import ARGO_CD, written_by
from handlers.cluster.places import places
from handlers.cluster.rights import Right, lack_of, lacking


async def examine(cluster: Cluster, wanted: Sequence[Right], *, namespaces: Sequence[str]) -> Findings:
    """Look at one cluster.

    Args:
        wanted: what the bot must be let do there.
    """
    missing = await lacking(cluster, wanted, namespaces)
    for right in missing:
        if right not in {NAMES, PUTS_BACK}:
            yield lack_of(cluster.name, right)
    try:
        found = [fields for place in places(namespaces) for fields in await cluster.list_all(ROLLOUTS, place)]
    except ClusterRefusedError as error:
        yield broken(cluster.name, f"Rollouts cannot be listed: {error}", "apply deploy/seeing")
        return
    rollouts = [(read_rollout(fields), written_by(fields)) for fields in found]
    watched = [
        (rollout, git)
        for rollout, git in rollouts
        if rollout is not None and any(fnmatchcase(rollout.namespace, glob) for glob in namespaces)
    ]
    yield good(cluster.name, f"{len(watched)} Rollouts are in sight.")
    if NAMES in missing and any(git == ARGO_CD for _, git in watched):
        yield lack_of(cluster.name, NAMES)
    if PUTS_BACK in missing and any(rollout.workload is not None for rollout, _ in watched):
        yield lack_of(cluster.name, PUTS_BACK)
    for rollout, git in watched:
        for finding in judged(f"{cluster.name} {rollout.namespace}/{rollout.name}", rollout, git):
            yield finding


def judged(area: str, rollout: Rollout, git: str) -> Iterator[Finding]:
    """What is odd about one Rollout."""
    if not rollout.observed and not rollout.deleted:
        yield caution(
            area,
            "The controller has not acted on its newest change.",
            "See whether Argo Rollouts runs and is responsible for it (its label controller-instance-id).",
        )
    if switches_at_once(rollout):
        yield caution(
            area,
            "It switches users as soon as its pods are ready, so that nobody is asked.",
            "Set strategy.blueGreen.autoPromotionEnabled: false.",
        )
    if rollout.strategy is Strategy.CANARY and not any(step.waits_for_people for step in rollout.steps):
        yield caution(
            area,
            "None of its steps waits for people.",
            "Put `- pause: {}` where somebody shall be asked.",
        )
    if rollout.strategy is None:
        yield broken(area, "It has no strategy that is known.", "Set strategy.canary or strategy.blueGreen.")
    if reasons := unknown_reasons(rollout):
        yield caution(area, f"It is paused for {', '.join(reasons)}, which is not known here.", "")
    if git and rollout.abort:
        yield caution(
            area,
            f"It was aborted, and {git} still has the aborted version in Git.",
            "Revert the change in Git, or retry.",
        )
