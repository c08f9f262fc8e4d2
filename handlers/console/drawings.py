"""Pictures on pages: for those who are signed in, in the light or in the dark, and never kept."""

from aiohttp import web

from handlers.console.headers import FRESH
from handlers.pictures import Picture, Scheme


def scheme_of(request: web.Request) -> Scheme:
    return Scheme.DARK if request.query.get("scheme") == Scheme.DARK else Scheme.LIGHT


def drawn(picture: Picture) -> web.Response:
    return web.Response(body=picture.png, content_type="image/png", headers=FRESH)
