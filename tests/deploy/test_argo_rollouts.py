"""The roles for Rollouts, to decide and to name who did: one right each, and none is applied unless somebody does."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
RIGHTS = {
    "decide": {"apiGroups": ["argoproj.io"], "resources": ["rollouts/status"], "verbs": ["patch"]},
    "pause": {"apiGroups": ["argoproj.io"], "resources": ["rollouts"], "verbs": ["patch"]},
    "name": {"apiGroups": [""], "resources": ["events"], "verbs": ["list"]},
}

each = pytest.mark.parametrize("name", RIGHTS)


def read(name):
    return list(yaml.safe_load_all((DEPLOY / "argo-rollouts" / f"{name}.yaml").read_text()))


def test_every_role_is_looked_at():
    assert {path.stem for path in (DEPLOY / "argo-rollouts").glob("*.yaml")} == set(RIGHTS)


@each
def test_kubernetes_knows_all_that_is_said(name):
    for manifest in read(name):
        kubernetes_validate.validate(manifest, "1.37", strict=True)


@each
def test_a_role_gives_one_right(name):
    role, _ = read(name)

    assert role["rules"] == [RIGHTS[name]]


@each
def test_a_role_is_bound_to_the_account_that_the_pod_has(name):
    role, binding = read(name)
    account = yaml.safe_load((DEPLOY / "base" / "serviceaccount.yaml").read_text())["metadata"]

    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", **account}]


def test_nothing_may_be_changed_unless_somebody_applies_it():
    for kustomization in DEPLOY.rglob("kustomization.yaml"):
        resources = yaml.safe_load(kustomization.read_text())["resources"]

        assert not any("argo-rollouts" in resource for resource in resources)
