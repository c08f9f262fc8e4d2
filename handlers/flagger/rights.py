"""What the bot must be let do for Flagger, in a cluster that it looks into."""

from handlers.cluster import CONFIG_MAPS, DAEMON_SETS, DEPLOYMENTS, REPLICA_SETS, SERVICES, Resource
from handlers.cluster.rights import Right
from handlers.flagger.resources import CANARIES, KNATIVE_SERVICES, METRIC_TEMPLATES

SEEING = "bind the role of deploy/seeing"


def _optional(resource: Resource, without: str) -> Right:
    return Right(verb="get", resource=resource, needed=False, without=without, mend=SEEING)


READS = (
    *(
        Right(verb=verb, resource=resource, mend=SEEING)
        for resource in (CANARIES, DEPLOYMENTS, DAEMON_SETS)
        for verb in ("get", "list", "watch")
    ),
    Right(verb="get", resource=SERVICES, mend=SEEING),
    _optional(KNATIVE_SERVICES, "Canaries of Knative services are unseen"),
    _optional(CONFIG_MAPS, "that a ConfigMap changed after an approval cannot be seen"),
    _optional(METRIC_TEMPLATES, "metrics by template are told as Flagger measured them, never asked anew"),
)

ACTS = (
    Right(verb="list", resource=REPLICA_SETS, mend=SEEING),  # The template of before is in one of them.
    *(
        Right(verb="patch", resource=resource, mend="bind the role of deploy/acting that goes with the switch")
        for resource in (DEPLOYMENTS, DAEMON_SETS)
    ),
)


def rights(*, acts: bool) -> tuple[Right, ...]:
    """Tell what is needed.

    Args:
        acts: the settings let the bot change targets of Canaries.
    """
    return (*READS, *ACTS) if acts else READS
