"""Our digest of what would be released: equal for the same revision, and for no other."""

from typing import Any

import pytest

from handlers.flagger.revision import Config, config_digest, revision_of

CONTAINERS: list[dict[str, str]] = [{"name": "app", "image": "shop/checkout:1.8.2"}]
TEMPLATE: dict[str, Any] = {"metadata": {"labels": {"app": "checkout"}}, "spec": {"containers": CONTAINERS}}


def template_with(**spec):
    return TEMPLATE | {"spec": TEMPLATE["spec"] | spec}


@pytest.mark.parametrize(
    "same",
    [
        TEMPLATE | {"metadata": TEMPLATE["metadata"] | {"creationTimestamp": None}},
        pytest.param(template_with(nodeSelector={"flagger.app/scale-to-zero": "true"}), id="a DaemonSet at rest"),
        pytest.param(template_with(nodeSelector={}), id="a DaemonSet that was scaled up"),
    ],
)
def test_what_others_add_by_themselves_is_no_other_revision(same):
    assert revision_of(same, ()) == revision_of(TEMPLATE, ())


@pytest.mark.parametrize(
    "other",
    [
        template_with(nodeSelector={"disk": "ssd"}),
        template_with(containers=[{"name": "app", "image": "shop/checkout:1.8.3"}]),
        TEMPLATE | {"metadata": {"labels": {"app": "checkout"}, "annotations": {"at": "noon"}}},
    ],
)
def test_what_somebody_changes_is_another_revision(other):
    assert revision_of(other, ()) != revision_of(TEMPLATE, ())


def test_configuration_is_part_of_it_and_what_cannot_be_read_is_not():
    digests = [config_digest({"log": "info"}), config_digest({"log": "debug"}), "", None]

    found = {revision_of(TEMPLATE, (Config(name="settings", digest=digest),)) for digest in digests}

    assert len(found) == 3


def test_no_two_can_be_made_to_have_the_same_digest():
    """Twelve digits fall to a few million tries of one who writes both."""
    assert len(revision_of(TEMPLATE, ())) == len(config_digest({})) == 64
