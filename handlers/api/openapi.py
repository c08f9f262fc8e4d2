"""The API's own description, OpenAPI 3.1."""

from datetime import timedelta
from typing import Any

from bot.domain.release import ReleaseState
from bot.usecases.tell_figures import INSIGHTS_OF, SUMMARY_OF
from handlers.api.figure_schemas import PERIOD_PARAMETER
from handlers.api.forms import KEY_LENGTH, LIMIT, LIMIT_MOST, SURFACE, SURFACES, TEXT_LENGTH
from handlers.api.problems import JSON, PROBLEM
from handlers.api.schemas import schemas
from handlers.api.shapes import ID, Schema, named

_PROBLEMS = {
    "400": "The body is no JSON that can be read.",
    "401": "No valid token was shown.",
    "403": "Not allowed, or beyond what the token may.",
    "404": "There is no such thing.",
    "409": "Not possible now: `state`, `by` and `at` tell what it is, who made it so and when.",
    "413": "The body is larger than 1 MiB.",
    "422": "Something in the request is not as it must be; `field` names it.",
    "503": "The record cannot be reached now.",
}

_READING = ("401", "422", "503")
_DECIDING = ("400", "401", "403", "404", "409", "413", "422", "503")


def document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pointsman", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_ABOUT = (
    "Releases, their gates, decisions and the record. A decision is taken once: the same person's same answer again"
    " changes nothing. Errors are looked for in the order 400, 401, 404, 422 of form, 403, 409, 422 of the reason."
)


def _paths() -> dict[str, Any]:
    return {
        "/openapi.json": {"get": _operation("This document", {"type": "object"}, problems=()) | {"security": []}},
        "/releases": {"get": _list("Releases, newest first", "Releases", _release_filters())},
        "/releases/{id}": {
            "parameters": [_id("release")],
            "get": _operation("A release", named("Release"), problems=("401", "404", "422", "503")),
        },
        "/releases/{id}/decisions": {
            "parameters": [_id("release")],
            "post": _decision("Decide on a release", "ReleaseDecision", "Release"),
        },
        "/gates/{id}/decisions": {
            "parameters": [_id("gate")],
            "post": _decision("Decide on a gate", "GateDecision", "Gate")
            | {"description": "Answers the gate as it is now; `reopen` answers the new one."},
        },
        "/commands": {
            "post": _decision("Say it as in a chat", "Command", "Reply")
            | {"description": "A refused decision answers as its own call would; what is not understood is 422."},
        },
        "/audit": {
            "get": _list(
                "The record, newest first",
                "Records",
                [
                    _query(
                        "release",
                        {"type": "string", "pattern": "^[0-9A-Za-z]{0,64}$"},
                        "The id of a release; empty: any.",
                    )
                ],
            ),
        },
        "/summary": {"get": _of_last("What happened until now, and how things stand", "Summary", SUMMARY_OF)},
        "/insights": {"get": _of_last("Figures until now, and those of the time before", "Insights", INSIGHTS_OF)},
    }


def _of_last(summary: str, answer: str, usual: timedelta) -> dict[str, Any]:
    period = PERIOD_PARAMETER | {"default": f"{usual.days}d"}
    said = "How far it looks back: hours, days or weeks, 366d at the most."
    return _operation(summary, named(answer), problems=_READING) | {"parameters": [_query("period", period, said)]}


def _operation(summary: str, answer: Schema, *, problems: tuple[str, ...]) -> dict[str, Any]:
    content = {PROBLEM: {"schema": named("Problem")}}
    responses: dict[str, Any] = {"200": {"description": "Done.", "content": {JSON: {"schema": answer}}}}
    responses |= {status: {"description": _PROBLEMS[status], "content": content} for status in problems}
    return {"summary": summary, "responses": responses}


def _list(summary: str, name: str, filters: list[dict[str, Any]]) -> dict[str, Any]:
    limit = {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT}
    cursor = {"type": "string", "pattern": "^[0-9A-Za-z]{1,64}$"}
    paging = [
        _query("after", cursor, "`next` of the page before."),
        _query("limit", limit, "How many at most."),
    ]
    return _operation(summary, named(name), problems=_READING) | {"parameters": [*filters, *paging]}


def _release_filters() -> list[dict[str, Any]]:
    name = {"type": "string", "maxLength": TEXT_LENGTH}
    return [
        *(_query(what, name, "Exactly; empty: any.") for what in ("cluster", "namespace", "name")),
        _query("state", {"type": "string", "enum": [*ReleaseState, ""]}, "The state it is in now; empty: any."),
    ]


def _decision(summary: str, body: str, answer: str) -> dict[str, Any]:
    key = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[ -~]+$"}
    return _operation(summary, named(answer), problems=_DECIDING) | {
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": key,
                "description": "For a day the same request with the same key gets the answer of the first.",
            },
            {
                "name": SURFACE,
                "in": "header",
                "schema": {"type": "string", "enum": [*SURFACES], "default": "api"},
                "description": "Where it was typed, for the record; `cli` is what the command line says.",
            },
        ],
        "requestBody": {"required": True, "content": {JSON: {"schema": named(body)}}},
    }


def _id(what: str) -> dict[str, Any]:
    return {"name": "id", "in": "path", "required": True, "schema": ID, "description": f"The id of a {what}."}


def _query(name: str, schema: Schema, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}
