"""Whatever stands in the file: settings, or mistakes; nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.config import Settings, SettingsError, digest, parse, schema, warnings

SCHEMA = schema()
KEYS = sorted({key for part in (SCHEMA, *SCHEMA["$defs"].values()) for key in part.get("properties", {})})
WORDS = [
    "prod",
    "*",
    "ann@example.com",
    "group:a",
    "token:a",
    "none",
    "in-cluster",
    "flagger",
    "1h",
    "slack:C1",
    "TOKEN",
    "a",
    "once",
    "hold",
    "T1",
]
PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    ",",
    "- ",
    "\n",
    "\n  ",
    "&a ",
    "*a",
    "!!int ",
    "!x ",
    "%",
    "#",
    "|\n",
    ">",
    "'",
    '"',
    "\\",
    "\t",
    "\r",
    "\x00",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ud800",
    "\U0001f600",
    "? ",
    "<<",
    "---\n",
    "...\n",
    "~",
    "0x",
    "1e999",
    ".inf",
    "\\U00110000",
]


def outcome(text: str) -> Settings | SettingsError:
    try:
        return parse(text, name="x", environ={"TOKEN": "xoxb-of-sixteen-characters"}, base=Path("/nowhere"))
    except SettingsError as error:
        return error


def is_clear(found: Settings | SettingsError) -> bool:
    """Tell whether there is one line for each mistake, and one mistake at least."""
    lines = str(found).splitlines() if isinstance(found, SettingsError) else ["x:"]
    mistakes = found.mistakes if isinstance(found, SettingsError) else lines
    return bool(lines) and len(lines) == len(mistakes) and all(line.startswith("x:") for line in lines)


@given(st.text())
@settings(max_examples=60)
def test_any_text_is_settings_or_mistakes(text):
    assert is_clear(outcome(text))


@given(st.lists(st.sampled_from(PIECES + WORDS + KEYS), max_size=25).map("".join))
@settings(max_examples=100)
def test_any_text_that_looks_like_yaml_is_settings_or_mistakes(text):
    assert is_clear(outcome(text))


secrets = st.sampled_from([{"env": "TOKEN"}, {"env": "NOT_SET"}, {"file": "gone"}])
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars | secrets,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])), values, max_size=4))
@settings(max_examples=100)
def test_any_values_of_known_keys_are_settings_or_mistakes(tree):
    assert is_clear(outcome(json.dumps(tree)))


MORE_WORDS = [
    *WORDS,
    "sqlite+aiosqlite:///x",
    "https://example.com/",
    "A1",
    "S1",
    "1",
    "mon 09:00",
    "UTC",
    "start",
    "Canary",
    "spaces/A",
    "projects/p/subscriptions/s",
]


def shaped(of: dict[str, Any]) -> st.SearchStrategy:
    """Make values that the schema takes, or nearly: its own words, and sometimes any other."""
    if "$ref" in of:
        return st.deferred(lambda: shaped(SCHEMA["$defs"][of["$ref"].rpartition("/")[2]]))
    if choices := of.get("anyOf", of.get("oneOf")):
        return st.one_of([shaped(choice) for choice in choices])
    if "enum" in of or "const" in of:
        return st.sampled_from(of.get("enum", [of.get("const")]))
    match of.get("type"):
        case "object" if "properties" in of:
            needed = {key: shaped(inner) for key, inner in of["properties"].items() if key in of.get("required", ())}
            free = {key: shaped(inner) for key, inner in of["properties"].items() if key not in needed}
            return st.fixed_dictionaries(needed, optional=free)
        case "object":
            return st.dictionaries(
                st.sampled_from(["a", "b"]), shaped(next(iter(of["patternProperties"].values()))), max_size=2
            )
        case "array":
            return st.lists(shaped(of["items"]), min_size=of.get("minItems", 0), max_size=2)
        case "integer":
            return st.integers(of.get("minimum"), of.get("maximum", 9))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case _:
            fitting = [word for word in MORE_WORDS if re.search(of.get("pattern", ""), word)]
            return st.sampled_from(fitting)


@given(shaped(SCHEMA))
@settings(max_examples=60)
def test_what_the_settings_take_the_schema_takes(tree):
    found = outcome(json.dumps(tree))

    assert is_clear(found)
    if isinstance(found, Settings):
        assert len(digest(found)) == 64
        assert all(warning.key and warning.message for warning in warnings(found))
        assert list(Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(json.dumps(tree)))) == []
