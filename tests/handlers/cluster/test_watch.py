"""What a watch keeps and tells while all goes well."""

import pytest

from handlers.cluster import DEPLOYMENTS, InSight
from handlers.cluster.stream import LIST_AGAIN_SECONDS
from tests.support.cluster import EPOCH, connected, new_server, serving, watching


async def test_what_is_there_is_told_once_then_what_changes(deploy, sight):
    deploy("cart")
    await sight.until(lambda: bool(sight.changes))
    deploy("cart", "two")
    await sight.until(lambda: len(sight.changes) == 2)

    assert sight.changes == [(None, "cart one"), ("cart one", "cart two")]
    assert dict(sight.watch.records) == {("shop", "cart"): "cart two"}


async def test_a_change_of_what_does_not_matter_is_not_told(deploy, sight):
    deploy("cart")
    await sight.until(lambda: sight.watch.ok)
    deploy("cart", team="payments")
    deploy("cart", "two")
    await sight.until(lambda: len(sight.changes) == 2)

    assert sight.changes == [(None, "cart one"), ("cart one", "cart two")]


async def test_what_is_deleted_is_told_as_it_was(server, deploy, sight):
    deploy("cart")
    await sight.until(lambda: sight.watch.ok)
    server.delete(DEPLOYMENTS, "shop", "cart")
    await sight.until(lambda: len(sight.changes) == 2)

    assert sight.changes[-1] == ("cart one", None)
    assert not sight.watch.records


async def test_an_object_that_does_not_matter_any_more_is_as_one_that_is_gone(deploy, sight):
    deploy("cart")
    await sight.until(lambda: bool(sight.changes))
    deploy("cart", "ignored")
    await sight.until(lambda: len(sight.changes) == 2)

    assert sight.changes[-1] == ("cart one", None)


async def test_an_object_that_raises_is_counted_and_keeps_no_other_from_being_seen(deploy, sight):
    deploy("broken", "raises")
    deploy("cart")
    await sight.until(lambda: bool(sight.changes))

    assert sight.changes == [(None, "cart one")]
    assert sight.metrics.registry.get_sample_value("pointsman_faults_total", {"where": "watch"}) == 1.0


async def test_who_raises_at_a_change_is_told_again_with_the_next_list(cluster, deploy, faults):
    told = []

    def on_change(old, new):
        told.append((old, new))
        if len(told) == 1:
            raise KeyError("gate")

    deploy("cart")
    async with watching(cluster, DEPLOYMENTS, on_change=on_change) as sight:
        await sight.until(lambda: sight.watch.ok)
        sight.clock[0] += LIST_AGAIN_SECONDS + 1
        faults.break_watches()
        await sight.until(lambda: len(told) == 2)

    assert told == [(None, "cart one"), (None, "cart one")]


async def test_a_large_cluster_is_read_in_pages(deploy, cluster, faults):
    for number in range(1_050):
        deploy(f"app-{number:03}")
    async with watching(cluster, DEPLOYMENTS) as sight:
        await sight.until(lambda: sight.watch.listed)

    assert len(sight.watch.records) == 1_050
    assert faults.asked[:3] == ["GET", "GET", "GET"]


@pytest.mark.parametrize(
    ("namespaces", "streams", "seen"),
    [
        pytest.param(("*",), 1, {"shop", "payments", "team-a"}, id="all of them by one watch"),
        pytest.param(("shop", "payments"), 2, {"shop", "payments"}, id="names by a watch each"),
        pytest.param(("shop", "shop"), 1, {"shop"}, id="a name twice by one"),
        pytest.param(("team-*", "shop"), 1, {"team-a", "shop"}, id="a glob by one watch of all"),
        pytest.param(("[tp]*",), 1, {"team-a", "payments"}, id="a glob of letters"),
        pytest.param(("Shop",), 1, set(), id="a name in other letters is another"),
    ],
)
async def test_only_the_namespaces_of_the_settings_are_seen(cluster, deploy, namespaces, streams, seen):
    for namespace in ("shop", "payments", "team-a"):
        deploy("cart", namespace=namespace)
    async with watching(cluster, DEPLOYMENTS, namespaces=namespaces) as sight:
        await sight.until(lambda: sight.watch.ok)

    assert len(sight.watch.streams) == streams
    assert {namespace for namespace, _ in sight.watch.records} == seen


async def test_a_selector_picks_and_what_loses_its_label_is_gone(cluster, deploy):
    deploy("cart", watch="true")
    deploy("other")
    async with watching(cluster, DEPLOYMENTS, selector="watch=true") as sight:
        await sight.until(lambda: sight.watch.ok)
        deploy("cart", watch="false")
        await sight.until(lambda: len(sight.changes) == 2)

    assert sight.changes == [(None, "cart one"), ("cart one", None)]


async def test_a_namespace_that_is_deleted_takes_its_objects_with_it(server, cluster, deploy):
    deploy("cart")
    deploy("other", namespace="payments")
    async with watching(cluster, DEPLOYMENTS, namespaces=("shop", "payments")) as sight:
        await sight.until(lambda: sight.watch.ok)
        server.delete(DEPLOYMENTS, "shop", "cart")
        await sight.until(lambda: len(sight.changes) == 3)

    assert set(sight.watch.records) == {("payments", "other")}
    assert sight.watch.ok


async def test_two_clusters_with_the_same_names_are_kept_apart(server, cluster, deploy):
    deploy("cart", "one")
    other = new_server()
    async with (
        serving(other) as url,
        connected(url, "prod-us") as second,
        watching(cluster, DEPLOYMENTS) as here,
        watching(second, DEPLOYMENTS) as there,
    ):
        await here.until(lambda: here.watch.ok and there.watch.ok)

    assert dict(here.watch.records) == {("shop", "cart"): "cart one"}
    assert not there.watch.records


async def test_health_says_since_when_it_sees(sight):
    before = [health.in_sight for health in sight.watch.health]
    sight.clock[0] = 5.0
    await sight.until(lambda: sight.watch.ok)
    (health,) = sight.watch.health

    assert before == [InSight.NOT_YET]
    assert (health.in_sight, health.why, (health.since - EPOCH).total_seconds()) == (InSight.YES, "", 5.0)


async def test_metrics_say_whether_it_sees(cluster):
    labels = {"cluster": "prod-eu", "resource": "deployments.apps"}
    async with watching(cluster, DEPLOYMENTS) as sight:
        before = sight.metrics.registry.get_sample_value("pointsman_watch_in_sight", labels)
        await sight.until(lambda: sight.watch.ok)
        after = sight.metrics.registry.get_sample_value("pointsman_watch_in_sight", labels)

    assert (before, after) == (0.0, 1.0)
