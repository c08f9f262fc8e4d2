"""The hooks: translate, answer from memory or from the record, translate back."""

import hashlib
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.domain.audit import Action
from bot.domain.decision import Surface
from bot.domain.errors import UnavailableError
from bot.domain.run import Heard, Signal
from bot.ports import Now
from bot.usecases.answer_hook import Answered, AnswerHook
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.keep_hearing import KeepHearing
from handlers.flagger import canaries
from handlers.flagger.answers import NOTED, answered, away, body_of, refused, status_of
from handlers.flagger.memory import Memory
from handlers.flagger.payload import MalformedError, read
from handlers.metrics import Metrics
from handlers.patience import within
from handlers.web import peer

ANSWER_SECONDS = 4.5
"""Whatever hangs, a hook is answered within five seconds."""

CHECKS = frozenset({"pre-rollout", "rollout"})
"""A refusal here would count as a failed check of a healthy release, so these are noted whatever is away."""

PREFIX = "/hooks/"

_CHANGES_NOTHING_ITSELF = frozenset({Signal.NOTE, Signal.ADVANCING})
"""Said twice in one run, these say nothing new; the others begin or end something, each time anew."""


class HookTokens:
    """Which cluster calls.  Tokens are kept and compared as digests: a look-up tells nothing by its time."""

    def __init__(self, tokens: Iterable[tuple[str, str]]) -> None:
        """Take pairs of token and cluster; a cluster may have several."""
        self._clusters: Mapping[bytes, str] = {_digest(token): cluster for token, cluster in tokens}

    def cluster(self, token: str) -> str | None:
        return self._clusters.get(_digest(token))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


Path = Callable[["Hooks", web.Request, bytes, str], Coroutine[Any, Any, web.StreamResponse]]
"""What serves another path than Flagger's own: given the body, and the cluster that calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Answers every hook of every cluster.

    Args:
        paths: what is served beside `flagger/{hook}`, by its path.
    """

    tokens: HookTokens
    answer_hook: AnswerHook
    memory: Memory
    hearing: KeepHearing
    refusals: CountRefusals
    metrics: Metrics
    now: Now
    monotonic: Callable[[], float]
    paths: Mapping[str, Path]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer `/hooks/{token}/{path}`; the token is looked at first."""
        token, _, path = request.rel_url.raw_path.removeprefix(PREFIX).partition("/")
        cluster = self.tokens.cluster(token)
        if cluster is None:
            self.refusals.note(surface=Surface.HOOK, action=Action.HOOK_REFUSED, source=peer(request), now=self.now())
            self.metrics.count_unknown_token()
            return refused(404, "not found")
        if request.method != "POST":
            return refused(405, "a hook is a POST", Allow="POST")
        response = await self._post(request, cluster, path)
        known = path if path in self.paths or path.removeprefix("flagger/") in canaries.HOOKS else "unknown"
        self.metrics.hook_answers.labels(known, response.status).inc()
        return response

    async def _post(self, request: web.Request, cluster: str, path: str) -> web.StreamResponse:
        body = await request.read()
        if (kept := self.memory.recall((cluster, path, body))) is not None:
            self.hearing.note(kept.workload, self.monotonic())
            return answered(kept.body, 403)
        hook = path.removeprefix("flagger/")
        try:
            if path.startswith("flagger/") and hook in canaries.HOOKS:
                return await self._hook(hook, body, cluster)
            if (serve := self.paths.get(path)) is not None:
                return await within(ANSWER_SECONDS, serve(self, request, body, cluster))
        except MalformedError as error:
            return refused(400, str(error))
        except (UnavailableError, TimeoutError):
            return away()
        return refused(404, "not found")

    async def _hook(self, hook: str, body: bytes, cluster: str) -> web.Response:
        payload = read(body)
        heard = canaries.heard(hook, payload, cluster=cluster)
        if hook in canaries.NOTICES:
            return await self._notice(hook, heard, payload)
        return await self.ask(heard, (cluster, f"flagger/{hook}", body))

    async def ask(self, heard: Heard, key: Hashable) -> web.Response:
        """Answer a question from the record, and remember a no that follows from the record alone."""
        changes = self.memory.changes_of(heard.workload)
        answer = (await self._hear(heard)).answer
        assert answer is not None  # A question always has one.
        body = body_of(answer)
        if answer.memorable and not answer.yes:
            self.memory.keep(key, heard.workload, body, read_at_change=changes)
        return answered(body, status_of(answer))

    async def _notice(self, hook: str, heard: Heard, payload: canaries.Payload) -> web.Response:
        key = (heard.workload, hook, heard.signal, heard.line, payload.phase, payload.checksum)
        repeats = heard.signal in _CHANGES_NOTHING_ITSELF and not heard.facts.check_failed
        if repeats and self.memory.recall(key) is not None:
            self.hearing.note(heard.workload, self.monotonic())
            return answered(NOTED, 200)
        changes = self.memory.changes_of(heard.workload)
        try:
            found = await self._hear(heard)
        except (UnavailableError, TimeoutError):
            if hook not in CHECKS:
                raise
            return answered(NOTED, 200)
        if repeats and not found.changed:
            self.memory.keep(key, heard.workload, NOTED, read_at_change=changes)
        return answered(NOTED, 200)

    async def _hear(self, heard: Heard) -> Answered:
        self.hearing.note(heard.workload, self.monotonic())
        with self.metrics.hook_seconds.time():
            return await within(ANSWER_SECONDS, self.answer_hook(heard))
