"""Which ReplicaSet holds the template that is wanted, the number that its revision gets, and which are kept.

Source: kubernetes/kubernetes pkg/controller/deployment/sync.go getNewReplicaSet, cleanupDeployment
"""

import copy

from handlers.cluster.resources import DEPLOYMENTS, REPLICA_SETS
from handlers.sandbox.deployments import progress, sizes
from handlers.sandbox.deployments.turn import (
    DESIRED,
    EARLIER_REVISIONS,
    FOREVER,
    HASH,
    MOST,
    REVISION,
    Turn,
    name_of,
    revision_of,
    wanted,
    without_hash,
)
from handlers.sandbox.objects import Thing, hash_of

NOT_COPIED = {
    *(REVISION, EARLIER_REVISIONS, DESIRED, MOST),
    "kubectl.kubernetes.io/last-applied-configuration",
}


def number(turn: Turn) -> bool:
    """Number the ReplicaSet of the template that is wanted, and the Deployment after it in the next turn.

    Returns:
        Whether the ReplicaSet was written.
    """
    new = turn.new
    if new is None:
        return False
    annotated = _annotated(turn, new, _next_number(turn))
    if annotated != new:
        turn.write_set(annotated)
        return True
    told = _number_deployment(turn, revision_of(new))
    status = copy.deepcopy(turn.status)
    if turn.deadline is not None and progress.find(status) is None:
        progress.say(status, "True", ("FoundNewReplicaSet", f'Found new replica set "{name_of(new)}"'), turn.now)
        told = True
    if told:
        turn.write_status(status)
    return False


def make(turn: Turn) -> None:
    """Make the ReplicaSet of the template that is wanted, if there is none."""
    if turn.new is not None:
        return
    revision = _next_number(turn)
    new = _replica_set(turn, revision)
    new["spec"]["replicas"] = sizes.grown(turn, new)
    made = turn.write_set(new)
    _number_deployment(turn, revision)
    status = copy.deepcopy(turn.status)
    if turn.deadline is not None:
        progress.say(status, "True", ("NewReplicaSetCreated", f'Created new replica set "{name_of(made)}"'), turn.now)
    turn.write_status(status)


def keep_history(turn: Turn) -> None:
    """Remove the oldest ReplicaSets that nobody needs, until no more are left than are to be kept."""
    if turn.history == FOREVER:
        return
    old = sorted(turn.old, key=revision_of)
    for found in old[: max(0, len(old) - turn.history)]:
        status = found.get("status", {})
        settled = status.get("observedGeneration", 0) >= found["metadata"]["generation"]
        if settled and not wanted(found) and not status.get("replicas"):
            turn.remove_set(found)


def _next_number(turn: Turn) -> int:
    return max(map(revision_of, turn.old), default=0) + 1


def _number_deployment(turn: Turn, revision: int) -> bool:
    annotations = turn.deployment["metadata"].setdefault("annotations", {})
    if annotations.get(REVISION) == str(revision):
        return False
    annotations[REVISION] = str(revision)
    return True


def _annotated(turn: Turn, found: Thing, highest: int) -> Thing:
    annotated = copy.deepcopy(found)
    annotations = annotated["metadata"].setdefault("annotations", {})
    theirs = turn.deployment["metadata"].get("annotations", {})
    annotations |= {name: value for name, value in theirs.items() if name not in NOT_COPIED}
    if (before := revision_of(found)) < highest:
        annotations[REVISION] = str(highest)
        if before:
            earlier = annotations.get(EARLIER_REVISIONS)
            annotations[EARLIER_REVISIONS] = f"{earlier},{before}" if earlier else str(before)
    return annotated


def _replica_set(turn: Turn, revision: int) -> Thing:
    template = without_hash(turn.spec["template"])
    label = hash_of(template)
    template.setdefault("metadata", {}).setdefault("labels", {})[HASH] = label
    owner = {"apiVersion": DEPLOYMENTS.api_version, "kind": DEPLOYMENTS.kind, "controller": True}
    owner |= {"name": turn.name, "uid": turn.deployment["metadata"]["uid"], "blockOwnerDeletion": True}
    made = {
        "apiVersion": REPLICA_SETS.api_version,
        "kind": REPLICA_SETS.kind,
        "metadata": {
            "namespace": turn.namespace,
            "name": f"{turn.name}-{label}",
            "labels": dict(template["metadata"]["labels"]),
            "annotations": sizes.said_sizes(turn),
            "ownerReferences": [owner],
        },
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {**turn.spec["selector"].get("matchLabels", {}), HASH: label}},
            "template": template,
        },
        "status": {"replicas": 0},
    }
    return _annotated(turn, made, revision)
