"""What Google Chat sends, proved before anything acts on it: token, form, space, and whether it came before."""

import hashlib
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.domain.audit import Action, Entry
from bot.domain.decision import Principal, Surface
from bot.domain.errors import UnavailableError
from bot.ports import Now, OpenRecords
from bot.usecases.count_refusals import CountRefusals
from handlers.chats.repeats import Repeats
from handlers.google_chat.answers import Answer, Nothing, encoded
from handlers.google_chat.events import Dialect, Event, Kind
from handlers.google_chat.listening import Listener
from handlers.google_chat.payload import event_of
from handlers.google_chat.spaces import Spaces
from handlers.google_chat.tokens import Tokens, UnprovedError
from handlers.metrics import Metrics, Where
from handlers.web import TooLargeError, UnreadableError, bearer, peer, read_json

log = structlog.get_logger(__name__)

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, TOO_LARGE, FAULT, AWAY = 400, 401, 403, 413, 500, 503

ACTING = frozenset({Kind.CLICK, Kind.COMMAND, Kind.MESSAGE})
"""What else comes does nothing, wherever it happened."""


class NotOursError(Exception):
    """It happened in a space that does not count, and that is on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Stands before every event, whichever way it came."""

    spaces: Spaces
    repeats: Repeats
    open_records: OpenRecords
    listener: Listener

    async def __call__(self, event: Event, *, delivery: str) -> Answer:
        """Act on what is of our spaces, and new.

        Args:
            delivery: tells one delivery from another, for an event that does not say when it happened.

        Raises:
            NotOursError: it is of another space.
            RecordsUnavailableError: nobody can tell whether it is new; it can be sent again.
        """
        ours = event.kind not in ACTING or self.spaces.allow(event)
        once = digest(event.key if event.time else f"{event.key}\n{delivery}")
        answer: Answer = Nothing()  # To a repeat, too.
        if await self.repeats.claim(once):
            done = False
            try:
                if ours:
                    answer = await self.listener(event)
                else:
                    await self._record(event)
                done = True
            finally:
                await self.repeats.settle(once, done=done)
        if not ours:
            raise NotOursError
        return answer

    async def _record(self, event: Event) -> None:
        entry = Entry(
            actor=Principal(f"unknown:{event.person.id or 'nobody'}"),
            action=Action.EVENT_REFUSED,
            surface=Surface.GOOGLE_CHAT,
            reason="signed, but of another space",
            details={"space": event.place.space, "message": event.message, "domain": event.person.domain},
        )
        async with self.open_records() as records:
            await records.append(entry)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """`POST /google-chat/events`: everything that Google Chat sends over HTTP."""

    tokens: Tokens
    dialect: Dialect
    admit: Admission
    refusals: CountRefusals
    metrics: Metrics
    now: Now

    async def serve(self, request: web.Request) -> web.Response:
        token = bearer(request)
        try:
            await self.tokens.prove(token)
        except UnprovedError:
            self.refusals.note(
                surface=Surface.GOOGLE_CHAT, action=Action.EVENT_REFUSED, source=peer(request), now=self.now()
            )
            return _refusal(UNAUTHORIZED, "no token of Google's for this bot")
        try:
            event = event_of(await read_json(request), self.dialect)
        except TooLargeError:
            return _refusal(TOO_LARGE, "the body is too large")
        except (UnreadableError, ValueError) as error:
            log.warning("google_chat_event_unreadable", why=str(error))
            return _refusal(BAD_REQUEST, str(error))
        return await self._answer(event, delivery=token or "")

    async def _answer(self, event: Event, *, delivery: str) -> web.Response:
        try:
            answer = await self.admit(event, delivery=delivery)
        except NotOursError:
            return _refusal(FORBIDDEN, "of another space")
        except UnavailableError as error:
            log.warning("google_chat_event_not_taken", why=str(error))
            return _refusal(AWAY, "the record cannot be reached")
        except Exception:
            log.exception("google_chat_listener_fault", kind=event.kind, name=event.name)
            self.metrics.count_fault(Where.GOOGLE_CHAT)
            return _refusal(FAULT, "a fault of this bot; it is in its log")
        return web.json_response(encoded(answer, self.dialect))


def _refusal(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)
