"""Pod templates: what every engine's look and every write to a cluster takes them for."""

import pytest

from handlers.cluster.templates import HASH, digest_of, images_of, without_hash

TEMPLATE = {
    "metadata": {"labels": {"app": "checkout"}},
    "spec": {"containers": [{"name": "app", "image": "checkout:1"}]},
}


def test_the_digest_is_the_one_that_earlier_versions_stored():
    assert digest_of(TEMPLATE) == "e6596768d2ba1a54a2e8bab8e6c0458b8bf1a4ac170a2b552f84439345b4caf7"


def test_a_replica_set_has_the_template_of_its_deployment():
    kept = TEMPLATE | {"metadata": {"labels": {"app": "checkout", HASH: "5d4f"}}}

    assert without_hash(kept) == TEMPLATE
    assert digest_of(kept) == digest_of(TEMPLATE)


def test_images_are_those_of_initial_containers_too():
    spec = {
        "initContainers": [{"name": "migrate", "image": "migrate:7"}],
        "containers": [{"name": "app", "image": "app:1"}],
    }

    assert list(images_of({"spec": spec}).items()) == [("app", "app:1"), ("migrate", "migrate:7")]


@pytest.mark.parametrize("spec", [None, {}, {"containers": None}, {"containers": [7]}])
def test_a_template_that_says_nothing_has_no_images(spec):
    assert images_of({"spec": spec}) == {}
