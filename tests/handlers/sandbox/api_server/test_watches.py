"""Watches: the practice API server answers as a real one does."""

import pytest


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


async def test_a_finalizer_that_is_taken_off_tells_the_end(api):
    made = await api.create(finalizers=["pointsman.dev/test"])
    async with api.watch(resourceVersion=made.version) as stream:
        await api.ask("DELETE", api.path("cart"))
        await api.merge("cart", {"metadata": {"finalizers": None}})
        told = await stream.changes(2)

    assert told == [("MODIFIED", "cart"), ("DELETED", "cart")]
