"""JSON of an API server, decoded no further than somebody looks: most of an object is passed over."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias, TypedDict, TypeVar

import msgspec

from bot.domain.errors import ClusterUnavailableError

Thing: TypeAlias = dict[str, Any]
"""An object as an API server writes it."""

Shape: TypeAlias = type[Mapping[str, object]]
"""A `TypedDict` that names what is looked at; `dict`: everything."""


class Metadata(TypedDict, total=False):
    """What a watch looks at of `metadata`."""

    namespace: Any
    name: Any
    uid: Any
    resourceVersion: Any
    generation: Any
    deletionTimestamp: Any
    annotations: Any


Decoded = TypeVar("Decoded")

_SUSPICIOUS = (b"\\u0000", b"\\ud", b"\\uD")
"""Where a NUL or half a character may stand; all else is not looked through."""

_ESCAPES = re.compile(
    rb"""\\(?:
        u[dD][89abAB][0-9a-fA-F]{2} \\u[dD][c-fC-F][0-9a-fA-F]{2}  # Both halves of a character,
      | (?P<unprintable> u0000 | u[dD][89a-fA-F][0-9a-fA-F]{2} )    # or what no database keeps,
      | .                                                         # or any other.
    )""",
    re.VERBOSE | re.DOTALL,
)


def decode(body: bytes | msgspec.Raw, *, what: str) -> Any:
    """Understand all of it.

    Raises:
        ClusterUnavailableError: it is no JSON, or nested deeper than any object that we could look at.
    """
    return decode_as(Any, body, what=what)


def decode_as(kind: type[Decoded], body: bytes | msgspec.Raw, *, what: str) -> Decoded:
    """Understand what `kind` names of it.

    Raises:
        ClusterUnavailableError: as `decode`, or it is of another kind.
    """
    try:
        return msgspec.json.decode(body if isinstance(body, msgspec.Raw) else _printable(body), type=kind)
    except RecursionError as error:
        raise ClusterUnavailableError(f"{what} is nested too deep") from error
    except msgspec.ValidationError as error:
        raise ClusterUnavailableError(f"{what} is of another form: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ClusterUnavailableError(f"{what} is no JSON") from error


def decode_thing(raw: msgspec.Raw, shape: Shape, *, what: str) -> Thing:
    """Understand what `shape` names of an object; all of one whose parts have another form than that.

    Raises:
        ClusterUnavailableError: it is no object that has metadata.
    """
    try:
        found: Any = msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = decode(raw, what=what)
    if not isinstance(found, dict) or not isinstance(found.get("metadata"), dict):
        raise ClusterUnavailableError(f"{what} is no object that has metadata")
    return found


def _printable(body: bytes) -> bytes:
    """With a mark in the place of NUL and of half a character."""
    if not any(sign in body for sign in _SUSPICIOUS):
        return body
    return _ESCAPES.sub(lambda found: rb"\ufffd" if found["unprintable"] else found[0], body)
