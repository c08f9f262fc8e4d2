"""Do to an engine what a release wants of it, until the effect was seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.decisions import operating, telling
from bot.domain.decisions.operating import AFTER_THE_END, Do, next_look, next_step
from bot.domain.decisions.telling import wanted
from bot.domain.effects import ReleaseId
from bot.domain.errors import ConflictError, EngineRefusedError
from bot.domain.looks.sighting import Sighting
from bot.domain.messages.lapsing import lapse
from bot.domain.operation import Awaited, Order
from bot.domain.release import Outcome, Release
from bot.domain.sight import Standing
from bot.domain.workload import Workload
from bot.ports import OpenRecords, Reader, ReleaseEngine
from bot.usecases.follow_sight import FollowSight
from bot.usecases.who_may import WhoMay

Change = Callable[[Release, datetime], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operate:
    """Each call does one step and tells when the next is due.  Twice does no harm, in any replica.

    Args:
        engine_of: whom to tell of a workload; it raises `ClusterUnavailableError` where nobody is.

    Raises:
        UnavailableError: the record or the cluster is away; try again later.
    """

    open_records: OpenRecords
    reader: Reader
    follow_sight: FollowSight
    who_may: WhoMay
    engine_of: Callable[[Workload], ReleaseEngine]

    async def __call__(self, release_id: ReleaseId) -> float | None:
        """Do what comes next; return the seconds until there is more to do, None when there is not."""
        release = await self.reader.release(release_id)
        if wanted(release) is None:
            return None
        seen = await self.follow_sight.look(release.workload)
        latest = (await self.reader.known(release.workload)).latest  # Somebody may have decided since.
        if latest is None or latest.id != release_id:
            await self._drop(release_id)
            return None
        awaited = wanted(latest)
        if awaited is None:
            return None
        return await self._do(latest, awaited, seen)

    async def _do(self, release: Release, awaited: Awaited, seen: Sighting) -> float | None:
        now = await self.reader.now()
        match next_step(awaited, seen.notice, now):
            case Do.SEND if seen.standing is Standing.GONE or _is_late(release, awaited):
                await self._drop(release.id)
                return None
            case Do.SEND:
                return await self._send(release, awaited, seen)
            case Do.WAKE:
                await self.engine_of(release.workload).wake(_order(release, awaited), seen)
                await self._save(release.id, awaited, lambda r, now: operating.woken(r, awaited, now=now))
            case Do.WAIT:
                await self._save(release.id, awaited, lambda r, now: operating.impatient(r, now=now))
        return next_look(awaited, now)

    async def _drop(self, release_id: ReleaseId) -> None:
        """Its time is over: it must never reach the release that came after it."""
        async with self.open_records() as records:
            await records.save(operating.overtaken(await records.release(release_id)))

    async def _send(self, release: Release, awaited: Awaited, seen: Sighting) -> float | None:
        """Send it, once it is on record as on its way."""
        if not await self._begun(release, awaited):
            return next_look(awaited, await self.reader.now())
        try:
            evidence = await self.engine_of(release.workload).carry_out(_order(release, awaited), seen)
        except ConflictError:  # It moved on: the next look tells where to.
            await self._save(release.id, awaited, lambda r, now: operating.impatient(r, now=now))
            return next_look(awaited, await self.reader.now())
        except EngineRefusedError as error:
            why = str(error)
            await self._save(release.id, awaited, lambda r, now: operating.given_up(r, awaited, why=why, now=now))
            return None
        known = replace(awaited, evidence=evidence)
        async with self.open_records() as records:
            found = await records.release(release.id)
            now = await records.now()
            await records.save(telling.sent(found, known, now=now))
        return next_look(replace(known, sent_at=now), now)

    async def _begun(self, release: Release, awaited: Awaited) -> bool:
        """Only what still stands at this moment is begun, by the record, the deadlines, and the people of now."""
        rights = await self.who_may(release.workload)  # May ask a chat: never inside the transaction.
        async with self.open_records() as records:
            found = await records.release(release.id)
            outcome = lapse(telling.not_begun(found), await records.now()).then(
                telling.begin, awaited, rights=rights, before=found.run.sending
            )
            await records.save(outcome)
        return outcome.release.run.sending is not None

    async def _save(self, release: ReleaseId, awaited: Awaited, change: Change) -> None:
        """Save what follows, unless somebody wants something else by now."""
        async with self.open_records() as records:
            found = await records.release(release)
            if wanted(found) == awaited:
                await records.save(change(found, await records.now()))


def _is_late(release: Release, awaited: Awaited) -> bool:
    """What was decided while the release was under way ends with it: a refused start's template of before, too."""
    if release.is_open:
        return False
    before_the_end = release.ended_at is not None and awaited.mark.at < release.ended_at
    return before_the_end or awaited.operation not in AFTER_THE_END


def _order(release: Release, awaited: Awaited) -> Order:
    return Order(
        workload=release.workload,
        release=release.label,
        awaited=awaited,
        revision=release.run.bound,
        before=release.before,
    )
