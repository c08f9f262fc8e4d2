"""Every way in and out: hooks, chats, console, API."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot import config
from bot.app import mapping
from bot.app.core import Core, new_secret
from bot.domain.decision import Principal
from bot.ports import ChatPlatform, Groups
from handlers import api, console, flagger, slack


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


@asynccontextmanager
async def connections(
    settings: config.Settings, monotonic: Callable[[], float]
) -> AsyncIterator[tuple[Groups, slack.Connection | None]]:
    """Open what leads outside, and tell who is in which group."""
    written = settings.chats.slack
    if written is None:
        yield WrittenGroups(mapping.group_emails(settings)), None
        return
    async with slack.new_session() as session:
        connection = slack.Connection(mapping.slack_settings(settings, written), session, monotonic=monotonic)
        yield connection.groups, connection


@asynccontextmanager
async def make_surfaces(
    settings: config.Settings, core: Core, to_slack: slack.Connection | None
) -> AsyncIterator[Surfaces]:
    """Put every surface together; what they began is ended at the end."""
    surfaces = Surfaces()
    surfaces.routes += _hooks(settings, core)
    surfaces.routes += _api(core)
    _add_console(surfaces, settings, core)
    if to_slack is None:
        yield surfaces
        return
    made = _slack(settings, core, to_slack)
    surfaces.routes += made.routes
    surfaces.workers += made.workers
    surfaces.platforms["slack"] = made.chat
    surfaces.ready["slack"] = made.ready
    try:
        yield surfaces
    finally:
        await made.drain()


def _hooks(settings: config.Settings, core: Core) -> list[web.RouteDef]:
    return flagger.assemble(
        hook_tokens=mapping.hook_tokens(settings),
        api_tokens=core.tokens,
        open_records=core.open_records,
        reader=core.reader,
        answer_hook=core.answer_hook,
        decide_on_gate=core.decide_on_gate,
        decide_on_release=core.decide_on_release,
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
        look=core.look,
        reader=core.reader,
        open_records=core.open_records,
        answers=core.answers,
        decide_on_gate=core.decide_on_gate,
        decide_on_release=core.decide_on_release,
        answer_command=core.answer_command,
        refusals=core.refusals,
        metrics=core.metrics,
        public_url=settings.server.public_url,
        now=core.now,
    )


def _api(core: Core) -> list[web.RouteDef]:
    return api.assemble(
        reader=core.reader,
        who_may=core.who_may,
        decide_on_gate=core.decide_on_gate,
        decide_on_release=core.decide_on_release,
        refuse_decision=core.refuse_decision,
        answer_command=core.answer_command,
        answers=core.answers,
        tokens=core.tokens,
        count_refusals=core.refusals,
        several_clusters=core.several_clusters,
        now=core.now,
    )


def _add_console(surfaces: Surfaces, settings: config.Settings, core: Core) -> None:
    made = console.assemble(
        look=core.look,
        reader=core.reader,
        decide_on_gate=core.decide_on_gate,
        decide_on_release=core.decide_on_release,
        refuse_decision=core.refuse_decision,
        sessions=core.sessions,
        tokens=core.tokens,
        changes=core.changes,
        count_refusals=core.refusals,
        new_secret=new_secret,
        now=core.now,
        public_url=settings.server.public_url,
    )
    surfaces.routes += made.routes
    surfaces.middlewares.append(made.middleware)
    surfaces.workers.append(made.run)
    surfaces.on_shutdown.append(made.on_shutdown)
