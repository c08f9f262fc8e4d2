"""What can be decided: on a gate, on a release, and by a typed line."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.domain.decision import Reason, Surface, Verb, Verdict
from bot.domain.decisions.attempting import Attempt
from bot.domain.errors import NotFoundError
from bot.domain.gate import GateId
from bot.domain.release import Release
from bot.domain.tokens import ApiToken
from bot.usecases.answer_command import AnswerCommand
from bot.usecases.decide import Decide
from handlers.api import forms
from handlers.api.problems import Said, not_found, not_of_form, said
from handlers.api.reads import Reads
from handlers.api.resources import gate_json, reply_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Answers every POST.  Raises: Refusal."""

    reads: Reads
    decide: Decide
    answer_command: AnswerCommand

    async def on_gate(self, request: web.Request, body: Any, token: ApiToken) -> Said:
        gate = GateId(request.match_info["id"])
        release = await self._release_of(gate)
        verdict, reason = _asked(request, body, Verdict)
        return await self._decide(
            Attempt(
                verb=verdict,
                release=release.id,
                gate=gate,
                by=token.principal,
                surface=_surface(request),
                reason=reason,
                may_decide=token.may_decide,
            )
        )

    async def on_release(self, request: web.Request, body: Any, token: ApiToken) -> Said:
        release = await self.reads.find(request.match_info["id"])
        verb, reason = _asked(request, body, Verb)
        return await self._decide(
            Attempt(
                verb=verb,
                release=release.id,
                by=token.principal,
                surface=_surface(request),
                reason=reason,
                may_decide=token.may_decide,
            )
        )

    async def _decide(self, attempt: Attempt) -> Said:
        decided = await self.decide(attempt)
        if decided.gate is None:
            return await self.reads.shown(decided.release)
        return said(gate_json(decided.release, decided.gate, await self.reads.who_may(decided.release.workload)))

    async def command(self, request: web.Request, body: Any, token: ApiToken) -> Said:
        forms.parameters(request.query)
        reply = await self.answer_command(
            forms.command(body), by=token.principal, surface=_surface(request), may_decide=token.may_decide
        )
        if not reply.understood:
            raise not_of_form("text", reply.text)
        if not reply.found:
            raise not_found(reply.text)
        return said(reply_json(reply))

    async def _release_of(self, gate: GateId) -> Release:
        try:
            return await self.reads.reader.release_of(gate)
        except NotFoundError as error:
            raise not_found("There is no such gate.") from error


def _asked(request: web.Request, body: Any, choices: type[forms.Choice]) -> tuple[forms.Choice, Reason]:
    forms.parameters(request.query)
    return forms.decision(body, choices)


def _surface(request: web.Request) -> Surface:
    return forms.surface(request.headers.getall(forms.SURFACE, []))
