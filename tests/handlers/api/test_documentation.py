"""What the documentation promises is what there is."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.domain.commands.command import Command, Mistake, parse
from bot.domain.commands.grammar import FORMS
from bot.domain.decision import Verb, Verdict
from handlers.api.openapi import document

DOCS = Path(__file__).parents[3] / "docs"
API = (DOCS / "api.md").read_text()
COMMANDS = (DOCS / "commands.md").read_text()


def rows(text):
    """The first cells of every table."""
    return [match.replace("\\|", "|") for match in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)]


def test_every_call_of_the_documentation_is_described_and_the_other_way_round():
    told = {tuple(row.partition("?")[0].split()) for row in rows(API) if row.startswith(("GET", "POST"))}
    described = {
        (method.upper(), path)
        for path, item in document()["paths"].items()
        for method in ("get", "post")
        if method in item
    }

    assert told == described - {("GET", "/openapi.json")}


@pytest.mark.parametrize("name", [*Verdict, *Verb])
def test_every_decision_is_named(name):
    assert f"`{name}`" in API


@pytest.mark.parametrize(("index", "schema"), [(0, "Release"), (1, "Problem")])
def test_every_example_is_as_described(index, schema):
    example = json.loads(re.findall(r"```json\n(.*?)```", API, re.DOTALL)[index])

    whole = {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    Draft202012Validator(whole).validate(example)


def test_every_form_has_its_row():
    told = set(rows(COMMANDS))

    assert {form.usage for form in FORMS} - told == {"status [workload|#number]"}


@pytest.mark.parametrize("line", re.findall(r"^> (.+)$", COMMANDS, re.MULTILINE))
def test_every_line_of_an_example_is_understood_or_answered_as_shown(line):
    understood = parse(line)

    assert isinstance(understood, Command) or str(understood) in COMMANDS
    assert isinstance(understood, Mistake) == line.startswith("aprove")
