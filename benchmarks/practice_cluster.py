"""An API server in a process of its own, full of recorded Canaries and their Deployments; and changes at a rate."""

import asyncio
import gzip
import json
import random
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from handlers.cluster import DEPLOYMENTS, Resource
from handlers.sandbox.api_server import ApiServer

CANARIES = Resource("flagger.app", "v1beta1", "canaries", "Canary")
STAMP = "pointsman.dev/benchmark"
RECORDING = Path("tests/recordings/flagger/canary-approved-each-step.jsonl.gz")
BATCHES_EACH_SECOND = 50


def recorded(resource: str, name: str) -> dict[str, Any]:
    """The last state of an object in the recording."""
    with gzip.open(RECORDING, "rt") as lines:
        events = [line["event"]["object"] for line in map(json.loads, lines) if line.get("resource") == resource]
    found: dict[str, Any] = [thing for thing in events if thing["metadata"]["name"] == name][-1]
    return found


def filled(canaries: int) -> ApiServer:
    server = ApiServer(now=lambda: datetime.now(UTC), new_id=lambda: str(uuid.uuid4()), history=200_000)
    name = recorded_name()
    patterns = [
        (CANARIES, json.dumps(recorded("canaries", name))),
        (DEPLOYMENTS, json.dumps(recorded("deployments", name))),
        (DEPLOYMENTS, json.dumps(recorded("deployments", f"{name}-primary"))),
    ]
    for number in range(canaries):
        for kind, pattern in patterns:
            thing: dict[str, Any] = json.loads(pattern.replace(name, f"app-{number:05}"))
            thing["metadata"] |= {"namespace": f"team-{number % 100:02}", "uid": str(uuid.uuid4())}
            server.store.keep(kind, thing)
    return server


def recorded_name() -> str:
    with gzip.open(RECORDING, "rt") as lines:
        return str(json.loads(next(lines))["name"])


async def change(server: ApiServer, rate: int, seconds: float) -> int:
    """Change Canaries at a steady rate, each stamped with the time; return how many."""
    things = server.store.all(CANARIES)
    order = _shuffled_for_ever(len(things))
    began, done = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        while done < passed * rate:
            _stamp(server, things[next(order)])
            done += 1
        await asyncio.sleep(1 / BATCHES_EACH_SECOND)
    return done


def _stamp(server: ApiServer, thing: dict[str, Any]) -> None:
    metadata = {**thing["metadata"], "annotations": {STAMP: repr(time.monotonic())}}
    server.store.keep(CANARIES, {**thing, "metadata": metadata})


def _shuffled_for_ever(count: int) -> Iterator[int]:
    places = list(range(count))
    while True:
        random.shuffle(places)
        yield from places


def run(port: int, canaries: int) -> None:
    server = filled(canaries)
    app = server.application()

    async def changes(request: web.Request) -> web.Response:
        made = await change(server, int(request.query["rate"]), float(request.query["seconds"]))
        return web.json_response({"made": made})

    app.router.add_post("/changes", changes)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, handle_signals=True)


KINDS = (CANARIES, DEPLOYMENTS)
