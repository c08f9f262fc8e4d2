"""A watch: what happened since a version, line by line as it happens."""

import asyncio
import contextlib
import json
import random
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from handlers.sandbox.api_server import faults
from handlers.sandbox.api_server.kinds import Kind
from handlers.sandbox.api_server.selecting import Selects
from handlers.sandbox.api_server.store import Change, Store, Thing

BOOKMARK_EVERY = timedelta(minutes=1)
LAST_BOOKMARK_SECONDS = 2
"""So long before the end of a watch one more comes.  Source: k8s.io/apiserver pkg/storage/cacher/cacher.go"""

DEFAULT_SECONDS = (1800, 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOrder:
    """What somebody wants to watch.

    Args:
        version: from where; 0: first all there is.
        seconds: when it ends; 0: the server says.
    """

    kind: Kind
    namespace: str | None
    selects: Selects
    version: int
    bookmarks: bool
    seconds: float


async def lines(store: Store, order: WatchOrder, *, bookmark_every: timedelta) -> AsyncIterator[bytes]:
    """Tell what happens until the watch's time is over; a forgotten version is told as an event, and ends it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + (order.seconds or random.uniform(*DEFAULT_SECONDS))  # noqa: S311  It spreads load.
    bookmarks = _bookmark_times(loop.time(), end, bookmark_every.total_seconds())
    due = next(bookmarks)
    seen, first = _beginning(store, order)
    for line in first:
        yield line
    while not store.closed and loop.time() < end:
        if not store.remembers(order.kind.resource, seen):
            yield _line("ERROR", faults.expired(seen, store.oldest(order.kind.resource)).status())
            return
        for event in _events(store, order, seen):
            yield event
        seen = max(seen, store.version)
        if loop.time() >= due:
            due = next(bookmarks)
            if order.bookmarks:
                yield _line("BOOKMARK", _bookmark(order.kind, seen))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(min(due, end)):
                await store.changed(seen)


def _bookmark_times(begin: float, end: float, every: float) -> Iterator[float]:
    """Now and then, and once more just before the end."""
    last = max(begin, end - LAST_BOOKMARK_SECONDS)
    due = begin + every
    while due < last:
        yield due
        due += every
    yield last
    yield float("inf")


def _events(store: Store, order: WatchOrder, seen: int) -> list[bytes]:
    return [event for change in store.since(order.kind.resource, seen) if (event := _event(change, order))]


def read_version(text: str) -> int:
    """Understand a version; none is 0.

    Raises:
        ApiFault: 500, as a real server answers.
    """
    if not re.fullmatch(r"[0-9]*", text):
        raise faults.no_version(text)
    return int(text or 0)


def _beginning(store: Store, order: WatchOrder) -> tuple[int, Iterator[bytes]]:
    if order.version:
        return order.version, iter(())
    there = [thing for thing in store.all(order.kind.resource, order.namespace) if order.selects(thing)]
    return store.version, (_line("ADDED", thing) for thing in there)


def _event(change: Change, order: WatchOrder) -> bytes | None:
    """Tell a change as one who sees only what is selected lives through it."""
    if order.namespace not in {None, change.thing["metadata"].get("namespace")}:
        return None
    was = change.before is not None and order.selects(change.before)
    is_ = not change.gone and order.selects(change.thing)
    match was, is_:
        case False, True:
            return _line("ADDED", change.thing)
        case True, True:
            return _line("MODIFIED", change.thing)
        case True, False:
            return _line("DELETED", change.thing)
        case _:
            return None


def _bookmark(kind: Kind, version: int) -> Thing:
    metadata = {"resourceVersion": str(version), "creationTimestamp": None}
    return {"kind": kind.resource.kind, "apiVersion": kind.resource.api_version, "metadata": metadata}


def _line(kind: str, thing: Thing) -> bytes:
    return written({"type": kind, "object": thing}) + b"\n"


def written(value: Thing) -> bytes:
    """As JSON; what no other writer would write, half a character, is written all the same."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value).encode()
