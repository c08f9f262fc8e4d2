"""ReplicaSets: whose they are, and the template that going back writes."""

import json
from typing import Any

from handlers.argo_rollouts.replicasets import HASH, ReplicaSet, agrees, as_written, of_hash, owned
from tests.handlers.argo_rollouts.samples import a_rollout

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def a_replica_set(
    hash_: str = "new", revision: str = "2", uid: str = "u-1", *, template: Any = None, **annotations: str
) -> dict[str, Any]:
    return {
        "metadata": {
            "name": f"checkout-{hash_}",
            "labels": {HASH: hash_},
            "annotations": {"rollout.argoproj.io/revision": revision, **annotations},
            "ownerReferences": [{"uid": uid, "controller": True}],
        },
        "spec": {
            "replicas": 1,
            "template": template or {"spec": {"containers": [{"name": "app", "image": f"checkout:{hash_}"}]}},
        },
        "status": {"availableReplicas": 1},
    }


def the(*found: dict[str, Any]) -> ReplicaSet:
    (replica_set,) = owned(a_rollout(), found)
    return replica_set


def test_those_of_another_owner_are_left_out():
    found = owned(a_rollout(), [a_replica_set("old", "1"), a_replica_set("other", uid="u-2"), {"metadata": {}}])

    assert [replica_set.hash for replica_set in found] == ["old"]


def test_the_stable_one_is_found_by_its_hash_and_not_by_its_number():
    found = owned(a_rollout(), [a_replica_set("old", "1"), a_replica_set("never-stable", "7"), a_replica_set()])
    stable = of_hash(found, "old")

    assert stable is not None
    assert stable.images == {"app": "checkout:old"}


def test_a_hash_that_is_not_known_finds_none_without_a_hash():
    assert of_hash([the(a_replica_set(""))], "") is None


def test_a_status_agrees_with_the_revision_that_its_replica_set_has():
    assert agrees(a_rollout(), [the(a_replica_set("new", "2"))])
    assert not agrees(a_rollout(), [the(a_replica_set("new", "1"))])
    assert not agrees(a_rollout(), [])


def test_going_back_writes_the_template_without_what_the_controller_added():
    added = {"labels": {"role": "stable"}, "annotations": {"mesh": "stable"}}
    template = {
        "metadata": {
            "labels": {"app": "checkout", "role": "stable", HASH: "old"},
            "annotations": {"mesh": "stable", "pointsman.dev/author": "lea@example.com"},
        },
        "spec": {"containers": []},
    }
    replica_set = the(
        a_replica_set("old", template=template, **{"rollout.argoproj.io/ephemeral-metadata": json.dumps(added)})
    )

    assert as_written(replica_set) == {
        "metadata": {"labels": {"app": "checkout"}, "annotations": {"pointsman.dev/author": "lea@example.com"}},
        "spec": {"containers": []},
    }
    assert replica_set.template == template


def test_going_back_writes_no_affinity_that_the_controller_added():
    injected = {"labelSelector": {"matchExpressions": [{"key": HASH, "operator": "NotIn", "values": ["old"]}]}}
    own = {"labelSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}, "topologyKey": "zone"}

    alone = the(a_replica_set(template={"spec": {"affinity": {"podAntiAffinity": {REQUIRED: [injected]}}}}))
    beside = the(a_replica_set(template={"spec": {"affinity": {"podAntiAffinity": {REQUIRED: [own, injected]}}}}))

    assert as_written(alone) == {"spec": {}}
    assert as_written(beside) == {"spec": {"affinity": {"podAntiAffinity": {REQUIRED: [own]}}}}


def test_an_annotation_that_is_no_json_is_passed_by():
    replica_set = the(a_replica_set(**{"rollout.argoproj.io/ephemeral-metadata": "{"}))

    assert as_written(replica_set) == replica_set.template
