"""What Kubernetes and Prometheus are told."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from handlers.health import Health, measure_stalls, metrics_routes
from handlers.metrics import Metrics
from tests.support.seconds import Seconds


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def health(seconds):
    read_at = seconds.at
    return Health(version="1.2.3", read_at=lambda: read_at, monotonic=seconds, parts={"slack": lambda: False})


@pytest.fixture
async def client(health):
    app = web.Application()
    app.add_routes(health.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def told(client, path):
    async with client.get(path) as response:
        return response.status, await response.json()


async def test_a_chat_that_is_away_is_told_and_makes_nothing_unready(client):
    assert await told(client, "/readyz") == (200, {"ready": True, "parts": {"database": True, "slack": False}})


async def test_a_record_that_was_not_read_of_late_makes_it_unready_and_not_dead(client, seconds):
    seconds.pass_(2.9)
    assert (await told(client, "/readyz"))[0] == 200

    seconds.pass_(0.1)

    assert await told(client, "/readyz") == (503, {"ready": False, "parts": {"database": False, "slack": False}})
    assert await told(client, "/healthz") == (200, {"alive": True})


async def test_who_stops_takes_nothing_more(client, health):
    health.stopping = True

    status, body = await told(client, "/readyz")

    assert (status, body["ready"], body["parts"]["database"]) == (503, False, True)


async def test_the_version_is_told_to_everybody(client):
    assert await told(client, "/version") == (200, {"version": "1.2.3"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
async def test_nothing_can_be_posted_there(client, path):
    async with client.post(path, allow_redirects=False) as response:
        assert response.status == 405


async def test_every_figure_is_named_as_ours_and_the_port_knows_nothing_else():
    metrics = Metrics()
    metrics.hook_answers.labels("confirm-promotion", "403").inc()
    app = web.Application()
    app.add_routes(metrics_routes(metrics))

    async with TestClient(TestServer(app)) as client:
        async with client.get("/metrics") as response:
            lines = (await response.text()).splitlines()
            assert response.headers["Content-Type"].startswith("text/plain")
        async with client.get("/") as elsewhere:
            assert elsewhere.status == 404

    assert 'pointsman_hook_answers_total{hook="confirm-promotion",status="403"} 1.0' in lines
    figures = [line for line in lines if not line.startswith("#")]
    assert figures
    assert all(line.startswith("pointsman_") for line in figures)


async def test_what_kept_the_process_busy_is_measured(seconds):
    metrics, busy = Metrics(), iter([0.0, 0.2])

    async def sleep(wanted):
        seconds.pass_(wanted + next(busy))

    with pytest.raises(RuntimeError, match="StopIteration"):
        await measure_stalls(metrics, seconds, sleep)

    (family,) = metrics.loop_stall_seconds.collect()
    told = {one.labels.get("le", one.name): one.value for one in family.samples}
    assert (told["0.15"], told["0.25"]) == (1, 2)
    assert told["pointsman_loop_stall_seconds_sum"] == pytest.approx(0.2)


def test_every_figure_says_what_it_is():
    for found in Metrics().registry.collect():
        assert found.documentation.endswith(".")
