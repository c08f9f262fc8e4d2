"""The way to each cluster, as the settings write it."""

from pathlib import Path

import pytest
import yaml

from bot import config
from bot.app.clusters import connected_clusters
from bot.domain.errors import ClusterUnavailableError
from handlers.cluster import DEPLOYMENTS

SETTINGS = """
clusters:
  - {name: by-hooks, hook_tokens: [{env: HOOK_TOKEN}]}
  - {name: here, kubernetes: in-cluster, engines: [argo-rollouts]}
  - {name: there, kubernetes: {context: there, kubeconfig: FILE}, engines: [argo-rollouts]}
"""


def settings_of(file):
    text = SETTINGS.replace("FILE", str(file))
    return config.parse(text, name="pointsman.yaml", environ={"HOOK_TOKEN": "token"}, base=Path())


async def test_each_cluster_that_can_be_seen_has_a_way_to_it(tmp_path):
    known = {
        "clusters": [{"name": "there", "cluster": {"server": "http://127.0.0.1:1"}}],
        "contexts": [{"name": "there", "context": {"cluster": "there"}}],
    }
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(known))
    async with connected_clusters(settings_of(tmp_path / "kubeconfig")) as clusters:
        names = {name: cluster.name for name, cluster in clusters.items()}
        with pytest.raises(ClusterUnavailableError) as away:
            await clusters["there"].get(DEPLOYMENTS, "shop", "cart")

    assert names == {"here": "here", "there": "there"}
    assert "127.0.0.1:1" in str(away.value)
