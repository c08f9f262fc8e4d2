"""Commands and messages in: what somebody typed, answered privately unless they share it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.commands.command import Command, parse
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.errors import StrangerError
from bot.usecases.answer_command import AnswerCommand, Reply
from bot.usecases.record_stranger import RecordStranger
from handlers.chats.refusals import REFUSALS, why
from handlers.google_chat.answers import Answer, Body, Say
from handlers.google_chat.events import Event
from handlers.google_chat.people import ChatPeople


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Answers lines.

    Args:
        named: the app's commands by their number; one that is called like a verb of the grammar stands for it.
        draw: writes an answer as a message.
    """

    answer_command: AnswerCommand
    people: ChatPeople
    record_stranger: RecordStranger
    named: Mapping[int, str]
    draw: Callable[[Reply], Body]

    async def __call__(self, event: Event) -> Answer:
        reply = await self._reply(event)
        return Say(message=self.draw(reply), to=None if reply.shared else event.place.viewer)

    async def _reply(self, event: Event) -> Reply:
        if event.command is not None and self.named and event.command not in self.named:
            return Reply(text=f"Command {event.command} is not in the settings (chats.google_chat.commands).")
        line = self._line(event)
        try:
            by = await self._identify(event, line)
            return await self.answer_command(
                line, by=by, surface=Surface.GOOGLE_CHAT, may_decide=True, platform_user=event.person.id
            )
        except REFUSALS as refusal:
            return Reply(text=why(refusal))

    def _line(self, event: Event) -> str:
        name = self.named.get(event.command or 0, "")
        return f"{name} {event.text}".strip() if isinstance(parse(name), Command) else event.text

    async def _identify(self, event: Event, line: str) -> Principal:
        try:
            return await self.people.identify(event.person, space=event.place.space)
        except StrangerError as stranger:
            command = parse(line)
            does = command.form.does if isinstance(command, Command) else None
            if isinstance(does, Verdict | Verb):
                await self.record_stranger(stranger, user=event.person.id, verb=does, surface=Surface.GOOGLE_CHAT)
            raise
