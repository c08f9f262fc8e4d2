"""Calls of the API over real HTTP; every answer is held against the API's own description."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict

from bot.domain.decision import Principal
from bot.domain.tokens import ApiToken, ApiTokens
from handlers.api import assemble
from tests.handlers.api.described import check
from tests.support.desk import ANN, BOB, EVE, Desk

TOKENS = ApiTokens(
    [
        ("ann-secret", ApiToken(name="ann", principal=ANN, may_decide=True, person=True)),
        ("bob-secret", ApiToken(name="bob", principal=BOB, may_decide=True, person=True)),
        ("eve-secret", ApiToken(name="eve", principal=EVE, may_decide=True, person=True)),
        ("reader-secret", ApiToken(name="reader", principal=ANN)),
        ("ci-secret", ApiToken(name="ci", principal=Principal("token:ci"), may_decide=True)),
    ]
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    json: Any
    headers: Any
    text: str


@dataclass(frozen=True, slots=True)
class Client:
    """Calls the API as somebody; None: as nobody."""

    http: TestClient[web.Request, web.Application]

    async def get(self, path: str, *, by: str | None = "ann", **more: Any) -> Answer:
        return await self.call("GET", path, by=by, **more)

    async def post(self, path: str, body: Any = None, *, by: str | None = "ann", **more: Any) -> Answer:
        if body is not None:
            more["json"] = body
        return await self.call("POST", path, by=by, **more)

    async def call(
        self, method: str, path: str, *, by: str | None = "ann", headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        sent = CIMultiDict(headers or {})
        if by:
            sent["Authorization"] = f"Bearer {by}-secret"
        async with self.http.request(method, f"/api/v1{path}", headers=sent, **more) as response:
            text = await response.text()
            answer = Answer(
                response.status, None if method == "HEAD" else await response.json(), response.headers, text
            )
        if method != "HEAD":
            check(method, path.partition("?")[0], answer.status, response.content_type, answer.json)
        return answer


def application(desk: Desk) -> web.Application:
    """Serve the API alone."""
    app = web.Application()
    app.add_routes(
        assemble(
            storage=desk.storage,
            people=desk.people,
            tokens=TOKENS,
            count_refusals=desk.refusals,
            now=desk.clock.now,
        )
    )
    return app


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[Client]:
    async with TestClient(TestServer(app)) as http:
        yield Client(http)
