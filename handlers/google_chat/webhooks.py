"""The lesser way to Google Chat: a space's incoming webhook posts, and can do nothing else.

No click of its messages comes back, none can be drawn anew, and a post whose answer was lost may come twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.domain.card import Card
from bot.domain.effects import ReleaseId, Tell
from bot.domain.errors import ChatRefusedError
from bot.domain.figures.summary import Summary
from handlers.google_chat.calls import REPLY, ask
from handlers.google_chat.cards import Message, to_message, to_note
from handlers.google_chat.pace import Writes
from handlers.google_chat.summaries import Picture, to_summary

WEBHOOK = "webhook/"
"""`google_chat:webhook/NAME` in a route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """Implements `bot.ports.ChatPlatform`.

    Args:
        urls: by name.  Each is a secret, as whoever has it may post.
        link, insights: where the console shows a release, and figures.
        illustrate: the picture of a summary; None: there is none.
    """

    urls: Mapping[str, str] = field(repr=False)
    session: aiohttp.ClientSession
    writes: Writes
    link: Callable[[ReleaseId], str]
    insights: str
    illustrate: Callable[[Summary], Awaitable[Picture | None]]

    async def show(self, card: Card, *, to: str, posted_as: str | None, key: str, retry: bool) -> str:  # noqa: ARG002  Nothing can be found again.
        """Post it; a card that is posted stays as it is, and says so."""
        if posted_as is not None:
            return posted_as
        message = to_message(card, function=None, link=self.link(card.release), one_way=True)
        posted = await self._post(to, message, thread=card.release)
        return str(posted.get("name", to))

    async def tell(self, tell: Tell, *, to: str, posted_as: str, key: str) -> None:  # noqa: ARG002  As above.
        if tell.notifies:
            await self._post(to, to_note(tell, console=self.link(tell.release)), thread=None)
        else:
            await self._post(to, to_note(tell), thread=tell.release)

    async def post(self, summary: Summary, *, to: str, key: str, retry: bool) -> None:  # noqa: ARG002  As above.
        message = to_summary(summary, link=self.insights, picture=await self.illustrate(summary))
        await self._post(to, message, thread=None)

    async def _post(self, to: str, message: Message, *, thread: str | None) -> dict[str, Any]:
        """Post in the release's thread, or as a new message.

        Source: developers.google.com/workspace/chat/quickstart/webhooks.
        """
        url = self.urls.get(to.removeprefix(WEBHOOK))
        if url is None:
            raise ChatRefusedError(f"the settings name no webhook {to.removeprefix(WEBHOOK)}")
        asked = {} if thread is None else {"messageReplyOption": REPLY}
        keyed = {} if thread is None else {"thread": {"threadKey": thread}}
        with self.writes.one(to):
            return await ask(self.session, "POST", url, asked=asked, body=message | keyed)
