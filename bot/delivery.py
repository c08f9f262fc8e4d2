"""Carries saved effects outside until each is done.  A card is drawn from the record at the moment it is sent."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.domain.card import Card
from bot.domain.effects import Destination, Operate, ReleaseId, ShowCard, Tell
from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError, NotFoundError, UnavailableError
from bot.domain.figures.summary import DueSummary, Summary
from bot.ports import ChatPlatform, Delivery, Outbox

log = structlog.get_logger()

AT_ONCE = 40
"""Deliveries under way in this process."""

AT_ONE_PLACE = 3
"""Deliveries under way towards one destination: a place that hangs blocks nobody else."""

POLL_SECONDS = 0.5
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 300.0
LONGEST_WAIT_FOR_AN_ENGINE_SECONDS = 30.0
"""People who roll back watch for it."""
PATIENCE_SECONDS = 20.0
"""Below the lease, so that nobody else begins a delivery that is still under way here."""

Told = Callable[[str, str], None]
"""Told the platform and how a delivery went: `done`, `again`, `given_up`, `fault`."""


@dataclass(slots=True, kw_only=True)
class Carrier:
    """One for each process; any number may work on the same effects.

    Args:
        worker: this process's name, for its claims.
        draw: the card of a release, as it is now.
        summarise: a summary that is due, by the record of now.
        operate: does to its engine what a release wants; seconds until there is more to do, or None.
        jitter: spreads a pause of so many seconds.
        changed: returns when there may be something new to do.
    """

    outbox: Outbox
    platforms: Mapping[str, ChatPlatform]
    draw: Callable[[ReleaseId], Awaitable[Card]]
    summarise: Callable[[DueSummary], Awaitable[Summary]]
    operate: Callable[[ReleaseId], Awaitable[float | None]]
    worker: str
    jitter: Callable[[float], float]
    changed: Callable[[], Awaitable[None]]
    told: Told
    _under_way: dict[asyncio.Task[None], Destination] = field(default_factory=dict)

    async def run(self) -> None:
        """Carry until cancelled; then end what was begun, and give back what was claimed."""
        try:
            while True:
                changed = asyncio.ensure_future(self.changed())  # It listens before the claim, so as to miss nothing.
                try:
                    await self.once()
                    wakes = {changed, *self._under_way}
                    await asyncio.wait(wakes, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
        finally:
            await self._hand_over()

    async def once(self) -> int:
        """Begin what is due; return how many."""
        free = AT_ONCE - len(self._under_way)
        if free <= 0:
            return 0
        try:
            deliveries = await self.outbox.claim(worker=self.worker, limit=free, but=self._crowded())
        except UnavailableError:
            return 0
        for delivery in deliveries:
            task = asyncio.create_task(self._carry(delivery), name=f"deliver-{delivery.id}")
            self._under_way[task] = delivery.to
            task.add_done_callback(self._under_way.pop)
        return len(deliveries)

    async def idle(self) -> None:
        """Return when nothing is under way."""
        while self._under_way:
            await asyncio.wait(tuple(self._under_way))

    def _crowded(self) -> frozenset[Destination]:
        busy = list(self._under_way.values())
        return frozenset(to for to in busy if busy.count(to) >= AT_ONE_PLACE)

    async def _hand_over(self) -> None:
        if self._under_way:
            await asyncio.wait(tuple(self._under_way), timeout=FIRST_WAIT_SECONDS)
        for task in tuple(self._under_way):
            task.cancel()
        try:
            await self.outbox.hand_over(self.worker)
        except UnavailableError:
            log.warning("claims_not_handed_over", why="the database is away; their leases run out by themselves")

    async def _carry(self, delivery: Delivery) -> None:
        """Carry one effect.  Whatever it raises is this effect's own: logged, counted, tried again."""
        try:
            how = await self._try(delivery)
        except UnavailableError as error:  # The record is away: the lease runs out, and somebody tries again.
            log.warning("delivery_unsaved", to=str(delivery.to), release=delivery.release, why=str(error))
            how = "again"
        except Exception:
            log.exception("delivery_fault", to=str(delivery.to), release=delivery.release)
            await self._again(delivery, "a fault of ours", None)
            how = "fault"
        self.told(delivery.to.platform, how)

    async def _try(self, delivery: Delivery) -> str:
        match delivery.what:
            case ShowCard(release=release):
                return await self._in_chat(delivery, partial(self._show, delivery, release))
            case Tell() as tell:
                return await self._in_chat(delivery, partial(self._tell, delivery, tell))
            case DueSummary() as due:
                return await self._in_chat(delivery, partial(self._summarise, delivery, due))
            case Operate(release=release):
                return await self._operate(delivery, release)

    async def _in_chat(self, delivery: Delivery, send: Callable[[ChatPlatform], Awaitable[None]]) -> str:
        platform = self.platforms.get(delivery.to.platform)
        if platform is None:
            await self.outbox.give_up(delivery, why=f"{delivery.to.platform} is not set up")
            return "given_up"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await send(platform)
        except (ChatUnavailableError, TimeoutError) as error:
            why = str(error) or "no answer in time"
            log.info("chat_unavailable", to=str(delivery.to), attempts=delivery.attempts, why=why)
            await self._again(delivery, why, getattr(error, "retry_after", None))
            return "again"
        except (ChatRefusedError, NotFoundError) as error:
            log.warning("delivery_given_up", to=str(delivery.to), release=delivery.release, why=str(error))
            await self.outbox.give_up(delivery, why=str(error))
            return "given_up"
        except CardGoneError:
            await self.outbox.repost(delivery)
            return "again"
        return "done"

    async def _operate(self, delivery: Delivery, release: ReleaseId) -> str:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                seconds = await self.operate(release)
        except (UnavailableError, TimeoutError) as error:
            why = str(error) or "no answer in time"
            log.info("engine_unavailable", to=str(delivery.to), release=release, attempts=delivery.attempts, why=why)
            await self._again(delivery, why, None)
            return "again"
        if seconds is not None:
            await self.outbox.again(delivery, seconds=seconds, why=None)
            return "again"
        await self.outbox.told(delivery)
        return "done"

    async def _show(self, delivery: Delivery, release: ReleaseId, platform: ChatPlatform) -> None:
        posted_as = await platform.show(
            await self.draw(release),
            to=delivery.to.address,
            posted_as=delivery.posted_as,
            key=delivery.key,
            retry=delivery.attempts > 1,
        )
        await self.outbox.shown(delivery, posted_as)

    async def _tell(self, delivery: Delivery, tell: Tell, platform: ChatPlatform) -> None:
        posted_since = delivery.posted_at is not None and delivery.posted_at >= tell.at
        if delivery.posted_as is not None and not (tell.card_says_it and posted_since):
            await platform.tell(tell, to=delivery.to.address, posted_as=delivery.posted_as, key=delivery.key)
        await self.outbox.told(delivery)

    async def _summarise(self, delivery: Delivery, due: DueSummary, platform: ChatPlatform) -> None:
        summary = await self.summarise(due)
        await platform.post(summary, to=delivery.to.address, key=delivery.key, retry=delivery.attempts > 1)
        await self.outbox.told(delivery)

    async def _again(self, delivery: Delivery, why: str, retry_after: float | None) -> None:
        doubled = FIRST_WAIT_SECONDS * 2 ** min(delivery.attempts - 1, 20)
        longest = LONGEST_WAIT_FOR_AN_ENGINE_SECONDS if isinstance(delivery.what, Operate) else LONGEST_WAIT_SECONDS
        seconds = max(retry_after or 0.0, self.jitter(min(doubled, longest)))
        await self.outbox.again(delivery, seconds=seconds, why=why)
