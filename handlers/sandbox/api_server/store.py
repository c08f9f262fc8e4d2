"""All objects of the practice cluster, each change with a version, and the last of those changes.

What it hands out is its own: read it, never change it; `copy.deepcopy` makes one to change.
"""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from handlers.cluster.resources import Resource

Thing: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str, str]
"""Namespace and name."""

HISTORY = 2_000
"""Changes that are remembered of each kind; who comes back later must list again."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Args:
        before: what stood there; None: nothing.
        thing: what stands there now; of one that is gone, how it was at last, with the version of its end.
    """

    version: int
    gone: bool
    before: Thing | None
    thing: Thing


@dataclass(slots=True)
class _Shelf:
    """One kind."""

    things: dict[Place, Thing] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    forgotten: int = 0


@dataclass(slots=True, kw_only=True)
class Store:
    """Keeps objects.

    Args:
        new_id: of each object, for its life.
        history: see `HISTORY`.
    """

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    history: int = HISTORY
    version: int = 1
    closed: bool = False
    _shelves: defaultdict[Resource, _Shelf] = field(default_factory=lambda: defaultdict(_Shelf))
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    def get(self, resource: Resource, namespace: str, name: str) -> Thing | None:
        return self._shelves[resource].things.get((namespace, name))

    def all(self, resource: Resource, namespace: str | None = None) -> list[Thing]:
        """All of a kind, in the order of their names."""
        things = self._shelves[resource].things
        return [things[place] for place in sorted(things) if namespace in {None, place[0]}]

    def keep(self, resource: Resource, thing: Thing) -> Thing:
        """Put an object in its place, under a new version; return it as it is kept."""
        place = place_of(thing)
        shelf = self._shelves[resource]
        thing["metadata"]["resourceVersion"] = str(self._next())
        before = shelf.things.get(place)
        shelf.things[place] = thing
        self._remember(shelf, Change(self.version, gone=False, before=before, thing=thing))
        return thing

    def remove(self, resource: Resource, namespace: str, name: str) -> Thing | None:
        shelf = self._shelves[resource]
        before = shelf.things.pop((namespace, name), None)
        if before is None:
            return None
        last = {**before, "metadata": {**before["metadata"], "resourceVersion": str(self._next())}}
        self._remember(shelf, Change(self.version, gone=True, before=before, thing=last))
        return last

    def remembers(self, resource: Resource, version: int) -> bool:
        """Whether everything since then is known."""
        return version >= self._shelves[resource].forgotten

    def oldest(self, resource: Resource) -> int:
        return self._shelves[resource].forgotten

    def since(self, resource: Resource, version: int) -> Iterator[Change]:
        changes = self._shelves[resource].changes
        yield from changes[bisect_right(changes, version, key=lambda change: change.version) :]

    def forget(self) -> None:
        """Forget all changes so far, as a server does that was restarted."""
        for shelf in self._shelves.values():
            shelf.changes.clear()
            shelf.forgotten = self.version

    async def changed(self, version: int) -> None:
        """Wait until there is a later version than this."""
        if self.version > version or self.closed:
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    def close(self) -> None:
        """End all watches."""
        self.closed = True
        self._wake()

    def _next(self) -> int:
        self.version += 1
        return self.version

    def _remember(self, shelf: _Shelf, change: Change) -> None:
        shelf.changes.append(change)
        if len(shelf.changes) > 2 * self.history:  # In one go: to drop the first of a list costs all of it.
            shelf.forgotten = shelf.changes[-self.history - 1].version
            del shelf.changes[: -self.history]
        self._wake()

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


def place_of(thing: Thing) -> Place:
    metadata = thing["metadata"]
    return metadata.get("namespace") or "", metadata["name"]
