"""What proves to Google that it is our app that calls: a token of its service account, for an hour at a time."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from google.auth import crypt, jwt

from bot.domain.commands.plain import one_line
from bot.domain.errors import ChatUnavailableError
from bot.ports import Now

CHAT = "https://www.googleapis.com/auth/chat.bot"
PUBSUB = "https://www.googleapis.com/auth/pubsub"

AUDIENCE = "https://oauth2.googleapis.com/token"
"""Stays, wherever the tokens are fetched.  Source: googleapis/google-auth-library-python, oauth2/service_account.py."""

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"  # Source: RFC 7523, 2.1.

LASTS = timedelta(hours=1)
EARLY_SECONDS = 300.0
"""So long before it ends a token is no longer used."""

AFTER_A_REFUSAL = 60.0
"""Seconds.  Somebody must mend the key, or this machine's clock."""

SAID = 200
"""Characters of Google's own words that are kept of a fault."""

OK, SERVER_ERROR, TOO_MANY = 200, 500, 429


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    email: str
    token_uri: str
    signer: crypt.Signer = field(repr=False)

    @classmethod
    def read(cls, text: str) -> "ServiceAccount":
        """Read a key file.

        Raises:
            ValueError: it is none; the text says what is wrong with it, and never what stands in it.
        """
        try:
            key = json.loads(text)
        except ValueError:
            raise ValueError("not JSON, where the key file of a service account is expected") from None
        if not isinstance(key, dict) or key.get("type") != "service_account":
            raise ValueError('not the key file of a service account, which says "type": "service_account"')
        for name in ("client_email", "private_key", "token_uri"):
            if not isinstance(key.get(name), str) or not key[name]:
                raise ValueError(f"{name} is missing in the key file")
        try:
            signer = crypt.RSASigner.from_service_account_info(key)
        except ValueError:
            raise ValueError("private_key is no RSA key in PEM form") from None
        return cls(email=key["client_email"], token_uri=key["token_uri"], signer=signer)

    def assertion(self, scope: str, now: float) -> str:
        """Sign that it is us, at so many seconds of Unix time."""
        claims = {"iss": self.email, "scope": scope, "aud": AUDIENCE, "iat": int(now)}
        signed: bytes = jwt.encode(self.signer, claims | {"exp": int(now + LASTS.total_seconds())})
        return signed.decode()


@dataclass(slots=True, kw_only=True)
class Access:
    """Keeps the token until shortly before it ends.

    Args:
        scope: what the token is good for.
        monotonic: seconds that only ever grow.
    """

    account: ServiceAccount
    session: aiohttp.ClientSession
    now: Now
    monotonic: Callable[[], float]
    scope: str = CHAT
    _token: str = field(default="", repr=False)
    _until: float = 0.0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def token(self) -> str:
        """Raises: ChatUnavailableError."""
        async with self._asking:
            if not self._token or self.monotonic() >= self._until:
                asked_at = self.monotonic()
                self._token, lasts = await self._ask()
                self._until = asked_at + lasts - EARLY_SECONDS
            return self._token

    def forget(self, token: str) -> None:
        """Google does not take it any more."""
        if token == self._token:
            self._token = ""

    async def _ask(self) -> tuple[str, float]:
        # Signing takes a millisecond or two of pure computing: not in the event loop.
        assertion = await asyncio.to_thread(self.account.assertion, self.scope, self.now().timestamp())
        try:
            async with self.session.post(
                self.account.token_uri, data={"grant_type": GRANT, "assertion": assertion}, allow_redirects=False
            ) as response:
                return _granted(response.status, await response.json(content_type=None))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise ChatUnavailableError(f"Google gave no access token: {type(error).__name__}") from None


def _granted(status: int, body: Any) -> tuple[str, float]:
    """The token, and for how many seconds it is good."""
    found: Mapping[str, Any] = body if isinstance(body, dict) else {}
    if status == OK and isinstance(found.get("access_token"), str):
        lasts = found.get("expires_in")
        return found["access_token"], lasts if isinstance(lasts, int | float) else LASTS.total_seconds()
    said = " ".join(str(found[name]) for name in ("error", "error_description") if name in found)
    why = f"Google gave no access token: {status} {one_line(said)[:SAID]}".strip()
    if status >= SERVER_ERROR or status == TOO_MANY:
        raise ChatUnavailableError(why)
    raise ChatUnavailableError(why, retry_after=AFTER_A_REFUSAL)
