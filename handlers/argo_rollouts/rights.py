"""What the bot must be let do for Argo Rollouts."""

from handlers.argo_rollouts.resources import ANALYSIS_RUNS, POD_TEMPLATES, ROLLOUTS
from handlers.cluster import DEPLOYMENTS, EVENTS, REPLICA_SETS
from handlers.cluster.rights import Right

READS = (
    *(Right(verb=verb, resource=ROLLOUTS) for verb in ("get", "list", "watch")),
    Right(verb="list", resource=REPLICA_SETS),
    Right(verb="list", resource=ANALYSIS_RUNS, needed=False, without="cards show no analyses"),
    *(
        Right(
            verb="get",
            resource=held,
            needed=False,
            without=f"a Rollout whose workloadRef names a {held.kind} is unseen",
        )
        for held in (DEPLOYMENTS, REPLICA_SETS, POD_TEMPLATES)
    ),
)

ACTS = (
    Right(
        verb="patch",
        resource=ROLLOUTS,
        subresource="status",
        mend="apply deploy/argo-rollouts/decide.yaml, or set allow.argo_rollouts: false to look only",
    ),
    Right(
        verb="patch",
        resource=ROLLOUTS,
        needed=False,
        without="nobody can pause or resume by hand, nor roll back what is paused so",
        mend="apply deploy/argo-rollouts/pause.yaml, if you want it",
    ),
)

NAMES = Right(
    verb="list",
    resource=EVENTS,
    needed=False,
    without="what is done in Argo CD is told without its user",
    mend="apply deploy/argo-rollouts/name.yaml, if you want it",
)


def rights(*, acts: bool) -> tuple[Right, ...]:
    """Tell what is needed.

    Args:
        acts: the settings let people decide about Rollouts here.
    """
    return (*READS, *ACTS, NAMES) if acts else (*READS, NAMES)
