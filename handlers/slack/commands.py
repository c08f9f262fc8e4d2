"""Slash commands in: what somebody typed, answered privately unless they share it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.commands.command import Command, parse
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.errors import StrangerError
from bot.usecases.answer_command import AnswerCommand, Reply
from bot.usecases.record_stranger import RecordStranger
from handlers.chats.errands import Errands
from handlers.chats.refusals import REFUSALS, why
from handlers.slack.cards import BUTTONS, SECTION, Block, button_of, rows, section
from handlers.slack.payload import Typed, typed_of
from handlers.slack.people import SlackPeople
from handlers.slack.private import Private
from handlers.slack.text import NOTHING, escaped, pages

ANY = re.compile("")
"""The app's own settings name its command: `/release`, or another where that one is taken."""

PROMPT_SECONDS = 2.5
"""An answer that takes longer comes after Slack was told that there will be one; it waits three seconds for that."""

SECTIONS = 10
"""Blocks of one answer in words; more is better read in the console."""

Answer = tuple[str, list[Block], bool]
"""Text, blocks, and whether everybody reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    answer_command: AnswerCommand
    people: SlackPeople
    record_stranger: RecordStranger
    private: Private
    errands: Errands

    def listen(self, app: AsyncApp) -> None:
        @app.command(ANY)
        async def on_command(ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
            typed = typed_of(body)
            answering = asyncio.create_task(self.answer(typed))
            if await _ends(answering, within=PROMPT_SECONDS):
                text, blocks, shared = answering.result()
                await ack(text=text, blocks=blocks, response_type="in_channel" if shared else "ephemeral")
            else:
                self.errands.start(self._later(typed, answering))
                await ack()

    async def answer(self, typed: Typed) -> Answer:
        try:
            by = await self._identify(typed)
            reply = await self.answer_command(
                typed.text, by=by, surface=Surface.SLACK, may_decide=True, platform_user=typed.place.user
            )
        except REFUSALS as refusal:
            return drawn(Reply(text=why(refusal)))
        return drawn(reply)

    async def _identify(self, typed: Typed) -> Principal:
        try:
            return await self.people.identify(typed.place.user)
        except StrangerError as stranger:
            command = parse(typed.text)
            does = command.form.does if isinstance(command, Command) else None
            if isinstance(does, Verdict | Verb):
                await self.record_stranger(stranger, user=typed.place.user, verb=does, surface=Surface.SLACK)
            raise

    async def _later(self, typed: Typed, answering: asyncio.Task[Answer]) -> None:
        text, blocks, shared = await answering
        await self.private.say(typed.place, text, blocks, shared=shared)


async def _ends(task: asyncio.Task[Any], *, within: float) -> bool:
    done, _ = await asyncio.wait({task}, timeout=within)
    return bool(done)


def drawn(reply: Reply) -> Answer:
    """Draw an answer: its words as they are, and the buttons that would do what was asked."""
    lines = [escaped(line) for line in reply.text.splitlines()]
    texts = pages(lines, SECTION)[:SECTIONS]
    blocks = [section({"type": "plain_text", "text": text, "emoji": False}) for text in texts]
    blocks += rows([button_of(button) for button in reply.buttons[:BUTTONS]])
    return texts[0] if texts else NOTHING, blocks, reply.shared
