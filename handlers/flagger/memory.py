"""A memory of noes, so that an unchanged wait costs no query.  Yes is never in it: yes comes from the record alone."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from bot.domain.workload import Workload
from bot.usecases.changes import FRESH_SECONDS, Changes

UNASKED_SECONDS = 300.0
"""What nobody asked for so long is asked of the record again, where a silence is judged; shorter than any silence."""

LARGEST = 50_000
"""Answers kept; beyond, the oldest goes."""


@dataclass(slots=True)
class Kept:
    """An answer, whom it is about, and when it was last asked for."""

    workload: Workload
    body: bytes
    used: float


@dataclass(slots=True, kw_only=True)
class Memory:
    """Answers that follow from the record alone, until the record changes.

    A key holds all that the answer depends on beside the record: cluster, path and whole body, as two hooks may send
    the same body in one tick.

    Args:
        changes: tells what changed, and when the record's head was last read.
        monotonic: seconds of a clock that never goes back.
    """

    changes: Changes
    monotonic: Callable[[], float]
    _answers: dict[Hashable, Kept] = field(default_factory=dict)
    _keys: dict[Workload, set[Hashable]] = field(default_factory=dict)
    _changes: dict[Workload, int] = field(default_factory=dict)
    _count: int = 0
    _forgotten: int = 0

    def __post_init__(self) -> None:
        self.changes.listen(self.forget)

    def recall(self, key: Hashable) -> Kept | None:
        """The answer to the same question, if it still stands."""
        kept = self._answers.get(key)
        if kept is None:
            return None
        now = self.monotonic()
        if now - self.changes.read_at > FRESH_SECONDS:
            return None
        if now - kept.used > UNASKED_SECONDS:
            self._drop(key, kept)
            return None
        kept.used = now
        return kept

    def changes_of(self, workload: Workload) -> int:
        """When a workload was last seen to change; read it before the record, and give it to `keep`."""
        return self._changes.get(workload, self._forgotten)

    def keep(self, key: Hashable, workload: Workload, body: bytes, *, read_at_change: int) -> None:
        """Keep an answer, unless the workload changed since the record was read for it."""
        if self.changes_of(workload) != read_at_change:
            return
        if len(self._answers) >= LARGEST:
            oldest = next(iter(self._answers))
            self._drop(oldest, self._answers[oldest])
        self._answers[key] = Kept(workload, body, self.monotonic())
        self._keys.setdefault(workload, set()).add(key)

    def forget(self, workload: Workload | None) -> None:
        """A workload changed: what was known of it is old."""
        if workload is None:
            return
        self._count += 1
        if len(self._changes) >= LARGEST:  # Many were deleted since: what is asked now is not kept, once.
            self._changes.clear()
            self._forgotten = self._count
        self._changes[workload] = self._count
        for key in self._keys.pop(workload, ()):
            self._answers.pop(key, None)

    def _drop(self, key: Hashable, kept: Kept) -> None:
        del self._answers[key]
        keys = self._keys[kept.workload]
        keys.discard(key)
        if not keys:
            del self._keys[kept.workload]
