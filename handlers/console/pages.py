"""What can be looked at: what waits, one release, the record."""

import contextlib
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.domain.commands.command import Command, Target, parse
from bot.domain.commands.meaning import meant
from bot.domain.effects import ReleaseId
from bot.domain.errors import NotFoundError
from bot.ports import Reader, ReleaseFilter
from handlers.console.answers import Answers
from handlers.console.board import MOVING, RECORDS_SHOWN, WAITING, Board, Shown
from handlers.console.controls import Viewer
from handlers.console.door import Door
from handlers.console.fragments import Fragments, Notice
from handlers.console.receipts import Receipt, receipt_of
from handlers.console.records import line_of

RECORDS_A_PAGE = 50

LISTS = {"waits": ("Waits for people", WAITING), "moves": ("In progress", MOVING)}
"""What is open, by the name that each list has on the page."""

ID = "[0-9A-Za-z]{1,40}"
"""What the id of a release or gate may look like; nothing else is looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    answers: Answers
    board: Board
    door: Door
    fragments: Fragments
    reader: Reader

    async def home(self, request: web.Request) -> web.Response:
        viewer = await self.door.viewer(request)
        receipt = await self._receipt(request.query.get("receipt"), viewer)
        return await self.show_home(viewer, receipt=receipt)

    async def release(self, request: web.Request) -> web.Response:
        viewer = await self.door.viewer(request)
        release = ReleaseId(request.match_info["id"])
        return await self.show_release(viewer, release, wants_receipt="receipt" in request.query)

    async def more(self, request: web.Request) -> web.Response:
        """Show open releases that found no room on the first page; it stays as it is until it is loaded again."""
        viewer = await self.door.viewer(request)
        name = request.match_info["list"]
        title, wanted = LISTS[name]
        try:
            found, older = await self.board.read_more(wanted, request.query.get("after", ""))
        except ValueError as error:
            raise NotFoundError from error
        return self.answers.page(
            "more.html",
            viewer=viewer,
            here="home",
            title=title,
            items=[self.fragments.on_list(shown, viewer) for shown in found],
            older=f"/open/{name}?{urlencode({'after': older})}" if older else None,
        )

    async def audit(self, request: web.Request) -> web.Response:
        viewer = await self.door.viewer(request)
        wanted, after = request.query.get("release", "").strip(), request.query.get("after")
        release = await self._named(wanted) if wanted else None
        unknown = bool(wanted) and release is None
        page = None if unknown else await self._records(release, after)
        older = {"release": wanted, "after": page.next} if page and page.next else None
        return self.answers.page(
            "audit.html",
            viewer=viewer,
            here="audit",
            head=str(await self.reader.head()),
            wanted=wanted,
            unknown=unknown,
            records=[line_of(record) for record in page.items] if page else [],
            older=f"/audit?{urlencode({k: v for k, v in older.items() if v})}" if older else None,
        )

    async def show_home(
        self,
        viewer: Viewer,
        *,
        receipt: Receipt | None = None,
        refused: tuple[ReleaseId, Notice] | None = None,
        status: int = HTTPStatus.OK,
    ) -> web.Response:
        """Show everything; with `refused`, a form of that release was answered so."""
        overview = await self.board.read()
        if refused and overview.find(refused[0]) is None:
            return await self.show_release(viewer, refused[0], notice=refused[1], status=status)
        lists = {
            name: [self._on_list(shown, viewer, refused) for shown in found] for name, found in overview.lists.items()
        }
        return self.answers.page(
            "home.html",
            viewer=viewer,
            here="home",
            status=status,
            receipt=receipt,
            back="/",
            moved_to="/" if refused else "",
            more_wait=overview.more_wait,
            more_move=overview.more_move,
            **lists,
        )

    async def show_release(
        self,
        viewer: Viewer,
        release: ReleaseId,
        *,
        wants_receipt: bool = False,
        notice: Notice | None = None,
        status: int = HTTPStatus.OK,
    ) -> web.Response:
        shown = await self.board.read_one(release)
        records = (await self.reader.audit(release=release, limit=RECORDS_SHOWN)).items
        receipt = receipt_of(shown.release, shown.card.label, records, viewer.principal) if wants_receipt else None
        return self.answers.page(
            "release.html",
            viewer=viewer,
            status=status,
            release=shown.release,
            label=shown.card.label,
            sections=self.fragments.of_one(shown, records, viewer, notice),
            receipt=receipt,
            back=f"/releases/{release}",
            moved_to=f"/releases/{release}" if notice else "",
        )

    def _on_list(self, shown: Shown, viewer: Viewer, refused: tuple[ReleaseId, Notice] | None) -> Any:
        notice = refused[1] if refused and refused[0] == shown.release.id else None
        return self.fragments.on_list(shown, viewer, notice)

    async def _receipt(self, release: str | None, viewer: Viewer) -> Receipt | None:
        if release is None or not re.fullmatch(ID, release):
            return None
        try:
            shown = await self.board.read_one(ReleaseId(release))
        except NotFoundError:
            return None
        records = (await self.reader.audit(release=release, limit=RECORDS_SHOWN)).items
        return receipt_of(shown.release, shown.card.label, records, viewer.principal)

    async def _records(self, release: ReleaseId | None, after: str | None) -> Any:
        try:
            return await self.reader.audit(release=release, after=after, limit=RECORDS_A_PAGE)
        except ValueError as error:
            raise NotFoundError from error

    async def _named(self, text: str) -> ReleaseId | None:
        """Find the release somebody names as people do, `shop/checkout#142`, or by its id."""
        if re.fullmatch(ID, text):
            with contextlib.suppress(NotFoundError):
                return (await self.reader.release(ReleaseId(text))).id
        command = parse(f"status {text}")
        if not isinstance(command, Command) or command.target is None or command.target.number is None:
            return None
        found = meant(command.target, (await self.reader.releases(_filter(command.target), limit=20)).items)
        return found[0].id if found else None


def _filter(target: Target) -> ReleaseFilter:
    return ReleaseFilter(cluster=target.cluster, namespace=target.namespace, name=target.name, number=target.number)
