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

PUTS_BACK = Right(
    verb="patch",
    resource=DEPLOYMENTS,
    needed=False,
    without="what a Rollout keeps in a Deployment (workloadRef) cannot be rolled back once it is promoted",
    mend="apply deploy/acting/roll-back-promoted.yaml, if you want it",
)

NAMES = Right(
    verb="list",
    resource=EVENTS,
    needed=False,
    without="what is done in Argo CD is told without its user",
    mend="apply deploy/argo-rollouts/name.yaml, if you want it",
)


def rights(*, acts: bool, puts_back: bool) -> tuple[Right, ...]:
    """Tell what is needed.

    Args:
        acts: the settings let people decide about Rollouts here.
        puts_back: they let the old template be put back after the end.
    """
    return (*READS, *(ACTS if acts else ()), *((PUTS_BACK,) if puts_back else ()), NAMES)
