"""Forms that decide: each leads back to where one was, with a receipt, or shows there why nothing was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from aiohttp import web

from bot.domain.commands.plain import written
from bot.domain.decision import Surface, Verb, Verdict, reason_of
from bot.domain.decisions.attempting import Attempt
from bot.domain.effects import ReleaseId
from bot.domain.errors import ReasonTooLongError, Refusal
from bot.domain.gate import GateId
from bot.ports import Reader
from bot.usecases.decide import Decide
from handlers.console.answers import see_other
from handlers.console.controls import Viewer, control_id
from handlers.console.door import Door
from handlers.console.forms import UnreadableFormError
from handlers.console.fragments import Notice
from handlers.console.pages import Pages
from handlers.web import status_of

V = TypeVar("V", Verdict, Verb)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A form, understood.

    Args:
        gate: None: it is about the whole release.
        said: the reason as it was typed.
        back: the page where it stood.
    """

    viewer: Viewer
    release: ReleaseId
    gate: GateId | None
    verb: Verdict | Verb
    said: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    door: Door
    pages: Pages
    reader: Reader
    decide: Decide

    async def on_gate(self, request: web.Request) -> web.Response:
        viewer, form = await self.door.form(request)
        gate = GateId(request.match_info["id"])
        release = (await self.reader.release_of(gate)).id
        return await self._answer(_asked(viewer, form, release=release, gate=gate, verb=_verb(Verdict, form)))

    async def on_release(self, request: web.Request) -> web.Response:
        viewer, form = await self.door.form(request)
        release = (await self.reader.release(ReleaseId(request.match_info["id"]))).id
        return await self._answer(_asked(viewer, form, release=release, gate=None, verb=_verb(Verb, form)))

    async def _answer(self, asked: Asked) -> web.Response:
        try:
            await self.decide(_attempt(asked))
        except ReasonTooLongError as error:
            return await self._refused(asked, HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except Refusal as refusal:
            return await self._refused(asked, status_of(refusal), told(refusal))
        return see_other(f"{asked.back}?receipt={asked.release}")

    async def _refused(self, asked: Asked, status: int, text: str) -> web.Response:
        """Show the page where the form stood, with what was wrong beside it."""
        notice = Notice(text=text, control=control_id(asked.gate or asked.release, asked.verb), said=asked.said)
        if asked.back == "/":
            return await self.pages.show_home(asked.viewer, refused=(asked.release, notice), status=status)
        return await self.pages.show_release(asked.viewer, asked.release, notice=notice, status=status)


def told(refusal: Refusal) -> str:
    """What a person is told, with who made it so and when, where a name tells more than the text."""
    if refusal.by is None or refusal.at is None:
        return str(refusal)
    return f"{refusal} ({refusal.by}, {written(refusal.at)})"


def _verb(kind: type[V], form: Mapping[str, str]) -> V:
    try:
        return kind(form.get("decision", ""))
    except ValueError as error:
        raise UnreadableFormError("The form names no decision that there is.") from error


def _asked(
    viewer: Viewer, form: Mapping[str, str], *, release: ReleaseId, gate: GateId | None, verb: Verdict | Verb
) -> Asked:
    own = f"/releases/{release}"
    back = own if form.get("back") == own else "/"
    return Asked(viewer=viewer, release=release, gate=gate, verb=verb, said=form.get("reason", ""), back=back)


def _attempt(asked: Asked) -> Attempt:
    """Raises: ReasonTooLongError."""
    return Attempt(
        verb=asked.verb,
        release=asked.release,
        gate=asked.gate,
        by=asked.viewer.principal,
        surface=Surface.CONSOLE,
        reason=reason_of(asked.said),
        may_decide=asked.viewer.may_decide,
    )
