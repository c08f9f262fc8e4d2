"""What a hook is told, as HTTP: at most 202 means yes to Flagger, so no other path leads there."""

import json
from typing import Any

from aiohttp import web

from bot.domain.messages.answer import Answer

NOTED = b'{"noted": true}'

_JSON = "application/json"


def answered(body: bytes, status: int) -> web.Response:
    return web.Response(body=body, status=status, content_type=_JSON)


def body_of(answer: Answer) -> bytes:
    if answer.about_roll_back:
        said: dict[str, Any] = {"rollback": "yes" if answer.yes else "no"}
    else:
        said = {"gate": "open" if answer.yes else "closed"}
    return json.dumps(said | {"reason": answer.reason, "release": answer.release}, ensure_ascii=False).encode()


def status_of(answer: Answer) -> int:
    return 200 if answer.yes else 403


def refused(status: int, error: str, **headers: str) -> web.Response:
    return web.json_response({"error": error}, status=status, headers=headers)


def away() -> web.Response:
    return refused(503, "the record cannot be read now")
