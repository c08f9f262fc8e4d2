"""The paths below `/api/v1`, and the order in which a request is looked at."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.domain.errors import RecordsUnavailableError, Refusal
from bot.domain.tokens import ApiToken, ApiTokens
from bot.ports import Now, Storage
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.people import People
from handlers.api import forms
from handlers.api.callers import Callers
from handlers.api.decisions import Decisions
from handlers.api.once import OnlyOnce
from handlers.api.openapi import document
from handlers.api.problems import ProblemError, Said, not_found, of_refusal, problem, said, sent, unavailable
from handlers.api.reads import Reads
from handlers.web import TooLargeError, UnreadableError, read_json

PREFIX = "/api/v1"

Read = Callable[[web.Request], Awaitable[Said]]
Post = Callable[[web.Request, Any, ApiToken], Awaitable[Said]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


def assemble(
    *,
    storage: Storage,
    people: People,
    tokens: ApiTokens,
    count_refusals: CountRefusals,
    now: Now,
) -> list[web.RouteDef]:
    """Make every route of the API; nothing below its prefix is left to others."""
    callers = Callers(tokens=tokens, count_refusals=count_refusals, now=now)
    reads = Reads(
        reader=storage.reader,
        who_may=people.who_may,
        tell_figures=people.tell_figures,
        several_clusters=people.look.several_clusters,
    )
    decisions = Decisions(reads=reads, decide=people.decide, answer_command=people.answer_command)
    door = Door(callers=callers, only_once=OnlyOnce(answers=storage.answers))
    return [
        *_only_get("/openapi.json", _described(), door.wrong_method_for_all("GET, HEAD")),
        *_only_get("/releases", door.read(reads.releases), door.wrong_method("GET, HEAD")),
        *_only_get("/releases/{id}", door.read(reads.release), door.wrong_method("GET, HEAD")),
        *_only_get("/audit", door.read(reads.audit), door.wrong_method("GET, HEAD")),
        *_only_get("/summary", door.read(reads.summary), door.wrong_method("GET, HEAD")),
        *_only_get("/insights", door.read(reads.insights), door.wrong_method("GET, HEAD")),
        *_only_post("/gates/{id}/decisions", door.post(decisions.on_gate), door.wrong_method("POST")),
        *_only_post("/releases/{id}/decisions", door.post(decisions.on_release), door.wrong_method("POST")),
        *_only_post("/commands", door.post(decisions.command), door.wrong_method("POST")),
        web.route("*", f"{PREFIX}{{rest:(?:/.*)?}}", door.unknown()),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What stands before every answer: 400 unreadable, 401 unknown, then whatever the answer itself finds."""

    callers: Callers
    only_once: OnlyOnce

    def read(self, answer: Read) -> Handler:
        async def handler(request: web.Request) -> Said:
            self.callers.known(request)
            return await answer(request)

        return _answered(handler)

    def post(self, answer: Post) -> Handler:
        async def handler(request: web.Request) -> Said:
            body = await read_json(request)
            token = self.callers.known(request)
            forms.possible_id(request.match_info.get("id", "0"))
            key = forms.idempotency_key(request.headers.getall("Idempotency-Key", []))
            if key is None:
                return await answer(request, body, token)

            async def first() -> Said:
                return await _caught(answer(request, body, token))

            return await self.only_once(token.principal, request.path, key, body, first)

        return _answered(handler)

    def wrong_method(self, allowed: str) -> Handler:
        async def handler(request: web.Request) -> Said:
            self.callers.known(request)
            raise _wrong_method(request, allowed)

        return _answered(handler)

    def wrong_method_for_all(self, allowed: str) -> Handler:
        async def handler(request: web.Request) -> Said:
            raise _wrong_method(request, allowed)

        return _answered(handler)

    def unknown(self) -> Handler:
        async def handler(request: web.Request) -> Said:
            self.callers.known(request)
            raise not_found("There is nothing here; /api/v1/openapi.json tells what there is.")

        return _answered(handler)


def _answered(handler: Read) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return sent(await _caught(handler(request)))

    return answer


async def _caught(answer: Awaitable[Said]) -> Said:
    """Whatever goes wrong in a way that the caller can act on becomes a problem document."""
    try:
        return await answer
    except ProblemError as error:
        return problem(error)
    except Refusal as refusal:
        return problem(of_refusal(refusal))
    except RecordsUnavailableError:
        return problem(unavailable())
    except UnreadableError as error:
        return problem(ProblemError(400, f"{error}.", close=True))
    except TooLargeError:
        return problem(ProblemError(413, "A body has at most 1 MiB.", close=True))


def _wrong_method(request: web.Request, allowed: str) -> ProblemError:
    return ProblemError(405, f"{request.method} is not for this path.", headers={"Allow": allowed})


def _described() -> Handler:
    answer = said(document())

    async def handler(_request: web.Request) -> Said:
        return answer

    return _answered(handler)


def _only_get(path: str, handler: Handler, otherwise: Handler) -> Iterable[web.RouteDef]:
    return web.get(PREFIX + path, handler), web.route("*", PREFIX + path, otherwise)


def _only_post(path: str, handler: Handler, otherwise: Handler) -> Iterable[web.RouteDef]:
    return web.post(PREFIX + path, handler), web.route("*", PREFIX + path, otherwise)
