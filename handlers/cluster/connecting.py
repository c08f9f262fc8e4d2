"""The way to one API server: where it is, who we are there, and what is read again when either changed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from kubernetes_asyncio.client import ApiClient, Configuration
from kubernetes_asyncio.config import ConfigException, load_incluster_config, load_kube_config

from bot.domain.errors import ClusterUnavailableError
from handlers.cluster.ports import Request

UNAUTHORIZED = 401
LOAD_SECONDS = 20.0
"""A kubeconfig may call a program that fetches a token."""

FAULTS = (aiohttp.ClientError, TimeoutError, OSError, ConfigException, ValueError)
"""What it looks like when nobody answers; ValueError: a token that cannot stand in a header."""

Load = Callable[[], Awaitable[Configuration]]


def in_cluster() -> Load:
    """Lead to the cluster that the bot runs in, as its service account."""

    async def load() -> Configuration:
        configuration = Configuration()
        load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
        return configuration

    return load


def by_kubeconfig(context: str, file: str | None) -> Load:
    """Lead to what a context names.  The file is never written to."""

    async def load() -> Configuration:
        configuration = Configuration()
        await load_kube_config(file, context, configuration, persist_config=False)
        return configuration

    return load


def by_url(url: str) -> Load:
    """Lead to an API server that asks nobody who they are: one to practise on."""

    async def load() -> Configuration:
        return Configuration(host=url)

    return load


@dataclass(eq=False, slots=True)
class _Client:
    """One identity at one address, closed when nobody uses it any more."""

    api: ApiClient
    users: int = 0
    retired: bool = False

    async def close_if_idle(self) -> None:
        if self.retired and not self.users:
            await self.api.close()


@dataclass(slots=True)
class ApiConnection:
    """Speaks HTTP with one API server.

    Who we are is read again when the server knows us no longer, or shows a certificate that we do not know: both are
    renewed beside a running process.
    """

    load: Load
    _client: _Client | None = None
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def request(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask; where the server does not know us, once more as who we are by now."""
        client = await self._take()
        try:
            answer = await _ask(client.api, request)
            if answer.status == UNAUTHORIZED:
                answer.close()
                client = await self._renew(client)
                answer = await _ask(client.api, request)
            try:
                yield answer
            finally:
                answer.close()  # What was read to its end has given its connection back already.
        except FAULTS as error:
            if isinstance(error, aiohttp.ClientSSLError):
                await self._retire(client)
            raise ClusterUnavailableError(_told(error)) from error
        finally:
            client.users -= 1
            await client.close_if_idle()

    async def close(self) -> None:
        if self._client is not None:
            await self._retire(self._client)

    async def _take(self) -> _Client:
        async with self._making:
            if self._client is None:
                self._client = _Client(await self._make())
            self._client.users += 1
            return self._client

    async def _renew(self, old: _Client) -> _Client:
        await self._retire(old)
        new = await self._take()
        old.users -= 1
        await old.close_if_idle()
        return new

    async def _retire(self, client: _Client) -> None:
        client.retired = True
        if self._client is client:
            self._client = None
        await client.close_if_idle()

    async def _make(self) -> ApiClient:
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                configuration = await self.load()
            configuration.connection_pool_maxsize = 0  # Watches stay open: they must not wait for one another.
            return ApiClient(configuration)
        except Exception as error:  # A kubeconfig, and the programs it calls, fail in any way there is.
            raise ClusterUnavailableError(f"cannot tell where it is, or who we are: {_told(error)}") from error


async def _ask(api: ApiClient, request: Request) -> aiohttp.ClientResponse:
    answer: aiohttp.ClientResponse = await api.call_api(
        request.path,
        request.method,
        query_params=list(request.query),
        header_params={"Accept": "application/json", "Content-Type": request.content_type},
        body=request.body,
        auth_settings=["BearerToken"],
        _preload_content=False,
        _request_timeout=request.limits,
    )
    return answer


def _told(error: Exception) -> str:
    """Say what happened; of an error that may repeat a file's lines, a token among them, only its kind."""
    if isinstance(error, (aiohttp.ClientError, OSError, ConfigException)) and str(error):
        return str(error)
    return type(error).__name__
