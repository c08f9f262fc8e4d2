"""Calls of Google Chat's API, with its faults sorted by who acts on them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.domain.commands.plain import one_line
from bot.domain.errors import ChatRefusedError, ChatUnavailableError
from handlers.google_chat.access import Access

TIMEOUT_SECONDS = 10

DEFAULT_PAUSE = 30.0
"""Seconds, where Chat asks to slow down without saying how long: its limits are counted by the minute."""

AFTER_A_BAD_KEY = 60.0
"""Seconds.  Somebody must mend the service account."""

OK, UNAUTHORIZED, NOT_FOUND, CONFLICT, TIMED_OUT, TOO_MANY, SERVER_ERROR = 200, 401, 404, 409, 408, 429, 500

SAID = 200
"""Characters of Chat's own words that are kept of a fault."""

REPLY = "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
SILENT = "NOTIFICATION_TYPE_SILENT"

CHANGEABLE = "text,cardsV2"
"""Fields that are drawn anew.  Chat lets nobody change a `fallbackText`."""


class UnauthorizedError(ChatUnavailableError):
    """Chat does not take the access token."""


class MissingError(ChatRefusedError):
    """There is no such space, message or member, or none that the app may see."""


class AlreadyThereError(ChatRefusedError):
    """A message of this id was posted before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Chat as the app itself.

    Args:
        url: without `/v1`.

    Raises:
        ChatUnavailableError: it is not known to have been done; it may be later.
        ChatRefusedError: it never will be.
    """

    session: aiohttp.ClientSession
    access: Access
    url: str

    async def create(
        self,
        space: str,
        message: Mapping[str, Any],
        *,
        once: str | None = None,
        thread: str | None = None,
        silent: bool = False,
    ) -> dict[str, Any]:
        """Post a message.

        Args:
            space: `spaces/…`.
            once: the same at every try: a second one posts nothing, and gets either what was posted then, as it was
                then, or an `AlreadyThereError`.
            thread: `spaces/…/threads/…`; None: it begins one.
            silent: nobody is notified.
        """
        asked: dict[str, str] = {}
        if once is not None:
            asked |= {"messageId": message_id(once), "requestId": message_id(once)}
        if thread is not None:
            asked |= {"messageReplyOption": REPLY}
            message = {**message, "thread": {"name": thread}}
        if silent:
            asked |= {"createMessageNotificationOptions.notificationType": SILENT}
        return await self._call("POST", f"{space}/messages", asked, message)

    async def patch(self, name: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Draw a message anew.

        Args:
            name: `spaces/…/messages/…`, with Chat's own id or with that of `message_id`.
        """
        return await self._call("PATCH", name, {"updateMask": CHANGEABLE}, message)

    async def get(self, name: str) -> dict[str, Any]:
        """Read a message or a space."""
        return await self._call("GET", name, {})

    async def member(self, space: str, user: str) -> dict[str, Any]:
        """Read how somebody belongs to a space.

        Args:
            user: an id, an address, or `app` for the app itself.
        """
        return await self._call("GET", f"{space}/members/{user.removeprefix('users/')}", {})

    async def _call(
        self, method: str, path: str, asked: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        url = f"{self.url}/v1/{path}"
        token = await self.access.token()
        try:
            return await ask(self.session, method, url, asked=asked, body=body, token=token)
        except UnauthorizedError:
            self.access.forget(token)  # It may have been withdrawn before its time; a new one tells.
        return await ask(self.session, method, url, asked=asked, body=body, token=await self.access.token())


def message_id(key: str) -> str:
    """Name a message by what it is about.  Source: google/chat/v1/message.proto: 63 of a-z, 0-9 and hyphens."""
    return f"client-{hashlib.sha256(key.encode()).hexdigest()[:40]}"


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    asked: Mapping[str, str],
    body: Mapping[str, Any] | None = None,
    token: str | None = None,
    seconds: float = TIMEOUT_SECONDS,
) -> dict[str, Any]:
    """Call once, and wait so long for the answer.

    Neither the address nor the token is in what is raised: both may be secrets.
    """
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    try:
        async with session.request(
            method,
            url,
            params=dict(asked),
            data=sent,
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as response:
            return _understood(response, await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise ChatUnavailableError(f"Google Chat did not answer: {type(error).__name__}") from None


def _understood(response: aiohttp.ClientResponse, body: bytes) -> dict[str, Any]:
    found = _read(body)
    if response.status != OK:
        raise sorted_out(response.status, found, response.headers)
    if not isinstance(found, dict):
        raise ChatUnavailableError("Google Chat did not answer in JSON")
    return found


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def sorted_out(status: int, body: Any, headers: Mapping[str, str]) -> Exception:
    """Tell which of our faults an answer of Chat is."""
    said = _said(status, body)
    if status == TOO_MANY:
        return ChatUnavailableError("Google Chat asks to slow down", retry_after=_pause(headers) or DEFAULT_PAUSE)
    if status >= SERVER_ERROR or status == TIMED_OUT:
        return ChatUnavailableError(said, retry_after=_pause(headers))
    if status == UNAUTHORIZED:
        return UnauthorizedError(said, retry_after=AFTER_A_BAD_KEY)
    if status == NOT_FOUND:
        return MissingError(said)
    if status == CONFLICT:
        return AlreadyThereError(said)
    return ChatRefusedError(said)


def _said(status: int, body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    words = str(error.get("message", "")) if isinstance(error, dict) else ""
    return f"Google Chat answered {status}{f': {one_line(words)[:SAID]}' if words else ''}"


def _pause(headers: Mapping[str, str]) -> float | None:
    """The header's seconds; whatever else stands there is no time."""
    text = headers.get("Retry-After", "")
    return max(float(text), 1.0) if text.isascii() and text.isdigit() else None
