"""The practice API server answers as a real one does: each test asks both."""

import pytest

from bot.domain.errors import ClusterRefusedError
from handlers.cluster import DEPLOYMENTS, NAMESPACES, Resource
from tests.handlers.sandbox.api_server.conftest import JSON_PATCH, MERGE, THINGS
from tests.support.cluster import watching

STRATEGIC = "application/strategic-merge-patch+json"
CONTAINERS = [{"name": "app", "image": "app:1"}, {"name": "proxy", "image": "proxy:1"}]


def deployment(api, name="cart"):
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": api.namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": CONTAINERS}},
        },
        "status": {"replicas": 7},
    }


# Writing.


async def test_what_is_made_has_an_identity_and_no_status(api):
    made = await api.ask("POST", api.path(), api.thing() | {"status": {"phase": "Ready"}}, fieldManager="somebody")
    metadata = made.body["metadata"]

    assert made.status == 201
    assert "status" not in made.body
    assert metadata["generation"] == 1
    assert metadata["uid"] and metadata["resourceVersion"] and metadata["creationTimestamp"].endswith("Z")  # noqa: PT018
    assert [(entry["manager"], entry["operation"]) for entry in metadata["managedFields"]] == [("somebody", "Update")]


async def test_a_deployment_is_made_without_its_status(api):
    made = await api.ask("POST", api.path(of=DEPLOYMENTS), deployment(api))

    assert made.status == 201
    assert "replicas" not in made.body.get("status", {})
    assert made.body["metadata"]["generation"] == 1


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        pytest.param({"kind": "Other"}, 422, "Invalid", id="another kind"),
        pytest.param({"kind": 1}, 400, "BadRequest", id="a kind that is no text"),
        pytest.param({"metadata": {"name": "x", "namespace": "elsewhere"}}, 400, "BadRequest", id="another namespace"),
        pytest.param({"metadata": {}}, 422, "Invalid", id="no name"),
    ],
)
async def test_what_does_not_belong_there_is_refused(api, change, status, reason):
    refused = await api.ask("POST", api.path(), api.thing() | change)

    assert (refused.status, refused.body["reason"], refused.body["code"]) == (status, reason, status)


async def test_what_is_there_is_not_made_twice(api):
    await api.create()
    refused = await api.ask("POST", api.path(), api.thing())

    assert (refused.status, refused.body["reason"]) == (409, "AlreadyExists")
    assert refused.body["message"] == 'things.tests.pointsman.dev "cart" already exists'


async def test_nothing_is_made_in_a_namespace_that_is_not_there(api):
    elsewhere = THINGS.path("nowhere")
    thing = api.thing()
    thing["metadata"]["namespace"] = "nowhere"
    refused = await api.ask("POST", elsewhere, thing)

    assert (refused.status, refused.body["reason"]) == (404, "NotFound")
    assert refused.body["message"] == 'namespaces "nowhere" not found'


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        pytest.param(THINGS, 'things.tests.pointsman.dev "cart" not found', id="custom"),
        pytest.param(DEPLOYMENTS, 'deployments.apps "cart" not found', id="of Kubernetes"),
    ],
)
async def test_what_is_not_there_is_said_to_be_so(api, resource, message):
    missing = await api.ask("GET", api.path("cart", of=resource))

    assert (missing.status, missing.body["reason"], missing.body["message"]) == (404, "NotFound", message)


async def test_a_kind_that_is_not_there_is_a_text(api):
    missing = await api.ask("GET", api.path(of=Resource("tests.pointsman.dev", "v1", "nothings", "Nothing")))

    assert (missing.status, str(missing.body).strip()) == (404, "404 page not found")


async def test_a_change_of_what_is_wanted_is_a_new_generation_and_no_other_is(api):
    made = await api.create()
    labelled = await api.merge("cart", {"metadata": {"labels": {"team": "a"}}})
    changed = await api.merge("cart", {"spec": {"word": "two"}})
    status = await api.merge("cart", {"status": {"phase": "Ready"}}, "status")

    generations = [answer.body["metadata"]["generation"] for answer in (made, labelled, changed, status)]
    assert generations == [1, 1, 2, 2]
    assert len({made.version, labelled.version, changed.version, status.version}) == 4


