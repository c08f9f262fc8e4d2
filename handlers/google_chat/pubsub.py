"""Events taken from a Pub/Sub subscription, where nothing can reach the bot: everything is answered afterwards.

Who may publish to the topic is Google's to keep: no token comes with an event.
"""

import asyncio
import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.domain.errors import ChatRefusedError, ChatUnavailableError, UnavailableError
from handlers.google_chat.access import Access
from handlers.google_chat.calls import UnauthorizedError, ask
from handlers.google_chat.events import Dialect
from handlers.google_chat.incoming import Admission, NotOursError
from handlers.google_chat.payload import event_of
from handlers.google_chat.private import Private
from handlers.metrics import Metrics, Where
from handlers.web import UnreadableError, parse_json

log = structlog.get_logger(__name__)

URL = "https://pubsub.googleapis.com"

AT_ONCE = 10
"""Events of one pull."""

HOLD_SECONDS = 120.0
"""So long at most Pub/Sub holds a pull that finds nothing; then it is asked again."""

PAUSE_SECONDS, AWAY_SECONDS = 1.0, 10.0
"""Between two pulls, when nothing came; when Pub/Sub is away."""


@dataclass(slots=True, kw_only=True)
class Subscription:
    """Takes what was published, until cancelled.

    Args:
        name: `projects/…/subscriptions/…`.
        connected: the last pull was answered.
    """

    name: str
    dialect: Dialect
    session: aiohttp.ClientSession
    access: Access
    admit: Admission
    private: Private
    metrics: Metrics
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    connected: bool = field(default=False, init=False)

    async def run(self) -> None:
        while True:
            try:
                found = await self.once()
            except (ChatUnavailableError, ChatRefusedError) as error:
                log.warning("google_chat_subscription_away", subscription=self.name, why=str(error))
                self.connected = False
                await self.sleep(AWAY_SECONDS)
            else:
                self.connected = True
                if not found:
                    await self.sleep(PAUSE_SECONDS)

    async def once(self) -> int:
        """Pull, act, acknowledge what is done with; return how many came."""
        answer = await self._call("pull", {"maxMessages": AT_ONCE})
        received = answer.get("receivedMessages") or []
        done = await asyncio.gather(*(self._take(one) for one in received))
        if acks := [ack for ack in done if ack is not None]:
            await self._call("acknowledge", {"ackIds": acks})
        return len(received)

    async def _take(self, received: Mapping[str, Any]) -> str | None:
        """Act on one message; None: it is to come again."""
        ack = str(received.get("ackId", ""))
        message = received.get("message") or {}
        try:
            event = event_of(parse_json(_data(message)), self.dialect)
            answer = await self.admit(event, delivery=str(message.get("messageId", "")))
        except (UnreadableError, ValueError) as error:
            log.warning("google_chat_event_unreadable", why=str(error))
        except NotOursError:
            log.warning("google_chat_event_refused", space=event.place.space)
        except UnavailableError as error:
            log.warning("google_chat_event_not_taken", why=str(error))
            return None
        except Exception:
            log.exception("google_chat_listener_fault")
            self.metrics.count_fault(Where.GOOGLE_CHAT)
        else:
            await self.private.answer(event.place, answer)
        return ack

    async def _call(self, verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
        url, token = f"{URL}/v1/{self.name}:{verb}", await self.access.token()
        try:
            return await ask(self.session, "POST", url, asked={}, body=body, token=token, seconds=HOLD_SECONDS)
        except UnauthorizedError:
            self.access.forget(token)
            raise


def _data(message: Mapping[str, Any]) -> str:
    """Raises: ValueError: it holds no text."""
    try:
        return b64decode(str(message.get("data", ""))).decode()
    except binascii.Error as error:
        raise ValueError("the message holds no data") from error
