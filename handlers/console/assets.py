"""The files that pages are dressed with, served from memory under names that change with their content."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web

from handlers.console.headers import SAFE

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    content_type: str
    digest: str


class Assets:
    """Everything in `static`, read once."""

    def __init__(self) -> None:
        found = (file for file in files("handlers.console").joinpath("static").iterdir() if file.is_file())
        self._assets = {file.name: _asset(file.name, file.read_bytes()) for file in found}

    def url(self, name: str) -> str:
        return f"/static/{name}?v={self._assets[name].digest}"

    async def serve(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=SAFE | _KEPT)


def _asset(name: str, body: bytes) -> Asset:
    return Asset(body, _TYPES[name.rpartition(".")[2]], hashlib.sha256(body).hexdigest()[:16])
