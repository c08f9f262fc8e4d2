"""What the bot may change in a cluster is given by one file each, and by none of those that are applied together."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from bot.config.models import Allow

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted((DEPLOY / "acting").glob("*.yaml"))
OLDEST, NEWEST = "1.30", "1.37"

each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(file):
    return list(yaml.safe_load_all(file.read_text()))


@each
@pytest.mark.parametrize("kubernetes", [OLDEST, NEWEST])
def test_kubernetes_knows_all_that_is_said(file, kubernetes):
    for manifest in read(file):
        kubernetes_validate.validate(manifest, kubernetes, strict=True)


@each
def test_a_role_goes_with_a_switch_of_the_settings_that_is_off(file):
    switch = file.stem.replace("-", "_")

    assert getattr(Allow(), switch) is False
    assert f"`clusters[].allow.{switch}: true`" in " ".join(file.read_text().split())


@each
def test_a_role_lets_nothing_be_made_read_or_deleted(file):
    role, _ = read(file)

    assert role["rules"] == [{"apiGroups": ["apps"], "resources": ["deployments", "daemonsets"], "verbs": ["patch"]}]


@each
def test_a_role_is_bound_to_the_account_that_the_pod_has(file):
    role, binding = read(file)
    account = yaml.safe_load((DEPLOY / "base" / "serviceaccount.yaml").read_text())["metadata"]

    assert binding["roleRef"]["name"] == role["metadata"]["name"] == f"pointsman-{file.stem}"
    assert binding["subjects"] == [{"kind": "ServiceAccount", **account}]


def test_nothing_may_be_changed_unless_somebody_applies_it():
    for kustomization in DEPLOY.rglob("kustomization.yaml"):
        resources = yaml.safe_load(kustomization.read_text())["resources"]

        assert not any("acting" in resource for resource in resources)
