"""The role by which Pointsman sees a cluster: enough, and nothing that changes it."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from handlers.cluster import CONFIG_MAPS, DAEMON_SETS, DEPLOYMENTS, REPLICA_SETS, SERVICES
from handlers.flagger.resources import CANARIES, METRIC_TEMPLATES

DEPLOY = Path(__file__).parents[2] / "deploy"
WATCHED = ("get", "list", "watch")


def read(name):
    return yaml.safe_load((DEPLOY / name).read_text())


@pytest.fixture
def rules():
    return read("seeing/clusterrole.yaml")["rules"]


@pytest.mark.parametrize("name", ["clusterrole.yaml", "clusterrolebinding.yaml"])
def test_a_manifest_says_nothing_that_kubernetes_does_not_know(name):
    kubernetes_validate.validate(read(f"seeing/{name}"), "1.37", strict=True)


@pytest.mark.parametrize(
    ("kind", "verbs"),
    [
        pytest.param(CANARIES, WATCHED, id="canaries"),
        pytest.param(METRIC_TEMPLATES, ("get",), id="metric templates"),
        pytest.param(DEPLOYMENTS, WATCHED, id="deployments"),
        pytest.param(DAEMON_SETS, WATCHED, id="daemonsets"),
        pytest.param(SERVICES, WATCHED, id="services"),
        pytest.param(CONFIG_MAPS, ("get",), id="configmaps"),
        pytest.param(REPLICA_SETS, ("get", "list"), id="replicasets"),
    ],
)
def test_what_is_looked_at_is_allowed_and_no_more(rules, kind, verbs):
    allowed = {
        verb
        for rule in rules
        if kind.group in rule["apiGroups"] and kind.plural in rule["resources"]
        for verb in rule["verbs"]
    }

    assert allowed == set(verbs)


def test_nothing_can_be_changed_and_no_secret_be_read(rules):
    assert {verb for rule in rules for verb in rule["verbs"]} <= set(WATCHED)
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
