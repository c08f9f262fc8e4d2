"""Values that are never written into the settings, never shown and never logged."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from bot.config.mistakes import quoted
from bot.config.words import Surroundings, mistake, surroundings

LARGEST_SECRET = 64 * 1024  # bytes; a service account's key file has about 2,400
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FORM = "must be {env: NAME} or {file: PATH}; a secret itself is never written into the settings"


class Secret:
    """A value to keep to oneself.

    No dataclass: what turns those into dictionaries or JSON would show it.

    Attributes:
        source: Where it came from, as the settings say it: `{"env": "NAME"}`.  This may be shown.
    """

    __slots__ = ("_value", "source")

    def __init__(self, source: Mapping[str, str], value: str) -> None:
        self.source = MappingProxyType(dict(source))
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return f"Secret({dict(self.source)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (other.source, other.reveal()) == (self.source, self._value)

    def __hash__(self) -> int:
        return hash(self._value)


def read_secret(value: object, info: ValidationInfo) -> Secret:
    """Fetch a secret from where the settings say it is; a newline at its end is the editor's, not its own."""
    if isinstance(value, Secret):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise mistake(FORM)
    match value:
        case {"env": str(name)}:
            found, told = _from_environment(name, surroundings(info)), f"the environment variable {name}"
        case {"file": str(path)}:
            found, told = _from_file(path, surroundings(info)), f"the file {quoted(path)}"
        case _:
            raise mistake(FORM)
    secret = found.removesuffix("\n").removesuffix("\r")
    if not secret.strip():
        raise mistake(f"{told} is empty")
    if any("\ud800" <= character <= "\udfff" for character in secret):  # How Python keeps bytes that are no text.
        raise mistake(f"{told} is not text in UTF-8")
    return Secret(dict(value), secret)


def _from_environment(name: str, around: Surroundings) -> str:
    if not VARIABLE.fullmatch(name):  # Not quoted: it may be the secret itself.
        raise mistake("`env` must be the name of an environment variable (letters, digits and _)")
    if name not in around.environ:
        raise mistake(f"the environment variable {name} is not set")
    return around.environ[name]


def _from_file(path: str, around: Surroundings) -> str:
    try:
        content = _read(around.base / path)
    except OSError as error:
        raise mistake(f"the file {quoted(path)} cannot be read: {error.strerror}") from error
    if content is None:
        raise mistake(f"{quoted(path)} is not a file")
    if len(content) > LARGEST_SECRET:
        raise mistake(f"the file {quoted(path)} is larger than {LARGEST_SECRET // 1024} KiB")
    return content.decode(errors="surrogateescape")


def _read(file: Path) -> bytes | None:
    """Read a little more than is allowed; None for a pipe, which would be waited for, and its like."""
    if file.exists() and not file.is_file():
        return None
    with file.open("rb") as opened:
        return opened.read(LARGEST_SECRET + 1)


def _one_key(key: str, **form: object) -> dict[str, object]:
    properties = {key: {"type": "string", **form}}
    return {"type": "object", "properties": properties, "required": [key], "additionalProperties": False}


SECRET_SCHEMA = {"oneOf": [_one_key("env", pattern=f"^{VARIABLE.pattern}$"), _one_key("file", minLength=1)]}

SecretValue = Annotated[
    Secret,
    PlainValidator(read_secret),
    PlainSerializer(lambda secret: dict(secret.source)),
    WithJsonSchema(SECRET_SCHEMA),
]
