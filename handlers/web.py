"""What every HTTP surface shares."""

import json
from http import HTTPStatus
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.web import PayloadAccessError, RequestPayloadError

from bot.domain.errors import Refusal, RefusalKind

MAX_BYTES = 1024**2
"""Bytes of a body, unpacked."""

MAX_DEPTH = 50
"""Lists and objects within each other.  Nothing that is sent to us needs five."""


class TooLargeError(Exception):
    """The body is larger than `MAX_BYTES`."""


class UnreadableError(Exception):
    """The body is no JSON.  The text says why, and repeats nothing of it."""


def peer(request: web.Request) -> str:
    """Return the address that called, as the socket has it; what a header claims proves nothing."""
    return request.remote or "unknown"


def bearer(request: web.Request) -> str | None:
    """Return the token of `Authorization: Bearer TOKEN`; None: there is none, or more than one."""
    headers = request.headers.getall("Authorization", [])
    scheme, _, token = headers[0].strip().partition(" ") if len(headers) == 1 else ("", "", "")
    return token.strip() or None if scheme.lower() == "bearer" else None


def status_of(refusal: Refusal) -> HTTPStatus:
    """Return the status that tells why somebody was refused."""
    match refusal.kind:
        case RefusalKind.NOT_ALLOWED:
            return HTTPStatus.FORBIDDEN
        case RefusalKind.SETTLED:
            return HTTPStatus.CONFLICT
        case RefusalKind.NO_REASON:
            return HTTPStatus.UNPROCESSABLE_ENTITY


async def read_json(request: web.Request) -> Any:
    """Read the body as one JSON value.

    A key given twice, a NUL and half a character are refused: a database keeps neither, and two readers could
    understand them differently.

    Raises:
        TooLargeError, UnreadableError: it is not read any further.
    """
    body = await _read(request)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("the body is not UTF-8") from error
    return parse_json(text)


def parse_json(text: str) -> Any:
    """Understand one JSON value, strictly.

    Raises:
        UnreadableError: see `read_json`.
    """
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_number, parse_float=_number)
    except RecursionError as error:
        raise UnreadableError("the body is nested too deep") from error
    except ValueError as error:
        raise UnreadableError("the body is not JSON") from error
    _check_texts(value, MAX_DEPTH)
    return value


async def _read(request: web.Request) -> bytes:
    """Count while reading: what is packed may be larger than it says."""
    if (request.content_length or 0) > MAX_BYTES:
        raise TooLargeError
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MAX_BYTES:
                raise TooLargeError
    except (RequestPayloadError, PayloadAccessError) as error:
        raise UnreadableError("the body cannot be unpacked") from error
    return bytes(body)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError("the body gives a key twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise UnreadableError(f"{text} is no JSON")


def _number(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise UnreadableError("the body holds a number beyond all bounds")
    return number


def _check_texts(value: Any, depth: int) -> None:
    if depth == 0:
        raise UnreadableError("the body is nested too deep")
    match value:
        case str():
            if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
                raise UnreadableError("the body holds a character that is none")
        case dict():
            for key, inner in value.items():
                _check_texts(key, depth - 1)
                _check_texts(inner, depth - 1)
        case list():
            for inner in value:
                _check_texts(inner, depth - 1)
        case _:
            return
