"""The same questions to the practice API server and, where there is one, to a real one."""

import asyncio
import itertools
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from handlers.cluster import Cluster, Resource
from handlers.cluster.connecting import ApiConnection, by_kubeconfig
from handlers.cluster.ports import Request
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.api_server.kinds import ALL, custom
from tests.support.cluster import connected, new_server, serving
from tests.support.kubernetes import Kubernetes, real_api_server, why_not

THINGS = Resource("tests.pointsman.dev", "v1", "things", "Thing")
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
LIMITS = aiohttp.ClientTimeout(total=20)
MERGE, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
CONTAINERS = [{"name": "app", "image": "app:1"}, {"name": "proxy", "image": "proxy:1"}]


@dataclass(frozen=True)
class Answered:
    status: int
    body: Any

    @property
    def version(self) -> str:
        version: str = self.body["metadata"]["resourceVersion"]
        return version


@dataclass(frozen=True)
class Api:
    """One API server, and a namespace in it for one test."""

    cluster: Cluster
    nobody: Cluster | None
    namespace: str
    practice: ApiServer | None

    async def ask(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json", **query: str
    ) -> Answered:
        request = Request(
            method=method,
            path=path,
            limits=LIMITS,
            query=tuple(query.items()),
            body=body,
            content_type=content_type,
        )
        async with self.cluster.connection.request(request) as answer:
            text = await answer.text()
        try:
            return Answered(answer.status, json.loads(text))
        except ValueError:
            return Answered(answer.status, text)

    def path(self, name: str | None = None, subresource: str | None = None, *, of: Resource = THINGS) -> str:
        return of.path(self.namespace, name, subresource)

    def thing(self, name: str = "cart", word: str = "one", **metadata: Any) -> dict[str, Any]:
        place = {"name": name, "namespace": self.namespace}
        return {
            "apiVersion": "tests.pointsman.dev/v1",
            "kind": "Thing",
            "metadata": place | metadata,
            "spec": {"word": word},
        }

    async def create(self, name: str = "cart", word: str = "one", **metadata: Any) -> Answered:
        made = await self.ask("POST", self.path(), self.thing(name, word, **metadata))
        assert made.status == 201, made.body
        return made

    async def merge(self, name: str, patch: Any, subresource: str | None = None, **query: str) -> Answered:
        return await self.ask("PATCH", self.path(name, subresource), patch, MERGE, **query)

    async def json_patch(self, name: str, *steps: Any) -> Answered:
        return await self.ask("PATCH", self.path(name), list(steps), JSON_PATCH)

    @asynccontextmanager
    async def watch(self, *, of: Resource = THINGS, **query: str) -> AsyncIterator["Stream"]:
        query = {"watch": "true", "timeoutSeconds": "15"} | query
        request = Request(method="GET", path=self.path(of=of), limits=LIMITS, query=tuple(query.items()))
        async with self.cluster.connection.request(request) as answer:
            yield Stream(answer)


@dataclass
class Stream:
    answer: aiohttp.ClientResponse

    async def next(self) -> tuple[str, dict[str, Any]]:
        line = json.loads(await self.answer.content.readline())
        return line["type"], line["object"]

    async def changes(self, count: int) -> list[tuple[str, str]]:
        """The next changes: what happened, and to whom."""
        events = [await self.next() for _ in range(count)]
        return [(kind, thing["metadata"]["name"]) for kind, thing in events]

    async def rest(self) -> list[str]:
        return [json.loads(line)["type"] async for line in self.answer.content]


@pytest.fixture(scope="session")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubernetes]:
    if reason := why_not():
        pytest.skip(reason)
    with real_api_server(tmp_path_factory.mktemp("kubernetes")) as running:
        yield running


@pytest.fixture(params=["practice", pytest.param("real", marks=pytest.mark.timeout(180))])
async def api(request: pytest.FixtureRequest) -> AsyncIterator[Api]:
    if request.param == "practice":
        async with _practice() as made:
            yield made
    else:
        async with _real(request.getfixturevalue("kubernetes")) as made:
            yield made


@asynccontextmanager
async def _practice() -> AsyncIterator[Api]:
    server = new_server(kinds=(*ALL, custom("tests.pointsman.dev", "v1", "things", "Thing")))
    server.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    async with serving(server) as url, connected(url) as cluster:
        yield Api(cluster, None, "shop", server)


@asynccontextmanager
async def _real(kubernetes: Kubernetes) -> AsyncIterator[Api]:
    connection = ApiConnection(by_kubeconfig(_context(kubernetes.admin), kubernetes.admin))
    nobody = ApiConnection(by_kubeconfig("real", kubernetes.nobody)) if kubernetes.nobody else None
    namespace = f"pointsman-{uuid.uuid4().hex[:8]}"
    api = Api(
        Cluster(name="real", connection=connection),
        Cluster(name="nobody", connection=nobody) if nobody else None,
        namespace,
        None,
    )
    try:
        await api.ask("POST", DEFINITIONS, definition())
        for _ in itertools.count():
            if (await api.ask("GET", api.path())).status == 200:
                break
            await asyncio.sleep(0.05)  # A definition is served a moment later.
        await api.ask("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
        yield api
    finally:
        await api.ask("DELETE", f"/api/v1/namespaces/{namespace}")
        await connection.close()
        if nobody:
            await nobody.close()


def _context(file: str) -> str:
    context: str = yaml.safe_load(Path(file).read_text())["current-context"]
    return context


def definition() -> dict[str, Any]:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.tests.pointsman.dev"},
        "spec": {
            "group": "tests.pointsman.dev",
            "scope": "Namespaced",
            "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
            "versions": [version],
        },
    }


def deployment(api: Api, name: str = "cart") -> dict[str, Any]:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": api.namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": CONTAINERS}},
        },
        "status": {"replicas": 7},
    }


def event(api: Api, name: str = "cart.1", *, about: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": api.namespace},
        "involvedObject": {"kind": "Rollout", "name": "cart", "namespace": api.namespace, "uid": "u-1"} | (about or {}),
        "reason": "ResourceActionRan",
        "source": {"component": "argocd-server"},
        "type": "Normal",
        **more,
    }
