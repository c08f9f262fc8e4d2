"""Somebody who types commands on each surface, and reads what comes back there as plain lines."""

import asyncio
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from click.testing import CliRunner

from bot.cli import pointsman
from bot.domain.decision import Surface
from tests.support.everywhere import TOKENS, Everywhere, OnConsole, OnGoogleChat, OnSlack
from tests.support.running import Bot


class Typist(Protocol):
    """Types as ann, or as somebody else."""

    bot: Bot
    surface: Surface

    async def types(self, text: str, by: str = "ann") -> str:
        """Type a line; return the answer's lines."""


@dataclass
class InSlack:
    bot: Bot
    place: OnSlack
    surface: Surface = Surface.SLACK

    async def types(self, text: str, by: str = "ann") -> str:
        said = json.loads(await self.place.type(text, by=by))
        sections = [block["text"]["text"] for block in said["blocks"] if block["type"] == "section"]
        return html.unescape("\n".join(sections))


@dataclass
class InGoogleChat:
    bot: Bot
    place: OnGoogleChat
    surface: Surface = Surface.GOOGLE_CHAT

    async def types(self, text: str, by: str = "ann") -> str:
        said = "\n".join(_texts(json.loads(await self.place.type(text, by=by))))
        return html.unescape(re.sub(r"<[^>]+>", "", said.replace("<br>", "\n")))


def _texts(held: Any) -> Iterator[str]:
    """Every text in it, in order."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list):
        for value in held.values() if isinstance(held, dict) else held:
            yield from _texts(value)


@dataclass
class InConsole:
    bot: Bot
    place: OnConsole
    surface: Surface = Surface.CONSOLE

    async def types(self, text: str, by: str = "ann") -> str:
        page = await self.place.type(text, by=by)
        block = page.partition('id="answer"')[2].partition("</section>")[0]
        lines = re.findall(r"<p[^>]*>(.*?)</p>", block, re.DOTALL)
        return "\n".join(html.unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in lines)


@dataclass
class OnTheCommandLine:
    bot: Bot
    surface: Surface = Surface.CLI
    runner: CliRunner = field(default_factory=CliRunner)

    async def types(self, text: str, by: str = "ann") -> str:
        return str((await self.runs(*text.split(" "), by=by)).output)

    async def runs(self, *arguments: str, by: str = "ann", **environ: str | None):
        """Run a command in a thread, as it has a loop of its own."""
        url = str(self.bot.client.make_url("/")).rstrip("/")
        env = {"POINTSMAN_URL": url, "POINTSMAN_TOKEN": TOKENS[f"{by.upper()}_TOKEN"]} | environ
        return await asyncio.to_thread(self.runner.invoke, pointsman, arguments, env=env)


def typist_on(surface: Surface, world: Everywhere) -> Typist:
    match surface:
        case Surface.SLACK:
            return InSlack(world.bot, world.slack)
        case Surface.GOOGLE_CHAT:
            return InGoogleChat(world.bot, world.google_chat)
        case Surface.CONSOLE:
            return InConsole(world.bot, world.console)
        case Surface.CLI:
            return OnTheCommandLine(world.bot)
        case _:
            raise ValueError(surface)
