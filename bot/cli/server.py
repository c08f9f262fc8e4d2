"""The bot that runs somewhere, asked through its API as a person with a token."""

import asyncio
import json
import os
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

URL, TOKEN = "POINTSMAN_URL", "POINTSMAN_TOKEN"

TIMEOUT_SECONDS = 15.0
"""The bot answers a command within two or three; who waits longer wants to know."""

UNAUTHORIZED = 401


class NotAskedError(Exception):
    """The bot could not be asked, or its answer is none of ours.  The text is for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer of the API; `body` is a reply or a problem document."""

    status: int
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.body.get("text") or self.body.get("detail") or self.body.get("title") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    url: str
    token: str = field(repr=False)

    @classmethod
    def of_environment(cls) -> "Server":
        """Raises: NotAskedError: something is missing, or cannot be right."""
        url, token = (os.environ.get(name, "").strip() for name in (URL, TOKEN))
        if not url:
            raise NotAskedError(f"{URL} is not set: it says where the bot is, such as https://pointsman.example.com")
        if not token:
            raise NotAskedError(f"{TOKEN} is not set: it is the secret of an entry of api_tokens in the settings")
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise NotAskedError(f"{URL} must be an http or https URL, such as https://pointsman.example.com")
        if not (token.isascii() and token.isprintable()):
            raise NotAskedError(f"{TOKEN} must be of visible ASCII characters")
        return cls(url=url.rstrip("/"), token=token)

    def command(self, text: str) -> Said:
        """Say one line of the grammar.  Raises: NotAskedError."""
        return asyncio.run(self._call("POST", "/api/v1/commands", json={"text": text}))

    def releases(self, *, seconds: float) -> Said:
        """The newest releases.  Raises: NotAskedError."""
        return asyncio.run(self._call("GET", "/api/v1/releases?limit=200", seconds=seconds))

    async def _call(self, method: str, path: str, *, seconds: float = TIMEOUT_SECONDS, **more: Any) -> Said:
        headers = {"Authorization": f"Bearer {self.token}", "Pointsman-Surface": "cli"}
        limits = aiohttp.ClientTimeout(total=seconds)
        try:
            async with (
                aiohttp.ClientSession(timeout=limits, trust_env=True) as session,
                session.request(method, self.url + path, headers=headers, allow_redirects=False, **more) as response,
            ):
                return self._read(response, await response.read())
        except TimeoutError as error:
            raise NotAskedError(
                f"{self.url} did not answer within {seconds:g} s: nothing is known to be done"
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotAskedError(f"{self.url} cannot be reached: {error}") from error

    def _read(self, response: aiohttp.ClientResponse, content: bytes) -> Said:
        if response.status == UNAUTHORIZED:
            raise NotAskedError(f"{self.url} does not know this token; {TOKEN} is that of an entry of api_tokens")
        if 300 <= response.status < 400:  # noqa: PLR2004 -- HTTP's redirects
            raise NotAskedError(f"{self.url} sends elsewhere, and the token is not sent on; mend {URL}")
        try:
            body = json.loads(content)
        except ValueError:
            body = None
        if not isinstance(body, dict) or not ({"text", "items", "detail"} & body.keys()):
            raise NotAskedError(f"{self.url} answered {response.status}, but not as Pointsman does; is {URL} right?")
        return Said(status=response.status, body=body)
