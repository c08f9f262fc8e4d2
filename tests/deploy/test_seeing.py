"""The role by which Pointsman sees a cluster: nothing that changes it, and bound to its own account."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
READ = {"get", "list", "watch"}


def read(name):
    return yaml.safe_load((DEPLOY / name).read_text())


@pytest.fixture
def rules():
    return read("seeing/clusterrole.yaml")["rules"]


@pytest.mark.parametrize("name", ["clusterrole.yaml", "clusterrolebinding.yaml"])
def test_a_manifest_says_nothing_that_kubernetes_does_not_know(name):
    kubernetes_validate.validate(read(f"seeing/{name}"), "1.37", strict=True)


def test_nothing_can_be_changed_and_no_secret_be_read(rules):
    assert {verb for rule in rules for verb in rule["verbs"]} <= READ
    assert not any({"secrets", "*"} & set(rule["resources"]) for rule in rules)


def test_the_role_is_bound_to_the_account_that_the_pod_has():
    account = read("base/serviceaccount.yaml")["metadata"]
    binding = read("seeing/clusterrolebinding.yaml")

    assert binding["roleRef"]["name"] == read("seeing/clusterrole.yaml")["metadata"]["name"]
    assert [(who["name"], who["namespace"]) for who in binding["subjects"]] == [(account["name"], account["namespace"])]
    assert read("base/deployment.yaml")["spec"]["template"]["spec"]["serviceAccountName"] == account["name"]


def test_the_patch_that_mounts_the_token_meets_the_deployment():
    patch, patched = read("seeing/token.yaml"), read("base/deployment.yaml")

    assert (patch["kind"], patch["metadata"]) == (
        patched["kind"],
        {name: patched["metadata"][name] for name in patch["metadata"]},
    )
    assert patch["spec"]["template"]["spec"] == {"automountServiceAccountToken": True}
