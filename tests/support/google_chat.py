"""A Google Chat of our own over real HTTP: its REST API, webhooks and token endpoint, with faults on demand."""

import asyncio
import functools
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt
from google.protobuf.json_format import ParseError

from tests.support.google_chat_limits import check_message

SPACE, HOOK = "spaces/AAAA", "spaces/WWWW"
EMAIL = "pointsman@project.iam.gserviceaccount.com"
SCOPES = {"https://www.googleapis.com/auth/chat.bot", "https://www.googleapis.com/auth/pubsub"}
AUDIENCE = "https://oauth2.googleapis.com/token"
SECRET = "secret-of-the-webhook"

ANY_TIME = 10**9
"""Seconds: a test's clock may stand anywhere."""

CREATE = {"messageId", "requestId", "messageReplyOption", "createMessageNotificationOptions.notificationType"}
CHANGEABLE = {"text", "cardsV2", "accessoryWidgets"}

PEOPLE: dict[str, dict[str, Any]] = {
    "users/101": {"email": "ann@example.com", "affiliation": "INTERNAL"},
    "users/102": {"email": "bob@example.com", "affiliation": "INTERNAL"},
    "users/103": {"email": "eve@example.com", "affiliation": "INTERNAL"},
    "users/104": {"email": "guest@elsewhere.com", "affiliation": "EXTERNAL"},
}


@functools.cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(token_uri: str) -> str:
    """The service account's key file, as Google writes it."""
    pem = private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = {"type": "service_account", "project_id": "project", "client_email": EMAIL, "token_uri": token_uri}
    return json.dumps(key | {"private_key_id": "k1", "private_key": pem.decode()})


