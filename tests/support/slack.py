"""A Slack of our own over real HTTP: its Web API with faults on demand, and requests signed as Slack signs them."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.support.slack_files import Files
from tests.support.slack_limits import check_message, check_view

SECRET = "signing-secret-of-the-tests"
TEAM, APP, CHANNEL = "T0TEAM", "A0APP", "C0RELEASES"

SCOPES = (
    *("chat:write", "commands", "users:read", "users:read.email", "usergroups:read", "files:write"),
    *("channels:read", "groups:read", "channels:history", "groups:history"),
)

JOINED = {"name": "releases", "is_member": True}

PEOPLE: dict[str, dict[str, Any]] = {
    "U0ANN": {"profile": {"email": "Ann@Example.com"}},
    "U0BOB": {"profile": {"email": "bob@example.com"}},
    "U0EVE": {"profile": {"email": "eve@example.com"}},
    "U0GUEST": {"profile": {"email": "ann@example.com"}, "is_restricted": True},
    "U0SINGLE": {"profile": {"email": "ann@example.com"}, "is_ultra_restricted": True},
    "U0BOT": {"profile": {"email": "ann@example.com"}, "is_bot": True},
    "U0GONE": {"profile": {"email": "ann@example.com"}, "deleted": True},
    "U0FAR": {"profile": {"email": "ann@example.com"}, "is_stranger": True},
    "U0OTHER": {"profile": {"email": "ann@example.com"}, "team_id": "T0OTHER"},
    "U0NOMAIL": {"profile": {}},
}


@dataclass
class Slack:
    """What Slack was told, and how it shall answer.

    Attributes:
        faults: answers in place of the right one, by method, the next first: an error's word, a status, `drop` (take
            it, and break the connection), or `hang` (take it, and say nothing).
        illegal: what the real one would have refused for its form; a test that leaves any fails.
        acknowledged: the answers to what was sent over the socket, by envelope.
        sockets: connections of Socket Mode that are open now.
    """

    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    private: list[dict[str, Any]] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    faults: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, dict[str, Any]] = field(default_factory=lambda: {u: dict(p) for u, p in PEOPLE.items()})
    usergroups: dict[str, list[str]] = field(default_factory=lambda: {"S0SRE": ["U0ANN", "U0GUEST"]})
    files: Files = field(default_factory=Files)
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    channels: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {CHANNEL: {"name": "releases", "is_member": True}}
    )
    illegal: list[str] = field(default_factory=list)
    acknowledged: dict[str, Any] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def cards(self) -> list[dict[str, Any]]:
        return [m for m in self.messages.values() if "thread_ts" not in m]

    def notes(self) -> list[dict[str, Any]]:
        return [m for m in self.messages.values() if "thread_ts" in m]

    def said(self) -> str:
        return json.dumps(self.private, ensure_ascii=False)

    def called(self, method: str) -> list[dict[str, Any]]:
        """With what a method was called, each time."""
        return [given for name, given in self.calls if name == method]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _given(request)
        self.calls.append((method, given))
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if isinstance(fault, int):
            return web.json_response({"ok": False, "error": "x"}, status=fault, headers={"Retry-After": "7"})
        if isinstance(fault, str) and fault not in {"drop", "hang"}:
            return web.json_response({"ok": False, "error": fault})
        if not self._is_legal(method, given):
            return web.json_response({"ok": False, "error": "invalid_blocks"})
        found = getattr(self, "_" + method.replace(".", "_"))(given)
        if fault == "drop":
            assert request.transport is not None
            request.transport.close()
        if fault == "hang":
            await self.over.wait()
        headers = {"x-oauth-scopes": ",".join(self.scopes)} if method == "auth.test" else {}
        return web.json_response(found if found.get("error") else {"ok": True} | found, headers=headers)

    def _is_legal(self, method: str, given: dict[str, Any]) -> bool:
        try:
            if method in {"chat.postMessage", "chat.update", "chat.postEphemeral"}:
                check_message(given)
            if method == "views.open":
                check_view(given["view"])
        except AssertionError as error:
            self.illegal.append(f"{method}: {error}")
            return False
        return True

    async def reply(self, request: web.Request) -> web.Response:
        """Take what is sent to a response URL."""
        if self.faults["reply"]:
            return web.Response(status=self.faults["reply"].pop(0), text="used_url")
        message = await request.json()
        if self._is_legal("chat.postEphemeral", message):
            self.private.append(message)
        self.told.set()
        return web.Response(text="ok")

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        """Open Socket Mode's connection: say hello, and keep every answer."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        await self._moved(lambda: self.sockets.append(socket))
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._moved(partial(self._acknowledge, message.json()))
        await self._moved(lambda: self.sockets.remove(socket))
        return socket

    def _acknowledge(self, ack: dict[str, Any]) -> None:
        self.acknowledged[ack["envelope_id"]] = ack.get("payload")

    async def send(self, kind: str, payload: dict[str, Any], *, envelope: str = "E1") -> None:
        """Send one envelope over the newest connection."""
        accepts = kind != "events_api"
        sent = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": accepts}
        await self.sockets[-1].send_json(sent)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when it holds of the socket's side; fail if it does not within seconds."""
        async with asyncio.timeout(5), self.moved:
            await self.moved.wait_for(holds)

    async def _moved(self, change: Callable[[], None]) -> None:
        async with self.moved:
            change()
            self.moved.notify_all()

    def _apps_connections_open(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"url": f"{self.url.replace('http', 'ws')}/link"}

    def _auth_test(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": "U0POINTSMAN", "bot_id": "B0POINTSMAN"}

    def _bots_info(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"bot": {"id": "B0POINTSMAN", "app_id": APP}}

    def _chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  Named after the method.
        ts = f"{1000 + len(self.messages)}.000100"
        self.messages[ts] = given | {"ts": ts}
        return {"channel": given["channel"], "ts": ts}

    def _chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        self.messages[given["ts"]] |= given
        return {"channel": given["channel"], "ts": given["ts"]}

    def _chat_postEphemeral(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.private.append(given)
        self.told.set()
        return {"message_ts": "1.1"}

    def _chat_getPermalink(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"permalink": f"https://example.slack.com/archives/{given['channel']}/p{given['message_ts']}"}

    def _conversations_history(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"messages": list(reversed(self.cards()))}

    def _conversations_replies(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"messages": self.notes()}

    def _files_getUploadURLExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self.files.begin(given, url=self.url)

    def _files_completeUploadExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self.files.complete(given)

    def _views_open(self, given: dict[str, Any]) -> dict[str, Any]:
        self.views.append(given["view"])
        return {"view": {"id": "V1"}}

    def _users_info(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["user"] not in self.people:
            return {"ok": False, "error": "user_not_found"}
        return {"user": {"id": given["user"], "team_id": TEAM} | self.people[given["user"]]}

    def _users_lookupByEmail(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        by_address = {p["profile"].get("email", "").lower(): user for user, p in reversed(self.people.items())}
        found = by_address.get(given["email"])
        return {"user": {"id": found}} if found else {"ok": False, "error": "users_not_found"}

    def _conversations_info(self, given: dict[str, Any]) -> dict[str, Any]:
        found = self.channels.get(given["channel"])
        return {"channel": found} if found is not None else {"ok": False, "error": "channel_not_found"}

    def _usergroups_users_list(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"users": self.usergroups[given["usergroup"]]}


async def _given(request: web.Request) -> dict[str, Any]:
    """Read a call's arguments: JSON, a form whose values may be JSON, or the query."""
    if request.content_type == "application/json":
        return dict(await request.json())
    given = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
    for name in ("blocks", "view", "metadata"):
        if isinstance(given.get(name), str):
            given[name] = json.loads(given[name])
    return given


@asynccontextmanager
async def running_slack() -> AsyncIterator[Slack]:
    slack = Slack()
    app = web.Application()
    app.add_routes([web.post("/api/{method}", slack.answer), web.get("/api/{method}", slack.answer)])
    app.add_routes([web.post("/reply", slack.reply), web.get("/link", slack.link)])
    app.add_routes([web.post("/upload/{name}", slack.files.take)])
    async with TestServer(app) as server:
        slack.url = f"http://127.0.0.1:{server.port}"
        try:
            yield slack
        finally:
            slack.over.set()
            for socket in tuple(slack.sockets):
                await socket.close()
    assert not slack.illegal, slack.illegal
