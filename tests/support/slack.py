"""A Slack of our own over real HTTP: its Web API with faults on demand, and requests signed as Slack signs them."""

import asyncio
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = "signing-secret-of-the-tests"
TEAM, APP, CHANNEL = "T0TEAM", "A0APP", "C0RELEASES"

# Source: docs.slack.dev, reference/block-kit.
BLOCKS, HEADER, SECTION, BUTTON, CONFIRM_TEXT, ACTIONS = 50, 150, 3000, 75, 300, 25

PEOPLE = {
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
            it, and break the connection), or `hang`.
    """

    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    private: list[dict[str, Any]] = field(default_factory=list)
    views: list[dict[str, Any]] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    faults: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def cards(self) -> list[dict[str, Any]]:
        return [m for m in self.messages.values() if "thread_ts" not in m]

    def notes(self) -> list[dict[str, Any]]:
        return [m for m in self.messages.values() if "thread_ts" in m]

    def said(self) -> str:
        return json.dumps(self.private, ensure_ascii=False)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _given(request)
        self.calls.append((method, given))
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if isinstance(fault, int):
            return web.json_response({"ok": False, "error": "x"}, status=fault, headers={"Retry-After": "7"})
        if isinstance(fault, str) and fault != "drop":
            return web.json_response({"ok": False, "error": fault})
        found = getattr(self, "_" + method.replace(".", "_"))(given)
        if fault == "drop":
            assert request.transport is not None
            request.transport.close()
        return web.json_response({"ok": True} | found)

    async def reply(self, request: web.Request) -> web.Response:
        """Take what is sent to a response URL."""
        self.private.append(await request.json())
        self.told.set()
        return web.Response(text="ok")

    def _auth_test(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": "U0POINTSMAN", "bot_id": "B0POINTSMAN"}

    def _bots_info(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"bot": {"id": "B0POINTSMAN", "app_id": APP}}

    def _chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802  Named after the method.
        check_blocks(given["blocks"])
        ts = f"{1000 + len(self.messages)}.000100"
        self.messages[ts] = given | {"ts": ts}
        return {"channel": given["channel"], "ts": ts}

    def _chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        check_blocks(given["blocks"])
        self.messages[given["ts"]] |= given
        return {"channel": given["channel"], "ts": given["ts"]}

    def _chat_postEphemeral(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.private.append(given)
        return {"message_ts": "1.1"}

    def _chat_getPermalink(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"permalink": f"https://example.slack.com/archives/{given['channel']}/p{given['message_ts']}"}

    def _conversations_history(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"messages": list(reversed(self.cards()))}

    def _conversations_replies(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"messages": self.notes()}

    def _views_open(self, given: dict[str, Any]) -> dict[str, Any]:
        self.views.append(given["view"])
        return {"view": {"id": "V1"}}

    def _users_info(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"user": {"id": given["user"], "team_id": TEAM} | PEOPLE[given["user"]]}

    def _users_lookupByEmail(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = next(u for u, p in PEOPLE.items() if p["profile"].get("email", "").lower() == given["email"])  # type: ignore[attr-defined]
        return {"user": {"id": found}}

    def _usergroups_users_list(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"users": ["U0ANN", "U0GUEST"]}


async def _given(request: web.Request) -> dict[str, Any]:
    """Read a call's arguments: JSON, a form whose values may be JSON, or the query."""
    if request.content_type == "application/json":
        return dict(await request.json())
    given = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
    for name in ("blocks", "view", "metadata"):
        if isinstance(given.get(name), str):
            given[name] = json.loads(given[name])
    return given


def check_blocks(blocks: list[dict[str, Any]]) -> None:
    """Refuse what Slack would refuse for its size."""
    assert 0 < len(blocks) <= BLOCKS
    for block in blocks:
        text = (block.get("text") or {}).get("text", "")
        assert len(text) <= (HEADER if block["type"] == "header" else SECTION), block["type"]
        assert block["type"] not in {"header", "section"} or text.strip()
        elements = block.get("elements", [])
        assert len(elements) <= ACTIONS
        if block["type"] == "actions":
            ids = [element["action_id"] for element in elements]
            assert len(set(ids)) == len(ids)
            for element in elements:
                assert len(element["text"]["text"]) <= BUTTON
                assert len(element.get("confirm", {}).get("text", {}).get("text", "")) <= CONFIRM_TEXT


@asynccontextmanager
async def running_slack() -> AsyncIterator[Slack]:
    slack = Slack()
    app = web.Application()
    app.add_routes([web.post("/api/{method}", slack.answer), web.get("/api/{method}", slack.answer)])
    app.add_routes([web.post("/reply", slack.reply)])
    async with TestServer(app) as server:
        slack.url = f"http://127.0.0.1:{server.port}"
        yield slack


def signed(body: str, *, at: float, secret: str = SECRET) -> dict[str, str]:
    """The headers of a request of Slack's, signed at so many seconds of Unix time."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def click(slack: Slack, action: str, subject: str, *, user: str = "U0ANN", trigger: str = "1.1", **more: Any) -> str:
    """The body of a click."""
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "api_app_id": APP,
        "user": {"id": user, "team_id": TEAM},
        "container": {"type": "message", "message_ts": "1000.000100", "channel_id": CHANNEL},
        "channel": {"id": CHANNEL},
        "trigger_id": trigger,
        "response_url": f"{slack.url}/reply",
        "actions": [{"action_id": action, "block_id": "b", "type": "button", "value": subject}],
    }
    return urlencode({"payload": json.dumps(payload | more)})


def submission(view: dict[str, Any], said: str, *, user: str = "U0ANN") -> str:
    """The body of a dialog sent off."""
    state = {"values": {"reason": {"reason": {"type": "plain_text_input", "value": said}}}}
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "api_app_id": APP,
        "user": {"id": user, "team_id": TEAM},
        "view": view | {"id": "V1", "state": state},
    }
    return urlencode({"payload": json.dumps(payload)})


def typed(slack: Slack, text: str, *, user: str = "U0ANN", trigger: str = "2.1") -> str:
    """The body of a slash command."""
    return urlencode(
        {
            "command": "/release",
            "text": text,
            "user_id": user,
            "channel_id": CHANNEL,
            "team_id": TEAM,
            "api_app_id": APP,
            "trigger_id": trigger,
            "response_url": f"{slack.url}/reply",
        },
    )
