"""Socket Mode: what Slack sends comes over a connection that we open.  Whoever holds it is the app: no signatures."""

import asyncio
import time
from dataclasses import dataclass, field

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.calls import answer
from handlers.slack.incoming import Admission, digest_of
from handlers.slack.people import FAULTS

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 15.0
AGAIN_SECONDS = 5.0
DRAIN_SECONDS = 3.0
"""An envelope is answered within this, or Slack takes it for lost."""


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, with our admission before Bolt."""

    def __init__(self, admit: Admission, app_token: str) -> None:
        super().__init__(admit.app, app_token)
        self._admit = admit
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope; what was not taken is left unanswered: the person sees it, and Slack may try again."""
        started = time.time()
        self._open += 1
        self._idle.clear()
        try:
            response = await self._admit(req.payload, once=digest_of(req.payload))
            await send_async_response(client, req, response, started)
        finally:
            self._open -= 1
            if not self._open:
                self._idle.set()

    async def drain(self) -> None:
        """Wait until what was begun is answered."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._idle.wait()
        except TimeoutError:
            log.warning("slack_envelopes_unanswered", open=self._open)


@dataclass(slots=True, kw_only=True)
class Socket:
    """Keeps one connection up.  Several replicas may each have theirs: Slack gives each envelope to one of them."""

    admit: Admission
    web: AsyncWebClient
    app_token: str
    _handler: _Handler | None = field(default=None)

    @property
    def is_connected(self) -> bool:
        session = self._handler.client.current_session if self._handler else None
        return session is not None and not session.closed

    async def run(self) -> None:
        """Connect, and stay so until cancelled; then answer what was begun, and close."""
        while True:
            if await self._connect():
                break
            await asyncio.sleep(AGAIN_SECONDS)
        log.info("slack_socket_connected")
        try:
            await asyncio.Event().wait()  # A connection that breaks, or that Slack renews, is the client's own to mend.
        finally:
            await self._close()

    async def _connect(self) -> bool:
        try:
            url = (await answer(self.web.apps_connections_open(app_token=self.app_token)))["url"]
        except FAULTS as error:
            log.warning("slack_socket_away", why=str(error))
            return False
        self._handler = _Handler(self.admit, self.app_token)
        self._handler.client.wss_uri = url  # It serves once; where it fails, the client would try the same for ever.
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._handler.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError:
            log.warning("slack_socket_away", why="no connection in time")
            await self._close()
            return False
        except BaseException:
            await self._close()
            raise
        return True

    async def _close(self) -> None:
        if self._handler is not None:
            await self._handler.drain()
            await self._handler.close_async()  # type: ignore[no-untyped-call]
            self._handler = None
