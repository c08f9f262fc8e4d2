"""What calls need of the way to an API server, so that they do not load the client library."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an API server.

    Args:
        limits: how long it may take; there is always a limit.
    """

    method: str
    path: str
    limits: aiohttp.ClientTimeout
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    content_type: str = "application/json"


class Connection(Protocol):
    """See `handlers.cluster.connecting.ApiConnection`."""

    def request(self, request: Request) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """Ask, and hand out the answer unread, whatever its status.

        Raises:
            ClusterUnavailableError: nobody answers, or breaks off while the answer is read.
        """
