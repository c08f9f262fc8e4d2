"""A watch's stream, taken apart: lines first, events then."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import msgspec

from bot.domain.errors import ClusterUnavailableError
from handlers.cluster.answers import VersionExpiredError
from handlers.cluster.decoding import Shape, Thing, decode_as, decode_thing

LONGEST_LINE = 32 * 1024**2
"""Bytes; an API server takes objects of 3 MiB at most, and an old and large one is still far below."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line: ADDED, MODIFIED, DELETED or BOOKMARK, and what it is about."""

    type: str
    object: Thing

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


class _Line(msgspec.Struct):
    type: str
    object: msgspec.Raw


def read_event(line: bytes, shape: Shape = dict) -> Event:
    """Understand a line, and what `shape` names of its object.

    Raises:
        VersionExpiredError: the stream cannot go on from where we were.
        ClusterUnavailableError: another fault, or no event at all: something else answers in the server's place.
    """
    told = decode_as(_Line, line, what="a line of the watch")
    if told.type == "ERROR":
        raise _fault(decode_as(dict, told.object, what="a fault of the watch"))
    return Event(told.type, decode_thing(told.object, shape, what="what the watch sends"))


def _fault(status: Thing) -> ClusterUnavailableError:
    why = f"the watch sends {status.get('code')} {status.get('message')}"
    return VersionExpiredError(why) if status.get("code") == HTTPStatus.GONE else ClusterUnavailableError(why)
