"""Cards and lines out to Slack."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.card import Card
from bot.domain.effects import ReleaseId, Tell
from bot.domain.errors import ChatRefusedError, ChatUnavailableError
from bot.domain.figures.summary import Summary
from handlers.chats.pace import Budget, Pace
from handlers.metrics import Metrics
from handlers.slack.calls import UnansweredError, answer
from handlers.slack.cards import Mention, to_blocks, to_note
from handlers.slack.pace import POSTS, UPDATES
from handlers.slack.people import SlackPeople
from handlers.slack.pictures import share_picture
from handlers.slack.summaries import to_summary

log = structlog.get_logger(__name__)

CARD = "pointsman_card"
NOTE = "pointsman_note"
SUMMARY = "pointsman_summary"
"""What our messages are marked with, so that we know them again.  Everybody in the workspace can read the marks."""

LOOK_BACK = 100
"""Messages that are looked through for one of ours; it was posted seconds ago."""


@dataclass(slots=True, kw_only=True)
class SlackChat:
    """Implements `bot.ports.ChatPlatform`.  A card's id is `CHANNEL:TS`, as a person's id may stand for a channel.

    Args:
        usergroups: Slack's id (`S…`) of a group of the settings, by its name.
        link: where the console shows a release.
    """

    web: AsyncWebClient
    people: SlackPeople
    pace: Pace
    usergroups: Mapping[str, str]
    link: Callable[[ReleaseId], str]
    metrics: Metrics
    _unsure: set[str] = field(default_factory=set)

    async def show(self, card: Card, *, to: str, posted_as: str | None, key: str, retry: bool) -> str:
        if posted_as is not None:
            await self._redraw(card, posted_as)
            return posted_as
        if retry and (found := await self._find_in(to, CARD, key)) is not None:
            await self._redraw(card, found)
            return found
        text, blocks = to_blocks(card, mention=await self._mention(card.mentions), link=self.link(card.release))
        posted = await self._post(to, CARD, key, text=text, blocks=blocks)
        return f"{posted.get('channel', to)}:{posted['ts']}"

    async def tell(self, tell: Tell, *, to: str, posted_as: str, key: str) -> None:  # noqa: ARG002  The card knows it.
        """Say a line in the thread of the card; one that notifies is shown in the channel too."""
        channel, _, card = posted_as.rpartition(":")
        if key in self._unsure and await self._said(channel, card, key):
            return
        mention = await self._mention(tell.mentions if tell.notifies else ())
        link = await self._permalink(posted_as) if tell.notifies else None
        text, blocks = to_note(tell, mention=mention, card=link)
        more = {"thread_ts": card, "reply_broadcast": tell.notifies}
        await self._post(channel, NOTE, key, text=text, blocks=blocks, **more)

    async def post(self, summary: Summary, *, to: str, key: str, retry: bool) -> None:
        if retry and await self._find_in(to, SUMMARY, key) is not None:
            return
        text, blocks = to_summary(summary)
        posted = await self._post(to, SUMMARY, key, text=text, blocks=blocks)
        channel, thread = posted.get("channel", to), posted["ts"]
        await share_picture(self.web, summary.chart, channel=channel, thread=thread, metrics=self.metrics)

    async def _redraw(self, card: Card, posted_as: str) -> None:
        channel, _, ts = posted_as.rpartition(":")
        text, blocks = to_blocks(card, link=self.link(card.release))
        self._keep_pace("update", UPDATES)
        await self._slowly("update", self.web.chat_update(channel=channel, ts=ts, text=text, blocks=blocks))

    async def _post(self, channel: str, kind: str, key: str, **message: Any) -> dict[str, Any]:
        mark = {"event_type": kind, "event_payload": {"key": key}}
        self._keep_pace(f"post {channel}", POSTS)
        call = self.web.chat_postMessage(
            channel=channel, metadata=mark, unfurl_links=False, unfurl_media=False, **message
        )
        try:
            posted = await self._slowly(f"post {channel}", call)
        except UnansweredError:
            self._unsure.add(key)
            raise
        self._unsure.discard(key)
        return posted

    def _keep_pace(self, name: str, budget: Budget) -> None:
        """Give the effect back rather than wait here: others go to other channels meanwhile."""
        if wait := self.pace.take(name, budget):
            raise ChatUnavailableError(f"Slack's limit of {name}", retry_after=wait)

    async def _slowly(self, name: str, call: Awaitable[Any]) -> dict[str, Any]:
        try:
            return await answer(call)
        except ChatUnavailableError as error:
            if error.retry_after is not None:
                self.pace.hold(name, error.retry_after)
            raise

    async def _find_in(self, channel: str, kind: str, key: str) -> str | None:
        call = self.web.conversations_history(channel=channel, limit=LOOK_BACK, include_all_metadata=True)
        ts = await self._find(call, kind, key)
        return None if ts is None else f"{channel}:{ts}"

    async def _said(self, channel: str, card: str, key: str) -> bool:
        call = self.web.conversations_replies(channel=channel, ts=card, limit=LOOK_BACK, include_all_metadata=True)
        return await self._find(call, NOTE, key) is not None

    async def _find(self, call: Awaitable[Any], kind: str, key: str) -> str | None:
        """Look for a message of ours.  Without the right to read, posting it twice is the smaller harm."""
        try:
            messages = (await answer(call))["messages"]
        except ChatRefusedError as error:
            log.warning("slack_cannot_look_back", why=str(error))
            return None
        return next((message["ts"] for message in messages if _is_ours(message, kind, key)), None)

    async def _permalink(self, posted_as: str) -> str | None:
        channel, _, ts = posted_as.rpartition(":")
        try:
            return str((await answer(self.web.chat_getPermalink(channel=channel, message_ts=ts)))["permalink"])
        except (ChatUnavailableError, ChatRefusedError):
            return None  # The reply stands in the card's thread anyway.

    async def _mention(self, names: Iterable[str]) -> Mention:
        called = {name: await self._call(name) for name in names}
        return called.get

    async def _call(self, name: str) -> str | None:
        if name.startswith("group:"):
            usergroup = self.usergroups.get(name.removeprefix("group:"))
            return f"<!subteam^{usergroup}>" if usergroup else None
        user = await self.people.call(name) if "@" in name else None
        return f"<@{user}>" if user else None


def _is_ours(message: Mapping[str, Any], kind: str, key: str) -> bool:
    mark = message.get("metadata") or {}
    return mark.get("event_type") == kind and (mark.get("event_payload") or {}).get("key") == key
