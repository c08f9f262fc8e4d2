"""The line that people type, as in a chat: its answer is a page, with the buttons that would do what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bot.domain.commands.grammar import taught
from bot.domain.commands.reply import Reply, ReplyItem
from bot.domain.decision import Surface
from bot.domain.errors import Refusal
from bot.usecases.answer_command import AnswerCommand
from handlers.console.answers import Answers
from handlers.console.controls import Control, Viewer, control_of
from handlers.console.decisions import told
from handlers.console.door import Door
from handlers.web import status_of


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer.

    Args:
        lead: what it begins with and is about: a release, or what can be typed.
        release: whose page the lead leads to; empty: none.
    """

    text: str
    lead: str = ""
    release: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    answers: Answers
    door: Door
    answer_command: AnswerCommand

    async def show(self, request: web.Request) -> web.Response:
        viewer = await self.door.viewer(request)
        return self._page(viewer, lines=[_line(line, {}) for line in taught()])

    async def answer(self, request: web.Request) -> web.Response:
        viewer, form = await self.door.form(request)
        text = form.get("text", "")
        try:
            reply = await self.answer_command(
                text, by=viewer.principal, surface=Surface.CONSOLE, may_decide=viewer.may_decide
            )
        except Refusal as refusal:
            lines = [Line(told(refusal))]
            return self._page(viewer, lines=lines, said=text, status=status_of(refusal), refused=True)
        if not reply.understood or not reply.found:
            status = HTTPStatus.NOT_FOUND if reply.understood else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(viewer, lines=_lines(reply), said=text, status=status)
        return self._page(viewer, lines=_lines(reply), asked=text.strip(), controls=_controls(reply, viewer))

    def _page(
        self,
        viewer: Viewer,
        *,
        lines: list[Line],
        said: str = "",
        asked: str = "",
        controls: tuple[Control, ...] = (),
        status: int = HTTPStatus.OK,
        refused: bool = False,
    ) -> web.Response:
        """Show the box with an answer below it.

        Args:
            said: it stands in the box still, to be mended.
            asked: it was answered.
        """
        return self.answers.page(
            "commands.html",
            viewer=viewer,
            here="commands",
            status=status,
            lines=lines,
            said=said,
            asked=asked,
            controls=controls,
            refused=refused,
        )


def _lines(reply: Reply) -> list[Line]:
    releases = {item.line: item for item in reply.items}
    return [_line(line, releases) for line in reply.text.splitlines()]


def _line(text: str, releases: Mapping[str, ReplyItem]) -> Line:
    if (item := releases.get(text)) is not None:
        return Line(text.removeprefix(item.label), lead=item.label, release=item.release)
    if text.startswith(" "):
        typed, dot, says = text.strip().partition(" · ")
        return Line(f"{dot}{says}", lead=typed)
    return Line(text)


def _controls(reply: Reply, viewer: Viewer) -> tuple[Control, ...]:
    return tuple(map(control_of, reply.buttons)) if viewer.may_decide else ()