async def test_what_changes_nothing_is_no_new_version(api):
    made = await api.create()
    patched = await api.merge("cart", {"spec": {"word": "one"}})
    put = await api.ask("PUT", api.path("cart"), made.body)

    assert (patched.status, put.status) == (200, 200)
    assert patched.version == put.version == made.version


async def test_status_and_the_rest_are_two_worlds(api):
    await api.create()
    await api.merge("cart", {"status": {"phase": "Ready"}, "spec": {"word": "two"}}, "status")
    after = await api.merge("cart", {"status": {"phase": "Lost"}, "spec": {"more": 1}})

    assert after.body["status"] == {"phase": "Ready"}
    assert after.body["spec"] == {"word": "one", "more": 1}


async def test_a_custom_object_is_put_with_its_version_only(api):
    made = await api.create()
    thing = api.thing(word="two")
    without = await api.ask("PUT", api.path("cart"), thing)
    stale = await api.ask("PUT", api.path("cart"), api.thing(word="two", resourceVersion="1"))
    good = await api.ask("PUT", api.path("cart"), api.thing(word="two", resourceVersion=made.version))

    assert (without.status, without.body["reason"]) == (422, "Invalid")
    assert (stale.status, stale.body["reason"]) == (409, "Conflict")
    assert (good.status, good.body["spec"]) == (200, {"word": "two"})


# Patches.


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


async def test_who_writes_is_told_apart(api):
    await api.create()
    await api.merge("cart", {"spec": {"word": "two"}}, fieldManager="somebody")
    after = await api.merge("cart", {"status": {"phase": "Ready"}}, "status", fieldManager="controller")

    entries = after.body["metadata"]["managedFields"]
    told = {(entry["manager"], entry.get("subresource")) for entry in entries}
    assert {("somebody", None), ("controller", "status")} <= told


# Deleting.


async def test_what_is_deleted_is_gone(api):
    made = await api.create()
    deleted = await api.ask("DELETE", api.path("cart"))
    again = await api.ask("DELETE", api.path("cart"))

    assert (deleted.status, deleted.body["status"]) == (200, "Success")
    assert deleted.body["details"]["uid"] == made.body["metadata"]["uid"]
    assert again.status == 404


async def test_a_finalizer_holds_what_is_deleted_until_it_is_taken_off(api):
    await api.create(finalizers=["pointsman.dev/test"])
    marked = await api.ask("DELETE", api.path("cart"))
    still = await api.ask("GET", api.path("cart"))
    await api.merge("cart", {"metadata": {"finalizers": None}})
    gone = await api.ask("GET", api.path("cart"))

    assert marked.body["metadata"]["deletionTimestamp"]
    assert (still.status, still.body["metadata"]["generation"], gone.status) == (200, 2, 404)


async def test_a_precondition_keeps_another_object_from_being_deleted(api):
    await api.create()
    options = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "another"}}
    refused = await api.ask("DELETE", api.path("cart"), options)

    assert (refused.status, refused.body["reason"]) == (409, "Conflict")


# Lists.


@pytest.mark.parametrize("body", [None, [], {"metadata": 1}])
async def test_a_body_that_is_no_object_is_refused(api, body):
    refused = await api.ask("POST", api.path(), body)

    assert (refused.status, refused.body["reason"]) == (400, "BadRequest")


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


# Watches.


async def test_a_watch_tells_what_happens_after_its_version(api):
    made = await api.create()
    async with api.watch(resourceVersion=made.version) as stream:
        await api.create("other")
        await api.merge("cart", {"spec": {"word": "two"}})
        await api.ask("DELETE", api.path("cart"))
        told = [await stream.next() for _ in range(3)]

    assert [(kind, thing["metadata"]["name"]) for kind, thing in told] == [
        ("ADDED", "other"),
        ("MODIFIED", "cart"),
        ("DELETED", "cart"),
    ]
    assert told[2][1]["spec"] == {"word": "two"}
    assert told[2][1]["metadata"]["resourceVersion"] != told[1][1]["metadata"]["resourceVersion"]


