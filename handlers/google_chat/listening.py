"""Each event to what is meant for it, and an answer in time."""

import asyncio
from dataclasses import dataclass

import structlog

from handlers.chats.errands import Errands
from handlers.google_chat.answers import Answer, CloseDialog, Nothing, Notice, Say
from handlers.google_chat.clicks import Clicks
from handlers.google_chat.commands import Commands
from handlers.google_chat.events import Dialog, Event, Kind
from handlers.google_chat.private import Private
from handlers.google_chat.spaces import Spaces

log = structlog.get_logger(__name__)

PROMPT_SECONDS = 10.0
"""An answer that takes longer comes after Google was told that there will be one.  It waits thirty seconds."""

LATER = "This takes longer than usual; the answer follows."
AGAIN = "This took too long. Nothing was decided; close this and press the button again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    clicks: Clicks
    commands: Commands
    spaces: Spaces
    private: Private
    errands: Errands

    async def __call__(self, event: Event) -> Answer:
        """Answer in time, with words if it cannot be the answer itself: that follows as a message then."""
        answering = asyncio.create_task(self.answer(event))
        done, _ = await asyncio.wait({answering}, timeout=PROMPT_SECONDS)
        if done:
            return answering.result()
        log.warning("google_chat_answer_late", kind=event.kind, verb=event.verb)
        self.errands.start(self._later(event, answering))
        return _meanwhile(event)

    async def _later(self, event: Event, answering: asyncio.Task[Answer]) -> None:
        await self.private.answer(event.place, await answering)

    async def answer(self, event: Event) -> Answer:
        match event.kind:
            case Kind.CLICK:
                return await self.clicks(event)
            case Kind.COMMAND | Kind.MESSAGE:
                return await self.commands(event)
            case Kind.ADDED:
                return await self._added(event)
            case Kind.REMOVED:
                log.warning("google_chat_removed_from_space", space=event.place.space)
                return Nothing()
            case Kind.OTHER:
                log.info("google_chat_event_passed_by", name=event.name)
                return Nothing()

    async def _added(self, event: Event) -> Answer:
        """Greet; who added the bot by a line that names it gets the answer to that line."""
        log.info("google_chat_added_to_space", space=event.place.space)
        if event.text and self.spaces.allow(event):
            return await self.commands(event)
        return Say(message={"text": self.spaces.greeting(event)}, to=None)


def _meanwhile(event: Event) -> Answer:
    match event.dialog:
        case Dialog.REQUESTED:
            return Notice(text=AGAIN, opened=False)
        case Dialog.SUBMITTED:
            return CloseDialog(LATER)
        case Dialog.CANCELLED | None:
            return Nothing()
