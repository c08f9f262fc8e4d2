"""Puts the parts of this folder together, from plain values."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.domain.decision import Surface
from bot.domain.effects import ReleaseId
from bot.ports import Now, Storage
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.people import People
from handlers.chats.errands import Errands
from handlers.chats.repeats import Repeats
from handlers.metrics import Metrics
from handlers.slack.chat import SlackChat
from handlers.slack.clicks import Clicks
from handlers.slack.commands import Commands
from handlers.slack.connection import Connection
from handlers.slack.incoming import Admission, Door
from handlers.slack.listening import make_app
from handlers.slack.private import Private
from handlers.slack.socket_mode import Socket

PATH = "/slack/events"

DRAIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """What an application needs of Slack.

    Args:
        workers: run until they are cancelled, or have nothing more to do.
        ready: whether it is known which app this is, and the socket, if there is one, is connected.
        drain: call it before the session is closed.
    """

    chat: SlackChat
    routes: list[web.RouteDef]
    workers: list[Callable[[], Coroutine[Any, Any, None]]]
    ready: Callable[[], bool]
    drain: Callable[[], Coroutine[Any, Any, None]]


def assemble(
    connection: Connection,
    *,
    storage: Storage,
    people: People,
    refusals: CountRefusals,
    metrics: Metrics,
    public_url: str,
    now: Now,
) -> Slack:
    def link(release: ReleaseId) -> str:
        return f"{public_url}/releases/{release}"

    errands = Errands(chat=Surface.SLACK, metrics=metrics)
    app = make_app(connection, metrics)
    private = Private(web=connection.web, session=connection.session)
    Clicks(
        web=connection.web,
        press=people.press,
        tell_history=people.tell_history,
        people=connection.people,
        private=private,
        errands=errands,
        link=link,
    ).listen(app)
    Commands(
        answer_command=people.answer_command,
        people=connection.people,
        record_stranger=people.press.record_stranger,
        private=private,
        errands=errands,
    ).listen(app)
    admit = Admission(
        app=app,
        home=connection.home,
        repeats=Repeats(answers=storage.answers, chat=Surface.SLACK, path=PATH),
        open_records=storage.open_records,
        private=private,
        errands=errands,
    )
    way_in = _way_in(connection, admit, refusals=refusals, now=now)

    async def drain() -> None:
        await errands.finish(seconds=DRAIN_SECONDS)
        await connection.people.close()

    return Slack(
        chat=_chat(connection, link, metrics),
        routes=way_in.routes,
        workers=[connection.home.learn, connection.groups.keep_warm, *way_in.workers],
        ready=way_in.ready,
        drain=drain,
    )


def _chat(connection: Connection, link: Callable[[ReleaseId], str], metrics: Metrics) -> SlackChat:
    return SlackChat(
        web=connection.web,
        people=connection.people,
        pace=connection.pace,
        usergroups=connection.settings.usergroups,
        link=link,
        metrics=metrics,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _WayIn:
    routes: list[web.RouteDef]
    workers: list[Callable[[], Coroutine[Any, Any, None]]]
    ready: Callable[[], bool]


def _way_in(connection: Connection, admit: Admission, *, refusals: CountRefusals, now: Now) -> _WayIn:
    """Socket Mode where there is a token for it, else a route for Slack's requests."""
    settings, home = connection.settings, connection.home
    if settings.app_token is not None:
        socket = Socket(admit=admit, web=connection.web, app_token=settings.app_token)
        return _WayIn(routes=[], workers=[socket.run], ready=lambda: home.is_known and socket.is_connected)
    if not settings.signing_secret:
        raise ValueError("without a signing secret anybody could sign")
    door = Door(admit=admit, secret=settings.signing_secret, refusals=refusals, now=now)
    return _WayIn(routes=[web.post(PATH, door.serve)], workers=[], ready=lambda: home.is_known)
