"""Where the API server is and who we are: read from files, and again when they are renewed."""

import asyncio
import base64
import json

import aiohttp
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import ClusterUnavailableError
from handlers.cluster import DEPLOYMENTS, Cluster, calls
from handlers.cluster.connecting import ApiConnection, by_kubeconfig, in_cluster
from tests.support.tls import new_certificate, tls_server

SECRET = "the-old-token"


class Guarded:
    """A server that knows one token."""

    def __init__(self) -> None:
        self.token = SECRET
        self.seen: list[str] = []

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        self.seen.append(request.headers.get("Authorization", ""))
        if self.seen[-1] != f"Bearer {self.token}":
            return web.json_response({"kind": "Status", "message": "Unauthorized", "code": 401}, status=401)
        return web.json_response({"kind": "Deployment", "metadata": {"name": "cart"}})


@pytest.fixture
def guarded():
    return Guarded()


@pytest.fixture
async def url(guarded):
    async with TestServer(guarded.application()) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
def kubeconfig(tmp_path):
    """Write a kubeconfig; a second call writes it anew."""

    def write(url, *, context="prod-eu", user=None, **cluster):
        file = tmp_path / "kubeconfig"
        known = {
            "clusters": [{"name": "eu", "cluster": {"server": url, **cluster}}],
            "contexts": [{"name": context, "context": {"cluster": "eu", "user": "bot"}}],
            "users": [{"name": "bot", "user": user or {"token": SECRET}}],
            "current-context": context,
        }
        file.write_text(yaml.safe_dump(known))
        return str(file)

    return write


@pytest.fixture
async def cluster_by():
    """Make a cluster by a way of loading; what was opened is closed at the end."""
    connections = []

    def make(load):
        connections.append(ApiConnection(load))
        return Cluster(name="prod-eu", connection=connections[-1])

    yield make
    for connection in connections:
        await connection.close()


async def read(cluster):
    return await cluster.get(DEPLOYMENTS, "shop", "cart")


async def test_a_context_of_a_kubeconfig_leads_to_its_cluster(url, kubeconfig, cluster_by):
    assert await read(cluster_by(by_kubeconfig("prod-eu", kubeconfig(url))))


async def test_a_token_that_was_renewed_in_the_file_is_read_again_without_an_error(
    guarded, url, kubeconfig, cluster_by
):
    cluster = cluster_by(by_kubeconfig("prod-eu", kubeconfig(url)))
    await read(cluster)
    guarded.token = "the-new-token"
    kubeconfig(url, user={"token": "the-new-token"})

    assert await read(cluster)
    assert guarded.seen == [f"Bearer {SECRET}", f"Bearer {SECRET}", "Bearer the-new-token"]


async def test_a_token_that_expired_is_said_and_asked_twice_at_most(guarded, url, kubeconfig, cluster_by):
    cluster = cluster_by(by_kubeconfig("prod-eu", kubeconfig(url)))
    guarded.token = "the-new-token"

    with pytest.raises(ClusterUnavailableError, match="401 Unauthorized"):
        await read(cluster)
    assert len(guarded.seen) == 2


async def test_the_service_account_leads_to_the_cluster_that_the_bot_runs_in(
    guarded, tmp_path, cluster_by, monkeypatch
):
    certificate = new_certificate(tmp_path)
    token = tmp_path / "token"
    token.write_text(SECRET)
    monkeypatch.setattr("kubernetes_asyncio.config.incluster_config.SERVICE_TOKEN_FILENAME", str(token))
    monkeypatch.setattr("kubernetes_asyncio.config.incluster_config.SERVICE_CERT_FILENAME", str(certificate.authority))
    async with tls_server(guarded.application(), certificate) as url:
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", url.rpartition(":")[2])
        cluster = cluster_by(in_cluster())
        before = await read(cluster)
        guarded.token = "the-new-token"
        token.write_text("the-new-token")
        after = await read(cluster)

    assert before
    assert after


async def test_a_certificate_that_expired_is_said(guarded, tmp_path, kubeconfig, cluster_by):
    certificate = new_certificate(tmp_path, expired=True)
    async with tls_server(guarded.application(), certificate) as url:
        file = kubeconfig(url, **{"certificate-authority": str(certificate.authority)})
        with pytest.raises(ClusterUnavailableError, match="certificate has expired"):
            await read(cluster_by(by_kubeconfig("prod-eu", file)))


async def test_a_certificate_that_was_renewed_is_read_again(guarded, tmp_path, kubeconfig, cluster_by):
    first, second = (new_certificate(tmp_path / name) for name in ("first", "second"))
    async with tls_server(guarded.application(), second) as url:
        file = kubeconfig(url, **{"certificate-authority": str(first.authority)})
        cluster = cluster_by(by_kubeconfig("prod-eu", file))
        with pytest.raises(ClusterUnavailableError, match="certificate verify failed"):
            await read(cluster)
        kubeconfig(url, **{"certificate-authority-data": base64.b64encode(second.authority.read_bytes()).decode()})

        assert await read(cluster)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(None, "Invalid kube-config file", id="no file"),
        pytest.param("", "cannot tell where it is", id="an empty file"),
        pytest.param(f"token: {SECRET}\n\t- [", "ScannerError", id="no YAML"),
        pytest.param(
            json.dumps({"contexts": [], "clusters": []}), "Expected object with name prod-eu", id="no such context"
        ),
    ],
)
async def test_a_kubeconfig_that_leads_nowhere_is_away_and_tells_no_secret(tmp_path, cluster_by, text, said):
    file = tmp_path / "kubeconfig"
    if text is not None:
        file.write_text(text)

    with pytest.raises(ClusterUnavailableError, match=said) as away:
        await read(cluster_by(by_kubeconfig("prod-eu", str(file))))
    assert SECRET not in str(away.value)


async def test_a_token_that_cannot_stand_in_a_header_is_away_and_is_not_told(url, kubeconfig, cluster_by):
    file = kubeconfig(url, user={"token": f"{SECRET}\n"})

    with pytest.raises(ClusterUnavailableError) as away:
        await read(cluster_by(by_kubeconfig("prod-eu", file)))
    assert SECRET not in str(away.value)


async def test_a_plugin_that_fails_is_away_and_runs_again_with_the_next_call(url, tmp_path, kubeconfig, cluster_by):
    plugin = tmp_path / "plugin"
    plugin.write_text("#!/bin/sh\nexit 1\n")
    plugin.chmod(0o755)
    user = {
        "exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(plugin), "interactiveMode": "Never"}
    }
    cluster = cluster_by(by_kubeconfig("prod-eu", kubeconfig(url, user=user)))
    with pytest.raises(ClusterUnavailableError):
        await read(cluster)
    answer = {"apiVersion": user["exec"]["apiVersion"], "kind": "ExecCredential", "status": {"token": SECRET}}
    plugin.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")

    assert await read(cluster)


async def test_a_plugin_that_hangs_holds_nobody_longer_than_a_call_may_take(cluster_by, monkeypatch):
    async def load():
        await asyncio.Event().wait()

    monkeypatch.setattr(calls, "CALL", aiohttp.ClientTimeout(total=0.02))

    with pytest.raises(ClusterUnavailableError, match="no answer in"):
        await read(cluster_by(load))