@pytest.mark.parametrize("query", [{}, {"resourceVersion": "0"}, {"watch": "True"}])
async def test_a_watch_without_a_version_tells_first_what_is_there(api, query):
    await api.create("a")
    await api.create("b")
    async with api.watch(**query) as stream:
        told = await stream.changes(2)

    assert sorted(told) == [("ADDED", "a"), ("ADDED", "b")]


async def test_what_leaves_a_selection_is_deleted_for_who_watches_it(api):
    made = await api.create("a", labels={"team": "a"})
    async with api.watch(resourceVersion=made.version, labelSelector="team=a") as stream:
        await api.merge("a", {"metadata": {"labels": {"team": "b"}}})
        await api.create("other")
        await api.merge("a", {"metadata": {"labels": {"team": "a"}}})
        told = await stream.changes(2)

    assert told == [("DELETED", "a"), ("ADDED", "a")]


async def test_a_watch_ends_well_when_its_time_is_over_though_nothing_happened(api):
    made = await api.create()
    async with api.watch(resourceVersion=made.version, timeoutSeconds="1", allowWatchBookmarks="true") as stream:
        told = await stream.rest()

    assert stream.answer.status == 200
    assert set(told) <= {"BOOKMARK"}  # A real server has them ready only now and then.


async def test_a_version_that_is_forgotten_is_told_as_an_event_of_a_good_answer(api):
    await api.create()
    if api.practice:
        api.practice.store.forget()
    async with api.watch(resourceVersion="1") as stream:
        kind, fault = await stream.next()
        rest = await stream.rest()

    assert stream.answer.status == 200
    assert (kind, fault["code"], fault["reason"], fault["kind"]) == ("ERROR", 410, "Expired", "Status")
    assert rest == []


async def test_a_version_that_is_none_is_refused(api):
    refused = await api.ask("GET", api.path(), watch="true", resourceVersion="yesterday")

    assert (refused.status, refused.body["code"]) == (500, 500)


async def test_a_token_of_no_list_is_refused(api):
    refused = await api.ask("GET", api.path(), **{"limit": "1", "continue": "abc"})

    assert (refused.status, refused.body["reason"]) == (400, "BadRequest")


async def test_a_finalizer_that_is_taken_off_tells_the_end(api):
    made = await api.create(finalizers=["pointsman.dev/test"])
    async with api.watch(resourceVersion=made.version) as stream:
        await api.ask("DELETE", api.path("cart"))
        await api.merge("cart", {"metadata": {"finalizers": None}})
        told = await stream.changes(2)

    assert told == [("MODIFIED", "cart"), ("DELETED", "cart")]


# Rights.


async def test_who_may_do_nothing_is_told_so(api):
    cluster = api.nobody or api.cluster
    if api.practice:
        api.practice.access.take("list", "things")
    elif api.nobody is None:
        pytest.skip("the kubeconfig has nobody without rights")
    allowed = await cluster.may("list", THINGS, api.namespace)
    with pytest.raises(ClusterRefusedError, match=r"things\.tests\.pointsman\.dev is forbidden: User") as refused:
        await cluster.list_all(THINGS, api.namespace)

    assert not allowed
    assert refused.value.status == 403
    assert await api.cluster.may("get", THINGS, api.namespace)


# What we build on it.


async def test_our_watch_lives_on_it(api):
    await api.create("a")
    async with watching(api.cluster, THINGS, namespaces=(api.namespace,)) as sight:
        await sight.until(lambda: sight.watch.ok)
        await api.create("b")
        await api.merge("a", {"spec": {"word": "two"}})
        await api.ask("DELETE", api.path("b"))
        await sight.until(lambda: len(sight.changes) == 4)

    assert sight.changes == [(None, "a one"), (None, "b one"), ("a one", "a two"), ("b one", None)]


async def test_our_calls_live_on_it(api):
    await api.create("a")
    expected = [{"op": "test", "path": "/spec/word", "value": "one"}, {"op": "remove", "path": "/spec/word"}]
    patched = await api.cluster.patch(THINGS, api.namespace, "a", expected)
    listed = await api.cluster.list_all(THINGS, api.namespace)

    assert patched["spec"] == {}
    assert [thing["metadata"]["name"] for thing in listed] == ["a"]
    assert await api.cluster.get(NAMESPACES, "", api.namespace)
