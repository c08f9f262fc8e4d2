"""Puts the parts of this folder together, from plain values."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackClientError

from bot.domain.decision import Principal
from bot.domain.effects import ReleaseId
from bot.ports import Now, OpenRecords, Reader
from bot.usecases.answer_command import AnswerCommand
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.decide_on_gate import DecideOnGate
from bot.usecases.decide_on_release import DecideOnRelease
from bot.usecases.look import Look
from handlers.slack.calls import TIMEOUT_SECONDS, web_client
from handlers.slack.chat import SlackChat
from handlers.slack.clicks import Clicks
from handlers.slack.commands import Commands
from handlers.slack.groups import SlackGroups
from handlers.slack.home import Home
from handlers.slack.incoming import Admission, Door
from handlers.slack.pace import Pace
from handlers.slack.people import SlackPeople
from handlers.slack.private import Private

log = structlog.get_logger(__name__)

RECONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """What the settings say of Slack.

    Args:
        app_token: of Socket Mode; None: Slack sends requests, signed with `signing_secret`.
        addresses: the main address of each further one.
        usergroups: Slack's id of a group, by its name in the settings.
        groups: addresses of a group that stand in the settings.
    """

    bot_token: str
    team: str
    app: str | None
    api_url: str
    signing_secret: str | None
    app_token: str | None
    addresses: Mapping[str, Principal]
    usergroups: Mapping[str, str]
    groups: Mapping[str, frozenset[Principal]]


class Connection:
    """What both directions share: a session, a client, who people are and who is in which group."""

    def __init__(
        self,
        settings: SlackSettings,
        session: aiohttp.ClientSession,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.session = session
        self.web = web_client(session, token=settings.bot_token, api_url=settings.api_url)
        self.home = Home(self.web, team=settings.team, app=settings.app)
        self.people = SlackPeople(web=self.web, home=self.home, alias=self._alias, clock=monotonic)
        self.groups = SlackGroups(
            static=settings.groups,
            usergroups=settings.usergroups,
            web=self.web,
            people=self.people,
            clock=monotonic,
        )
        self.pace = Pace(monotonic)

    def _alias(self, address: str) -> Principal:
        return self.settings.addresses.get(address, Principal(address))


def new_session() -> aiohttp.ClientSession:
    """Make the session of every call; it trusts no proxy variable, and waits for no answer longer than it says."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS), trust_env=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """What an application needs of Slack."""

    chat: SlackChat
    routes: list[web.RouteDef]
    workers: list[Callable[[], Coroutine[Any, Any, None]]]
    drain: Callable[[], Coroutine[Any, Any, None]]


def assemble(
    connection: Connection,
    *,
    look: Look,
    reader: Reader,
    open_records: OpenRecords,
    decide_on_gate: DecideOnGate,
    decide_on_release: DecideOnRelease,
    answer_command: AnswerCommand,
    refusals: CountRefusals,
    public_url: str,
    now: Now,
) -> Slack:
    settings, web_api = connection.settings, connection.web

    def link(release: ReleaseId) -> str:
        return f"{public_url}/releases/{release}"

    later = _Later()
    app = _bolt(connection, Admission(home=connection.home, open_records=open_records))
    Clicks(
        web=web_api,
        people=connection.people,
        private=Private(web=web_api, session=connection.session),
        look=look,
        reader=reader,
        open_records=open_records,
        decide_on_gate=decide_on_gate,
        decide_on_release=decide_on_release,
        link=link,
        later=later,
    ).listen(app)
    Commands(answer_command=answer_command, people=connection.people).listen(app)
    chat = SlackChat(
        web=web_api, people=connection.people, pace=connection.pace, usergroups=settings.usergroups, link=link
    )
    routes: list[web.RouteDef] = []
    workers: list[Callable[[], Coroutine[Any, Any, None]]] = [connection.groups.keep_warm]
    if settings.app_token is not None:
        workers.append(lambda: _listen_on_socket(app, str(settings.app_token)))
    else:
        door = Door(app=app, secret=settings.signing_secret or "", refusals=refusals, now=now)
        routes.append(web.post("/slack/events", door.serve))

    async def drain() -> None:
        await later.drain()
        await connection.people.close()

    return Slack(chat=chat, routes=routes, workers=workers, drain=drain)


def _bolt(connection: Connection, admission: Admission) -> AsyncApp:
    """Make Bolt's app: it sees only what was proved, and answers when the listener has ended.

    Its own log prints bodies, so that it is kept to errors.
    """
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        if not connection.home.is_of(team_id, enterprise_id):
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=connection.settings.bot_token,
            bot_user_id="",
            bot_id="",
        )

    return AsyncApp(
        client=connection.web,
        signing_secret=connection.settings.signing_secret or "proved-before",
        authorize=authorize,  # type: ignore[arg-type]  # None is its word for a team that is not ours.
        before_authorize=admission.middleware,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        raise_error_for_unhandled_request=False,
    )


async def _listen_on_socket(app: AsyncApp, app_token: str) -> None:
    """Keep Socket Mode's connection up, until cancelled; a broken one is reconnected by the client itself."""
    handler = AsyncSocketModeHandler(app, app_token)
    try:
        while True:
            try:
                await handler.connect_async()  # type: ignore[no-untyped-call]
                break
            except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("slack_socket_away", why=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
        await asyncio.Event().wait()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


class _Later:
    """Work after the answer: kept, so that none is lost to the garbage collector, and ended before the session is."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, work: Awaitable[None]) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("slack_private_answer_fault", exc_info=error)

    async def drain(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=TIMEOUT_SECONDS)
