"""The practice cluster with recorded Rollouts besides, some of which wait for people; it notes when a patch came in."""

import gzip
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks import practice_cluster
from handlers.cluster import REPLICA_SETS, Resource
from handlers.sandbox.api_server import ApiServer

ROLLOUTS = Resource("argoproj.io", "v1alpha1", "rollouts", "Rollout")
RECORDING = Path("tests/recordings/argo-rollouts/canary-promoted.jsonl.gz")
NAME = "checkout"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Event = dict[str, Any]


def place_of(number: int) -> tuple[str, str]:
    """Namespace and name of a Rollout."""
    return f"team-{number % 100:02}", f"rollout-{number:05}"


def recorded() -> list[Event]:
    """What the watches told, in their order."""
    with gzip.open(RECORDING, "rt") as lines:
        return [line for line in map(json.loads, lines) if "event" in line]


def until_paused(events: Sequence[Event]) -> Sequence[Event]:
    """Up to the first pause, written to its end."""
    paused = [place for place, line in enumerate(events) if _status(line).get("pauseConditions")]
    return events[: paused[1] + 1]


def _status(line: Event) -> Event:
    status: Event = line["event"]["object"].get("status") or {}
    return status


def latest(events: Sequence[Event]) -> list[tuple[Resource, str]]:
    """The Rollout and its ReplicaSets as they were last, as text."""
    objects = {line["event"]["object"]["metadata"]["uid"]: line for line in events}
    kinds = {"rollouts": ROLLOUTS, "replicasets": REPLICA_SETS}
    return [(kinds[line["resource"]], json.dumps(line["event"]["object"])) for line in objects.values()]


def run(port: int, canaries: int, rollouts: int, waiting: int) -> None:
    """Serve; `waiting` of the Rollouts wait at a pause, and become healthy when somebody patches them."""
    server = practice_cluster.filled(canaries)
    events = recorded()
    at_pause, healthy = latest(until_paused(events)), latest(events)
    after: dict[str, list[tuple[Resource, Event]]] = {}
    for number in range(rollouts):
        later = _of(number, healthy)
        if number < waiting:
            after[f"{ROLLOUTS.path(*place_of(number))}/status"] = later
        for kind, thing in _of(number, at_pause) if number < waiting else later[:1]:  # Nobody reads its ReplicaSets.
            server.store.keep(kind, thing)
    app = server.application()
    app.middlewares.append(_noting(server, after))
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, handle_signals=True)


def _of(number: int, patterns: Sequence[tuple[Resource, str]]) -> list[tuple[Resource, Event]]:
    namespace, name = place_of(number)
    uid = str(uuid.UUID(int=number))
    recorded_uid = next(json.loads(text)["metadata"]["uid"] for kind, text in patterns if kind is ROLLOUTS)
    things = [(kind, json.loads(text.replace(NAME, name).replace(recorded_uid, uid))) for kind, text in patterns]
    for _, thing in things:
        thing["metadata"]["namespace"] = namespace
    return things


def _noting(server: ApiServer, after: Mapping[str, Sequence[tuple[Resource, Event]]]) -> Any:
    """Note when the first patch of each path came in, by a clock that all processes share; `/came` tells."""
    came: dict[str, float] = {}

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/came":
            return web.json_response(came)
        now = time.monotonic()
        answer = await handler(request)
        if request.method == "PATCH" and request.path in after and request.path not in came:
            came[request.path] = now
            for kind, thing in after[request.path]:
                server.store.keep(kind, thing)
        return answer

    return note
