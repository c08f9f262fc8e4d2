"""A cluster on loopback, as an engine left it, for a bot that looks into it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp.test_utils import TestServer

from handlers.cluster import Cluster
from handlers.cluster.connecting import ApiConnection, by_url
from handlers.sandbox.api_server import ApiServer
from tests.support.running import Clock


@dataclass(frozen=True, slots=True)
class Practice:
    """An API server, and the way that the bot takes to it."""

    server: ApiServer
    cluster: Cluster

    def show(self, event: Mapping[str, Any]) -> None:
        """Make it so as one line of a watch stream says."""
        thing = event["object"]
        if event["type"] == "DELETED":
            kind = next(kind for kind in self.server.kinds if kind.resource.kind == thing["kind"])
            self.server.store.remove(kind.resource, thing["metadata"]["namespace"], thing["metadata"]["name"])
        else:
            self.server.place(dict(thing))


@asynccontextmanager
async def practice_cluster(clock: Clock, name: str = "prod-eu") -> AsyncIterator[Practice]:
    ids = count(1)
    server = ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(ids)}")
    async with TestServer(server.application()) as served:
        connection = ApiConnection(by_url(str(served.make_url("")).rstrip("/")))
        try:
            yield Practice(server, Cluster(name=name, connection=connection))
        finally:
            await connection.close()
