"""Is it alive, is it ready, what is it: for Kubernetes; and figures for Prometheus, on a port of their own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from handlers.metrics import Metrics

STALE_SECONDS = 3.0
"""So long after the record was last read, this replica is not ready."""

STALL_EVERY_SECONDS = 0.01
"""A stall is told shorter than it was by so much at most; to look so often costs about three thousandths of a core."""


@dataclass(slots=True, kw_only=True)
class Health:
    """What `/readyz` says.

    Args:
        read_at: when the record's head was last read, in seconds of the monotonic clock.
        parts: what is told beside the record, by its name; none of them makes the bot unready.
    """

    version: str
    read_at: Callable[[], float]
    monotonic: Callable[[], float]
    parts: dict[str, Callable[[], bool]] = field(default_factory=dict)
    stopping: bool = False

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/version", self._version),
        ]

    @property
    def record_is_read(self) -> bool:
        return self.monotonic() - self.read_at() < STALE_SECONDS

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _readyz(self, _request: web.Request) -> web.Response:
        ready = self.record_is_read and not self.stopping
        parts = {"database": self.record_is_read} | {name: ok() for name, ok in self.parts.items()}
        return web.json_response({"ready": ready, "parts": parts}, status=200 if ready else 503)

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": self.version})


def metrics_routes(metrics: Metrics) -> list[web.RouteDef]:
    """The metrics port knows `/metrics` alone."""

    async def show(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/metrics", show)]


async def measure_stalls(
    metrics: Metrics, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[object]]
) -> None:
    """Look until cancelled how much later than it should this process does something."""
    while True:
        due = monotonic() + STALL_EVERY_SECONDS
        await sleep(STALL_EVERY_SECONDS)
        metrics.loop_stall_seconds.observe(max(0.0, monotonic() - due))
