"""What Slack sends, proved before anything acts on it: signature, age, team and app, and whether it came before."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web import RequestPayloadError
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.audit import Action, Entry
from bot.domain.decision import Principal, Surface
from bot.domain.errors import UnavailableError
from bot.ports import Now, OpenRecords
from bot.usecases.count_refusals import CountRefusals
from handlers.chats.errands import Errands
from handlers.chats.refusals import UNAVAILABLE
from handlers.chats.repeats import Repeats
from handlers.slack.home import Home
from handlers.slack.payload import Sender, body_of, place_of, sender_of
from handlers.slack.private import Private
from handlers.web import peer

log = structlog.get_logger(__name__)

OLDEST_SECONDS = 300
"""A request signed longer ago, or so far ahead, is refused.  Source: docs.slack.dev, verifying requests."""

OK, BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, FAULT, AWAY = 200, 400, 401, 403, 500, 503


def is_signed(headers: Mapping[str, str], body: bytes, *, secret: str, now: float) -> bool:
    """Whether Slack signed this body lately.  Never raises, whatever the headers hold."""
    stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or not signature.isascii():
        return False
    if abs(now - int(stamp)) > OLDEST_SECONDS:
        return False
    wanted = "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, signature)


def digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(payload: Mapping[str, Any]) -> str:
    """The same for what Socket Mode brings again: each click, dialog and command carries a trigger of its own."""
    return digest(json.dumps(payload, sort_keys=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Stands before every listener, in both modes."""

    app: AsyncApp
    home: Home
    repeats: Repeats
    open_records: OpenRecords
    private: Private
    errands: Errands

    async def __call__(self, body: dict[str, Any], *, once: str) -> BoltResponse:
        """Act on what is of our team and app, and new.  Its statuses are those of HTTP.

        Args:
            once: the same for the same delivery.
        """
        try:
            refused = await self._refused(body, once)
        except UnavailableError as error:
            log.warning("slack_event_not_taken", why=str(error))
            if (place := place_of(body)) is not None:
                self.errands.start(self.private.say(place, UNAVAILABLE))
            return BoltResponse(status=AWAY, body="")
        if refused is not None:
            return BoltResponse(status=refused, body="")
        done = False
        try:
            # The signature and the mode were looked at before: Bolt is handed what was read.
            answer = await self.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
            done = answer.status < FAULT
        finally:
            await self.repeats.settle(once, done=done)
        return answer

    async def _refused(self, body: dict[str, Any], once: str) -> int | None:
        sender = sender_of(body)
        ours = await self.home.sent_here(sender)
        if not await self.repeats.claim(once):
            return OK if ours else FORBIDDEN
        if ours:
            return None
        await self._record(sender)
        await self.repeats.settle(once, done=True)
        return FORBIDDEN

    async def _record(self, sender: Sender) -> None:
        entry = Entry(
            actor=Principal(f"unknown:{sender.user or 'nobody'}"),
            action=Action.EVENT_REFUSED,
            surface=Surface.SLACK,
            reason="signed, but of another team or app",
            details={"team": sender.team, "app": sender.app},
        )
        async with self.open_records() as records:
            await records.append(entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """`POST /slack/events`: everything that Slack sends over HTTP."""

    admit: Admission
    secret: str
    refusals: CountRefusals
    now: Now

    async def serve(self, request: web.Request) -> web.StreamResponse:
        try:
            raw = await request.read()  # The application's limit on bodies answers 413.
        except RequestPayloadError:
            return _refusal(BAD_REQUEST, "the body cannot be unpacked")
        if raw.startswith(b"ssl_check=1&") or raw == b"ssl_check=1":
            return web.Response()  # Slack tries the certificate, unsigned; nothing acts on it.
        if not is_signed(request.headers, raw, secret=self.secret, now=self.now().timestamp()):
            self.refusals.note(surface=Surface.SLACK, action=Action.EVENT_REFUSED, source=peer(request), now=self.now())
            return _refusal(UNAUTHORIZED, "not signed by Slack, or too long ago")
        try:
            body = body_of(raw, request.content_type)
        except ValueError:
            return _refusal(BAD_REQUEST, "the body is neither JSON nor a form")
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": str(body.get("challenge", ""))})
        # Slack signs anew what it sends again; the same signature is somebody's copy.
        signature = request.headers["X-Slack-Signature"]
        return await to_aiohttp_response(await self.admit(body, once=digest(signature)))


def _refusal(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
