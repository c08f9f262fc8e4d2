"""The words that settings are made of: addresses, globs, names, links, places to post to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    WithJsonSchema,
    WrapSerializer,
)
from pydantic_core import PydanticCustomError

from bot.config.mistakes import quoted
from bot.domain.durations import SCHEMA_FORM, duration

LONGEST_TEXT = 200  # characters
LONGEST_ADDRESS = 254  # characters; source: RFC 5321, 4.5.3.1
ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]{1,64}@(?:[^\W_][\w-]*(?:\.[^\W_][\w-]*)+|localhost)")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}")
# Source: kubernetes/apimachinery pkg/labels/selector.go, pkg/util/validation/validation.go
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_KEY = rf"(?:[a-z0-9](?:[a-z0-9.-]{{0,251}}[a-z0-9])?/)?{_LABEL}"
_VALUES = rf"\( *(?:{_LABEL})?(?: *, *(?:{_LABEL})?)* *\)"
_REQUIREMENT = rf" *(?:! *{_KEY}|{_KEY}(?: *(?:=|==|!=) *(?:{_LABEL})?| *[<>] *[0-9]+| +(?:in|notin) *{_VALUES})?) *"
SELECTOR = re.compile(rf"{_REQUIREMENT}(?:,{_REQUIREMENT})*")
DESTINATION = re.compile(
    r"slack:[CDG][A-Z0-9]+|google_chat:spaces/[A-Za-z0-9_-]+|google_chat:webhook/[A-Za-z0-9_][A-Za-z0-9._-]*"
)


class Section(BaseModel):
    """A part of the settings: frozen, of exact types, without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What settings refer to outside their own place.

    Attributes:
        base: The folder that files are looked for in.
        main_addresses: The main address for each further one, both in lower case.
    """

    environ: Mapping[str, str] = field(default_factory=dict)
    base: Path = Path()
    main_addresses: Mapping[str, str] = field(default_factory=dict)


def surroundings(info: ValidationInfo) -> Surroundings:
    return info.context if isinstance(info.context, Surroundings) else Surroundings()


def mistake(message: str) -> PydanticCustomError:
    """Make the error that a check raises; its text is shown as it is."""
    return PydanticCustomError("mistake", "{message}", {"message": message})


def address(text: str) -> str:
    if len(text) > LONGEST_ADDRESS or not ADDRESS.fullmatch(text):
        raise mistake(f"must be an e-mail address, is {quoted(text)}")
    return text.lower()


def main_address(text: str, info: ValidationInfo) -> str:
    """Read an address; a person's further ones stand for the main one."""
    return surroundings(info).main_addresses.get(address(text), address(text))


def approver(text: str, info: ValidationInfo) -> str:
    kind, colon, name = text.partition(":")
    if colon and kind in {"group", "token"} and name:
        return text
    if "@" in text:
        return main_address(text, info)
    raise mistake(f"must be an e-mail address, group:NAME or token:NAME, is {quoted(text)}")


def not_blank(text: str) -> str:
    if not text.strip():
        raise mistake("is empty")
    if len(text) > LONGEST_TEXT:
        raise mistake(f"is longer than {LONGEST_TEXT} characters")
    return text


def name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise mistake("must be a name: up to 63 letters, digits, '.', '_' and '-' without accents or spaces")
    return text


def glob(text: str) -> str:
    if not text:
        raise mistake("matches nothing; leave the key out to match everything")
    return text


def selector(text: str) -> str:
    if not SELECTOR.fullmatch(not_blank(text)):
        raise mistake(f"must be a label selector, such as team=shop or 'tier in (web, api)', is {quoted(text)}")
    return text


def destination(text: str) -> str:
    if DESTINATION.fullmatch(text):
        return text
    if text.startswith("slack:"):
        raise mistake(
            f"must name a channel by its id, such as slack:C0123ABCD, is {quoted(text)};"
            " Slack shows the id at the end of the channel's details"
        )
    raise mistake("must be slack:CHANNEL_ID, google_chat:spaces/SPACE or google_chat:webhook/NAME, is " + quoted(text))


def split_link(text: str) -> SplitResult | None:
    """Take a URL apart; None when it is none, with a port that is none too."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def link(text: str) -> str:
    """Check a base URL; it is kept without a slash at its end."""
    parts = split_link(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise mistake("must be a URL that begins with http:// or https:// and names a host")
    if parts.username is not None or parts.query or parts.fragment or text.endswith(("?", "#")):
        raise mistake("must be a URL without user, query (?) and fragment (#)")
    return text.rstrip("/")


def length_of_time(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise mistake("must be a duration with its unit, such as 90s, 15m, 2h, 3d or 1h30m")
    try:
        return duration(value)
    except ValueError as error:
        raise mistake(f"{error}, is {quoted(value)}") from error


def pattern(form: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "pattern": f"^(?:{form})$"}


def id_of(what: str, form: str) -> tuple[AfterValidator, WithJsonSchema]:
    """Make the checks of an id; a wrong one is not quoted, as people paste a token in its place."""

    def check(text: str) -> str:
        if not re.fullmatch(form, text):
            raise mistake(f"must be {what}")
        return text

    return AfterValidator(check), WithJsonSchema(pattern(form))


Text = Annotated[str, AfterValidator(not_blank), WithJsonSchema({"type": "string", "minLength": 1})]
Name = Annotated[str, AfterValidator(name), WithJsonSchema(pattern(NAME.pattern))]
Glob = Annotated[str, AfterValidator(glob), WithJsonSchema({"type": "string", "minLength": 1})]
Selector = Annotated[str, AfterValidator(selector), WithJsonSchema({"type": "string", "minLength": 1})]
Link = Annotated[str, AfterValidator(link), WithJsonSchema(pattern("https?://.+"))]
Address = Annotated[str, AfterValidator(main_address), WithJsonSchema({"type": "string", "format": "email"})]
OwnAddress = Annotated[str, AfterValidator(address), WithJsonSchema({"type": "string", "format": "email"})]
Approver = Annotated[str, AfterValidator(approver), WithJsonSchema(pattern(".+@.+|group:.+|token:.+"))]
Destination = Annotated[str, AfterValidator(destination), WithJsonSchema(pattern(DESTINATION.pattern))]
Duration = Annotated[timedelta, BeforeValidator(length_of_time), WithJsonSchema(pattern(SCHEMA_FORM))]


CLOSED: dict[str, Any] = {"additionalProperties": False}
"""For the schema of a mapping by names: what is no name is refused."""


def nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


frozen_mapping = (
    AfterValidator(MappingProxyType),
    WrapSerializer(lambda frozen, as_dict: as_dict(dict(frozen))),
)
"""What makes a dictionary as frozen as the model it stands in."""
