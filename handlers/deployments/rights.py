"""What the bot must be let do for plain Deployments."""

from handlers.cluster import DEPLOYMENTS, REPLICA_SETS
from handlers.cluster.rights import Right
from handlers.deployments.resources import CANARIES, ROLLOUTS

READS = (
    *(Right(verb=verb, resource=DEPLOYMENTS) for verb in ("get", "list", "watch")),
    Right(verb="list", resource=REPLICA_SETS),
    Right(verb="list", resource=CANARIES, needed=False, without="what Flagger works on cannot be told apart"),
    Right(verb="list", resource=ROLLOUTS, needed=False, without="what a Rollout works on cannot be told apart"),
)


def rights(*, acts: bool, puts_back: bool) -> tuple[Right, ...]:
    """Tell what is needed.

    Args:
        acts: the settings let people decide about Deployments here.
        puts_back: they let the old template be put back after the end.
    """
    if not acts and not puts_back:
        return READS
    file = "deploy/deployments/decide.yaml" if acts else "deploy/acting/roll-back-promoted.yaml"
    return (*READS, Right(verb="patch", resource=DEPLOYMENTS, mend=f"apply {file}"))
