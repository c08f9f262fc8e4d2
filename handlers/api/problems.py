"""What went wrong, as RFC 9457 says it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.domain.audit import stamp
from bot.domain.errors import Refusal, RefusalKind
from handlers.web import status_of

PROBLEM = "application/problem+json"
JSON = "application/json"


class ProblemError(Exception):
    """Ends a request with a problem document.

    Args:
        more: members beside the usual ones, e.g. `field`.
        kept: a repeat of the request gets the same answer.
        close: the body was not read to its end, so that nothing can follow it.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        kept: bool = False,
        close: bool = False,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = dict(more or {})
        self.headers = dict(headers or {})
        self.kept = kept
        self.close = close


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer before it is sent; `kept`: it is what a repeat gets."""

    status: int
    body: str
    kept: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    close: bool = False


def said(value: Any) -> Said:
    return Said(status=200, body=json.dumps(value, ensure_ascii=False), kept=True)


def problem(error: ProblemError) -> Said:
    status = HTTPStatus(error.status)
    document = {"type": "about:blank", "title": status.phrase, "status": error.status, "detail": error.detail}
    return Said(
        status=error.status,
        body=json.dumps(document | error.more, ensure_ascii=False),
        kept=error.kept,
        headers=error.headers,
        close=error.close,
    )


def sent(answer: Said) -> web.Response:
    response = web.Response(
        text=answer.body,
        status=answer.status,
        content_type=JSON if answer.status < HTTPStatus.BAD_REQUEST else PROBLEM,
        headers={"Cache-Control": "no-store", **answer.headers},
    )
    if answer.close:
        response.force_close()
    return response


def not_of_form(field: str, detail: str) -> ProblemError:
    return ProblemError(422, detail, more={"field": field})


def not_found(detail: str) -> ProblemError:
    return ProblemError(404, detail)


def unavailable() -> ProblemError:
    return ProblemError(503, "The record cannot be reached now.", headers={"Retry-After": "1"})


def of_refusal(refusal: Refusal) -> ProblemError:
    """A decision that was not taken: 403, 409 with what it is, who made it so and when, or 422 of the reason."""
    more: dict[str, Any] = {}
    match refusal.kind:
        case RefusalKind.SETTLED:
            more = {"state": refusal.state, "by": refusal.by, "at": stamp(refusal.at) if refusal.at else None}
        case RefusalKind.NO_REASON:
            more = {"field": "reason"}
        case RefusalKind.NOT_ALLOWED:
            pass
    return ProblemError(status_of(refusal), str(refusal), more=more, kept=True)
