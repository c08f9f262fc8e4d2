"""What one person alone is told after the event was answered."""

from dataclasses import dataclass

import structlog

from handlers.google_chat.answers import Answer, Body, CloseDialog, Nothing, Notice, OpenDialog, Redraw, Say, private
from handlers.google_chat.calls import Api
from handlers.google_chat.events import Place
from handlers.google_chat.people import FAULTS

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """Tells where it happened.  What cannot be told is logged: nothing hangs on it."""

    api: Api

    async def say(self, place: Place, message: Body, *, to: str | None) -> None:
        """Post a message.

        Args:
            to: who alone reads it, `users/…`; None: everybody there.
        """
        if place.space is None:
            log.warning("google_chat_cannot_tell", user=place.user, why="no space")
            return
        try:
            await self.api.create(place.space, private(message, to), thread=place.thread)
        except FAULTS as error:
            log.warning("google_chat_cannot_tell", user=place.user, space=place.space, why=str(error))

    async def answer(self, place: Place, answer: Answer) -> None:
        """Tell what could not be answered in time, or not at all where nothing is answered at once."""
        match answer:
            case Say(message=message, to=to):
                await self.say(place, message, to=to)
            case Redraw(message=message):
                await self.say(place, message, to=place.viewer)
            case Notice(text=text) | CloseDialog(text=text):
                await self.say(place, {"text": text}, to=place.viewer)
            case OpenDialog() | Nothing():
                return  # A dialog opens in time or not at all.
