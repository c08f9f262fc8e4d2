"""What the settings let the bot do in a cluster is what it asks rights for."""

from pathlib import Path

import pytest

from bot import config
from bot.app.rights import wanted


@pytest.mark.parametrize(
    ("engines", "allow", "patches"),
    [
        pytest.param("[flagger]", "{}", [], id="Flagger asks by hooks"),
        pytest.param("[flagger]", "{retry: true}", ["daemonsets.apps", "deployments.apps"], id="acting on targets"),
        pytest.param(
            "[argo-rollouts]",
            "{}",
            ["rollouts.argoproj.io", "rollouts.argoproj.io/status"],
            id="Rollouts are decided about unless it is forbidden",
        ),
        pytest.param("[argo-rollouts]", "{argo_rollouts: false}", [], id="Rollouts are only looked at"),
    ],
)
def test_rights_to_change_are_wanted_only_where_the_settings_allow_changes(engines, allow, patches):
    found = [str(right) for rights in wanted(cluster(engines, allow)).values() for right in rights]

    assert sorted(right.removeprefix("patch ") for right in found if right.startswith("patch ")) == patches
    assert len(found) == len(set(found))


def test_what_one_engine_needs_is_needed_though_another_only_wishes_for_it():
    (rights,) = wanted(cluster("[flagger, deployments]", "{}", namespaces="[shop]")).values()
    found = {str(right): right for right in rights}

    assert found["list canaries.flagger.app"].needed
    assert len(found) == len(rights)


def test_rights_are_wanted_where_each_engine_looks():
    found = wanted(cluster("[argo-rollouts, deployments]", "{}", namespaces="[shop, pay]"))

    assert set(found) == {("shop", "pay"), ("shop",)}
    assert "list rollouts.argoproj.io" in map(str, found["shop", "pay"])
    assert "watch deployments.apps" in map(str, found["shop",])
    assert "watch deployments.apps" not in map(str, found["shop", "pay"])


def cluster(engines, allow, *, namespaces="['*']"):
    settings = config.parse(
        f"""
        database: {{url: "sqlite+aiosqlite:///record.db"}}
        clusters:
          - {{name: prod, kubernetes: in-cluster, engines: {engines}, allow: {allow}, hook_tokens: [{{env: T}}],
             namespaces: {namespaces}, deployments: {{namespaces: [shop]}}}}
        policies: [{{name: all, approvers: [ann@example.com]}}]
        """,
        name="test",
        environ={"T": "a-hook-token-of-some-length"},
        base=Path(),
    )
    return settings.clusters[0]
