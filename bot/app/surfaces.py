"""Every way in and out: hooks, chats, console, API."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot import config
from bot.app import mapping
from bot.app.core import Core, new_secret
from bot.app.start import StartError
from bot.config.chats import GoogleChat
from bot.domain.decision import Principal
from bot.ports import ChatPlatform, Groups, Now
from handlers import api, console, flagger, google_chat, pictures, slack


@dataclass(slots=True, kw_only=True)
class Surfaces:
    middlewares: list[Middleware] = field(default_factory=list)
    routes: list[web.AbstractRouteDef] = field(default_factory=list)
    ready: dict[str, Callable[[], bool]] = field(default_factory=dict)
    platforms: dict[str, ChatPlatform] = field(default_factory=dict)
    workers: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    on_shutdown: list[Callable[[web.Application], Awaitable[None]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WrittenGroups:
    """Groups whose members stand in the settings.  Implements `bot.ports.Groups`."""

    groups: dict[str, frozenset[Principal]]

    async def members(self, group: str) -> frozenset[Principal] | None:
        return self.groups.get(group, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """What leads outside; None: the settings do not speak of it."""

    groups: Groups
    slack: slack.Connection | None
    google_chat: google_chat.Connection | None


@asynccontextmanager
async def connections(
    settings: config.Settings, *, now: Now, monotonic: Callable[[], float]
) -> AsyncIterator[Connections]:
    """Open what leads outside, and tell who is in which group.

    Raises:
        StartError: a key in the settings is none.
    """
    async with AsyncExitStack() as opened:
        groups: Groups = WrittenGroups(mapping.group_emails(settings))
        to_slack = to_google = None
        if (written := settings.chats.slack) is not None:
            session = await opened.enter_async_context(slack.new_session())
            to_slack = slack.Connection(mapping.slack_settings(settings, written), session, monotonic=monotonic)
            groups = to_slack.groups
        if (chat := settings.chats.google_chat) is not None:
            session = await opened.enter_async_context(google_chat.new_session())
            to_google = google_chat.Connection(_google(settings, chat), session, now=now, monotonic=monotonic)
        yield Connections(groups=groups, slack=to_slack, google_chat=to_google)


def _google(settings: config.Settings, chat: GoogleChat) -> google_chat.GoogleChatSettings:
    try:
        return mapping.google_chat_settings(settings, chat)
    except ValueError as error:
        raise StartError(f"chats.google_chat.service_account: {error}") from error


@asynccontextmanager
async def make_surfaces(settings: config.Settings, core: Core, outside: Connections) -> AsyncIterator[Surfaces]:
    """Put every surface together; what they began is ended at the end."""
    surfaces = Surfaces()
    surfaces.routes += _hooks(settings, core)
    surfaces.routes += _api(core)
    surfaces.routes += pictures.Pictures(links=core.picture_links, figures=core.storage.figures).routes()
    _add_console(surfaces, settings, core)
    async with AsyncExitStack() as opened:
        if outside.slack is not None:
            opened.push_async_callback(_add_chat(surfaces, "slack", _slack(settings, core, outside.slack)))
        if outside.google_chat is not None:
            made = _google_chat(settings, core, outside.google_chat, outside.groups)
            opened.push_async_callback(_add_chat(surfaces, "google_chat", made))
        yield surfaces


def _add_chat(
    surfaces: Surfaces, name: str, made: slack.Slack | google_chat.GoogleChat
) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return what ends it."""
    surfaces.routes += made.routes
    surfaces.workers += made.workers
    surfaces.platforms[name] = made.chat
    surfaces.ready[name] = made.ready
    return made.drain


def _hooks(settings: config.Settings, core: Core) -> list[web.RouteDef]:
    return flagger.assemble(
        storage=core.storage,
        answer_hook=core.engines.answer_hook,
        decide=core.people.decide,
        hook_tokens=mapping.hook_tokens(settings),
        api_tokens=core.tokens,
        changes=core.changes,
        hearing=core.hearing,
        refusals=core.refusals,
        metrics=core.metrics,
        now=core.now,
        monotonic=core.monotonic,
    )


def _slack(settings: config.Settings, core: Core, connection: slack.Connection) -> slack.Slack:
    return slack.assemble(
        connection,
        storage=core.storage,
        people=core.people,
        refusals=core.refusals,
        metrics=core.metrics,
        public_url=settings.server.public_url,
        now=core.now,
    )


def _google_chat(
    settings: config.Settings, core: Core, connection: google_chat.Connection, groups: Groups
) -> google_chat.GoogleChat:
    return google_chat.assemble(
        connection,
        storage=core.storage,
        people=core.people,
        refusals=core.refusals,
        metrics=core.metrics,
        groups=groups,
        illustrate=google_chat.Illustrate(core.picture_links),
        public_url=settings.server.public_url,
    )


def _api(core: Core) -> list[web.RouteDef]:
    return api.assemble(
        storage=core.storage,
        people=core.people,
        tokens=core.tokens,
        count_refusals=core.refusals,
        now=core.now,
    )


def _add_console(surfaces: Surfaces, settings: config.Settings, core: Core) -> None:
    made = console.assemble(
        storage=core.storage,
        people=core.people,
        tokens=core.tokens,
        changes=core.changes,
        count_refusals=core.refusals,
        new_secret=new_secret,
        now=core.now,
        public_url=settings.server.public_url,
        metrics=core.metrics,
    )
    surfaces.routes += made.routes
    surfaces.middlewares.append(made.middleware)
    surfaces.workers.append(made.run)
    surfaces.on_shutdown.append(made.on_shutdown)
