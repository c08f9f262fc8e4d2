"""The role for deciding about plain Deployments: one right, and it is not applied unless somebody does."""

from pathlib import Path

import kubernetes_validate
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "deployments" / "decide.yaml").read_text()))


def test_kubernetes_knows_all_that_is_said():
    for manifest in MANIFESTS:
        kubernetes_validate.validate(manifest, "1.37", strict=True)


def test_the_role_gives_one_right():
    role, _ = MANIFESTS

    assert role["rules"] == [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"]}]


def test_the_role_is_bound_to_the_account_that_the_pod_has():
    role, binding = MANIFESTS
    account = yaml.safe_load((DEPLOY / "base" / "serviceaccount.yaml").read_text())["metadata"]

    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", **account}]


def test_nothing_may_be_changed_unless_somebody_applies_it():
    for kustomization in DEPLOY.rglob("kustomization.yaml"):
        resources = yaml.safe_load(kustomization.read_text())["resources"]

        assert not any("deployments/" in resource for resource in resources)
