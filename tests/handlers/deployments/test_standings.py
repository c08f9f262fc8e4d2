"""Which of its ReplicaSets users had before, where nothing was seen complete."""

import pytest

from handlers.deployments.reading import EARLIER_REVISIONS, read_deployment, read_replica_sets
from handlers.deployments.standings import View
from tests.support.deployments import deployment, template

UID = "u-1"


def replica_set(image, *, revision, pods=0, available=0):
    return {
        "metadata": {
            "name": image,
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [{"uid": UID, "controller": True}],
        },
        "spec": {"replicas": pods, "template": template(image)},
        "status": {"replicas": pods, "availableReplicas": available},
    }


def view_of(*sets, **annotations):
    found = deployment("app:3")
    found["metadata"]["uid"] = UID
    read = read_deployment(found)
    assert read is not None
    current = replica_set("app:3", revision=3, pods=2)
    current["metadata"]["annotations"] |= annotations
    return View(deployment=read, sets=read_replica_sets(UID, [current, *sets]))


@pytest.mark.parametrize(
    ("sets", "name"),
    [
        pytest.param((replica_set("app:2", revision=2),), "app:2", id="the only other one"),
        pytest.param(
            (replica_set("app:1", revision=1), replica_set("app:2", revision=2, pods=2, available=1)),
            "app:2",
            id="the only one in use, which serves",
        ),
        pytest.param(
            (replica_set("app:1", revision=1), replica_set("app:2", revision=2, pods=2)),
            None,
            id="the only one in use, which serves nobody",
        ),
        pytest.param(
            (
                replica_set("app:1", revision=1, pods=1, available=1),
                replica_set("app:2", revision=2, pods=1, available=1),
            ),
            None,
            id="two in use",
        ),
        pytest.param((replica_set("app:1", revision=1), replica_set("app:2", revision=2)), None, id="none in use"),
    ],
)
def test_what_users_had_is_told_only_where_it_leaves_no_doubt(sets, name):
    before = view_of(*sets).before

    assert (before.name if before is not None else None) == name


@pytest.mark.parametrize(
    ("revision", "earlier"),
    [pytest.param(2, {EARLIER_REVISIONS: "1"}, id="numbered anew"), pytest.param(4, {}, id="not numbered yet")],
)
def test_a_template_that_returned_may_be_the_one_that_users_had(revision, earlier):
    other = replica_set("app:2", revision=revision, pods=1, available=1)

    assert view_of(other, **earlier).before is None
