"""List, then watch from there, for ever: one loop for each namespace, or one for all of them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

import aiohttp
import structlog

from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError
from handlers.cluster.answers import Answer, VersionExpiredError, check
from handlers.cluster.backoff import Backoff
from handlers.cluster.calls import Cluster, given
from handlers.cluster.decoding import Shape, Thing
from handlers.cluster.health import InSight, WatchHealth
from handlers.cluster.lines import Event, read_event, read_lines
from handlers.cluster.ports import Request
from handlers.cluster.resources import Resource

log = structlog.get_logger(__name__)

WATCH_SECONDS = 60
"""So long at most one watch lasts.  A connection that died without a word is found within it; and just before it ends
a server mostly sends a bookmark, so that a quiet watch does not fall behind what the server remembers."""

SLACK_SECONDS = 10
"""A server that has not ended its watch so much later is not there any more."""

SHORTEST_SECONDS = 1.0
"""A watch that ends sooner and brings nothing is a fault, or we would ask without a pause."""

LIST_AGAIN_SECONDS = 3600
"""All is looked at again so often: it mends what no event can tell, as a server that was put back to an older state."""

BLIND_SECONDS = 120.0
"""Who saw nothing for longer lists first: the server has forgotten the version, or soon will."""

SOON_SECONDS = 10.0
"""What expires so soon after a list is not to be answered by the next one at once."""

ASK_AGAIN_SECONDS = 60.0
"""What is forbidden or not installed is asked for again."""

BREATH = 4
"""Objects handled before others get their turn."""


class Sink(Protocol):
    """Takes what a stream finds."""

    def put(self, thing: Thing) -> None: ...

    def drop(self, thing: Thing) -> None: ...

    def listing(self, namespace: str | None) -> "Listing": ...


class Listing(Protocol):
    """Takes everything there is, and knows at the end what is gone."""

    def put(self, thing: Thing) -> None: ...

    def end(self) -> None: ...


@dataclass(slots=True, kw_only=True)
class Stream:
    """One list-and-watch loop.

    Args:
        namespace: None: all of them.
        shape: what the sink looks at of an object, beside the metadata's name, namespace and version.
        random: 0 up to 1.
        monotonic: seconds that only ever grow.
        told: counts what happens, by name.
    """

    cluster: Cluster
    resource: Resource
    namespace: str | None
    selector: str
    shape: Shape
    sink: Sink
    health: WatchHealth
    sleep: Callable[[float], Awaitable[object]]
    random: Callable[[], float]
    monotonic: Callable[[], float]
    told: Callable[[str], None]
    _version: str = ""
    _seen_at: float = 0.0
    _listed_at: float = float("-inf")
    _list_again_after: float = 0.0
    _backoff: Backoff = field(init=False)

    def __post_init__(self) -> None:
        self._backoff = Backoff(self.random)

    async def run(self) -> None:
        """Go on until cancelled, whatever the server does."""
        while True:
            pause = await self.once()
            if pause:
                await self.sleep(pause)

    async def once(self) -> float:
        """List if need be, then watch until that ends; return the seconds to wait before the next time."""
        try:
            if self._must_list():
                await self._list()
            return await self._watch()
        except VersionExpiredError as error:
            return self._expired(error)
        except ClusterUnavailableError as error:
            return self._away(str(error))
        except ClusterRefusedError as error:
            return self._refused(error)

    def _must_list(self) -> bool:
        now = self.monotonic()
        blind_for, listed_for = now - self._seen_at, now - self._listed_at
        return not self._version or blind_for > BLIND_SECONDS or listed_for > self._list_again_after

    async def _list(self) -> None:
        listing, count, version = self.sink.listing(self.namespace), 0, ""
        async for page in self.cluster.pages(self.resource, self.namespace, selector=self.selector):
            version = page.version
            for thing in page.things(self.shape):
                listing.put(thing)
                count += 1
                if count % BREATH == 0:
                    await asyncio.sleep(0)
        listing.end()
        self._version = version
        self._listed_at = self._seen_at = self.monotonic()
        self._list_again_after = self._backoff.spread(LIST_AGAIN_SECONDS)
        self.health.listed = True
        self.told("listed")

    async def _watch(self) -> float:
        seconds = max(1, round(self._backoff.spread(WATCH_SECONDS)))
        began, count = self.monotonic(), 0
        async with self.cluster.connection.request(self._request(seconds)) as answer:
            if answer.status != HTTPStatus.OK:
                check(Answer(answer.status, await answer.read()), verb="watch", resource=str(self.resource))
                raise ClusterUnavailableError(f"watch {self.resource}: {answer.status} is no answer to it")
            self._sees()
            async for line in read_lines(answer.content):
                self._take(read_event(line, self.shape))
                self._backoff.reset()
                count += 1
                if count % BREATH == 0:
                    await asyncio.sleep(0)
        if not count and self.monotonic() - began < SHORTEST_SECONDS:
            return self._backoff.next()
        return 0.0

    def _request(self, seconds: int) -> Request:
        query = {
            "watch": "true",
            "resourceVersion": self._version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
            "labelSelector": self.selector,
        }
        limits = aiohttp.ClientTimeout(total=seconds + SLACK_SECONDS, sock_connect=5)
        return Request(method="GET", path=self.resource.path(self.namespace), limits=limits, query=given(query))

    def _take(self, event: Event) -> None:
        match event.type:
            case "ADDED" | "MODIFIED":
                self.sink.put(event.object)
            case "DELETED":
                self.sink.drop(event.object)
            case _:
                pass  # A bookmark, which is its version; or what a later server may say.
        self._version = event.version or self._version
        self.told(event.type.lower())

    def _sees(self) -> None:
        self._seen_at = self.monotonic()
        if self.health.becomes(InSight.YES):
            log.info("watch_in_sight", **self._where())

    def _expired(self, error: VersionExpiredError) -> float:
        """List at once; but one that expires again and again is a fault as any other."""
        self._version = ""
        self.told("expired")
        log.info("watch_lists_again", why=str(error), **self._where())
        return self._backoff.next() if self.monotonic() - self._listed_at < SOON_SECONDS else 0.0

    def _away(self, why: str) -> float:
        self._says(InSight.AWAY, why)
        return self._backoff.next()

    def _refused(self, error: ClusterRefusedError) -> float:
        """A role or a kind is missing, and may come; anything else is a question it does not understand."""
        self._version = ""
        match error.status:
            case HTTPStatus.FORBIDDEN:
                self._says(InSight.FORBIDDEN, str(error))
            case HTTPStatus.NOT_FOUND:
                self._says(InSight.NOT_INSTALLED, str(error))
            case _:
                return self._away(str(error))
        return self._backoff.spread(ASK_AGAIN_SECONDS)

    def _says(self, in_sight: InSight, why: str) -> None:
        self.told(in_sight)
        if self.health.becomes(in_sight, why):
            log.warning("watch_blind", how=in_sight, why=why, **self._where())

    def _where(self) -> dict[str, str]:
        where = {"cluster": self.cluster.name, "resource": str(self.resource)}
        return where | ({"namespace": self.namespace} if self.namespace else {})
