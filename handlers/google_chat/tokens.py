"""Who calls: Google proves it by a token in the header, signed for this bot alone.

Anybody with a Google account can have a token that Google signed for our address, so that the issuer alone, or for
addresses the e-mail in it, is what tells Chat from everybody else.
"""

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from google.auth.crypt import RSAVerifier

from bot.ports import Now
from handlers.google_chat.events import Dialect

log = structlog.get_logger(__name__)

# Source: developers.google.com/workspace/chat/verify-requests-from-chat, and the add-ons' page on other runtimes.
CHAT = "chat@system.gserviceaccount.com"
ACCOUNTS = frozenset({"https://accounts.google.com", "accounts.google.com"})
CHAT_CERTIFICATES = f"https://www.googleapis.com/service_accounts/v1/metadata/x509/{CHAT}"
ACCOUNT_CERTIFICATES = "https://www.googleapis.com/oauth2/v1/certs"

ALGORITHM = "RS256"

LEEWAY_SECONDS = 60.0
"""So far Google's clock and ours may differ."""

LONGEST = 4096
"""Characters of a token.  Google's have some 1,000."""

LOG_EVERY = timedelta(minutes=1)

PARTS = 3


class UnprovedError(Exception):
    """Google did not send this.  The text says why, and repeats nothing of the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a token must say.

    Args:
        audience: for whom it is made out.
        email: whose it is; None: the issuer signs for nobody else.
    """

    issuers: frozenset[str]
    audience: str
    email: str | None
    certificates: str


def issued_by_chat(project_number: str) -> Issued:
    """A classic app whose audience is the project's number."""
    return Issued(issuers=frozenset({CHAT}), audience=project_number, email=None, certificates=CHAT_CERTIFICATES)


def issued_for_address(address: str, *, email: str) -> Issued:
    """A classic app whose audience is the endpoint's address, or an add-on."""
    return Issued(issuers=ACCOUNTS, audience=address, email=email, certificates=ACCOUNT_CERTIFICATES)


def issued_to(dialect: Dialect, *, audience: str, agent: str) -> Issued:
    """What the tokens of an app say.

    Args:
        agent: the add-on's own service account.
    """
    match dialect:
        case Dialect.ADD_ON:
            return issued_for_address(audience, email=agent)
        case Dialect.CLASSIC:
            return issued_by_chat(audience) if audience.isdigit() else issued_for_address(audience, email=CHAT)


@dataclass(slots=True, kw_only=True)
class Tokens:
    """Judges tokens.  Nothing is read of a request before its token holds.

    Args:
        verifier: what tells whether a key signed, by the key's id; None: Google is not known to sign with it.
    """

    issued: Issued
    verifier: Callable[[str], Awaitable[RSAVerifier | None]]
    now: Now
    _logged: datetime | None = None

    async def prove(self, token: str | None) -> None:
        """Return if Google signed it for us, and it counts now.

        Raises:
            UnprovedError: it does not.
        """
        if token is None or len(token) > LONGEST:
            raise UnprovedError("there is no token")
        signed, header, claims, signature = _taken_apart(token)
        if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
            raise UnprovedError(f"it is not signed by {ALGORITHM} and a named key")
        verifier = await self.verifier(header["kid"])
        if verifier is None:
            raise UnprovedError("Google is not known to sign with its key")
        if not verifier.verify(signed, signature):
            raise UnprovedError("the signature does not fit")
        now = self.now()
        try:
            _check(claims, self.issued, now=now.timestamp())
        except UnprovedError as error:
            self._log(error, now)
            raise

    def _log(self, error: UnprovedError, now: datetime) -> None:
        """Say what is wrong with a token that Google signed all the same: most likely it is the settings.

        Anybody can have such a token, so that one line a minute is enough.
        """
        if self._logged is None or now - self._logged >= LOG_EVERY:
            log.warning("google_chat_token_not_ours", why=str(error))
            self._logged = now


def _taken_apart(token: str) -> tuple[bytes, Mapping[str, Any], Mapping[str, Any], bytes]:
    parts = token.split(".")
    if len(parts) != PARTS or not token.isascii():
        raise UnprovedError("it is no signed token")
    try:
        header, claims, signature = (_decoded(part) for part in parts)
        return f"{parts[0]}.{parts[1]}".encode(), _object(header), _object(claims), signature
    except (ValueError, RecursionError) as error:
        raise UnprovedError("it is no signed token") from error


def _decoded(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _object(raw: bytes) -> Mapping[str, Any]:
    found = json.loads(raw)
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004  One fault of reading.
    return found


def _check(claims: Mapping[str, Any], issued: Issued, *, now: float) -> None:
    if claims.get("iss") not in issued.issuers:
        raise UnprovedError(f"its issuer is another one than {' or '.join(sorted(issued.issuers))}")
    if claims.get("aud") != issued.audience:
        raise UnprovedError(f"it is made out for {claims.get('aud')!r:.200}, not for {issued.audience!r}")
    if issued.email is not None and not (claims.get("email") == issued.email and claims.get("email_verified") is True):
        raise UnprovedError(f"it is that of {claims.get('email')!r:.200}, not that of {issued.email!r}")
    expires, made = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or not isinstance(made, int | float):
        raise UnprovedError("it does not say since when and until when it counts")
    if now > expires + LEEWAY_SECONDS:
        raise UnprovedError("it has expired")
    if now < made - LEEWAY_SECONDS:
        raise UnprovedError("it counts only later; is the clock right?")
