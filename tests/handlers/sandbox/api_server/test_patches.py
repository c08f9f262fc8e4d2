"""Patches of each form: the practice API server answers as a real one does."""

import pytest

from handlers.cluster import DEPLOYMENTS
from tests.handlers.sandbox.api_server.conftest import JSON_PATCH, MERGE, STRATEGIC, deployment


@pytest.mark.parametrize(
    ("steps", "status", "spec"),
    [
        pytest.param([{"op": "test", "path": "/spec/word", "value": "one"}], 200, {"word": "one"}, id="test"),
        pytest.param(
            [{"op": "test", "path": "/spec/none", "value": None}], 200, {"word": "one"}, id="test for nothing"
        ),
        pytest.param([{"op": "add", "path": "/spec/a~1b", "value": 1}], 200, {"word": "one", "a/b": 1}, id="add"),
        pytest.param([{"op": "replace", "path": "/spec/word", "value": "two"}], 200, {"word": "two"}, id="replace"),
        pytest.param([{"op": "remove", "path": "/spec/word"}], 200, {}, id="remove"),
        pytest.param([{"op": "move", "from": "/spec/word", "path": "/spec/other"}], 200, {"other": "one"}, id="move"),
        pytest.param(
            [{"op": "copy", "from": "/spec/word", "path": "/spec/other"}],
            200,
            {"word": "one", "other": "one"},
            id="copy",
        ),
        pytest.param(
            [
                {"op": "add", "path": "/spec/list", "value": [1]},
                {"op": "add", "path": "/spec/list/-", "value": 3},
                {"op": "add", "path": "/spec/list/1", "value": 2},
            ],
            200,
            {"word": "one", "list": [1, 2, 3]},
            id="lists",
        ),
        pytest.param([{"op": "test", "path": "/spec/word", "value": "two"}], 422, None, id="another value"),
        pytest.param([{"op": "test", "path": "/spec/none", "value": "two"}], 422, None, id="a value that is not there"),
        pytest.param(
            [{"op": "replace", "path": "/spec/none", "value": 1}], 200, {"word": "one", "none": 1}, id="replace nothing"
        ),
        pytest.param(
            [{"op": "copy", "from": "/spec/none", "path": "/spec/other"}],
            200,
            {"word": "one", "other": None},
            id="copy nothing",
        ),
        pytest.param([{"op": "move", "from": "/spec/none", "path": "/spec/other"}], 422, None, id="move nothing"),
        pytest.param(
            [{"op": "replace", "path": "/spec/none/deeper", "value": 1}], 422, None, id="replace below nothing"
        ),
        pytest.param(
            [{"op": "add", "path": "/spec/n", "value": 1}, {"op": "test", "path": "/spec/n", "value": 1.0}],
            422,
            None,
            id="another form of the same number",
        ),
        pytest.param(
            [{"op": "add", "path": "/spec/n", "value": 1}, {"op": "test", "path": "/spec/n", "value": True}],
            422,
            None,
            id="true is not 1",
        ),
        pytest.param(
            [{"op": "add", "path": "/spec/list", "value": [1]}, {"op": "replace", "path": "/spec/list/1", "value": 2}],
            422,
            None,
            id="replace behind the end of a list",
        ),
        pytest.param([{"op": "invent", "path": "/spec/word"}], 422, None, id="an operation that is none"),
        pytest.param([{"op": "remove", "path": "/spec/none"}], 422, None, id="remove nothing"),
        pytest.param([{"op": "add", "path": "/spec/none/deeper", "value": 1}], 422, None, id="add below nothing"),
        pytest.param({"spec": {"word": "two"}}, 400, None, id="no list"),
    ],
)
async def test_a_json_patch(api, steps, status, spec):
    made = await api.create()
    patched = await api.ask("PATCH", api.path("cart"), steps, JSON_PATCH)
    after = await api.ask("GET", api.path("cart"))

    assert patched.status == status, patched.body
    assert after.body["spec"] == (made.body["spec"] if spec is None else spec)


async def test_a_json_patch_that_does_not_fit_names_no_kind_and_an_object_that_is_wrong_does(api):
    await api.create()
    unfit = await api.json_patch("cart", {"op": "test", "path": "/spec/word", "value": "two"})
    wrong = await api.ask("PUT", api.path("cart"), api.thing())

    assert (unfit.status, unfit.body["reason"], "kind" in (unfit.body.get("details") or {})) == (422, "Invalid", False)
    assert unfit.body["message"] == "the server rejected our request due to an error in our request"
    assert (wrong.status, wrong.body["details"]["kind"]) == (422, "things")


async def test_a_merge_patch_takes_away_by_null_and_replaces_lists(api):
    await api.create()
    await api.merge("cart", {"spec": {"list": [1, 2], "inner": {"a": 1, "b": 2}}})
    after = await api.merge("cart", {"spec": {"word": None, "list": [3], "inner": {"a": None}}})

    assert after.body["spec"] == {"list": [3], "inner": {"b": 2}}


async def test_a_merge_patch_of_an_older_version_is_a_conflict(api):
    made = await api.create()
    await api.merge("cart", {"spec": {"word": "two"}})
    stale = await api.merge("cart", {"metadata": {"resourceVersion": made.version}, "spec": {"word": "three"}})

    assert (stale.status, stale.body["reason"]) == (409, "Conflict")


@pytest.mark.parametrize("content_type", [STRATEGIC, "application/json", "text/plain+json"])
async def test_forms_that_custom_kinds_do_not_know(api, content_type):
    await api.create()
    refused = await api.ask("PATCH", api.path("cart"), {"spec": {"word": "two"}}, content_type)

    assert (refused.status, refused.body["reason"]) == (415, "UnsupportedMediaType")


async def test_a_strategic_patch_changes_one_container(api):
    await api.ask("POST", api.path(of=DEPLOYMENTS), deployment(api))
    template = {"spec": {"containers": [{"name": "app", "image": "app:2"}]}}
    patched = await api.ask("PATCH", api.path("cart", of=DEPLOYMENTS), {"spec": {"template": template}}, STRATEGIC)

    images = {part["name"]: part["image"] for part in patched.body["spec"]["template"]["spec"]["containers"]}
    assert (patched.status, images) == (200, {"app": "app:2", "proxy": "proxy:1"})
    assert patched.body["metadata"]["generation"] == 2


async def test_a_merge_patch_replaces_all_containers(api):
    await api.ask("POST", api.path(of=DEPLOYMENTS), deployment(api))
    template = {"spec": {"containers": [{"name": "app", "image": "app:2"}]}}
    patched = await api.ask("PATCH", api.path("cart", of=DEPLOYMENTS), {"spec": {"template": template}}, MERGE)

    assert [part["name"] for part in patched.body["spec"]["template"]["spec"]["containers"]] == ["app"]


async def test_a_dry_run_tells_and_changes_nothing(api):
    made = await api.create()
    told = await api.merge("cart", {"spec": {"word": "two"}}, dryRun="All")
    after = await api.ask("GET", api.path("cart"))

    assert (told.status, told.body["spec"]) == (200, {"word": "two"})
    assert after.body == made.body
