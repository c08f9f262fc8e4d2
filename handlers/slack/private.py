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

    async def say(
        self, place: Place, text: str, blocks: Blocks | None = None, *, instead: bool = False, shared: bool = False
    ) -> None:
        """Tell one person.

        Args:
            instead: in the place of the private answer that was clicked.
            shared: everybody in the channel reads it; only where Slack gave us a URL to reply to.
        """
        message: dict[str, Any] = {"text": text} | ({"blocks": blocks} if blocks else {})
        if place.thread and not instead:
            message["thread_ts"] = place.thread
        way = {"response_type": "in_channel" if shared else "ephemeral", "replace_original": instead}
        if place.reply_to is not None and await self._reply(place, message | way):
            return
        if place.channel is None:
            log.warning("slack_cannot_tell", user=place.user, why="no channel and no reply URL")
            return
        try:
            await answer(self.web.chat_postEphemeral(channel=place.channel, user=place.user, **message))
        except FAULTS as error:
            log.warning("slack_cannot_tell", user=place.user, why=str(error))

    async def _reply(self, place: Place, message: dict[str, Any]) -> bool:
        """Answer at the URL that came with the click: it works where the bot is no member."""
        try:
            async with self.session.post(str(place.reply_to), json=message, allow_redirects=False) as response:
                return response.ok
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.info("slack_reply_url_failed", user=place.user, why=type(error).__name__)
            return False
