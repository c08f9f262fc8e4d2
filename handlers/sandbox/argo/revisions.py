"""Which ReplicaSet is the wanted one, and the number that its revision gets.

Source: argoproj/argo-rollouts rollout/sync.go createDesiredReplicaSet, syncReplicaSetRevision
"""

import copy

from handlers.cluster.resources import REPLICA_SETS
from handlers.sandbox.argo import conditions
from handlers.sandbox.argo.objects import DESIRED, HASH, MANAGER, REVISION, ROLLOUTS
from handlers.sandbox.argo.templates import normal
from handlers.sandbox.argo.turn import Turn, hash_label, name_of
from handlers.sandbox.objects import Thing, hash_of


def find_new(sets: list[Thing], template: Thing) -> Thing | None:
    wanted = hash_of(normal(template))
    return next((found for found in sets if hash_label(found) == wanted), None)


def create(turn: Turn) -> None:
    """Make the ReplicaSet of a template that has none, number it, and say so."""
    number = _next_number(turn)
    turn.new = turn.objects.put(_replica_set(turn, number), manager=MANAGER)
    turn.sets = [*turn.sets, turn.new]
    _number_rollout(turn, number)
    _tell(turn, "NewReplicaSetCreated", f'Created new replica set "{name_of(turn.new)}"')


def number(turn: Turn) -> None:
    """Number a ReplicaSet that is wanted again, then the Rollout: two writes."""
    if turn.new is None:
        return
    newest = _next_number(turn)
    if int(turn.new["metadata"]["annotations"].get(REVISION, "0")) < int(newest):
        renumbered = copy.deepcopy(turn.new)
        renumbered["metadata"]["annotations"][REVISION] = newest
        turn.write_set(renumbered)
    _number_rollout(turn, turn.new["metadata"]["annotations"][REVISION])
    if conditions.find(turn.status, "Progressing") is None:
        _tell(turn, "FoundNewReplicaSet", f'Found new replica set "{name_of(turn.new)}"')


def _next_number(turn: Turn) -> str:
    older = [found for found in turn.sets if turn.new is None or name_of(found) != name_of(turn.new)]
    numbers = [int(found["metadata"]["annotations"].get(REVISION, "0")) for found in older]
    return str(max(numbers, default=0) + 1)


def _number_rollout(turn: Turn, revision: str) -> None:
    """Write the Rollout as a whole.  Go leaves out what is empty, so that its generation may move."""
    stored = turn.objects.get(ROLLOUTS, turn.namespace, turn.name)
    if turn.revision == revision or stored is None:
        return
    stored["metadata"].setdefault("annotations", {})[REVISION] = revision
    if not stored["spec"].get("paused"):
        stored["spec"].pop("paused", None)
    if "template" in stored["spec"]:
        stored["spec"]["template"] = normal(stored["spec"]["template"])
    turn.rollout = turn.objects.put(stored, manager=MANAGER)
    turn.answer = turn.rollout


def _tell(turn: Turn, reason: str, message: str) -> None:
    stored = turn.objects.get(ROLLOUTS, turn.namespace, turn.name)
    if stored is None:
        return
    status = {"blueGreen": {}, "canary": {}, **stored.get("status", {})}
    conditions.say(status, "Progressing", "True", (reason, message), turn.now)
    turn.rollout = turn.objects.put({**stored, "status": status}, manager=MANAGER)
    turn.answer = turn.rollout


def _replica_set(turn: Turn, revision: str) -> Thing:
    template = normal(turn.template)
    label = hash_of(template)  # Of the template as people wrote it: the label itself comes after.
    template.setdefault("metadata", {}).setdefault("labels", {})[HASH] = label
    selector = turn.spec.get("selector", {}).get("matchLabels", {})
    owner = {"apiVersion": ROLLOUTS.api_version, "kind": ROLLOUTS.kind, "controller": True}
    owner |= {"name": turn.name, "uid": turn.rollout["metadata"]["uid"]}
    return {
        "apiVersion": REPLICA_SETS.api_version,
        "kind": REPLICA_SETS.kind,
        "metadata": {
            "namespace": turn.namespace,
            "name": f"{turn.name}-{label}",
            "labels": dict(template["metadata"]["labels"]),
            "annotations": {REVISION: revision, DESIRED: str(turn.replicas)},
            "ownerReferences": [owner],
        },
        "spec": {"replicas": 0, "selector": {"matchLabels": {**selector, HASH: label}}, "template": template},
        "status": {"replicas": 0},
    }
