"""A hook's body, checked: what is wrong with it is said, and nothing of it is kept."""

import json
import re
from typing import Any

from handlers.flagger.canaries import Payload

MAX_DEPTH = 20
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
    reason = fields.get("reason")
    return Payload(
        name=_matching(fields, "name", _NAME),
        namespace=_matching(fields, "namespace", _NAMESPACE),
        phase=_text(fields, "phase", MAX_PHASE),
        checksum=_text(fields, "checksum", MAX_CHECKSUM),
        metadata=_metadata(fields),
        reason=reason if isinstance(reason, str) else "",
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedError("the body is not JSON") from error
    if not isinstance(fields, dict):
        raise MalformedError("the body is not a JSON object")
    _check_texts(fields, MAX_DEPTH)
    return fields


def _check_texts(value: Any, depth: int) -> None:
    """No text holds a NUL or half a character: no database keeps them, and no eye sees them."""
    if depth == 0:
        raise MalformedError("the body is nested too deep")
    match value:
        case str():
            if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
                raise MalformedError("the body holds a character that is none")
        case dict():
            for key, inner in value.items():
                _check_texts(key, depth - 1)
                _check_texts(inner, depth - 1)
        case list():
            for inner in value:
                _check_texts(inner, depth - 1)
        case _:
            return


def _matching(fields: dict[str, Any], field: str, form: re.Pattern[str]) -> str:
    value = fields.get(field)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise MalformedError(f"{field}: expected a name as Kubernetes allows it")
    return value


def _text(fields: dict[str, Any], field: str, longest: int) -> str:
    value = fields.get(field) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise MalformedError(f"{field}: expected text of at most {longest} characters")
    return value


def _metadata(fields: dict[str, Any]) -> dict[str, str]:
    value = fields.get("metadata") or {}
    if not isinstance(value, dict) or not all(isinstance(inner, str) for inner in value.values()):
        raise MalformedError("metadata: expected an object of texts")
    return value
