"""What is allowed and yet hardly meant about clusters: engines and switches that need what is not there."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from bot.config.mistakes import Place
from bot.config.models import Cluster, Settings
from bot.config.policies import Policy

Found = tuple[Place, str]
"""Where, and what is doubtful."""

UNSEEN = "has no effect, as the cluster is not in sight (kubernetes: none)"


def of_clusters(settings: Settings) -> Iterator[Found]:
    if not settings.clusters:
        yield ("clusters",), "there are none, so no hook is answered"
    for index, cluster in enumerate(settings.clusters):
        place: Place = ("clusters", index)
        if "deployments" in cluster.engines and not cluster.deployments.namespaces:
            yield (*place, "deployments", "namespaces"), "names none, so no Deployment is watched"
        if cluster.kubernetes == "none":
            yield from _unseen(cluster, place)
    for index, policy in enumerate(settings.policies):
        yield from _authors(settings, policy, ("policies", index))


def _unseen(cluster: Cluster, place: Place) -> Iterator[Found]:
    for at, engine in enumerate(cluster.engines):
        if engine != "flagger":
            told = "calls nobody: without kubernetes (in-cluster, or a kubeconfig) nothing of it is watched"
            yield (*place, "engines", at), f"{engine} {told}"
    for switch in sorted(cluster.allow.model_fields_set):
        if getattr(cluster.allow, switch):
            yield (*place, "allow", switch), UNSEEN
    for key in ("prometheus", "flagger_metrics"):
        if getattr(cluster, key):
            yield (*place, key), UNSEEN


def _authors(settings: Settings, policy: Policy, place: Place) -> Iterator[Found]:
    """Find policies that need an author, where some of their clusters tell none; where all do it is a mistake."""
    if policy.self_approval or policy.unknown_author == "count":
        return
    matched = [cluster for cluster in settings.clusters if fnmatchcase(cluster.name, policy.match.cluster)]
    if unseen := [cluster.name for cluster in matched if cluster.kubernetes == "none"]:
        gates = f"gates of {', '.join(unseen)} cannot open, as by hooks alone the author of a change is never known"
        yield (*place, "self_approval"), f"{gates}; let the bot read the cluster, or write a policy for it before this"
