"""Which changes of a Canary and its target are told on."""

import json
from collections.abc import Callable

import msgspec
import pytest

from handlers.cluster import DAEMON_SETS, DEPLOYMENTS
from handlers.cluster.decoding import Shape, decode_thing
from handlers.flagger.watching import CanaryShape, TargetShape, canary_record, target_record
from tests.support.recordings import read, stories

CANARY = {
    "metadata": {"namespace": "shop", "name": "checkout", "uid": "u1", "generation": 3, "resourceVersion": "7"},
    "spec": {"targetRef": {"kind": "Deployment", "name": "checkout"}},
    "status": {"phase": "Failed", "canaryWeight": 0, "lastAppliedSpec": "abc", "conditions": [{"at": 1}]},
}
TARGET = {
    "metadata": {"namespace": "shop", "name": "checkout", "uid": "u2", "generation": 5},
    "spec": {"replicas": 2},
    "status": {"availableReplicas": 2, "observedGeneration": 5},
}


def changed(thing, part, **fields):
    return thing | {part: thing[part] | fields}


@pytest.mark.parametrize(
    ("part", "fields", "told"),
    [
        pytest.param("metadata", {"resourceVersion": "8"}, False, id="written anew"),
        pytest.param("metadata", {"managedFields": [{}]}, False, id="who wrote it"),
        pytest.param("status", {"conditions": [{"at": 2}], "lastTransitionTime": "later"}, False, id="a tick"),
        pytest.param("status", {"canaryWeight": 10}, True, id="the weight"),
        pytest.param("status", {"phase": "Progressing"}, True, id="the phase"),
        pytest.param("metadata", {"generation": 4}, True, id="what is wanted"),
        pytest.param("metadata", {"uid": "u9"}, True, id="made anew"),
        pytest.param("metadata", {"annotations": {"pointsman.dev/quorum": "2"}}, True, id="what tightens the policy"),
        pytest.param("metadata", {"deletionTimestamp": "now"}, True, id="its deletion"),
    ],
)
def test_a_canary_is_told_on_when_a_look_would_show_something_else(part, fields, told):
    assert (canary_record(changed(CANARY, part, **fields)) != canary_record(CANARY)) is told


@pytest.mark.parametrize(
    ("part", "fields", "told"),
    [
        pytest.param("metadata", {"resourceVersion": "8"}, False, id="written anew"),
        pytest.param("status", {"observedGeneration": 6}, False, id="the controller's notes"),
        pytest.param("status", {"availableReplicas": 1}, True, id="pods"),
        pytest.param("metadata", {"generation": 6}, True, id="what is wanted"),
        pytest.param("metadata", {"annotations": {"pointsman.dev/author": "lea@example.com"}}, True, id="its author"),
    ],
)
def test_a_target_is_told_on_when_a_look_would_show_something_else(part, fields, told):
    record = target_record(DEPLOYMENTS)

    assert (record(changed(TARGET, part, **fields)) != record(TARGET)) is told


@pytest.mark.parametrize("story", stories("flagger"))
def test_what_is_decoded_of_a_recorded_object_is_all_that_is_looked_at(story):
    kinds: dict[str, tuple[Shape, Callable[..., object]]] = {
        "canaries": (CanaryShape, canary_record),
        "deployments": (TargetShape, target_record(DEPLOYMENTS)),
        "daemonsets": (TargetShape, target_record(DAEMON_SETS)),
    }
    seen = [line for line in read("flagger", story).lines if line.kind == "watch" and line.fields["resource"] in kinds]
    assert seen
    for line in seen:
        thing, (shape, record) = line.fields["event"]["object"], kinds[line.fields["resource"]]
        decoded = decode_thing(msgspec.Raw(json.dumps(thing).encode()), shape, what="a recorded object")

        assert record(decoded) == record(thing)
        assert len(json.dumps(decoded)) < len(json.dumps(thing)) / 2
