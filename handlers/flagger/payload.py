"""A hook's body, checked: what is wrong with it is said, and nothing of it is kept."""

import re
from typing import Any

from bot.domain.decision import NO_REASON, Reason, reason_of
from bot.domain.errors import ReasonTooLongError
from handlers.flagger.canaries import Payload
from handlers.web import UnreadableError, parse_json

MAX_PHASE = 64
MAX_CHECKSUM = 253

# Names as Kubernetes allows them.  Source: RFC 1123 labels and subdomains, apimachinery validation.
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class MalformedError(Exception):
    """The body is not what Flagger sends.  Its text names the field, never its value."""


def read(body: bytes) -> Payload:
    """Check a hook's body.

    Raises:
        MalformedError: it is no JSON object of a workload.
    """
    fields = _object(body)
    return Payload(
        name=_matching(fields, "name", _NAME),
        namespace=_matching(fields, "namespace", _NAMESPACE),
        phase=_text(fields, "phase", MAX_PHASE),
        checksum=_text(fields, "checksum", MAX_CHECKSUM),
        metadata=_metadata(fields),
        reason=_reason(fields),
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = parse_json(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedError("the body is not UTF-8") from error
    except UnreadableError as error:
        raise MalformedError(str(error)) from error
    if not isinstance(fields, dict):
        raise MalformedError("the body is not a JSON object")
    return fields


def _matching(fields: dict[str, Any], field: str, form: re.Pattern[str]) -> str:
    value = fields.get(field)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise MalformedError(f"{field}: expected a name as Kubernetes allows it")
    return value


def _text(fields: dict[str, Any], field: str, longest: int) -> str:
    value = fields.get(field)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise MalformedError(f"{field}: expected text of at most {longest} characters")
    return value


def _reason(fields: dict[str, Any]) -> Reason:
    value = fields.get("reason")
    if value is None:
        return NO_REASON
    if not isinstance(value, str):
        raise MalformedError("reason: expected text")
    try:
        return reason_of(value)
    except ReasonTooLongError as error:
        raise MalformedError(f"reason: {error}") from error


def _metadata(fields: dict[str, Any]) -> dict[str, str]:
    value = fields.get("metadata")
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(inner, str) for inner in value.values()):
        raise MalformedError("metadata: expected an object of texts")
    return value
