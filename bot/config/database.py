"""The database's URL: of two kinds, and possibly with a password in it."""

import re
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from bot.config.secret import SECRET_SCHEMA, Secret, read_secret
from bot.config.words import mistake, pattern, split_link

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+asyncpg"
FORMS = f"{SQLITE}:///FILE or {POSTGRESQL}://USER@HOST/DATABASE"
HIDDEN = "***"


def read_url(value: object, info: ValidationInfo) -> Secret:
    """Read the URL, written out or named as a secret; what is wrong with it is told without quoting it."""
    if isinstance(value, str):
        return Secret({"url": without_password(checked(value))}, value)
    if not isinstance(value, dict | Secret):
        raise mistake(f"must be {FORMS}, or {{env: NAME}} or {{file: PATH}} that hold one")
    secret = read_secret(value, info)
    checked(secret.reveal())
    return secret


def checked(url: str) -> str:
    kind, separator, rest = url.partition("://")
    if not separator or any(character.isspace() for character in url):
        raise mistake(f"is not a URL; it must be {FORMS}")
    if kind == SQLITE:
        _check_sqlite(rest)
    elif kind == POSTGRESQL:
        _check_postgresql(url)
    else:
        raise mistake(_other_kind(kind))
    return url


def _check_sqlite(rest: str) -> None:
    if rest and not rest.startswith("/"):
        raise mistake(f"needs three slashes before a file ({SQLITE}:///pointsman.db), four before an absolute path")
    if rest.partition("?")[0] in {"", "/", "/:memory:"}:
        raise mistake(f"must name a file ({SQLITE}:///pointsman.db): what is kept in memory is no record")


def _check_postgresql(url: str) -> None:
    parts = split_link(url)
    if parts is None:
        raise mistake("is not a URL; in a password, characters such as / ? # @ and : are written as %2F and the like")
    if not parts.path.strip("/"):
        raise mistake(f"names no database; it must be {POSTGRESQL}://USER@HOST/DATABASE")


def _other_kind(kind: str) -> str:
    system = kind.lower().partition("+")[0]
    if system in {"postgresql", "postgres"}:
        return f"must begin with {POSTGRESQL}://, as this bot speaks to PostgreSQL through asyncpg"
    if system == "sqlite":
        return f"must begin with {SQLITE}://, as this bot speaks to SQLite through aiosqlite"
    return f"must be {FORMS}"


def without_password(url: str) -> str:
    url = re.sub(r"(?<=://)([^:/?]+):.+@", rf"\1:{HIDDEN}@", url)
    return re.sub(r"([?&][^=&]*password[^=&]*=)[^&]*", rf"\1{HIDDEN}", url, flags=re.IGNORECASE)


DatabaseUrl = Annotated[
    Secret,
    PlainValidator(read_url),
    PlainSerializer(lambda secret: dict(secret.source)),
    WithJsonSchema({"oneOf": [pattern(r"sqlite\+aiosqlite:///.+|postgresql\+asyncpg://.+"), SECRET_SCHEMA]}),
]
