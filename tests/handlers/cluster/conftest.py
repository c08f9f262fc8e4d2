from collections.abc import AsyncIterator
from typing import Any

import pytest

from handlers.cluster import DEPLOYMENTS, Cluster
from handlers.sandbox.api_server import ApiServer
from tests.support.cluster import Faults, Sight, connected, new_server, serving, watching


@pytest.fixture
def server() -> ApiServer:
    return new_server()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def cluster(server: ApiServer, faults: Faults) -> AsyncIterator[Cluster]:
    async with serving(server, faults) as url, connected(url) as cluster:
        yield cluster


@pytest.fixture
def deploy(server: ApiServer):
    """Write a Deployment with a word that a change changes."""

    def put(name: str, word: str = "one", namespace: str = "shop", **labels: str) -> dict[str, Any]:
        metadata = {"name": name, "namespace": namespace, "labels": labels}
        return server.put({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"word": word}})

    return put


@pytest.fixture
async def sight(cluster: Cluster) -> AsyncIterator[Sight]:
    """Watch all Deployments."""
    async with watching(cluster, DEPLOYMENTS) as sight:
        yield sight
