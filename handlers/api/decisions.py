"""What can be decided: on a gate, on a release, and by a typed line."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.domain.decision import Surface, Verb, Verdict
from bot.domain.errors import NotFoundError
from bot.domain.gate import GateId
from bot.domain.release import Release
from bot.domain.tokens import ApiToken
from bot.usecases.answer_command import AnswerCommand
from bot.usecases.decide_on_gate import DecideOnGate
from bot.usecases.decide_on_release import DecideOnRelease
from bot.usecases.refuse_decision import RefuseDecision, beyond_the_token
from handlers.api import forms
from handlers.api.problems import Said, not_found, not_of_form, said
from handlers.api.reads import Reads
from handlers.api.resources import gate_json, reply_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Answers every POST.  Raises: Refusal."""

    reads: Reads
    decide_on_gate: DecideOnGate
    decide_on_release: DecideOnRelease
    refuse_decision: RefuseDecision
    answer_command: AnswerCommand

    async def on_gate(self, request: web.Request, body: Any, token: ApiToken) -> Said:
        gate = GateId(request.match_info["id"])
        release = await self._release_of(gate)
        forms.parameters(request.query)
        verdict, reason = forms.decision(body, Verdict)
        surface = _surface(request)
        if not token.may_decide:
            await self.refuse_decision(
                beyond_the_token(),
                release.id,
                gate=gate,
                verb=verdict,
                by=token.principal,
                surface=surface,
                reason=reason,
            )
        release, decided = await self.decide_on_gate(
            gate, verdict=verdict, by=token.principal, surface=surface, reason=reason
        )
        return said(gate_json(release, decided, await self.reads.who_may(release.workload)))

    async def on_release(self, request: web.Request, body: Any, token: ApiToken) -> Said:
        release = await self.reads.find(request.match_info["id"])
        forms.parameters(request.query)
        verb, reason = forms.decision(body, Verb)
        surface = _surface(request)
        if not token.may_decide:
            await self.refuse_decision(
                beyond_the_token(),
                release.id,
                verb=verb,
                by=token.principal,
                surface=surface,
                reason=reason,
            )
        release = await self.decide_on_release(
            release.id, verb=verb, by=token.principal, surface=surface, reason=reason
        )
        return await self.reads.shown(release)

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


def _surface(request: web.Request) -> Surface:
    return forms.surface(request.headers.getall(forms.SURFACE, []))
