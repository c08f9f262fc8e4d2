"""What Slack sends, proved before it is read: signature, age, app and team, and whether it came before."""

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.audit import Entry
from bot.domain.decision import Principal, Surface
from bot.domain.errors import UnavailableError
from bot.ports import Now, OpenRecords
from bot.usecases.count_refusals import CountRefusals
from handlers.slack.home import Home
from handlers.slack.payload import body_of, sender_of
from handlers.web import peer

OLDEST_SECONDS = 300
"""A request signed longer ago, or so far ahead, is refused.  Source: docs.slack.dev, verifying requests."""


def is_signed(headers: Mapping[str, str], body: bytes, *, secret: str, now: float) -> bool:
    """Whether Slack signed this body lately.  Never raises, whatever the headers hold."""
    stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or not signature.isascii():
        return False
    if abs(now - int(stamp)) > OLDEST_SECONDS:
        return False
    wanted = "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Stands before every listener, in both modes: of our team and app, and for the first time."""

    home: Home
    open_records: OpenRecords

    async def middleware(self, body: dict[str, Any], next: Callable[[], Awaitable[Any]]) -> BoltResponse | None:  # noqa: A002
        """Let it through, or answer in its place.  Bolt finds the arguments by their names."""
        try:
            refused = await self._refused(body)
        except UnavailableError:
            return BoltResponse(status=503, body="")
        if refused is not None:
            return refused
        await next()
        return None

    async def _refused(self, body: dict[str, Any]) -> BoltResponse | None:
        sender = sender_of(body)
        if not await self.home.sent_here(sender):
            entry = Entry(
                actor=Principal(f"unknown:{sender.user or 'nobody'}"),
                action="event.refused",
                surface=Surface.SLACK,
                reason="signed, but of another team or app",
                details={"team": sender.team, "app": sender.app},
            )
            async with self.open_records() as records:
                await records.append(entry)
            return BoltResponse(status=403, body="")
        async with self.open_records() as records:
            if await records.first_time(_key(body)):
                return None
        return BoltResponse(status=200, body="")


def _key(body: dict[str, Any]) -> str:
    """The same for what is sent again, by Slack or by anybody: every click and command carries a trigger of its own."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=True)
    return f"slack:{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """`POST /slack/events`."""

    app: AsyncApp
    secret: str
    refusals: CountRefusals
    now: Now

    async def serve(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        if not is_signed(request.headers, raw, secret=self.secret, now=self.now().timestamp()):
            self.refusals.note(surface=Surface.SLACK, action="event.refused", source=peer(request), now=self.now())
            return web.json_response({"error": "not signed by Slack"}, status=401)
        try:
            body = body_of(raw, request.content_type)
        except ValueError as error:
            return web.json_response({"error": f"unreadable: {error}"}, status=400)
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": str(body.get("challenge", ""))})
        headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
        answer = await self.app.async_dispatch(AsyncBoltRequest(body=raw.decode(), headers=headers))
        return await to_aiohttp_response(answer)
