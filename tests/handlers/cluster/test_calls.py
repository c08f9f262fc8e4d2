"""Single objects: read, listed, patched, and what every answer means."""

import aiohttp
import pytest

from bot.domain.errors import ClusterRefusedError, ClusterUnavailableError, ConflictError
from handlers.cluster import DEPLOYMENTS, NAMESPACES, Resource, calls
from tests.support.cluster import aborts, answers, hangs

CANARIES = Resource("flagger.app", "v1beta1", "canaries", "Canary")
SIGN_IN = "<html>Sign in</html>"


@pytest.fixture
def canary(server):
    metadata = {"name": "cart", "namespace": "shop"}
    return server.put(
        {
            "apiVersion": "flagger.app/v1beta1",
            "kind": "Canary",
            "metadata": metadata,
            "spec": {"weight": 5},
            "status": {"phase": "Progressing"},
        }
    )


async def test_an_object_is_read_as_it_is(cluster, canary):
    assert await cluster.get(CANARIES, "shop", "cart") == canary
    assert await cluster.get(CANARIES, "shop", "basket") is None
    assert (await cluster.list_all(CANARIES, "shop")) == [canary]


async def test_a_name_with_signs_stays_one_name(cluster):
    assert await cluster.get(DEPLOYMENTS, "shop", "../secrets?x=/") is None


def test_paths_are_those_of_kubernetes():
    assert DEPLOYMENTS.path("shop", "cart", "status") == "/apis/apps/v1/namespaces/shop/deployments/cart/status"
    assert NAMESPACES.path("", "shop") == "/api/v1/namespaces/shop"
    assert CANARIES.path() == "/apis/flagger.app/v1beta1/canaries"
    assert [str(kind) for kind in (NAMESPACES, CANARIES)] == ["namespaces", "canaries.flagger.app"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(answers(404, "404 page not found"), id="the kind is not installed"),
        pytest.param(answers(404, '{"message": "no route"}'), id="a proxy knows no way"),
    ],
)
async def test_only_a_server_that_names_the_object_says_that_it_is_gone(cluster, canary, faults, fault):
    faults.next(fault)

    with pytest.raises(ClusterRefusedError) as refused:
        await cluster.get(CANARIES, "shop", canary["metadata"]["name"])
    assert refused.value.status == 404


async def test_a_patch_changes_what_it_expected(cluster, canary):
    patch = [{"op": "test", "path": "/spec/weight", "value": 5}, {"op": "replace", "path": "/spec/weight", "value": 10}]

    changed = await cluster.patch(CANARIES, "shop", "cart", patch)

    assert changed["spec"] == {"weight": 10}
    assert changed["metadata"]["generation"] == canary["metadata"]["generation"] + 1
    assert changed["metadata"]["managedFields"][-1]["manager"] == "pointsman"


@pytest.mark.parametrize(
    ("name", "patch", "kind"),
    [
        pytest.param("cart", [{"op": "test", "path": "/spec/weight", "value": 6}], "json", id="another value"),
        pytest.param("cart", [{"op": "test", "path": "/spec/no", "value": 6}], "json", id="no such field"),
        pytest.param("cart", [{"op": "remove", "path": "/spec/no"}], "json", id="nothing to remove"),
        pytest.param("cart", {"metadata": {"resourceVersion": "1"}}, "merge", id="an older version"),
        pytest.param("basket", {"spec": {"weight": 1}}, "merge", id="an object that is gone"),
    ],
)
async def test_a_patch_of_what_is_no_longer_so_is_a_conflict_and_changes_nothing(cluster, canary, name, patch, kind):
    with pytest.raises(ConflictError):
        await cluster.patch(CANARIES, "shop", name, patch, kind=kind)

    assert await cluster.get(CANARIES, "shop", "cart") == canary


async def test_a_dry_run_tells_what_would_be_and_changes_nothing(cluster, canary):
    told = await cluster.patch(CANARIES, "shop", "cart", {"spec": {"weight": 50}}, kind="merge", dry_run=True)

    assert told["spec"] == {"weight": 50}
    assert await cluster.get(CANARIES, "shop", "cart") == canary


async def test_the_status_is_written_apart(cluster, canary):
    patch = {"spec": {"weight": 50}, "status": {"phase": "Failed"}}

    await cluster.patch(CANARIES, "shop", "cart", patch, kind="merge", subresource="status")
    after = await cluster.get(CANARIES, "shop", "cart")

    assert (after["spec"], after["status"]) == ({"weight": 5}, {"phase": "Failed"})


