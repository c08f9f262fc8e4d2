"""Paths as flagger-loadtester serves them, so that moving here is a change of host and prefix.

Unlike there, a gate belongs to one release; to open one is a decision, and needs to say whose it is.
Source: fluxcd/flagger pkg/loadtester/{server,gate}.go.
"""

from dataclasses import dataclass, replace

from aiohttp import web

from bot.domain.audit import Action, Entry
from bot.domain.decision import Reason, Surface, Verb, Verdict
from bot.domain.decisions.attempting import Attempt
from bot.domain.engines import FLAGGER, principal_of
from bot.domain.errors import Refusal
from bot.domain.messages.answer import Answer
from bot.domain.run import Manifest, Signal
from bot.domain.tokens import ApiToken, ApiTokens
from bot.domain.workload import Workload
from bot.ports import OpenRecords, Reader
from bot.usecases.decide import Decide
from handlers.flagger import canaries
from handlers.flagger.answers import answered, body_of, refused
from handlers.flagger.hooks import Hooks, Path
from handlers.flagger.payload import read
from handlers.web import bearer, peer, status_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Loadtester:
    tokens: ApiTokens
    reader: Reader
    open_records: OpenRecords
    decide: Decide

    def paths(self) -> dict[str, Path]:
        return {
            "gate/check": self._check,
            "gate/approve": self._approve,
            "gate/halt": self._halt,
            "gate/open": self._open,
            "gate/close": self._close,
            "rollback/check": self._rollback_check,
            "rollback/open": self._rollback_open,
            "rollback/close": self._rollback_close,
        }

    async def _check(self, hooks: Hooks, _: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        return await self._ask(hooks, body, cluster, "gate/check")

    async def _halt(self, hooks: Hooks, _: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        return await self._ask(hooks, body, cluster, "gate/halt", Manifest.HALTS)

    async def _approve(self, hooks: Hooks, _: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        return await self._ask(hooks, body, cluster, "gate/approve", Manifest.OPENS)

    async def _ask(
        self, hooks: Hooks, body: bytes, cluster: str, path: str, manifest: Manifest | None = None
    ) -> web.StreamResponse:
        payload = read(body)
        heard = canaries.heard("confirm-rollout", payload, cluster=cluster)
        if payload.phase:
            asked = canaries.GATE_OF[canaries.stage_by_phase(payload.phase)]
            heard = replace(canaries.heard(asked, payload, cluster=cluster), manifest=manifest)
        elif manifest is not None:
            return _closed("without a phase, the path does not say which gate it asks")
        else:
            heard = replace(heard, signal=Signal.ASKS_NEWEST, stage=None)
        return await hooks.ask(replace(heard, hook=path), (cluster, path, body))

    async def _rollback_check(self, hooks: Hooks, _: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        heard = canaries.heard(canaries.QUESTION, read(body), cluster=cluster)
        return await hooks.ask(heard, (cluster, "rollback/check", body))

    async def _open(self, hooks: Hooks, request: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        return await self._decide(hooks, request, body, cluster, verb=Verdict.APPROVE, path="gate/open")

    async def _rollback_open(self, hooks: Hooks, request: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        return await self._decide(hooks, request, body, cluster, verb=Verb.ROLL_BACK, path="rollback/open")

    async def _decide(
        self, hooks: Hooks, request: web.Request, body: bytes, cluster: str, *, verb: Verdict | Verb, path: str
    ) -> web.Response:
        payload = read(body)
        token = self._who(hooks, request)
        if isinstance(token, web.Response):
            return token
        release = (await self.reader.known(_workload(payload, cluster))).open
        if release is None:
            return refused(409, "no release is under way here")
        gate = release.waiting_gate if isinstance(verb, Verdict) else None
        attempt = Attempt(
            verb=verb,
            release=release.id,
            gate=gate.id if gate else None,
            by=token.principal,
            surface=Surface.HOOK,
            reason=payload.reason or Reason(f"opened by /{path}"),
            may_decide=token.may_decide,
        )
        try:
            await self.decide(attempt)
        except Refusal as refusal:
            return refused(status_of(refusal), str(refusal))
        return web.Response(status=202)

    async def _close(self, _hooks: Hooks, _: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        return await self._closed(body, cluster, "gate/close")

    async def _rollback_close(self, _hooks: Hooks, _: web.Request, body: bytes, cluster: str) -> web.StreamResponse:
        return await self._closed(body, cluster, "rollback/close")

    async def _closed(self, body: bytes, cluster: str, path: str) -> web.StreamResponse:
        """Undoes nobody's decision.  With a phase it is Flagger asking, and it hears no."""
        payload = read(body)
        if payload.phase:
            return _closed("this path says no to every question", about_roll_back=path.startswith("rollback"))
        workload = _workload(payload, cluster)
        async with self.open_records() as records:
            await records.append(
                Entry(
                    actor=principal_of(FLAGGER),
                    action=Action.HOOK_NOTED,
                    surface=Surface.HOOK,
                    cluster=workload.cluster,
                    kind=workload.kind,
                    namespace=workload.namespace,
                    name=workload.name,
                    reason="asked to close a gate; nobody's decision is undone by it",
                    details={"path": path},
                ),
            )
        return web.Response(status=202)

    def _who(self, hooks: Hooks, request: web.Request) -> ApiToken | web.Response:
        """Whose decision it is: the hook's token names a cluster, not a person."""
        secret = bearer(request)
        token = self.tokens.find(secret) if secret else None
        if token is not None:
            return token
        if "Authorization" in request.headers:
            hooks.refusals.note(surface=Surface.HOOK, action=Action.HOOK_REFUSED, source=peer(request), now=hooks.now())
        return refused(401, "opening a gate is a decision: it needs an API token", **{"WWW-Authenticate": "Bearer"})


def _workload(payload: canaries.Payload, cluster: str) -> Workload:
    return Workload(cluster=cluster, kind=canaries.KIND, namespace=payload.namespace, name=payload.name)


def _closed(reason: str, *, about_roll_back: bool = False) -> web.Response:
    return answered(body_of(Answer(yes=False, reason=reason, about_roll_back=about_roll_back)), 403)
