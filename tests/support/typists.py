"""Somebody who types commands on each surface, and reads what comes back there as plain lines."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import ClientSession, CookieJar
from click.testing import CliRunner

from bot.cli import pointsman
from bot.domain.decision import Surface
from handlers.google_chat import Dialect
from tests.support import google_chat_events
from tests.support.google_chat import running_google_chat
from tests.support.google_chat_answers import understood
from tests.support.google_chat_events import running_google
from tests.support.running import SECRETS, SETTINGS, Bot, running_bot
from tests.support.slack import Slack, running_slack, signed, typed

SLACK = """
chats:
  slack:
    bot_token: {env: CI_TOKEN}
    signing_secret: {env: SLACK_SECRET}
    mode: http
    team: T0TEAM
    api_url: URL/api/
"""


GOOGLE_CHAT = """
chats:
  google_chat:
    service_account: {env: CHAT_KEY}
    project_number: "1234567890"
    audience: https://pointsman.example.com/google-chat/events
    domains: [C0OURS]
    spaces: [spaces/AAAA]
    api_url: URL
    certs_url: CERTS
"""


class Typist(Protocol):
    """Types as ann, or as bob."""

    bot: Bot
    surface: Surface

    async def types(self, text: str, by: str = "ann") -> str:
        """Type a line; return the answer's lines."""


@dataclass
class InSlack:
    bot: Bot
    slack: Slack
    surface: Surface = Surface.SLACK
    times: int = 0

    async def types(self, text: str, by: str = "ann") -> str:
        self.times += 1  # Slack's trigger differs each time; the same one is a repeat.
        body = typed(self.slack, text, user=f"U0{by.upper()}", trigger=f"{self.times}.1")
        sent = signed(body, at=self.bot.clock.now.timestamp())
        answer = await self.bot.client.post("/slack/events", data=body, headers=sent)
        assert answer.status == 200, answer.status
        said = await answer.json()
        sections = [block["text"]["text"] for block in said["blocks"] if block["type"] == "section"]
        return html.unescape("\n".join(sections))


@dataclass
class InGoogleChat:
    bot: Bot
    surface: Surface = Surface.GOOGLE_CHAT
    times: int = 0

    async def types(self, text: str, by: str = "ann") -> str:
        self.times += 1  # The time tells one event from another; the same one is a repeat.
        user = {"ann": "users/101", "bob": "users/102"}[by]
        body = google_chat_events.commanded(Dialect.ADD_ON, text, user=user, at=str(self.times))
        proof = google_chat_events.token(self.bot.clock.now.timestamp())
        headers = {"Authorization": f"Bearer {proof}"}
        answer = await self.bot.client.post("/google-chat/events", json=body, headers=headers)
        assert answer.status == 200, answer.status
        message = understood(Dialect.ADD_ON, await answer.json()).message or {}
        if "text" in message:
            return str(message["text"])
        (first, *_) = message["cardsV2"][0]["card"]["sections"][0]["widgets"]
        return html.unescape(first["textParagraph"]["text"].replace("<br>", "\n"))


@dataclass
class InConsole:
    bot: Bot
    session: ClientSession
    surface: Surface = Surface.CONSOLE
    signed_in: dict[str, str] = field(default_factory=dict)

    async def types(self, text: str, by: str = "ann") -> str:
        csrf = self.signed_in.get(by) or await self._sign_in(by)
        sent = {"csrf": csrf, "text": text}
        async with self.session.post(self._url("/commands"), data=sent, allow_redirects=False) as answer:
            page = await answer.text()
        block = page.partition('id="answer"')[2].partition("</section>")[0]
        lines = re.findall(r"<p[^>]*>(.*?)</p>", block, re.DOTALL)
        return "\n".join(html.unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in lines)

    async def _sign_in(self, by: str) -> str:
        self.session.cookie_jar.clear()
        self.signed_in.clear()
        token = SECRETS[f"{by.upper()}_TOKEN"]
        async with self.session.post(self._url("/sign-in"), data={"token": token}) as answer:
            found = re.search(r'name="csrf" value="([^"]+)"', await answer.text())
        assert found is not None
        self.signed_in[by] = found[1]
        return found[1]

    def _url(self, path: str) -> str:
        return str(self.bot.client.make_url(path))


@dataclass
class OnTheCommandLine:
    bot: Bot
    surface: Surface = Surface.CLI

    async def types(self, text: str, by: str = "ann") -> str:
        return str((await self.runs(*text.split(" "), by=by)).output)

    async def runs(self, *arguments: str, by: str = "ann", **environ: str | None):
        """Run a command in a thread, as it has a loop of its own."""
        url = str(self.bot.client.make_url("/")).rstrip("/")
        env = {"POINTSMAN_URL": url, "POINTSMAN_TOKEN": SECRETS[f"{by.upper()}_TOKEN"]} | environ
        return await asyncio.to_thread(CliRunner().invoke, pointsman, arguments, env=env)


@asynccontextmanager
async def typist_on(surface: Surface, url: str, *, settings: str = SETTINGS) -> AsyncIterator[Typist]:
    """Run the bot with a surface, and somebody there."""
    match surface:
        case Surface.SLACK:
            async with (
                running_slack() as slack,
                running_bot(url, settings=settings + SLACK.replace("URL", slack.url)) as bot,
            ):
                yield InSlack(bot, slack)
        case Surface.GOOGLE_CHAT:
            async with (
                running_google_chat() as chat,
                running_google() as google,
                running_bot(
                    url,
                    settings=settings + GOOGLE_CHAT.replace("URL", chat.url).replace("CERTS", google.url),
                    secrets={"CHAT_KEY": chat.key_file},
                ) as bot,
            ):
                yield InGoogleChat(bot)
        case Surface.CONSOLE:
            async with (
                running_bot(url, settings=settings) as bot,
                ClientSession(cookie_jar=CookieJar(unsafe=True)) as s,
            ):
                yield InConsole(bot, s)
        case Surface.CLI:
            async with running_bot(url, settings=settings) as bot:
                yield OnTheCommandLine(bot)
        case _:
            raise ValueError(surface)
