"""An API server in a process of its own, full of recorded Canaries and their Deployments; and changes at a rate."""

import asyncio
import gc
import gzip
import json
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from handlers.cluster import DEPLOYMENTS, Resource
from handlers.sandbox.api_server import ApiServer

CANARIES = Resource("flagger.app", "v1beta1", "canaries", "Canary")
KINDS = (CANARIES, DEPLOYMENTS)
RECORDING = Path("tests/recordings/flagger/canary-approved-each-step.jsonl.gz")
BATCHES_EACH_SECOND = 50
WEIGHTS = 39
"""Below the recorded one at which it would stand at the top."""

Thing = dict[str, Any]


def filled(canaries: int, under_way: int = 0) -> ApiServer:
    """Keep Canaries with their targets and primaries; the first of them have a release under way."""
    server = ApiServer(now=lambda: datetime.now(UTC), new_id=lambda: str(uuid.uuid4()), history=200_000)
    name, recorded = _recorded()
    at_rest = [(kind, json.dumps(things[-1])) for kind, things in recorded]
    going = [(kind, json.dumps(next(filter(_is_going, things), things[-1]))) for kind, things in recorded]
    for number in range(canaries):
        for kind, pattern in going if number < under_way else at_rest:
            thing: Thing = json.loads(pattern.replace(name, f"app-{number:05}"))
            thing["metadata"] |= {"namespace": f"team-{number % 100:02}", "uid": str(uuid.uuid4())}
            server.store.keep(kind, thing)
    return server


def _recorded() -> tuple[str, list[tuple[Resource, list[Thing]]]]:
    """The name in the recording; and of the Canary, its target and its primary all states, in their order."""
    with gzip.open(RECORDING, "rt") as lines:
        about, *told = map(json.loads, lines)
    name, events = str(about["name"]), [line for line in told if "event" in line]
    wanted = ((CANARIES, name), (DEPLOYMENTS, name), (DEPLOYMENTS, f"{name}-primary"))
    return name, [(kind, _states(events, kind, object_name)) for kind, object_name in wanted]


def _states(events: list[Thing], kind: Resource, name: str) -> list[Thing]:
    of_kind = [line["event"]["object"] for line in events if line["resource"] == kind.plural]
    return [thing for thing in of_kind if thing["metadata"]["name"] == name]


def _is_going(thing: Thing) -> bool:
    status = thing.get("status") or {}
    return bool(status.get("phase") == "Progressing" and status.get("canaryWeight"))


@dataclass(slots=True)
class Changing:
    """Changes Canaries at a steady rate, all as often, and notes when by a clock that all processes share.

    Of one whose release is under way the weight changes, of one at rest what it is to be.
    """

    server: ApiServer
    at: list[float] = field(default_factory=list)
    weights: list[tuple[str, int, float]] = field(default_factory=list)

    async def run(self, rate: int, seconds: float) -> None:
        keys = [
            (thing["metadata"]["namespace"], thing["metadata"]["name"]) for thing in self.server.store.all(CANARIES)
        ]
        order, began = _shuffled_for_ever(keys), time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            while len(self.at) < passed * rate:
                self._change(*next(order))
            await asyncio.sleep(1 / BATCHES_EACH_SECOND)

    def _change(self, namespace: str, name: str) -> None:
        thing = self.server.store.get(CANARIES, namespace, name)
        assert thing is not None
        changed, now = {**thing, "metadata": {**thing["metadata"]}}, time.monotonic()
        if thing["status"]["phase"] == "Progressing":
            weight = thing["status"]["canaryWeight"] % WEIGHTS + 1
            changed["status"] = {**thing["status"], "canaryWeight": weight}
            self.weights.append((name, weight, now))
        else:
            changed["spec"] = {**thing["spec"], "progressDeadlineSeconds": 60 + len(self.at) % 600}
            changed["metadata"]["generation"] += 1
        self.server.store.keep(CANARIES, changed)
        self.at.append(now)


def _shuffled_for_ever(keys: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    while True:
        random.shuffle(keys)
        yield from keys


def run(port: int, canaries: int, under_way: int = 0) -> None:
    """Serve; a post to `/changes` makes changes, and answers when which was made."""
    server = filled(canaries, under_way)
    gc.collect()
    gc.freeze()  # A real server does not stop for a second to look through all it keeps.
    app = server.application()

    async def changes(request: web.Request) -> web.Response:
        changing = Changing(server)
        await changing.run(int(request.query["rate"]), float(request.query["seconds"]))
        return web.json_response({"at": changing.at, "weights": changing.weights})

    app.router.add_post("/changes", changes)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, handle_signals=True)
