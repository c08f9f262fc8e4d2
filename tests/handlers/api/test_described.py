"""The API's description: served to anybody, true, and strict enough to find what is not."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from bot.domain.audit import FIELDS
from handlers.api.openapi import document
from handlers.api.schemas import schemas
from tests.handlers.api.calling import application
from tests.support.desk import open_desk

EXAMPLES = 12
"""So many requests for each operation and kind: a few seconds in all."""

CHECKS = [
    *(not_a_server_error, negative_data_rejection),
    *(status_code_conformance, content_type_conformance, response_schema_conformance),
]


@pytest.mark.parametrize("by", [None, "ann"])
async def test_the_description_is_served_to_anybody(api, by):
    answer = await api.get("/openapi.json", by=by)

    assert (answer.status, answer.json) == (200, document())


@pytest.mark.parametrize("name", schemas())
def test_every_schema_is_one(name):
    Draft202012Validator.check_schema(schemas()[name])


def test_every_reference_points_somewhere():
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (value["$ref"].removeprefix("#/components/schemas/"),) if "$ref" in value else ()
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            yield from references(inner)

    assert set(references(document())) == set(schemas())


def test_a_record_is_described_with_every_field_it_has():
    assert set(schemas()["Record"]["properties"]) == set(FIELDS)


def test_nothing_is_answered_beyond_what_is_described():
    assert all(schema.get("additionalProperties") is False for name, schema in schemas().items())


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(
    "operation",
    [
        *("GET /releases", "GET /releases/{id}", "GET /audit", "GET /summary", "GET /insights", "POST /commands"),
        *("POST /releases/{id}/decisions", "POST /gates/{id}/decisions"),
    ],
)
async def test_whatever_is_asked_is_answered_as_described(sqlite_url, operation, mode):
    async with open_desk(sqlite_url) as desk:
        release = await desk.asks()
        known = release.gates[0].id if "/gates/" in operation else release.id
        async with TestServer(application(desk)) as server:
            await asyncio.to_thread(try_out, operation, mode, str(server.make_url("/api/v1")), known)


def try_out(name: str, mode: GenerationMode, url: str, known: str) -> None:
    """Ask as the description allows, or just not, about ids that are known and ids that are not."""
    method, path = name.split()
    operation = schemathesis.openapi.from_dict(document())[path][method]
    about_known = operation.as_strategy(mode, path_parameters={"id": known} if "{id}" in path else None)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(about_known | operation.as_strategy(mode))
    def ask(case: Any) -> None:
        case.call_and_validate(url, headers={"Authorization": "Bearer ann-secret"}, checks=CHECKS)

    ask()
