"""Where somebody was going who had to sign in first."""

import re

from aiohttp import web

COOKIE = "pointsman_onward"
LASTS_SECONDS = 600
_OURS = re.compile(r"/audit|/insights|/releases/[0-9A-Za-z]{1,40}")


def remember(request: web.Request, response: web.Response) -> None:
    """Keep the page that was asked for, so that a link in a chat leads to its release."""
    if _OURS.fullmatch(request.path):
        response.set_cookie(COOKIE, request.path, max_age=LASTS_SECONDS, path="/sign-in", httponly=True, samesite="Lax")


def forget(response: web.Response) -> None:
    response.del_cookie(COOKIE, path="/sign-in")


def onward(request: web.Request) -> str:
    """A page of ours, whatever the cookie says."""
    wanted = request.cookies.get(COOKIE, "")
    return wanted if _OURS.fullmatch(wanted) else "/"
