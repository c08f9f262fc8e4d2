"""What everybody sees, read once for all who look on."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.domain.card import Card, Tone
from bot.domain.cards.drawing import draw
from bot.domain.cards.seen import Seen
from bot.domain.effects import ReleaseId
from bot.domain.errors import UnavailableError
from bot.domain.release import Release
from bot.ports import Reader, ReleaseFilter
from bot.usecases.changes import Changes
from bot.usecases.look import Look
from handlers.metrics import Metrics, Where

log = structlog.get_logger()

MOST_OPEN = 200
"""Releases of one list on a page."""

WAITING, MOVING = ReleaseFilter(open=True, waiting=True), ReleaseFilter(open=True, waiting=False)
ENDED_SHOWN = 20
RECORDS_SHOWN = 200
"""Lines of the record on the page of one release."""

POLL_SECONDS = 2.0
"""Another replica's change is seen after so long at the latest."""

REST_SECONDS = 0.25
"""However much happens, the record is not read more often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A release and its card."""

    release: Release
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All that there is to see.

    Args:
        seq: the head of the record when it was read.
        more_wait, more_move: cursors of what there is besides; None: nothing.
    """

    seq: int
    waits: tuple[Shown, ...] = ()
    moves: tuple[Shown, ...] = ()
    over: tuple[Shown, ...] = ()
    more_wait: str | None = None
    more_move: str | None = None

    @property
    def lists(self) -> dict[str, tuple[Shown, ...]]:
        """By the name that each has on the page."""
        return {"waits": self.waits, "moves": self.moves, "over": self.over}

    def find(self, release: str) -> Shown | None:
        everything = (*self.waits, *self.moves, *self.over)
        return next((shown for shown in everything if shown.release.id == release), None)


@dataclass(slots=True, kw_only=True)
class Board:
    """Reads while somebody looks on, and wakes them when there is something new.

    Attributes:
        version: grows with every change of what is shown.
        away: the record could not be read the last time; what is shown is from before.
        closed: the process ends.
    """

    look: Look
    reader: Reader
    changes: Changes
    metrics: Metrics
    version: int = 0
    overview: Overview | None = None
    away: bool = False
    closed: bool = False
    _watching: int = 0
    _begun: int = 0  # Reads, counted; `_done` is the last that has ended.
    _done: int = 0
    _turned: asyncio.Event = field(default_factory=asyncio.Event)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: tuple[Shown, ...] = ()
    _records: dict[tuple[ReleaseId, int], tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    _reading_records: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Read until cancelled, at each change and at each poll, as long as somebody looks on."""
        stop = self.changes.listen(lambda _workload: self._stirred.set())
        try:
            while True:
                await self._wanted.wait()
                self._stirred.clear()
                await self._refresh()
                await asyncio.sleep(REST_SECONDS)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stirred.wait(), POLL_SECONDS)
        finally:
            stop()

    @contextlib.contextmanager
    def watched(self) -> Iterator[int]:
        """Look on: from now on the board is read.  Gives the number of the first read that begins from now on."""
        self._watching += 1
        self._wanted.set()
        self._stirred.set()
        try:
            yield self._begun + 1
        finally:
            self._watching -= 1
            if not self._watching:
                self._wanted.clear()

    async def turned(self, version: int, *, since: int, seconds: float) -> bool:
        """Wait for something else than `version`; False: there was nothing for so long, or the process ends.

        Args:
            since: what reads before this one found may be older than what the reader has seen already.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.closed:
                    if self.version != version and self._done >= since:
                        return True
                    await self._turned.wait()
        return False

    def close(self) -> None:
        """Send everybody home: an open stream would hold the end of the process."""
        self.closed = True
        self._wake()

    async def read(self) -> Overview:
        """Read everything now.

        Raises:
            RecordsUnavailableError: the database is away.
        """
        seq = (await self.reader.head()).seq
        waiting = await self.reader.releases(WAITING, limit=MOST_OPEN)
        moving = await self.reader.releases(MOVING, limit=MOST_OPEN)
        ended = await self.reader.releases(ReleaseFilter(open=False), limit=ENDED_SHOWN)
        shown = await self._all_drawn((*waiting.items, *moving.items))
        return Overview(
            seq=seq,
            waits=tuple(one for one in shown if one.card.tone is Tone.ASKS),
            moves=tuple(one for one in shown if one.card.tone is not Tone.ASKS),
            over=await self._over(ended.items),
            more_wait=waiting.next,
            more_move=moving.next,
        )

    async def read_more(self, wanted: ReleaseFilter, after: str) -> tuple[tuple[Shown, ...], str | None]:
        """Read the open releases that follow on those of an overview; with the cursor of what follows on these.

        Raises:
            RecordsUnavailableError: the database is away.
            ValueError: `after` is no cursor of ours.
        """
        page = await self.reader.releases(wanted, after=after, limit=MOST_OPEN)
        return await self._all_drawn(page.items), page.next

    async def read_one(self, release: ReleaseId) -> Shown:
        """Read one release now.

        Raises:
            NotFoundError, RecordsUnavailableError
        """
        return self._drawn(await self.look(release))

    async def record_of(self, release: ReleaseId, seq: int) -> tuple[Mapping[str, Any], ...]:
        """Read the record of a release, newest first: once for everybody who asks at this head of the record."""
        key = (release, seq)
        async with self._reading_records:
            if key not in self._records:
                found = (await self.reader.audit(release=release, limit=RECORDS_SHOWN)).items
                self._records = {known: lines for known, lines in self._records.items() if known[1] == seq}
                self._records[key] = found
            return self._records[key]

    async def _over(self, releases: Sequence[Release]) -> tuple[Shown, ...]:
        """Draw what has ended; as long as it stays as it was, so does its card."""
        known = {one.release.id: one for one in self._ended if one.release in releases}
        new = await self._all_drawn([release for release in releases if release.id not in known])
        known |= {one.release.id: one for one in new}
        self._ended = tuple(known[release.id] for release in releases)
        return self._ended

    async def _all_drawn(self, releases: Sequence[Release]) -> tuple[Shown, ...]:
        return tuple(map(self._drawn, await self.look.at_all(releases)))

    def _drawn(self, seen: Seen) -> Shown:
        """Draw a card.  A fault is logged, counted and said to people; the others are shown."""
        try:
            card = draw(seen)
        except Exception:
            self.metrics.count_fault(Where.CONSOLE)
            log.exception("card_not_drawn", release=seen.release.id)
            card = _undrawn(seen)
        return Shown(release=seen.release, card=card)

    async def _refresh(self) -> None:
        """Read again.  A fault is logged, counted and shown to who looks on; the next poll tries again."""
        self._begun += 1
        before = (self.overview, self.away)
        try:
            self.overview, self.away = await self.read(), False
        except UnavailableError:
            self.away = True
        except Exception:
            self.metrics.count_fault(Where.CONSOLE)
            log.exception("console_not_drawn")
            self.away = True
        if (self.overview, self.away) != before:
            self.version += 1
        self._done = self._begun
        self._wake()

    def _wake(self) -> None:
        self._turned.set()
        self._turned = asyncio.Event()


def _undrawn(seen: Seen) -> Card:
    return Card(
        release=seen.release.id,
        label=seen.label,
        tone=Tone.BAD,
        push=f"{seen.label} cannot be shown",
        title=f"{seen.label} cannot be shown",
        effect=(("This is a fault of Pointsman; its log says more. What is on record of the release stands below.",),),
        footer=(f"{seen.label} · {seen.release.state}",),
    )
