"""A watch's stream, taken apart: lines first, events then."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.domain.errors import ClusterUnavailableError
from handlers.cluster.answers import VersionExpiredError, read_json

LONGEST_LINE = 32 * 1024**2
"""Bytes; an API server takes objects of 3 MiB at most, and an old and large one is still far below."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line: ADDED, MODIFIED, DELETED or BOOKMARK, and what it is about."""

    type: str
    object: dict[str, Any]

    @property
    def version(self) -> str:
        version = self.object["metadata"].get("resourceVersion")
        return version if isinstance(version, str) else ""


async def read_lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Read line by line, however long they are: the library's own reader gives up at 4 MiB.

    Raises:
        ClusterUnavailableError: a line without end.
    """
    begun: list[bytes] = []
    size = 0
    async for chunk in content.iter_any():
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            line = b"".join((*begun, end))
            begun, size = [], 0
            if line:
                yield line
        begun.append(rest)
        size += len(rest)
        if size > LONGEST_LINE:
            raise ClusterUnavailableError(f"a line of the watch is longer than {LONGEST_LINE} bytes")
    if line := b"".join(begun):
        yield line


def read_event(line: bytes) -> Event:
    """Understand a line.

    Raises:
        VersionExpiredError: the stream cannot go on from where we were.
        ClusterUnavailableError: another fault, or no event at all: something else answers in the server's place.
    """
    match read_json(line, what="a line of the watch"):
        case {"type": "ERROR", "object": dict(fault)}:
            why = f"the watch sends {fault.get('code')} {fault.get('message')}"
            raise VersionExpiredError(why) if fault.get("code") == HTTPStatus.GONE else ClusterUnavailableError(why)
        case {"type": str(kind), "object": {"metadata": dict()} as thing}:
            return Event(kind, thing)
        case _:
            raise ClusterUnavailableError("the watch sends something that is no event")
