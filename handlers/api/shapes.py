"""What shapes are made of: text, times, ids, objects with exactly these members."""

from enum import StrEnum
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_TIME = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
TIME: Schema = _TIME | {"description": "UTC, RFC 3339, milliseconds."}
TIME_OR_NULL: Schema = TIME | {"type": ["string", "null"]}
ID: Schema = {"type": "string", "pattern": "^[0-9A-Za-z]{1,64}$"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
IMAGES: Schema = {
    "type": "object",
    "additionalProperties": TEXT,
    "description": "Images by container; empty where they are not known.",
}


def one_of(words: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [word.value for word in words]}


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def exactly(properties: Schema, *, optional: tuple[str, ...] = (), description: str = "") -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    } | ({"description": description} if description else {})


def page_of(name: str) -> Schema:
    cursor = TEXT_OR_NULL | {"description": "Given back as `after` it leads on; null at the end."}
    return exactly({"items": {"type": "array", "items": named(name)}, "next": cursor}, description="Newest first.")
