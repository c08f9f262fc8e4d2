"""The JSON schema of the settings, for editors and for whoever writes them by program."""

from copy import deepcopy
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from bot.config.mistakes import Place
from bot.config.models import Settings

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out titles that only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic calls it so
        return False


def schema() -> dict[str, Any]:
    """Describe every key, in JSON Schema 2020-12."""
    return deepcopy(_schema())


def known_keys(place: Place) -> list[str]:
    """List the keys that may stand at a place; none where any may."""
    found = [_schema()]
    for step in place:
        found = [inner for outer in found for inner in _inside(outer, step)]
    return [key for described in found for key in described.get("properties", {})]


@cache
def _schema() -> dict[str, Any]:
    described = Settings.model_json_schema(schema_generator=_WithoutTitles)
    return {"$schema": DIALECT, **described, "title": "Pointsman's settings"}


def _inside(described: JsonSchemaValue, step: str | int) -> list[JsonSchemaValue]:
    if isinstance(step, int):
        inner = described.get("items")
    else:
        named = next(iter(described.get("patternProperties", {}).values()), None)  # A mapping by free names.
        inner = described.get("properties", {}).get(step, named)
    return _alternatives(inner) if isinstance(inner, dict) else []


def _alternatives(described: JsonSchemaValue) -> list[JsonSchemaValue]:
    if "$ref" in described:
        return [_schema()["$defs"][described["$ref"].rpartition("/")[2]]]
    choices = described.get("anyOf", described.get("oneOf"))
    return [found for choice in choices for found in _alternatives(choice)] if choices else [described]
