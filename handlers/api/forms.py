"""What a request may say: bodies and queries, checked field by field."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from multidict import MultiMapping

from bot.domain.decision import Reason, Surface, reason_of
from bot.domain.errors import ReasonTooLongError
from bot.domain.figures.insights import period_length
from bot.domain.release import ReleaseState
from bot.ports import ReleaseFilter
from handlers.api.problems import not_found, not_of_form

LIMIT = 50
LIMIT_MOST = 200

KEY_LENGTH = 255
TEXT_LENGTH = 253
"""The longest name that Kubernetes allows."""

SURFACE = "Pointsman-Surface"
SURFACES = (Surface.API.value, Surface.CLI.value)

_ID = re.compile(r"[0-9A-Za-z]{1,64}")
_LIMIT = re.compile(r"[0-9]{1,3}")
_CURSOR = re.compile(r"[0-9A-Za-z]{1,64}")
_KEY = re.compile(rf"[\x20-\x7e]{{1,{KEY_LENGTH}}}")

PERIOD = "^[1-9][0-9]{0,4}[hdw]$"

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    after: str | None = None
    limit: int = LIMIT


def is_id(text: str) -> bool:
    """It can be an id of ours; what cannot needs no look-up."""
    return _ID.fullmatch(text) is not None


def possible_id(text: str) -> None:
    """Raises: ProblemError: 404, before any database hears of such a path."""
    if not is_id(text):
        raise not_found("There is no such thing.")


def fields(body: Any, allowed: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise not_of_form("", "The body must be a JSON object.")
    for name in body:
        if name not in allowed:
            raise not_of_form(name, f"There is no such field here; there are {_listed(allowed)}.")
    return body


def decision(body: Any, choices: type[Choice]) -> tuple[Choice, Reason]:
    """What is decided, and the reason."""
    given = fields(body, ("decision", "reason"))
    allowed = tuple(choice.value for choice in choices)
    chosen = given.get("decision")
    if not isinstance(chosen, str) or chosen not in allowed:
        raise not_of_form("decision", f"A decision here is one of {_listed(allowed)}.")
    reason = given.get("reason", "")
    if not isinstance(reason, str):
        raise not_of_form("reason", "A reason is text.")
    try:
        return choices(chosen), reason_of(reason)
    except ReasonTooLongError as error:
        raise not_of_form("reason", str(error)) from error


def command(body: Any) -> str:
    text = fields(body, ("text",)).get("text")
    if not isinstance(text, str):
        raise not_of_form("text", "A command is text.")
    return text


def parameters(query: MultiMapping[str], *allowed: str) -> None:
    """Check that nothing else is asked: what is misspelt must not look as if it had been heeded."""
    for name in query:
        if name not in allowed:
            raise not_of_form(name, f"There is no such parameter here; there are {_listed(allowed) or 'none'}.")
        if len(query.getall(name)) > 1:
            raise not_of_form(name, "It is given twice.")


def paging(query: MultiMapping[str], *beside: str) -> Paging:
    """Where a list goes on.  `beside`: the parameters it has besides."""
    parameters(query, *beside, "after", "limit")
    after, limit = query.get("after"), query.get("limit", str(LIMIT))
    if after is not None and not _CURSOR.fullmatch(after):
        raise bad_cursor()
    if not _LIMIT.fullmatch(limit) or not 1 <= int(limit) <= LIMIT_MOST:
        raise not_of_form("limit", f"A limit is a whole number from 1 to {LIMIT_MOST}.")
    return Paging(after=after, limit=int(limit))


def bad_cursor() -> Exception:
    return not_of_form("after", "It is no cursor of this list.")


def release_filter(query: MultiMapping[str]) -> ReleaseFilter:
    state = wanted(query, "state")
    states = tuple(state.value for state in ReleaseState)
    if state is not None and state not in states:
        raise not_of_form("state", f"A state is one of {_listed(states)}.")
    return ReleaseFilter(
        cluster=wanted(query, "cluster"),
        namespace=wanted(query, "namespace"),
        name=wanted(query, "name"),
        state=state,
    )


def wanted(query: MultiMapping[str], name: str) -> str | None:
    """A filter; empty, it is none."""
    value = query.get(name) or None
    if value is not None and (len(value) > TEXT_LENGTH or not value.isprintable()):
        raise not_of_form(name, f"It is text on one line, of at most {TEXT_LENGTH} characters.")
    return value


def period(query: MultiMapping[str], usual: timedelta) -> timedelta:
    """How far it looks back."""
    parameters(query, "period")
    text = query.get("period")
    if text is None:
        return usual
    if not re.search(PERIOD, text) or text.endswith("\n"):
        raise not_of_form("period", "A period is a number of hours, days or weeks, such as 12h, 7d or 4w.")
    try:
        return period_length(text)
    except ValueError as error:
        raise not_of_form("period", str(error)) from error


def release_id(query: MultiMapping[str]) -> str | None:
    """A filter by release; empty, it is none."""
    value = query.get("release") or None
    if value is not None and not is_id(value):
        raise not_of_form("release", "It is no id.")
    return value


def idempotency_key(given: list[str]) -> str | None:
    """The key, if one is given."""
    if not given:
        return None
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise not_of_form("Idempotency-Key", f"A key is 1 to {KEY_LENGTH} printable ASCII characters, given once.")
    return given[0]


def surface(given: list[str]) -> Surface:
    """Where the caller says the decision was typed: by a program, unless `pointsman` says that it was on its line."""
    if not given:
        return Surface.API
    if len(given) > 1 or given[0] not in SURFACES:
        raise not_of_form(SURFACE, f"It is one of {_listed(SURFACES)}, given once.")
    return Surface(given[0])


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
