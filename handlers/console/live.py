"""The live stream: what changed on a page, as long as somebody looks at it."""

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from bot.domain.commands.plain import one_line
from bot.domain.effects import ReleaseId
from bot.domain.errors import RecordsUnavailableError
from bot.ports import Now
from handlers.console.board import Board, Overview, Shown
from handlers.console.controls import Viewer
from handlers.console.door import Door, SignedOutError
from handlers.console.fragments import Fragment, Fragments
from handlers.console.headers import SAFE

PING_SECONDS = 15
SIGNED_IN_FOR = timedelta(minutes=1)
"""So often it is looked whether the person is signed in still."""


@dataclass(slots=True, kw_only=True)
class Page:
    """What one page shows, and what of it was sent.

    Args:
        release: the page is of this one; None: of all.
    """

    fragments: Fragments
    board: Board
    viewer: Viewer
    release: ReleaseId | None
    _sent: dict[ReleaseId, Shown] = field(default_factory=dict)
    _seq: int = -1

    async def changed(self, overview: Overview) -> str:
        """Tell what differs from what was told before, as JSON: `waiting`, `push`, `lists` and `items`."""
        lists = overview.lists if self.release is None else {}
        fragments = self._of_all(overview) if self.release is None else await self._of_one(overview, self.release)
        return json.dumps(
            {
                "waiting": len(overview.waits),
                "asks": {shown.release.id: one_line(shown.card.push) for shown in overview.waits},
                "lists": {name: [f"release-{shown.release.id}" for shown in found] for name, found in lists.items()},
                "items": {fragment.id: fragment.html for fragment in fragments},
            }
        )

    def _of_all(self, overview: Overview) -> list[Fragment]:
        every = {shown.release.id: shown for found in overview.lists.values() for shown in found}
        differs = [shown for release, shown in every.items() if self._sent.get(release) != shown]
        self._sent = every
        return [self.fragments.on_list(shown, self.viewer) for shown in differs]

    async def _of_one(self, overview: Overview, release: ReleaseId) -> Iterable[Fragment]:
        shown = overview.find(release)
        if shown is None or (self._sent.get(release) == shown and self._seq == overview.seq):
            return ()
        self._sent, self._seq = {release: shown}, overview.seq
        records = await self.board.record_of(shown.release.id, overview.seq)
        return self.fragments.of_one(shown, records, self.viewer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    board: Board
    door: Door
    fragments: Fragments
    now: Now

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send changes until the person leaves or signs out, or the process ends."""
        viewer = await self.door.viewer(request)
        if request.method == "HEAD":
            return web.Response(status=HTTPStatus.NO_CONTENT, headers=SAFE)
        release = request.query.get("release")
        page = Page(
            fragments=self.fragments,
            board=self.board,
            viewer=viewer,
            release=ReleaseId(release) if release else None,
        )
        async with sse_response(request, ping_interval=PING_SECONDS, headers=SAFE) as stream:
            # Who leaves is noticed when something is sent, and nobody else is concerned.
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._follow(request, stream, page)
        return stream

    async def _follow(self, request: web.Request, stream: EventSourceResponse, page: Page) -> None:
        version, look_again = -1, self.now() + SIGNED_IN_FOR
        with self.board.watched() as since:
            while stream.is_connected() and not self.board.closed:
                turned = await self.board.turned(version, since=since, seconds=PING_SECONDS)
                if self.now() >= look_again:
                    if not await self._is_in(request):
                        await stream.send("", event="signed-out")
                        return
                    look_again = self.now() + SIGNED_IN_FOR
                if turned:
                    version = self.board.version
                    await self._send(stream, page)
                elif not self.board.closed:
                    await stream.send("", event="still")

    async def _send(self, stream: EventSourceResponse, page: Page) -> None:
        overview = self.board.overview
        if overview is None or self.board.away:
            await stream.send("", event="away")
            return
        try:
            changed = await page.changed(overview)
        except RecordsUnavailableError:
            await stream.send("", event="away")
        else:
            await stream.send(changed, event="page")

    async def _is_in(self, request: web.Request) -> bool:
        try:
            await self.door.viewer(request)
        except SignedOutError:
            return False
        except RecordsUnavailableError:
            return True  # It cannot be told; there is nothing new to see either.
        return True
