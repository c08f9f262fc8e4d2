"""Lists, their pages and what selects from them: the practice API server answers as a real one does."""

import pytest

from handlers.cluster import DEPLOYMENTS
from tests.handlers.sandbox.api_server.conftest import THINGS, deployment


async def test_a_list_comes_in_pages_of_one_moment(api):
    for name in ("a", "b", "c"):
        await api.create(name)
    first = await api.ask("GET", api.path(), limit="2")
    await api.create("aa")
    second = await api.ask("GET", api.path(), **{"limit": "2", "continue": first.body["metadata"]["continue"]})

    assert first.body["kind"] == "ThingList"
    assert first.body["metadata"]["remainingItemCount"] == 1
    assert [item["metadata"]["name"] for item in first.body["items"]] == ["a", "b"]
    assert [item["metadata"]["name"] for item in second.body["items"]] == ["c"]
    assert second.version == first.version
    assert not second.body["metadata"].get("continue")


async def test_items_of_kubernetes_own_kinds_do_not_say_what_they_are(api):
    await api.ask("POST", api.path(of=DEPLOYMENTS), deployment(api))
    await api.create()
    own, custom = [(await api.ask("GET", api.path(of=kind))).body["items"][0] for kind in (DEPLOYMENTS, THINGS)]

    assert ("kind" in own, custom["kind"]) == (False, "Thing")


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        pytest.param("team=a", ["a"], id="equal"),
        pytest.param("team==a", ["a"], id="equal, twice"),
        pytest.param("team!=a", ["b", "none"], id="not equal"),
        pytest.param("team in (a, b)", ["a", "b"], id="in"),
        pytest.param("team notin (a),team", ["b"], id="notin"),
        pytest.param("team", ["a", "b"], id="there"),
        pytest.param("!team", ["none"], id="not there"),
    ],
)
async def test_labels_select(api, selector, names):
    await api.create("a", labels={"team": "a"})
    await api.create("b", labels={"team": "b"})
    await api.create("none")
    found = await api.ask("GET", api.path(), labelSelector=selector)

    assert [item["metadata"]["name"] for item in found.body["items"]] == names


async def test_names_select(api):
    await api.create("a")
    await api.create("b")
    found = await api.ask("GET", api.path(), fieldSelector="metadata.name=b")
    wrong = await api.ask("GET", api.path(), fieldSelector="spec.word=one")

    assert [item["metadata"]["name"] for item in found.body["items"]] == ["b"]
    assert wrong.status == 400


async def test_a_token_of_no_list_is_refused(api):
    refused = await api.ask("GET", api.path(), **{"limit": "1", "continue": "abc"})

    assert (refused.status, refused.body["reason"]) == (400, "BadRequest")
