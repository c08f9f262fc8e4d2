"""Cards and lines out to Google Chat."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.domain.card import Card
from bot.domain.effects import ReleaseId, Tell
from bot.domain.errors import CardGoneError, ChatRefusedError
from bot.domain.figures.summary import Summary
from bot.ports import ChatPlatform
from handlers.google_chat.callers import Callers
from handlers.google_chat.calls import AlreadyThereError, Api, MissingError, message_id
from handlers.google_chat.cards import to_message, to_note
from handlers.google_chat.pace import Writes
from handlers.google_chat.summaries import Picture, to_summary
from handlers.google_chat.webhooks import WEBHOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class AppChat:
    """Implements `bot.ports.ChatPlatform`.  A card's id is its message and, behind a blank, its thread.

    Args:
        function: what a click calls; None: no click reaches us.
        link: where the console shows a release.
        insights: where the console shows figures.
        illustrate: the picture of a summary; None: there is none.
    """

    api: Api
    callers: Callers
    writes: Writes
    function: str | None
    link: Callable[[ReleaseId], str]
    insights: str
    illustrate: Callable[[Summary], Awaitable[Picture | None]]

    async def show(self, card: Card, *, to: str, posted_as: str | None, key: str, retry: bool) -> str:
        with self.writes.one(to):
            if posted_as is not None:
                await self._redraw(card, posted_as.partition(" ")[0])
                return posted_as
            if retry and (found := await self._find(card, to, key)) is not None:
                return found
            return await self._post(card, to, key)

    async def tell(self, tell: Tell, *, to: str, posted_as: str, key: str) -> None:
        """Say a line in the thread of the card, or in a new message that notifies.  Said once, however often tried."""
        thread = posted_as.partition(" ")[2]
        with self.writes.one(to):
            try:
                if tell.notifies:
                    calling = await self.callers(tell.mentions, space=to)
                    note = to_note(tell, calling=calling, card=_address(thread))
                    await self.api.create(to, note, once=key)
                else:
                    await self.api.create(to, to_note(tell), once=key, thread=thread or None, silent=True)
            except AlreadyThereError:
                return

    async def post(self, summary: Summary, *, to: str, key: str, retry: bool) -> None:  # noqa: ARG002  Its key tells.
        with self.writes.one(to):
            message = to_summary(summary, link=self.insights, picture=await self.illustrate(summary))
            try:
                await self.api.create(to, message, once=key)
            except AlreadyThereError:
                return

    async def _post(self, card: Card, to: str, key: str) -> str:
        calling = await self.callers(card.mentions, space=to)
        message = to_message(card, function=self.function, link=self.link(card.release), calling=calling)
        try:
            return _posted_as(await self.api.create(to, message, once=key))
        except AlreadyThereError:
            return _posted_as(await self._redraw(card, f"{to}/messages/{message_id(key)}"))

    async def _find(self, card: Card, to: str, key: str) -> str | None:
        """Draw the card that an earlier try may have posted; None: it did not."""
        try:
            return _posted_as(await self._redraw(card, f"{to}/messages/{message_id(key)}"))
        except CardGoneError:
            return None

    async def _redraw(self, card: Card, name: str) -> dict[str, Any]:
        try:
            return await self.api.patch(name, to_message(card, function=self.function, link=self.link(card.release)))
        except MissingError as error:
            raise CardGoneError(name) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOrWebhook:
    """Implements `bot.ports.ChatPlatform`: a webhook's for what goes there, the app's for every space.

    Args:
        app: None: the settings know only webhooks.
    """

    app: AppChat | None
    webhooks: ChatPlatform

    async def show(self, card: Card, *, to: str, posted_as: str | None, key: str, retry: bool) -> str:
        return await self._towards(to).show(card, to=to, posted_as=posted_as, key=key, retry=retry)

    async def tell(self, tell: Tell, *, to: str, posted_as: str, key: str) -> None:
        await self._towards(to).tell(tell, to=to, posted_as=posted_as, key=key)

    async def post(self, summary: Summary, *, to: str, key: str, retry: bool) -> None:
        await self._towards(to).post(summary, to=to, key=key, retry=retry)

    def _towards(self, to: str) -> ChatPlatform:
        if to.startswith(WEBHOOK):
            return self.webhooks
        if self.app is None:
            raise ChatRefusedError("the settings have no service account for Google Chat, only webhooks")
        return self.app


def _posted_as(message: dict[str, Any]) -> str:
    thread = message.get("thread") or {}
    return f"{message['name']} {thread.get('name', '')}".strip()


def _address(thread: str) -> str | None:
    """Where a browser or a phone opens a thread.  Chat documents no address; this is what its own menu copies."""
    space, found, name = thread.removeprefix("spaces/").partition("/threads/")
    return f"https://chat.google.com/room/{space}/{name}" if found else None
