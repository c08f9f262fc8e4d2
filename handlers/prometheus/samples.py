"""A value with its labels, and what is shared by everything that gives some."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from bot.domain.errors import UnavailableError

PATIENCE = aiohttp.ClientTimeout(total=2.0)  # Seconds: a card waits for no metric longer.
LARGEST = 8 * 1024 * 1024
"""Bytes of an answer; a controller of ten thousand Canaries fits in."""


class MetricsUnavailableError(UnavailableError):
    """No value can be read now.  Its text holds no address: there may be a password in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    labels: Mapping[str, str]
    value: float


class Source(Protocol):
    async def labelled(self, name: str, /, **labels: str) -> tuple[Sample, ...]:
        """Read the newest samples of a metric that have these labels.

        Raises:
            MetricsUnavailableError: it cannot be told now.
        """


async def fetch(session: aiohttp.ClientSession, url: str, params: Mapping[str, str] | None = None) -> bytes:
    """Read an answer of 200 whole.

    Raises:
        MetricsUnavailableError: away, slow, refused, or too large.
    """
    try:
        async with session.get(url, params=params, timeout=PATIENCE) as response:
            body = await _at_most(response)
    except TimeoutError as error:
        raise MetricsUnavailableError(f"no answer within {PATIENCE.total:g} s") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise MetricsUnavailableError(type(error).__name__) from error
    if response.status != 200:  # noqa: PLR2004
        raise MetricsUnavailableError(f"answered {response.status}")
    return body


async def _at_most(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            raise MetricsUnavailableError(f"the answer is larger than {LARGEST // 1024**2} MiB")
    return bytes(body)
