"""Forms that decide: each leads back to where one was, with a receipt, or shows there why nothing was done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, NoReturn, TypeVar

from aiohttp import web

from bot.domain.commands.command import REASON_LENGTH
from bot.domain.commands.plain import written
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.effects import ReleaseId
from bot.domain.errors import Refusal, RefusalKind
from bot.domain.gate import GateId
from bot.ports import Reader
from bot.usecases.decide_on_gate import DecideOnGate
from bot.usecases.decide_on_release import DecideOnRelease
from bot.usecases.refuse_decision import RefuseDecision, beyond_the_token
from handlers.console.answers import see_other
from handlers.console.controls import Viewer, control_id
from handlers.console.door import Door
from handlers.console.forms import UnreadableFormError
from handlers.console.fragments import Notice
from handlers.console.pages import Pages

STATUSES = {
    RefusalKind.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    RefusalKind.SETTLED: HTTPStatus.CONFLICT,
    RefusalKind.NO_REASON: HTTPStatus.UNPROCESSABLE_ENTITY,
}

TOO_LONG = f"A reason has at most {REASON_LENGTH:,} characters."

V = TypeVar("V", Verdict, Verb)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[V]):
    """A form, understood.

    Args:
        gate: None: it is about the whole release.
        back: the page where it stood.
    """

    viewer: Viewer
    release: ReleaseId
    gate: GateId | None
    verb: V
    reason: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    door: Door
    pages: Pages
    reader: Reader
    decide_on_gate: DecideOnGate
    decide_on_release: DecideOnRelease
    refuse_decision: RefuseDecision

    async def on_gate(self, request: web.Request) -> web.Response:
        viewer, form = await self.door.form(request)
        gate = GateId(request.match_info["id"])
        release = (await self.reader.release_of(gate)).id
        asked = _asked(viewer, form, release=release, gate=gate, verb=_verb(Verdict, form))

        async def decide(by: Principal) -> None:
            await self.decide_on_gate(gate, verdict=asked.verb, by=by, surface=Surface.CONSOLE, reason=asked.reason)

        return await self._answer(asked, decide)

    async def on_release(self, request: web.Request) -> web.Response:
        viewer, form = await self.door.form(request)
        release = (await self.reader.release(ReleaseId(request.match_info["id"]))).id
        asked = _asked(viewer, form, release=release, gate=None, verb=_verb(Verb, form))

        async def decide(by: Principal) -> None:
            await self.decide_on_release(release, verb=asked.verb, by=by, surface=Surface.CONSOLE, reason=asked.reason)

        return await self._answer(asked, decide)

    async def _answer(self, asked: Asked[V], decide: Callable[[Principal], Awaitable[None]]) -> web.Response:
        if len(asked.reason) > REASON_LENGTH:
            return await self._refused(asked, HTTPStatus.UNPROCESSABLE_ENTITY, TOO_LONG)
        try:
            if not asked.viewer.may_decide:
                await self._beyond_the_token(asked)
            await decide(asked.viewer.principal)
        except Refusal as refusal:
            return await self._refused(asked, STATUSES[refusal.kind], told(refusal))
        return see_other(f"{asked.back}?receipt={asked.release}")

    async def _beyond_the_token(self, asked: Asked[V]) -> NoReturn:
        await self.refuse_decision(
            beyond_the_token(),
            asked.release,
            gate=asked.gate,
            verb=asked.verb,
            by=asked.viewer.principal,
            surface=Surface.CONSOLE,
            reason=asked.reason,
        )

    async def _refused(self, asked: Asked[V], status: int, text: str) -> web.Response:
        """Show the page where the form stood, with what was wrong beside it."""
        notice = Notice(text=text, control=control_id(asked.gate or asked.release, asked.verb), said=asked.reason)
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


def _asked(viewer: Viewer, form: Mapping[str, str], *, release: ReleaseId, gate: GateId | None, verb: V) -> Asked[V]:
    """A reason is one line: browsers send its breaks, and cards cannot show them."""
    own = f"/releases/{release}"
    return Asked(
        viewer=viewer,
        release=release,
        gate=gate,
        verb=verb,
        reason=" ".join(form.get("reason", "").split()),
        back=own if form.get("back") == own else "/",
    )
