"""What one person alone is told: refusals, receipts, answers."""

from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.calls import answer
from handlers.slack.payload import Place
from handlers.slack.people import FAULTS

log = structlog.get_logger(__name__)

Blocks = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """Answers where somebody clicked, seen by nobody else.  What cannot be told is logged: nothing hangs on it."""

    web: AsyncWebClient
    session: aiohttp.ClientSession

    async def say(self, place: Place, text: str, blocks: Blocks | None = None, *, instead: bool = False) -> None:
        """Tell one person.

        Args:
            instead: in the place of the private answer that was clicked.
        """
        if place.reply_to is not None and await self._reply(place, text, blocks, instead=instead):
            return
        if place.channel is None:
            log.warning("slack_cannot_tell", user=place.user, why="no channel and no reply URL")
            return
        message = {"blocks": blocks} if blocks else {}
        message |= {"thread_ts": place.thread} if place.thread else {}  # type: ignore[dict-item]  # A string beside lists.
        try:
            await answer(
                self.web.chat_postEphemeral(channel=place.channel, user=place.user, text=text, **message)  # type: ignore[arg-type]
            )
        except FAULTS as error:
            log.warning("slack_cannot_tell", user=place.user, why=str(error))

    async def _reply(self, place: Place, text: str, blocks: Blocks | None, *, instead: bool) -> bool:
        """Answer at the URL that came with the click: it works where the bot is no member."""
        message: dict[str, Any] = {"response_type": "ephemeral", "replace_original": instead, "text": text}
        message |= {"blocks": blocks} if blocks else {}
        message |= {"thread_ts": place.thread} if place.thread and not instead else {}
        try:
            async with self.session.post(str(place.reply_to), json=message, allow_redirects=False) as response:
                return response.status == OK
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.info("slack_reply_url_failed", user=place.user, why=type(error).__name__)
            return False


OK = 200
