"""The console, put together from plain values."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.domain.tokens import ApiTokens
from bot.ports import Now, Storage
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.people import People
from handlers.console.answers import NOT_FOUND, NOT_THIS_WAY, Answers, Handler
from handlers.console.assets import Assets
from handlers.console.board import Board
from handlers.console.commands import Commands
from handlers.console.decisions import Decisions
from handlers.console.door import Door
from handlers.console.fragments import Fragments
from handlers.console.insights import InsightsPages
from handlers.console.live import Live
from handlers.console.pages import ID, Pages
from handlers.console.signing import Signing
from handlers.console.templating import Templates
from handlers.console.timelines import Timelines
from handlers.metrics import Metrics

_ID = "{id:" + ID + "}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What an application needs of the console.

    Args:
        routes: all of it; whatever goes wrong in one of them is answered with a page.
        middleware: for the whole application: a page for a browser that asks for an address there is not.
        run: reads for those who look on, until cancelled.
        on_shutdown: ends the live streams, lest they hold the end of the application.
    """

    routes: tuple[web.RouteDef, ...]
    middleware: Middleware
    run: Callable[[], Coroutine[Any, Any, None]]
    on_shutdown: Callable[[web.Application], Awaitable[None]]


def assemble(
    *,
    storage: Storage,
    people: People,
    tokens: ApiTokens,
    changes: Changes,
    count_refusals: CountRefusals,
    new_secret: Callable[[], str],
    now: Now,
    public_url: str,
    metrics: Metrics,
) -> Console:
    """Put the console together.

    Args:
        new_secret: text that nobody can guess, another one at each call.
        public_url: where people reach it; with https, the session's cookie is sent over nothing else.
    """
    reader, assets = storage.reader, Assets()
    templates = Templates(assets)
    answers, fragments = Answers(templates), Fragments(templates)
    door = Door(sessions=storage.sessions, tokens=tokens, public_url=public_url)
    board = Board(look=people.look, reader=reader, changes=changes, metrics=metrics)
    pages = Pages(answers=answers, board=board, door=door, fragments=fragments, reader=reader)
    signing = Signing(
        answers=answers, door=door, tokens=tokens, count_refusals=count_refusals, new_secret=new_secret, now=now
    )
    decisions = Decisions(door=door, pages=pages, reader=reader, decide=people.decide)
    insights = InsightsPages(answers=answers, door=door, reader=reader, figures=storage.figures)
    timelines = Timelines(door=door, reader=reader)
    commands = Commands(answers=answers, door=door, answer_command=people.answer_command)
    live = Live(board=board, door=door, fragments=fragments, now=now)
    routes = (
        web.get("/", answers.shown(pages.home)),
        web.get("/open/{list:waits|moves}", answers.shown(pages.more)),
        web.get(f"/releases/{_ID}", answers.shown(pages.release)),
        web.get(f"/releases/{_ID}/timeline.png", answers.shown(timelines.show)),
        web.get("/audit", answers.shown(pages.audit)),
        web.get("/insights", answers.shown(insights.show)),
        web.get("/insights/chart.png", answers.shown(insights.chart)),
        web.get("/commands", answers.shown(commands.show)),
        web.post("/commands", answers.shown(commands.answer)),
        web.get("/live", answers.shown(live.stream)),
        web.get("/sign-in", answers.shown(signing.show)),
        web.post("/sign-in", answers.shown(signing.sign_in)),
        web.post("/sign-out", answers.shown(signing.sign_out)),
        web.post(f"/gates/{_ID}/decisions", answers.shown(decisions.on_gate)),
        web.post(f"/releases/{_ID}/decisions", answers.shown(decisions.on_release)),
        web.get("/static/{name}", assets.serve),
    )

    async def on_shutdown(_app: web.Application) -> None:
        board.close()

    return Console(routes=routes, middleware=_for_browsers(answers), run=board.run, on_shutdown=on_shutdown)


def _for_browsers(answers: Answers) -> Middleware:
    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Show a page where there is nothing, to those who read pages: never to an engine or a program."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            if not _reads_pages(request):
                raise
            return answers.problem(NOT_FOUND)
        except web.HTTPMethodNotAllowed as error:
            if not _reads_pages(request):
                raise
            response = answers.problem(NOT_THIS_WAY)
            response.headers["Allow"] = error.headers["Allow"]
            return response

    return answer


def _reads_pages(request: web.Request) -> bool:
    wants_page = "text/html" in request.headers.get("Accept", "")
    return request.method in {"GET", "HEAD"} and wants_page and not request.path.startswith("/api/")
