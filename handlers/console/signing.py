"""Signing in and out."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from bot.domain.audit import Action
from bot.domain.decision import Surface
from bot.domain.tokens import ApiTokens
from bot.ports import Now
from bot.usecases.count_refusals import CountRefusals
from handlers.console.answers import Answers, see_other
from handlers.console.controls import Viewer
from handlers.console.door import Door
from handlers.console.forms import read_form
from handlers.console.onward import forget, onward
from handlers.web import peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    answers: Answers
    door: Door
    tokens: ApiTokens
    count_refusals: CountRefusals
    new_secret: Callable[[], str]
    now: Now

    async def show(self, _request: web.Request) -> web.Response:
        return self.answers.page("sign_in.html", viewer=None, refused=False)

    async def sign_in(self, request: web.Request) -> web.Response:
        """Let a person in who shows a token.  A wrong one is not told why: whoever guesses learns nothing."""
        self.door.check_origin(request)
        token = self.tokens.find((await read_form(request)).get("token", "").strip())
        if token is None or not token.person:
            self.count_refusals.note(
                surface=Surface.CONSOLE, action=Action.SIGN_IN_REFUSED, source=peer(request), now=self.now()
            )
            return self.answers.page("sign_in.html", viewer=None, refused=True, status=HTTPStatus.UNAUTHORIZED)

        secret, csrf = self.new_secret(), self.new_secret()
        viewer = Viewer(principal=token.principal, may_decide=token.may_decide, csrf=csrf)
        response = self.answers.page("signed_in.html", viewer=viewer, onward=onward(request))
        await self.door.let_in(token, secret, csrf, response)
        forget(response)
        return response

    async def sign_out(self, request: web.Request) -> web.Response:
        await self.door.form(request)
        response = see_other("/sign-in")
        await self.door.let_out(request, response)
        return response
