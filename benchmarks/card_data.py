"""When a change of a release reached what every card of it is drawn from: its row in the record."""

import sqlite3
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

UNDER_WAY = """
SELECT workload.name, json_extract(release.run, '$.weight')
FROM release JOIN workload ON workload.id = release.workload_id WHERE release.state = 'progressing'
"""

Weight = tuple[str, int, float]
"""Of which Canary, the weight, and when it was changed to that."""


class CardData:
    """Reads the record beside the bot, and notes when it first saw which weight."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)
        self._seen: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)

    def releases(self) -> int:
        return len(self._connection.execute(UNDER_WAY).fetchall())

    def read(self) -> None:
        rows, now = self._connection.execute(UNDER_WAY).fetchall(), time.monotonic()
        for name, weight in rows:
            seen = self._seen[name]
            if not seen or seen[-1][1] != weight:
                seen.append((now, weight))

    def has(self, changes: Sequence[Weight]) -> bool:
        """Whether the last change of each is there."""
        last = {name: weight for name, weight, _ in changes}
        return all(self._seen[name] and self._seen[name][-1][1] == weight for name, weight in last.items())

    def waits(self, changes: Sequence[Weight]) -> list[float]:
        """How long each change took; one that was never seen, as the next came so soon, as long as that one."""
        found: list[float] = []
        following: dict[str, float] = {}
        for name, weight, made in reversed(changes):
            at = next((at for at, seen in self._seen[name] if seen == weight and at >= made), following.get(name))
            if at is not None:
                following[name] = at
                found.append(at - made)
        return found
