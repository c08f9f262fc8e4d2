"""Slash commands in: what somebody typed, answered privately unless they share it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.decision import Surface
from bot.domain.errors import Refusal, UnavailableError
from bot.usecases.answer_command import AnswerCommand, Reply
from handlers.slack.cards import SECTION, button_of, section
from handlers.slack.payload import typed_of
from handlers.slack.people import SlackPeople, StrangerError
from handlers.slack.receipts import UNAVAILABLE
from handlers.slack.text import literal, markup, within

COMMAND = "/release"

CANDIDATES = 25
"""Buttons that one answer carries at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    answer_command: AnswerCommand
    people: SlackPeople

    def listen(self, app: AsyncApp) -> None:
        @app.command(COMMAND)
        async def on_command(ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
            await ack(**await self.typed(body))

    async def typed(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer, as it stands in the response to Slack."""
        typed = typed_of(body)
        try:
            by = await self.people.identify(typed.place.user)
            reply = await self.answer_command(typed.text, by=by, surface=Surface.SLACK, platform_user=typed.place.user)
        except (StrangerError, Refusal) as error:
            return _private(str(error))
        except UnavailableError:
            return _private(UNAVAILABLE)
        return _answer(reply)


def _private(text: str) -> dict[str, Any]:
    return {"response_type": "ephemeral", "text": literal(text)}


def _answer(reply: Reply) -> dict[str, Any]:
    text = within("\n".join(literal(line) for line in reply.text.splitlines()), SECTION)
    blocks: list[dict[str, Any]] = [section(markup(text))]
    # An `action_id` stands once in its block, so that each candidate's button has a block of its own.
    blocks += [{"type": "actions", "elements": [button_of(button)]} for button in reply.buttons[:CANDIDATES]]
    return {"response_type": "in_channel" if reply.shared else "ephemeral", "text": text, "blocks": blocks}
