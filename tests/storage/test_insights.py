"""The database's figures are those that the definitions give, whatever happened."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.domain.audit import stamp
from bot.domain.decision import Surface
from bot.domain.figures.insights import Period
from bot.domain.policy import Stage
from bot.domain.release import OPEN_STATES, ReleaseState
from storage import tables
from storage.database import open_database
from storage.figures import SqlFigures
from tests.support.slow_figures import Asked, Recorded, Released, slowly

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
APART = timedelta(days=80)
"""So far apart in time does what happens in one example lie from the next: all of them are in one database."""

DAY = 86_400_000  # milliseconds
TEAMS = ("shop", "payments")
ACTIONS = ("decision.taken", "decision.refused", "release.ungated", "gate.reached")
ZONES = ("UTC", "Europe/Rome", "America/New_York", "Asia/Kathmandu")

length = st.timedeltas(timedelta(0), timedelta(days=4)).map(lambda time: time - time % timedelta(milliseconds=1))
moment = st.integers(0, 12 * DAY).map(lambda passed: timedelta(milliseconds=passed))
asked = st.tuples(st.sampled_from(Stage), moment, st.none() | length)
released = st.tuples(
    *(
        st.integers(0, 2),
        st.sampled_from([*ReleaseState, *[ReleaseState.PROMOTED] * 6, ReleaseState.FAILED, ReleaseState.FAILED]),
    ),
    *(moment, length, st.none() | length, st.lists(asked, max_size=4)),
)
recorded = st.tuples(st.sampled_from(ACTIONS), moment, st.sampled_from(Surface), st.integers(0, 2))
periods = st.tuples(moment, st.timedeltas(timedelta(hours=1), timedelta(days=9)), st.sampled_from(ZONES))


def test_the_figures_are_those_of_the_definitions(database_url):
    with asyncio.Runner() as runner:
        database = open_database(database_url)
        numbers = count()

        @settings(
            max_examples=12,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(released, min_size=20, max_size=60), st.lists(recorded, max_size=12), periods)
        def holds(releases, records, period):
            example = next(numbers)
            start, took, zone = period
            epoch = EPOCH + example * APART
            wanted = Period(start=epoch + start, end=epoch + start + took - took % timedelta(milliseconds=1), zone=zone)
            history = [*made(releases, epoch, example)]
            told = [Recorded(action, epoch + at, surface, str(release)) for action, at, surface, release in records]
            runner.run(keep(database, history, told, example))

            assert runner.run(SqlFigures(database).insights(wanted)) == slowly(history, told, wanted)

        try:
            holds()
        finally:
            runner.run(database.close())


def made(releases, epoch, example):
    """Releases as they could be on record: one of a workload is open at the most, the last one."""
    numbers: dict[int, int] = {}
    for workload, state, started, took, changed, gates in releases:
        numbers[workload] = number = numbers.get(workload, 0) + 1
        is_last = number == sum(other[0] == workload for other in releases)
        is_open = state in OPEN_STATES and is_last
        yield Released(
            team=TEAMS[workload % 2],
            workload=f"app-{example}-{workload}",
            number=number,
            state=state if is_open or state not in OPEN_STATES else ReleaseState.SUPERSEDED,
            started=epoch + started,
            ended=None if is_open else epoch + started + took,
            changed=None if changed is None else epoch + started - changed,
            gates=tuple(
                Asked(stage, epoch + at, None if waited is None else epoch + at + waited) for stage, at, waited in gates
            ),
        )


async def keep(database, releases, records, example):
    names = sorted({(release.team, release.workload) for release in releases})
    ids = {name: example * 10 + place for place, (_, name) in enumerate(names)}
    async with database.transaction() as connection:
        for table, rows in rows_of(releases, records, example, names, ids).items():
            if rows:
                await connection.execute(insert(tables.metadata.tables[table]), rows)


def rows_of(releases, records, example, names, ids):
    cluster = {"cluster": "eu", "kind": "Canary"}
    rows: dict[str, list[Any]] = {"workload": [], "release": [], "gate": [], "audit": []}
    for team, name in names:
        rows["workload"].append({"id": ids[name], "namespace": team, "name": name, "hooks": [], **cluster})
    for place, release in enumerate(releases):
        release_id = f"{example:06}{place:020}"
        rows["release"].append(
            {"id": release_id, "workload_id": ids[release.workload], "number": release.number, "engine": "flagger"}
            | {"state": release.state, "started_at": release.started, "ended_at": release.ended}
            | {"changed_at": release.changed, "run": {}, "authors": [], "before": {}, "after": {}}
        )
        for number, gate in enumerate(release.gates):
            rows["gate"].append(
                {"id": f"{example:06}{place:010}{number:010}", "release_id": release_id, "place": number}
                | {"stage": gate.stage, "step": str(number), "occurrence": 1, "state": "open", "quorum": 1}
                | {"reason": "never", "on_expiry": "hold", "reached_at": gate.reached, "answered_at": gate.answered}
                | dict.fromkeys(("spent", "overdue", "reminded", "halted"), False)
            )
    for place, record in enumerate(records):
        rows["audit"].append(
            {"seq": example * 100 + place + 1, "at": stamp(record.at), "actor": "a", "action": record.action}
            | {"surface": record.surface, "release": f"{example}-{record.release}", "text": "{}", "hash": ""}
        )
    return rows


def test_what_happens_on_the_edge_is_in_one_period_only():
    """The slow computation, too, counts the beginning of a period and not its end."""
    edge = EPOCH + timedelta(days=1)
    one = Released("shop", "app", 1, "promoted", EPOCH, edge, None)
    period = Period(start=EPOCH, end=edge)
    after = replace(period, start=edge, end=edge + timedelta(days=1))

    assert [slowly([one], [], which).outcomes.promoted for which in (period, after)] == [0, 1]
