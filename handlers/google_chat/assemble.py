"""Puts the parts of this folder together, from plain values."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web

from bot.domain.decision import Principal, Surface
from bot.domain.effects import ReleaseId
from bot.domain.figures.summary import Summary
from bot.ports import Groups, Storage
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.people import People
from handlers.chats.errands import Errands
from handlers.chats.repeats import Repeats
from handlers.google_chat.access import PUBSUB
from handlers.google_chat.callers import Callers
from handlers.google_chat.calls import Api
from handlers.google_chat.cards import drawn
from handlers.google_chat.certificates import Certificates
from handlers.google_chat.chat import AppChat, AppOrWebhook
from handlers.google_chat.clicks import Clicks
from handlers.google_chat.commands import Commands
from handlers.google_chat.connection import Connection, GoogleChatSettings
from handlers.google_chat.events import Dialect
from handlers.google_chat.incoming import Admission, Door
from handlers.google_chat.listening import Listener
from handlers.google_chat.people import ChatPeople
from handlers.google_chat.private import Private
from handlers.google_chat.pubsub import Subscription
from handlers.google_chat.spaces import Spaces
from handlers.google_chat.summaries import Picture
from handlers.google_chat.tokens import Tokens, issued_to
from handlers.google_chat.webhooks import Webhooks
from handlers.google_chat.widgets import FUNCTION
from handlers.metrics import Metrics

PATH = "/google-chat/events"

DRAIN_SECONDS = 3.0

Worker = Callable[[], Coroutine[Any, Any, None]]
PictureOf = Callable[[Summary], Awaitable[Picture | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """How events come; by itself: not at all, where there are only webhooks."""

    routes: list[web.RouteDef] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    ready: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleChat:
    """What an application needs of Google Chat.

    Args:
        workers: run until they are cancelled.
        ready: whether an event that comes now can be judged.
        drain: call it before the session is closed.
    """

    chat: AppOrWebhook
    routes: list[web.RouteDef]
    workers: list[Worker]
    ready: Callable[[], bool]
    drain: Worker


def assemble(
    connection: Connection,
    *,
    storage: Storage,
    people: People,
    refusals: CountRefusals,
    metrics: Metrics,
    groups: Groups,
    illustrate: PictureOf,
    public_url: str,
) -> GoogleChat:
    errands = Errands(chat=Surface.GOOGLE_CHAT, metrics=metrics)
    way_in = WayIn()
    if connection.api is not None:
        listener = _listener(connection, connection.api, people, errands=errands, public_url=public_url)
        admit = Admission(
            spaces=listener.spaces,
            repeats=Repeats(answers=storage.answers, chat=Surface.GOOGLE_CHAT, path=PATH),
            open_records=storage.open_records,
            listener=listener,
        )
        if (name := connection.settings.subscription) is not None:
            way_in = _by_subscription(connection, name, admit, metrics=metrics)
        else:
            way_in = _by_requests(connection, admit, refusals=refusals, metrics=metrics)

    async def drain() -> None:
        await errands.finish(seconds=DRAIN_SECONDS)

    chat = _chat(connection, groups, illustrate, public_url=public_url)
    return GoogleChat(chat=chat, routes=way_in.routes, workers=way_in.workers, ready=way_in.ready, drain=drain)


def _chat(connection: Connection, groups: Groups, illustrate: PictureOf, *, public_url: str) -> AppOrWebhook:
    """Join what goes out."""
    settings, api, insights = connection.settings, connection.api, f"{public_url}/insights"
    link = partial(_link, public_url)
    webhooks = Webhooks(
        urls=settings.webhooks,
        session=connection.session,
        writes=connection.writes,
        link=link,
        insights=insights,
        illustrate=illustrate,
    )
    if api is None:
        return AppOrWebhook(app=None, webhooks=webhooks)
    app = AppChat(
        api=api,
        callers=Callers(api=api, groups=groups, monotonic=connection.monotonic),
        writes=connection.writes,
        function=function_of(settings),
        link=link,
        insights=insights,
        illustrate=illustrate,
    )
    return AppOrWebhook(app=app, webhooks=webhooks)


def _link(public_url: str, release: ReleaseId) -> str:
    return f"{public_url}/releases/{release}"


def _listener(
    connection: Connection,
    api: Api,
    people: People,
    *,
    errands: Errands,
    public_url: str,
) -> Listener:
    """Join what acts on events."""
    settings, private = connection.settings, Private(api=api)
    members = _people(settings, api, connection.monotonic)
    function = function_of(settings)
    draw = partial(drawn, function=function, link=public_url)
    clicks = Clicks(
        press=people.press,
        tell_history=people.tell_history,
        people=members,
        private=private,
        errands=errands,
        function=function or FUNCTION,
        draw=draw,
        link=partial(_link, public_url),
    )
    commands = Commands(
        answer_command=people.answer_command,
        people=members,
        record_stranger=people.press.record_stranger,
        named={number: name for name, number in settings.commands.items()},
        draw=draw,
    )
    spaces = Spaces(named=settings.spaces, direct=settings.direct)
    return Listener(clicks=clicks, commands=commands, spaces=spaces, private=private, errands=errands)


def _by_requests(connection: Connection, admit: Admission, *, refusals: CountRefusals, metrics: Metrics) -> WayIn:
    """Google sends requests, each with a token."""
    settings = connection.settings
    issued = issued_to(settings.dialect, audience=settings.audience, agent=settings.agent)
    certificates = Certificates(
        url=settings.certs_url or issued.certificates, session=connection.session, clock=connection.monotonic
    )
    door = Door(
        tokens=Tokens(issued=issued, verifier=certificates.verifier, now=connection.now),
        dialect=settings.dialect,
        admit=admit,
        refusals=refusals,
        metrics=metrics,
        now=connection.now,
    )
    return WayIn(
        routes=[web.post(PATH, door.serve)],
        workers=[certificates.keep_warm],
        ready=lambda: certificates.known,
    )


def _by_subscription(connection: Connection, name: str, admit: Admission, *, metrics: Metrics) -> WayIn:
    """Events are fetched where nothing can reach the bot."""
    subscription = Subscription(
        name=name,
        dialect=connection.settings.dialect,
        session=connection.session,
        access=connection.access(PUBSUB),
        admit=admit,
        private=admit.listener.private,
        metrics=metrics,
    )
    return WayIn(workers=[subscription.run], ready=lambda: subscription.connected)


def function_of(settings: GoogleChatSettings) -> str | None:
    """What a click calls; None: no click reaches us."""
    if settings.subscription is not None:
        return None
    return settings.endpoint if settings.dialect == Dialect.ADD_ON else FUNCTION


def _people(settings: GoogleChatSettings, api: Api, clock: Callable[[], float]) -> ChatPeople:
    return ChatPeople(
        domains=settings.domains,
        alias=lambda address: settings.addresses.get(address, Principal(address)),
        member=api.member,
        clock=clock,
    )
