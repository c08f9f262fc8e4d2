"""The certificates with which Google signs: fetched aside, kept while they count, and kept on while Google is away."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
import structlog
from google.auth.crypt import RSAVerifier

log = structlog.get_logger(__name__)

FETCH_SECONDS = 3.0
"""Longer a request does not wait for them."""

USUAL_SECONDS = 3600.0
"""So long they count where Google does not say."""

LONGEST_SECONDS = 86_400.0
"""So long they count at most, whatever Google says, and go on while Google cannot be asked."""

APART_SECONDS = 30.0
"""Keys that nobody knows make no more than one fetch in this time."""

KEYS = 20
"""Google has two or three at a time."""


class CertificatesAwayError(Exception):
    """They could not be fetched; what was known stays known."""


@dataclass(slots=True, kw_only=True)
class Certificates:
    """Verifiers by key id.  One that is known costs no waiting, fresh or not.

    Args:
        url: a JSON object of PEM certificates by key id.
        clock: seconds that only ever grow.
    """

    url: str
    session: aiohttp.ClientSession
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _verifiers: Mapping[str, RSAVerifier] = field(default_factory=dict)
    _fetched: float | None = None
    _tried: float | None = None
    _lasts: float = USUAL_SECONDS
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def known(self) -> bool:
        """Whether any signature can be judged now."""
        return self._fetched is not None and self.clock() - self._fetched < LONGEST_SECONDS

    async def verifier(self, key: str) -> RSAVerifier | None:
        """Find the one of a key; an unknown one is looked for once.  None: Google is not known to sign with it."""
        found = self._verifiers.get(key) if self.known else None
        if found is not None:
            return found
        async with self._fetching:
            if self._tried is None or self.clock() - self._tried >= APART_SECONDS:
                await self._refresh()
        return self._verifiers.get(key) if self.known else None

    async def keep_warm(self) -> None:
        """Fetch them before they are needed, until cancelled."""
        while True:
            async with self._fetching:
                await self._refresh()
            fresh = self._fetched is not None and self._fetched == self._tried
            await self.sleep(max(self._lasts / 2, APART_SECONDS) if fresh else APART_SECONDS)

    async def _refresh(self) -> None:
        self._tried = self.clock()
        try:
            self._verifiers, self._lasts = await fetch(self.session, self.url)
        except CertificatesAwayError as error:
            log.warning("google_chat_certificates_away", url=self.url, why=str(error), known=self.known)
        else:
            self._fetched = self._tried


async def fetch(session: aiohttp.ClientSession, url: str) -> tuple[Mapping[str, RSAVerifier], float]:
    """Ask for them; return how many seconds they count, too.

    Raises:
        CertificatesAwayError: no answer, or none that can be read.
    """
    try:
        async with asyncio.timeout(FETCH_SECONDS), session.get(url, allow_redirects=False) as response:
            response.raise_for_status()
            found = await response.json(content_type=None)
            lasts = lasting(response.headers.get("Cache-Control", ""))
        verifiers = {key: _verifier(pem) for key, pem in list(found.items())[:KEYS]}
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise CertificatesAwayError(str(error) or type(error).__name__) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise CertificatesAwayError("what came is no object of PEM certificates by key id") from error
    if not verifiers:
        raise CertificatesAwayError("there is none")
    return verifiers, lasts


def _verifier(pem: str) -> RSAVerifier:
    found: RSAVerifier = RSAVerifier.from_string(pem)
    return found


def lasting(cache_control: str) -> float:
    """How many seconds an answer counts, by its header."""
    found = re.search(r"max-age=([0-9]{1,9})", cache_control)
    return min(float(found[1]), LONGEST_SECONDS) if found else USUAL_SECONDS