@pytest.mark.parametrize(
    ("patch", "kind", "status"),
    [
        pytest.param({"spec": {}}, "json", 400, id="no list where a list is due"),
        pytest.param({"spec": {}}, "strategic", 415, id="a form that custom kinds do not know"),
    ],
)
async def test_what_it_will_never_do_is_refused(cluster, canary, patch, kind, status):
    with pytest.raises(ClusterRefusedError) as refused:
        await cluster.patch(CANARIES, "shop", canary["metadata"]["name"], patch, kind=kind)

    assert refused.value.status == status


async def test_a_right_that_is_missing_is_told_by_verb_and_kind(server, cluster, canary):
    server.access.take("patch", "canaries/status")
    with pytest.raises(ClusterRefusedError) as refused:
        await cluster.patch(
            CANARIES, "shop", canary["metadata"]["name"], {"status": {}}, kind="merge", subresource="status"
        )

    assert (refused.value.verb, refused.value.resource, refused.value.status) == ("patch", "canaries.flagger.app", 403)
    assert await cluster.may("patch", CANARIES)
    assert not await cluster.may("patch", CANARIES, "shop", subresource="status")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(
            answers(503, "upstream connect error"), "get canaries.flagger.app: 503 upstream", id="503 as text"
        ),
        pytest.param(answers(500, '{"message": "etcd is away"}'), "500 etcd is away", id="500 as JSON"),
        pytest.param(answers(429, "slow down"), "429 slow down", id="429"),
        pytest.param(answers(200, SIGN_IN), "answer of 200 is no JSON", id="a page"),
        pytest.param(answers(200, "[1]"), "answer of 200 is no object", id="JSON of another kind"),
        pytest.param(aborts, "Server disconnected", id="the connection breaks"),
    ],
)
async def test_what_may_be_better_later_is_away(cluster, faults, fault, said):
    faults.next(fault, fault)
    with pytest.raises(ClusterUnavailableError, match=said):
        await cluster.get(CANARIES, "shop", "cart")


async def test_a_call_that_hangs_ends(cluster, faults, monkeypatch):
    monkeypatch.setattr(calls, "CALL", aiohttp.ClientTimeout(total=0.02))
    faults.next(hangs)

    with pytest.raises(ClusterUnavailableError, match="no answer in"):
        await cluster.get(CANARIES, "shop", "cart")


async def test_a_long_answer_is_not_repeated_in_full(cluster, faults):
    faults.next(answers(503, "x" * 10_000))

    with pytest.raises(ClusterUnavailableError) as away:
        await cluster.get(CANARIES, "shop", "cart")

    assert len(str(away.value)) < 400


async def test_no_character_comes_in_that_a_database_keeps_out(cluster, canary, server):
    server.put(canary | {"metadata": canary["metadata"] | {"annotations": {"ticket": "SHOP\0 \\u0000 \ud800 é 한"}}})

    found = await cluster.get(CANARIES, "shop", "cart")

    assert found["metadata"]["annotations"] == {"ticket": "SHOP\ufffd \\u0000 \ufffd é 한"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{}", id="an empty object"),
        pytest.param('{"error": "sign in"}', id="a proxy's own words"),
        pytest.param('{"kind": "Canary", "metadata": {"name": "basket"}}', id="another object"),
        pytest.param('{"kind": "Status", "metadata": {"name": "cart"}}', id="another kind"),
        pytest.param('{"kind": "Canary", "metadata": []}', id="metadata of another form"),
        pytest.param("[" * 5000 + "]" * 5000, id="nested too deep"),
    ],
)
async def test_what_answers_in_the_servers_place_is_no_object_that_changed(cluster, canary, faults, body):
    faults.next(answers(200, body))

    with pytest.raises(ClusterUnavailableError):
        await cluster.get(CANARIES, "shop", "cart")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{}", id="an empty object"),
        pytest.param('{"kind": "CanaryList", "metadata": {}, "items": []}', id="no version"),
        pytest.param('{"kind": "Status", "metadata": {"resourceVersion": "5"}, "items": []}', id="no list"),
        pytest.param('{"kind": "CanaryList", "metadata": {"resourceVersion": "5"}, "items": {}}', id="no items"),
        pytest.param('{"kind": "CanaryList", "metadata": {"resourceVersion": "5"}, "items": [7]}', id="no objects"),
        pytest.param(
            '{"kind": "CanaryList", "metadata": {"resourceVersion": "5"}, "items": [{"metadata": 7}]}', id="no names"
        ),
        pytest.param("[" * 5000 + "]" * 5000, id="nested too deep"),
    ],
)
async def test_what_answers_in_the_servers_place_is_no_empty_list(cluster, canary, faults, body):
    faults.next(answers(200, body))

    with pytest.raises(ClusterUnavailableError):
        await cluster.list_all(CANARIES, "shop")
