"""A year's record, made up: releases with their gates and approvals, and ten lines of the record for each."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.domain.audit import canonical, stamp
from storage.database import Database
from storage.tables import metadata

WORKLOADS = 200
LINES = 10
BATCH = 200
"""Releases that are written at once."""

TEAMS = ("shop", "payments", "search", "accounts")
STATES = ("promoted",) * 16 + ("rolled_back",) * 2 + ("failed", "superseded")
ACTIONS = (
    *("release.started", "gate.reached", "decision.taken", "gate.opened", "gate.answered", "gate.reached"),
    *("decision.taken", "decision.refused", "decision.taken", "release.promoted"),
)
SURFACES = ("slack", "google_chat", "console", "api")

Row = dict[str, Any]


async def fill(database: Database, releases: int, *, end: datetime) -> None:
    """Write a year that ends at `end`, oldest first; of the last hundred workloads, each has one that waits."""
    chance = random.Random(7)
    async with database.transaction() as connection:
        await connection.execute(
            insert(metadata.tables["workload"]), [_workload(number) for number in range(WORKLOADS)]
        )
    step = timedelta(days=365) / releases
    for first in range(0, releases, BATCH):
        rows: dict[str, list[Row]] = defaultdict(list)
        for number in range(first, min(first + BATCH, releases)):
            is_open = number >= releases - WORKLOADS // 2
            for table, row in _release(number, end - (releases - number) * step, chance, is_open=is_open):
                rows[table].append(row)
        async with database.transaction() as connection:
            for table in ("release", "gate", "approval", "audit"):
                await connection.execute(insert(metadata.tables[table]), rows[table])


def release_id(number: int) -> str:
    return f"{number:026}"


def name_of(number: int) -> str:
    """As people type it."""
    return f"{TEAMS[number % len(TEAMS)]}/app-{number % WORKLOADS}#{number // WORKLOADS + 1}"


def _workload(number: int) -> Row:
    place = {"cluster": "prod-eu", "kind": "Canary", "namespace": TEAMS[number % len(TEAMS)], "name": f"app-{number}"}
    return {"id": number, "hooks": ["confirm-promotion", "rollback", "event"], **place}


def _release(number: int, at: datetime, chance: random.Random, *, is_open: bool) -> Iterator[tuple[str, Row]]:
    waited = timedelta(seconds=int(chance.expovariate(1 / 600)))
    yield (
        "release",
        {"id": release_id(number), "workload_id": number % WORKLOADS, "number": number // WORKLOADS + 1}
        | {"engine": "flagger", "state": "progressing" if is_open else chance.choice(STATES), "revision": f"{number:x}"}
        | {"started_at": at, "ended_at": None if is_open else at + waited + timedelta(minutes=20)}
        | {"run": {"started": True, "most": 50}, "authors": [], "before": {}, "after": {}},
    )
    yield from _gate(number, at, at + waited, is_open=is_open)
    for line in range(LINES):
        yield "audit", _line(number * LINES + line + 1, number, at + line * waited / LINES, ACTIONS[line], chance)


def _gate(number: int, at: datetime, answered: datetime, *, is_open: bool) -> Iterator[tuple[str, Row]]:
    gate = release_id(number)
    yield (
        "gate",
        {"id": gate, "release_id": gate, "place": 0, "stage": "promotion", "step": "", "occurrence": 1, "quorum": 1}
        | {"state": "closed" if is_open else "open", "policy": "shop", "reason": "never", "on_expiry": "hold"}
        | {"reached_at": at, "answered_at": None if is_open else answered, "told_at": None if is_open else answered}
        | dict.fromkeys(("spent", "overdue", "reminded", "halted"), False),
    )
    if not is_open:
        mark = {"gate_id": gate, "principal": "ann@example.com", "at": answered, "reason": "", "surface": "slack"}
        yield "approval", mark


def _line(seq: int, number: int, at: datetime, action: str, chance: random.Random) -> Row:
    decision = "approve" if action.startswith("decision.") else None
    row = {
        "seq": seq,
        "at": stamp(at),
        "actor": "ann@example.com",
        "action": action,
        "cluster": "prod-eu",
        "kind": "Canary",
        "namespace": TEAMS[number % len(TEAMS)],
        "name": f"app-{number % WORKLOADS}",
        "release": release_id(number),
        "gate": release_id(number),
        "stage": "promotion",
        "revision": f"{number:x}",
        "surface": chance.choice(SURFACES),
        "decision": decision,
        "reason": "looks good",
    }
    details = {"policy": "shop", "settings": "0" * 64, "others": ["bob@example.com", "carl@example.com"]}
    text = canonical(row | {"details": details, "previous": "0" * 64})
    return row | {"text": text, "hash": "0" * 64}
