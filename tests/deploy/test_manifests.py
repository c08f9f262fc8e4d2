"""What we give people to apply is right before a cluster sees it."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from bot.config import parse

BASE = Path(__file__).parents[2] / "deploy" / "base"
KUSTOMIZATION = "kustomization.yaml"
MANIFESTS = sorted(path.name for path in BASE.glob("*.yaml") if path.name != KUSTOMIZATION)
OLDEST, NEWEST = "1.30", "1.37"


def read(name):
    return yaml.safe_load((BASE / name).read_text())


@pytest.fixture
def pod():
    return read("deployment.yaml")["spec"]["template"]["spec"]


@pytest.fixture
def container(pod):
    (container,) = pod["containers"]
    return container


@pytest.mark.parametrize("kubernetes", [OLDEST, NEWEST])
@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_says_nothing_that_kubernetes_does_not_know(name, kubernetes):
    kubernetes_validate.validate(read(name), kubernetes, strict=True)


def test_a_misspelt_field_would_be_found():
    service = read("service.yaml")
    service["spec"]["selectors"] = service["spec"].pop("selector")

    with pytest.raises(kubernetes_validate.ValidationError, match="selectors"):
        kubernetes_validate.validate(service, NEWEST, strict=True)


def test_kustomize_applies_all_but_the_example_secret():
    assert sorted(read(KUSTOMIZATION)["resources"]) == [name for name in MANIFESTS if name != "secret.example.yaml"]


def test_everything_lives_in_one_namespace():
    namespaces = {read(name)["metadata"].get("namespace", read(name)["metadata"]["name"]) for name in MANIFESTS}

    assert namespaces == {"pointsman"}


def test_the_pod_may_run_where_pods_are_restricted(pod, container):
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not pod["automountServiceAccountToken"]


def test_a_database_that_is_away_does_not_restart_the_pod(container):
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_one_sqlite_file_never_has_two_writers():
    deployment = read("deployment.yaml")["spec"]

    assert (deployment["replicas"], deployment["strategy"]["type"]) == (1, "Recreate")


def test_what_selects_the_pod_finds_it(pod):
    labels = read("deployment.yaml")["spec"]["template"]["metadata"]["labels"]

    assert read("service.yaml")["spec"]["selector"] == labels
    assert read("networkpolicy.yaml")["spec"]["podSelector"]["matchLabels"] == labels
    assert read("poddisruptionbudget.yaml")["spec"]["selector"]["matchLabels"] == labels


def test_the_ports_that_are_named_are_there(container):
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    allowed = [port["port"] for rule in read("networkpolicy.yaml")["spec"]["ingress"] for port in rule["ports"]]

    assert ports == {"http": 8080, "metrics": 9090}
    assert {port["targetPort"]: port["port"] for port in read("service.yaml")["spec"]["ports"]} == ports
    assert sorted(allowed) == sorted(ports)


def test_nobody_but_flagger_the_ingress_and_prometheus_gets_in():
    rules = read("networkpolicy.yaml")["spec"]["ingress"]
    let_in = [source["namespaceSelector"]["matchLabels"] for rule in rules for source in rule["from"]]

    assert [labels["kubernetes.io/metadata.name"] for labels in let_in] == [
        "flagger-system",
        "ingress-nginx",
        "monitoring",
    ]


def test_the_shipped_settings_are_right_with_the_example_secret():
    settings = read("configmap.yaml")["data"]["pointsman.yaml"]

    parsed = parse(settings, name="pointsman.yaml", environ=read("secret.example.yaml")["stringData"], base=BASE)

    assert [policy.name for policy in parsed.policies] == ["promotion", "everything-else"]


def test_the_commented_settings_are_right_too():
    settings = read("configmap.yaml")["data"]["pointsman.yaml"]
    uncommented = settings.replace("# slack:", "slack:").replace("# routes:", "routes:").replace("#   - to:", "  - to:")
    secrets = read("secret.example.yaml")["stringData"] | {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}

    parsed = parse(uncommented, name="pointsman.yaml", environ=secrets, base=BASE)

    assert parsed.chats.slack is not None
    assert len(parsed.routes) == 1
