"""What happens again and again: one job, one release or one summary that raises does not keep us from the others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from bot.domain.audit import Head
from bot.domain.errors import RecordsUnavailableError
from bot.domain.workload import Workload
from bot.ports import Waiting
from handlers.metrics import Metrics
from handlers.schedule import CHANGES_AT_ONCE, FollowHead, Schedule
from tests.support.seconds import Seconds

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CART, CHECKOUT, LEDGER = (Workload("prod-eu", "Canary", "shop", name) for name in ("cart", "checkout", "ledger"))


@dataclass
class World:
    """What the jobs are done with.  `faults`: raised by what has this name."""

    faults: dict[Any, Exception] = field(default_factory=dict)
    done: list[Any] = field(default_factory=list)
    waiting_now: tuple[Waiting, ...] = ()
    lag: timedelta | None = None

    def do(self, what):
        if (fault := self.faults.get(what)) is not None:
            raise fault
        self.done.append(what)

    async def due(self, *, silent_too):
        return (CART, CHECKOUT, LEDGER)

    async def __call__(self, subject):
        self.do(subject)

    async def write(self, at):
        self.do(("write", at))

    async def waiting(self):
        return self.waiting_now

    async def oldest_due(self):
        return self.lag

    async def forget(self):
        self.do("forget")


@dataclass(frozen=True)
class Plan:
    name: str
    to: tuple[str, ...] = ()


@dataclass
class Changes:
    read_at: float = 990.0
    heard: list[Any] = field(default_factory=list)

    def read(self, _seq, *, at):
        self.read_at = at

    def found(self, workload, seq):
        self.heard.append((workload, seq))


@pytest.fixture(autouse=True)
def logged():
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def world():
    return World()


@pytest.fixture
def schedule(world, metrics):
    parts: Any = world
    changes: Any = Changes()
    plans: Any = (Plan("daily"), Plan("weekly"))
    return Schedule(
        pass_time=parts,
        refusals=parts,
        hearing=parts,
        owe_summary=parts,
        plans=plans,
        forget=world.forget,
        oldest_due=world.oldest_due,
        reader=parts,
        changes=changes,
        metrics=metrics,
        now=lambda: NOW,
        monotonic=Seconds(),
    )


def faults(metrics):
    return metrics.registry.get_sample_value("pointsman_faults_total", {"where": "schedule"}) or 0


async def test_a_release_that_raises_is_counted_and_passed_by(schedule, world, metrics, logged):
    world.faults[CHECKOUT] = ValueError("a bug")

    await schedule.look(silent_too=False)

    assert world.done == [CART, LEDGER]
    assert faults(metrics) == 1
    assert [line["job"] for line in logged] == [f"time of {CHECKOUT}"]


async def test_a_record_that_is_away_is_no_fault(schedule, world, metrics):
    world.faults[CART] = RecordsUnavailableError("away")

    await schedule.look(silent_too=True)

    assert world.done == [CHECKOUT, LEDGER]
    assert faults(metrics) == 0


async def test_a_summary_that_raises_holds_no_other_up(schedule, world, metrics):
    world.faults[schedule.plans[0]] = ValueError("a bug")

    await schedule.owe_summaries()

    assert world.done == [schedule.plans[1]]
    assert faults(metrics) == 1


async def test_every_job_is_guarded_and_none_runs_beside_itself(schedule, world, metrics):
    scheduler = schedule.start()
    try:
        jobs = {job.id: job for job in scheduler.get_jobs()}
        assert set(jobs) == {"deadlines", "silence", "refusals", "hearing", "summaries", "gauges", "forget"}
        assert all(job.max_instances == 1 and job.coalesce for job in jobs.values())

        world.faults["forget"] = ValueError("a bug")
        await jobs["forget"].func(*jobs["forget"].args)

        assert faults(metrics) == 1
    finally:
        scheduler.shutdown(wait=False)


async def test_the_gauges_say_what_waits_and_for_how_long(schedule, world, metrics):
    value: Callable[..., float | None] = metrics.registry.get_sample_value
    world.waiting_now = (
        Waiting(cluster="prod-eu", stage="promotion", gates=2, since=NOW - timedelta(minutes=5)),
        Waiting(cluster="prod-us", stage="start", gates=1, since=NOW - timedelta(minutes=7)),
    )
    world.lag = timedelta(seconds=3)
    await schedule.measure()
    assert value("pointsman_waiting_gates", {"cluster": "prod-eu", "stage": "promotion"}) == 2
    assert value("pointsman_oldest_wait_seconds") == 420
    assert value("pointsman_delivery_lag_seconds") == 3

    world.waiting_now, world.lag = (), None
    await schedule.measure()

    assert value("pointsman_waiting_gates", {"cluster": "prod-eu", "stage": "promotion"}) is None
    assert value("pointsman_oldest_wait_seconds") == 0
    assert value("pointsman_delivery_lag_seconds") == 0


class Record:
    """A record with so many lines; away as often as it is told to."""

    def __init__(self, lines, away=0):
        self.lines, self.away, self.asked = lines, away, []

    async def head(self):
        return Head(seq=self.lines)

    async def changed_since(self, seq, *, limit):
        self.asked.append(seq)
        if self.away:
            self.away -= 1
            raise RecordsUnavailableError("away")
        return tuple((place, CART) for place in range(seq + 1, min(self.lines, seq + limit) + 1))


def following(record, changes, sleep=None):
    return FollowHead(reader=record, changes=changes, monotonic=Seconds(), sleep=sleep)


async def test_what_others_wrote_is_announced_in_order_and_once():
    record, changes = Record(3), Changes()
    follow = following(record, changes)

    seq = await follow.once(1)
    assert changes.heard == [(CART, 2), (CART, 3)]
    assert changes.read_at == 1000.0

    assert await follow.once(seq) == 3
    assert len(changes.heard) == 2


async def test_who_begins_hears_of_nothing_that_was_before():
    changes = Changes()

    assert await following(Record(7), changes).once(None) == 7

    assert changes.heard == []


async def test_however_much_was_written_all_of_it_is_announced():
    changes = Changes()

    assert await following(Record(2 * CHANGES_AT_ONCE + 1), changes).once(0) == 2 * CHANGES_AT_ONCE + 1

    assert [seq for _, seq in changes.heard] == list(range(1, 2 * CHANGES_AT_ONCE + 2))


async def test_while_the_record_is_away_the_memory_ages_and_nothing_is_missed_afterwards():
    class EnoughError(Exception):
        pass

    record, changes, slept = Record(4), Changes(), []

    async def sleep(seconds):
        slept.append(changes.read_at)
        if len(slept) == 1:
            record.away, record.lines, changes.read_at = 2, 6, 990.0
        if len(slept) == 4:
            raise EnoughError

    with pytest.raises(EnoughError):
        await following(record, changes, sleep).run()

    assert slept == [1000.0, 990.0, 990.0, 1000.0]
    assert [seq for _, seq in changes.heard] == [5, 6]
