"""Pages as answers, and a page for everything that goes wrong."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.domain.errors import NotFoundError, RecordsUnavailableError
from handlers.console.controls import Viewer
from handlers.console.door import SignedOutError
from handlers.console.forms import NotOursError, UnreadableFormError
from handlers.console.headers import FRESH
from handlers.console.onward import remember
from handlers.console.templating import Templates

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_NOTHING_DONE = "Nothing was done."


@dataclass(frozen=True, slots=True)
class Problem:
    status: HTTPStatus
    title: str
    text: str
    onward: str = "/"
    onward_text: str = "See what waits"


NOT_FOUND = Problem(HTTPStatus.NOT_FOUND, "Not here", "There is no such page, release or gate.")
NOT_THIS_WAY = Problem(HTTPStatus.METHOD_NOT_ALLOWED, "Not this way", f"This address takes forms only. {_NOTHING_DONE}")
SIGNED_OUT = Problem(
    HTTPStatus.UNAUTHORIZED,
    "You are signed out",
    f"{_NOTHING_DONE} Sign in, look again, and decide then.",
    onward="/sign-in",
    onward_text="Sign in",
)
NOT_OURS = Problem(
    HTTPStatus.FORBIDDEN,
    "This form is not valid",
    f"It was made by another page, or before you signed in the last time. {_NOTHING_DONE}",
)
AWAY = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The record is away",
    "The database cannot be reached, so nothing can be shown or decided now. Gates that are not open stay shut.",
    onward_text="Try again",
)


class Answers:
    """Everything that is answered here is a page."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def page(
        self,
        name: str,
        *,
        viewer: Viewer | None,
        status: int = HTTPStatus.OK,
        here: str = "",
        moved_to: str = "",
        **shown: Any,
    ) -> web.Response:
        """Draw a page; with `moved_to`, its script gives it this address: it was the answer to a form."""
        text = self._templates.page(name, viewer=viewer, here=here, moved_to=moved_to, **shown)
        return web.Response(text=text, content_type="text/html", status=status, headers=FRESH)

    def problem(self, problem: Problem) -> web.Response:
        return self.page(
            "problem.html",
            viewer=None,
            status=problem.status,
            title=problem.title,
            text=problem.text,
            onward=problem.onward,
            onward_text=problem.onward_text,
            code=int(problem.status),
        )

    def shown(self, handler: Handler) -> Handler:
        """Answer what a handler raises with a page."""

        @wraps(handler)
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except SignedOutError:
                return self._signed_out(request)
            except NotOursError:
                return self.problem(NOT_OURS)
            except UnreadableFormError as error:
                return self.problem(Problem(HTTPStatus.BAD_REQUEST, "Not understood", f"{error} {_NOTHING_DONE}"))
            except NotFoundError:
                return self.problem(NOT_FOUND)
            except RecordsUnavailableError:
                return self.problem(AWAY)

        return answer

    def _signed_out(self, request: web.Request) -> web.Response:
        """Only who reads is sent on: a redirect in answer to a post could be taken for a yes."""
        if request.method not in {"GET", "HEAD"}:
            return self.problem(SIGNED_OUT)
        response = see_other("/sign-in")
        remember(request, response)
        return response


def see_other(address: str) -> web.Response:
    return web.Response(status=HTTPStatus.SEE_OTHER, headers=FRESH | {"Location": address})
