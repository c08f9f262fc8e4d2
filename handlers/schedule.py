"""Time: what happens again and again, in every replica, without a leader."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.errors import UnavailableError
from bot.domain.figures.plan import Plan
from bot.ports import Now, Reader
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.keep_hearing import KeepHearing
from bot.usecases.owe_summary import OweSummary
from bot.usecases.pass_time import PassTime
from handlers.metrics import Metrics, Where

log = structlog.get_logger()

HEAD_EVERY_SECONDS = 0.4
"""Below the second for which a no may come from memory."""

CHANGES_AT_ONCE = 1_000

FORGET_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowHead:
    """One query a tick reads the record's head, so that what other replicas changed is known here."""

    reader: Reader
    changes: Changes
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    async def run(self) -> None:
        seq: int | None = None
        while True:
            # While the record is away the memory is not fresh, so nothing is answered from it.
            with contextlib.suppress(UnavailableError):
                seq = await self.once(seq)
            await self.sleep(HEAD_EVERY_SECONDS)

    async def once(self, seq: int | None) -> int:
        """Announce what changed behind `seq`; None: from now on."""
        asked_at = self.monotonic()
        if seq is None:
            seq = (await self.reader.head()).seq
        while found := await self.reader.changed_since(seq, limit=CHANGES_AT_ONCE):
            for seq, workload in found:
                self.changes.found(workload, seq)
            if len(found) < CHANGES_AT_ONCE:
                break
        self.changes.read(seq, at=asked_at)
        return seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The jobs of one replica.

    Args:
        plans: the summaries that are told regularly.
        forget: drops what nothing can repeat any more.
        oldest_due: how long the effect has been due that waits longest.
    """

    pass_time: PassTime
    refusals: CountRefusals
    hearing: KeepHearing
    owe_summary: OweSummary
    plans: tuple[Plan, ...]
    forget: Callable[[], Awaitable[None]]
    oldest_due: Callable[[], Awaitable[timedelta | None]]
    reader: Reader
    changes: Changes
    metrics: Metrics
    now: Now
    monotonic: Callable[[], float]

    def start(self) -> AsyncIOScheduler:
        """Begin; shut what is returned down at the end."""
        scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        jobs: tuple[tuple[str, timedelta, Callable[[], Awaitable[object]]], ...] = (
            ("deadlines", timedelta(seconds=1), lambda: self.look(silent_too=False)),
            ("silence", timedelta(minutes=1), lambda: self.look(silent_too=True)),
            ("refusals", timedelta(seconds=5), lambda: self.refusals.write(self.now())),
            ("hearing", timedelta(seconds=5), lambda: self.hearing.write(self.monotonic())),
            ("summaries", timedelta(seconds=2), self.owe_summaries),
            ("gauges", timedelta(seconds=10), self.measure),
            ("forget", FORGET_EVERY, self.forget),
        )
        for name, every, job in jobs:
            scheduler.add_job(
                self._guarded, IntervalTrigger(seconds=int(every.total_seconds())), args=(name, job), id=name
            )
        scheduler.start()
        return scheduler

    async def look(self, *, silent_too: bool) -> None:
        """Look at each release that time may have changed; one that raises does not keep us from the next."""
        for workload in await self.pass_time.due(silent_too=silent_too):
            await self._guarded(f"time of {workload}", partial(self.pass_time, workload))

    async def owe_summaries(self) -> None:
        """Owe what is due; one plan that raises does not keep us from the next."""
        for plan in self.plans:
            await self._guarded(f"summary {plan.name}", partial(self._owe, plan))

    async def _owe(self, plan: Plan) -> None:
        if await self.owe_summary(plan):
            log.info("summary_owed", summary=plan.name, to=[str(to) for to in plan.to])

    async def measure(self) -> None:
        """Bring the gauges up to date."""
        metrics = self.metrics
        waiting = await self.reader.waiting()
        metrics.waiting_gates.clear()
        for found in waiting:
            metrics.waiting_gates.labels(found.cluster, found.stage).set(found.gates)
        ages = [(self.now() - found.since).total_seconds() for found in waiting]
        metrics.oldest_wait_seconds.set(max(ages, default=0))
        lag = await self.oldest_due()
        metrics.delivery_lag_seconds.set(lag.total_seconds() if lag else 0)

    async def _guarded(self, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run a job.  A fault is logged and counted, for the person who watches both; the job comes again."""
        try:
            await job()
        except UnavailableError as error:
            log.debug("job_put_off", job=name, why=str(error))
        except Exception:
            self.metrics.count_fault(Where.SCHEDULE)
            log.exception("job_fault", job=name)