@dataclass
class GoogleChat:
    """What Chat was told, and how it shall answer.

    Attributes:
        faults: answers in place of the right one, by what is called (`create`, `patch`, `get`, `member`, `token`,
            `webhook`), the next first: a status, `drop` (take it, and break the connection), or `hang` (take it, and
            say nothing).
        illegal: what the real one would have refused for its form; a test that leaves any fails.
        retry_after: what the header of a fault says; empty: there is none.
        spaces: those the app is a member of, each with its people.
        first: each message as it was posted.
        remembers: a `requestId` said again gets what was posted; else its `messageId` is in conflict.
        deleted: messages that people deleted.  Their ids are not free again.
    """

    url: str = ""
    calls: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    first: dict[str, dict[str, Any]] = field(default_factory=dict)
    hooked: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, dict[str, Any]] = field(default_factory=lambda: {u: dict(p) for u, p in PEOPLE.items()})
    spaces: dict[str, set[str]] = field(default_factory=lambda: {SPACE: set(PEOPLE), "spaces/DM": {"users/101"}})
    tokens: list[str] = field(default_factory=list)
    illegal: list[str] = field(default_factory=list)
    retry_after: str = "7"
    remembers: bool = True
    deleted: set[str] = field(default_factory=set)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _named: dict[str, str] = field(default_factory=dict)

    @property
    def webhook(self) -> str:
        return f"{self.url}/v1/{HOOK}/messages?key=shared&token={SECRET}"

    @property
    def key_file(self) -> str:
        return key_file(f"{self.url}/token")

    def called(self, what: str) -> list[tuple[dict[str, str], dict[str, Any]]]:
        """With what something was called, each time: query and body."""
        return [(query, body) for name, query, body in self.calls if name == what]

    def public(self) -> list[dict[str, Any]]:
        return [message for message in self.messages.values() if "privateMessageViewer" not in message]

    def private(self) -> list[dict[str, Any]]:
        return [message for message in self.messages.values() if "privateMessageViewer" in message]

    def cards(self) -> list[dict[str, Any]]:
        return [message for message in self.public() if "cardsV2" in message]

    def notes(self) -> list[dict[str, Any]]:
        return [message for message in self.public() if "cardsV2" not in message]

    async def until(self, holds: Callable[[], object]) -> None:
        """Return when it holds of what was told; fail if it does not within seconds."""
        async with asyncio.timeout(5):
            while not holds():
                self.told.clear()
                await self.told.wait()

    async def answer(
        self, what: str, request: web.Request, do: Callable[[dict[str, Any]], web.Response]
    ) -> web.Response:
        """Do what was asked, or be at fault."""
        body = await request.json() if request.can_read_body else {}
        self.calls.append((what, dict(request.query), body))
        fault = self.faults[what].pop(0) if self.faults[what] else None
        if isinstance(fault, int):
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return _error(fault, "FAULT", headers)
        if what != "webhook" and not self._knows(request):
            return _error(401, "UNAUTHENTICATED")
        found = do(body)
        self.told.set()
        if fault == "drop":
            assert request.transport is not None
            request.transport.close()
        if fault == "hang":
            await self.over.wait()
        return found

    def _knows(self, request: web.Request) -> bool:
        return request.headers.get("Authorization", "") in {f"Bearer {token}" for token in self.tokens}

    async def grant(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.calls.append(("token", {}, {}))
        if self.faults["token"]:
            return web.json_response({"error": "invalid_grant"}, status=self.faults["token"].pop(0))
        claims = jwt.decode(
            str(form["assertion"]), certs={"k1": _public_key()}, audience=AUDIENCE, clock_skew_in_seconds=ANY_TIME
        )
        assert (claims["iss"], claims["scope"] in SCOPES) == (EMAIL, True)
        assert str(form["grant_type"]).endswith("jwt-bearer")
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return web.json_response({"access_token": self.tokens[-1], "expires_in": 3600, "token_type": "Bearer"})

    async def create(self, request: web.Request) -> web.Response:
        space = f"spaces/{request.match_info['space']}"
        if "token" in request.query:
            return await self.answer("webhook", request, lambda body: self._hooked(request, body))
        return await self.answer("create", request, lambda body: self._created(space, request.query, body))

    def _hooked(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        if request.query["token"] != SECRET or request.match_info["space"] != HOOK.removeprefix("spaces/"):
            return _error(404, "NOT_FOUND")
        if not self._is_legal("webhook", body):
            return _error(400, "INVALID_ARGUMENT")
        self.hooked.append(body)
        return web.json_response(
            {"name": f"{HOOK}/messages/W{len(self.hooked)}", "thread": {"name": f"{HOOK}/threads/W"}}
        )

    def _created(self, space: str, query: Mapping[str, str], body: dict[str, Any]) -> web.Response:
        if space not in self.spaces:
            return _error(404, "NOT_FOUND")
        if set(query) - CREATE or not self._is_legal("create", body):
            return _error(400, "INVALID_ARGUMENT")
        named = f"{space}/messages/{query.get('messageId')}"
        if named in self._named:
            name = self._named[named]
            return web.json_response(self.first[name]) if self.remembers else _error(409, "ALREADY_EXISTS")
        return web.json_response(self._post(space, query, body, named))

    def _post(self, space: str, query: Mapping[str, str], body: dict[str, Any], named: str) -> dict[str, Any]:
        number = len(self.messages) + 1
        replies = "messageReplyOption" in query and "thread" in body
        thread = body["thread"]["name"] if replies else f"{space}/threads/T{number}"
        name = f"{space}/messages/{thread.rpartition('/')[2]}.M{number}"
        self.messages[name] = body | {"name": name, "thread": {"name": thread}, "space": {"name": space}}
        self.first[name] = dict(self.messages[name])
        if "messageId" in query:
            self._named[named] = name
        return self.messages[name]

    async def message(self, request: web.Request) -> web.Response:
        """Change, read or delete one."""
        asked = f"spaces/{request.match_info['space']}/messages/{request.match_info['message']}"
        name = self._named.get(asked, asked)
        what = {"PATCH": "patch", "GET": "get", "DELETE": "delete"}[request.method]
        return await self.answer(what, request, lambda body: self._one(what, name, request.query, body))

    def _one(self, what: str, name: str, query: Mapping[str, str], body: dict[str, Any]) -> web.Response:
        if name not in self.messages or name in self.deleted:
            return _error(404, "NOT_FOUND")
        if what == "delete":
            self.deleted.add(name)
            return web.json_response({})
        if what == "patch":
            fields = set(query.get("updateMask", "").split(","))
            if not fields <= CHANGEABLE or not self._is_legal("patch", body):
                return _error(400, "INVALID_ARGUMENT")
            self.messages[name] |= {one: body[one] for one in fields if one in body}
        return web.json_response(self.messages[name])

    async def space(self, request: web.Request) -> web.Response:
        name = f"spaces/{request.match_info['space']}"
        found = web.json_response({"name": name, "spaceType": "SPACE"})
        return await self.answer("get", request, lambda _: found if name in self.spaces else _error(404, "NOT_FOUND"))

    async def member(self, request: web.Request) -> web.Response:
        space, user = f"spaces/{request.match_info['space']}", request.match_info["user"]
        return await self.answer("member", request, lambda _: self._member(space, user))

    def _member(self, space: str, user: str) -> web.Response:
        if space not in self.spaces:
            return _error(403, "PERMISSION_DENIED")
        if user == "app":
            return web.json_response({"name": f"{space}/members/app", "state": "JOINED"})
        fits = (name for name, one in self.people.items() if user in {name.removeprefix("users/"), one["email"]})
        found = next(fits, None)
        if found not in self.spaces[space]:
            return _error(404, "NOT_FOUND")
        person = {"name": found, "type": "HUMAN"}
        more = {"state": "JOINED", "role": "ROLE_MEMBER", "affiliation": self.people[found]["affiliation"]}
        return web.json_response({"name": f"{space}/members/{found.removeprefix('users/')}", "member": person} | more)

    def _is_legal(self, what: str, message: dict[str, Any]) -> bool:
        try:
            check_message(message)
        except (AssertionError, ParseError) as error:
            self.illegal.append(f"{what}: {error}")
            return False
        return True


def _public_key() -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key().public_key().public_bytes(serialization.Encoding.PEM, form)


def _error(status: int, word: str, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {"error": {"code": status, "status": word, "message": f"{word} says Chat"}}
    return web.json_response(body, status=status, headers=headers)


@asynccontextmanager
async def running_google_chat() -> AsyncIterator[GoogleChat]:
    chat = GoogleChat()
    app = web.Application()
    app.add_routes(
        [
            web.post("/token", chat.grant),
            web.post("/v1/spaces/{space}/messages", chat.create),
            web.route("*", "/v1/spaces/{space}/messages/{message}", chat.message),
            web.get("/v1/spaces/{space}", chat.space),
            web.get("/v1/spaces/{space}/members/{user}", chat.member),
        ]
    )
    async with TestServer(app) as server:
        chat.url = f"http://127.0.0.1:{server.port}"
        try:
            yield chat
        finally:
            chat.over.set()
    assert not chat.illegal, chat.illegal
