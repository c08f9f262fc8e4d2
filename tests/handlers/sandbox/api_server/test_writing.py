"""What is made, changed and deleted: the practice API server answers as a real one does."""

import pytest

from handlers.cluster import DEPLOYMENTS, Resource
from tests.handlers.sandbox.api_server.conftest import THINGS, deployment


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


async def test_who_writes_is_told_apart(api):
    await api.create()
    await api.merge("cart", {"spec": {"word": "two"}}, fieldManager="somebody")
    after = await api.merge("cart", {"status": {"phase": "Ready"}}, "status", fieldManager="controller")

    entries = after.body["metadata"]["managedFields"]
    told = {(entry["manager"], entry.get("subresource")) for entry in entries}
    assert {("somebody", None), ("controller", "status")} <= told


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


@pytest.mark.parametrize("body", [None, [], {"metadata": 1}])
async def test_a_body_that_is_no_object_is_refused(api, body):
    refused = await api.ask("POST", api.path(), body)

    assert (refused.status, refused.body["reason"]) == (400, "BadRequest")
