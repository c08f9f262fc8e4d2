"""Every way in and out: hooks, chats, console, API."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot import config
from bot.app import mapping
from bot.app.core import Core
from bot.domain.decision import Principal
from bot.ports import ChatPlatform, Groups
from handlers import flagger
from handlers.health import Health


@dataclass(slots=True, kw_only=True)
class Surfaces:
    routes: list[web.AbstractRouteDef] = field(default_factory=list)
    platforms: dict[str, ChatPlatform] = field(default_factory=dict)
    workers: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    on_shutdown: list[Callable[[web.Application], Awaitable[None]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WrittenGroups:
    """Groups whose members stand in the settings.  Implements `bot.ports.Groups`."""

    groups: dict[str, frozenset[Principal]]

    async def members(self, group: str) -> frozenset[Principal] | None:
        return self.groups.get(group, frozenset())


def make_groups(settings: config.Settings) -> Groups:
    return WrittenGroups(mapping.group_emails(settings))


@asynccontextmanager
async def make_surfaces(settings: config.Settings, core: Core, health: Health) -> AsyncIterator[Surfaces]:
    surfaces = Surfaces()
    surfaces.routes += flagger.assemble(
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
    yield surfaces
