"""Who is signed in, and whether a form comes from a page of ours."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from aiohttp import web

from bot.domain.tokens import ApiToken, ApiTokens
from bot.ports import Session, Sessions
from handlers.console.controls import Viewer
from handlers.console.forms import NotOursError, read_form

COOKIE = "pointsman_session"
LASTS = timedelta(hours=12)


class SignedOutError(Exception):
    """Nobody is signed in, or no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Raises: RecordsUnavailableError."""

    sessions: Sessions
    tokens: ApiTokens
    public_url: str

    async def viewer(self, request: web.Request) -> Viewer:
        """Tell who is signed in.

        Raises:
            SignedOutError
        """
        secret = request.cookies.get(COOKIE, "")
        session = await self.sessions.find(secret) if secret and secret.isascii() else None
        token = self.tokens.named(session.token) if session else None
        if session is None or token is None or not token.person:
            raise SignedOutError
        return Viewer(principal=token.principal, may_decide=token.may_decide, csrf=session.csrf)

    async def form(self, request: web.Request) -> tuple[Viewer, Mapping[str, str]]:
        """Read a form that this person sent from a page of ours.

        Raises:
            SignedOutError, NotOursError, UnreadableFormError
        """
        self.check_origin(request)
        viewer = await self.viewer(request)
        form = await read_form(request)
        if not hmac.compare_digest(form.get("csrf", "").encode(), viewer.csrf.encode()):
            raise NotOursError
        return viewer, form

    def check_origin(self, request: web.Request) -> None:
        """Refuse a form that another site's page sends.

        Raises:
            NotOursError
        """
        origin = request.headers.get("Origin")
        if origin is None:
            return
        own = urlsplit(self.public_url)
        # A proxy may end TLS before us, so the scheme of our own host proves nothing.
        ours = {f"{own.scheme}://{own.netloc}", f"http://{request.host}", f"https://{request.host}"}
        if origin not in ours:
            raise NotOursError

    async def let_in(self, token: ApiToken, secret: str, csrf: str, response: web.Response) -> None:
        await self.sessions.open(secret, Session(token=token.name, csrf=csrf), lasts=LASTS)
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(LASTS.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.public_url.startswith("https:"),
        )

    async def let_out(self, request: web.Request, response: web.Response) -> None:
        await self.sessions.close(request.cookies[COOKIE])
        response.del_cookie(COOKIE, path="/")
