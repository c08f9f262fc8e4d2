"""What a Deployment and the objects around it show, case by case."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.finding import Grade
from bot.domain.sight import Standing
from handlers.cluster import DEPLOYMENTS
from handlers.deployments.doctor import examine
from handlers.deployments.looking import Looking, managed
from handlers.deployments.rights import rights
from tests.support.deployments import NEW, OLD, WORKLOAD, Shop, new_shop
from tests.support.practice import practice_cluster
from tests.support.running import Clock


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    clock = Clock()
    async with practice_cluster(clock) as practice:
        shop = new_shop(clock, practice.server, practice.cluster)
        shop.deploy()
        yield shop


async def seen(shop, *, gates=True):
    return await Looking(cluster=shop.cluster, gates=gates)(WORKLOAD)


def flagger(shop, target="checkout"):
    metadata = {"namespace": "shop", "name": "checkout"}
    spec = {"targetRef": {"kind": "Deployment", "name": target}}
    shop.server.put({"apiVersion": "flagger.app/v1beta1", "kind": "Canary", "metadata": metadata, "spec": spec})


def rollout(shop):
    metadata = {"namespace": "shop", "name": "till"}
    spec = {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"}}
    shop.server.put({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": metadata, "spec": spec})


def pushed_broken(shop, **spec):
    shop.broken.add(NEW)
    shop.push(NEW, **spec)
    shop.settle()


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        pytest.param(lambda shop: None, Standing.PROMOTED, id="the first version"),
        pytest.param(lambda shop: shop.change(replicas=5), Standing.IDLE, id="scaled, and not observed"),
        pytest.param(lambda shop: shop.push(NEW), Standing.PROGRESSING, id="pushed, and not observed"),
        pytest.param(lambda shop: (shop.push(NEW), shop.step()), Standing.PROGRESSING, id="pushed"),
        pytest.param(lambda shop: (shop.push(NEW), shop.settle()), Standing.PROMOTED, id="complete"),
        pytest.param(lambda shop: shop.push(NEW, paused=True), Standing.WAITING, id="paused with a new template"),
        pytest.param(lambda shop: shop.change(paused=True), Standing.IDLE, id="paused with the same template"),
        pytest.param(lambda shop: (pushed_broken(shop), shop.give_up()), Standing.FAILED, id="deadline"),
        pytest.param(lambda shop: shop.server.delete(DEPLOYMENTS, "shop", "checkout"), Standing.GONE, id="deleted"),
    ],
)
async def test_how_it_stands(shop, change, standing):
    change(shop)

    assert (await seen(shop)).standing is standing


async def test_a_paused_template_asks_nobody_where_the_settings_do_not_gate(shop):
    shop.push(NEW, paused=True)

    sighting = await seen(shop, gates=False)
    assert (sighting.standing, sighting.asks) == (Standing.IDLE, ())


@pytest.mark.parametrize("manage", [flagger, rollout])
async def test_what_something_else_works_on_is_no_release(shop, manage):
    manage(shop)
    shop.push(NEW, paused=True)

    sighting = await seen(shop)
    assert (sighting.standing, sighting.asks) == (Standing.IDLE, ())
    assert "works on this Deployment" in sighting.sight.cautions[0]


@pytest.mark.parametrize(
    ("name", "owners", "by"),
    [
        pytest.param("checkout-primary", [], "Canary checkout", id="made by Flagger"),
        pytest.param("till-primary", [], "", id="only named so"),
        pytest.param("till", [{"kind": "Shop", "name": "shop", "controller": True}], "Shop shop", id="controlled"),
        pytest.param("till", [{"kind": "Shop", "name": "shop"}], "", id="owned, and not controlled"),
    ],
)
async def test_who_works_on_a_deployment(shop, name, owners, by):
    flagger(shop)

    fields = {"metadata": {"namespace": "shop", "name": name, "ownerReferences": owners}}
    assert await managed(shop.cluster, fields) == by


async def test_the_images_of_before_are_those_of_the_other_replica_set(shop):
    shop.push(NEW)
    shop.step()

    sighting = await seen(shop)
    assert (sighting.before, sighting.after) == ({"app": OLD}, {"app": NEW})


@pytest.mark.parametrize(
    ("verb", "plural", "grade"),
    [
        pytest.param("watch", "deployments", Grade.BROKEN, id="watch"),
        pytest.param("patch", "deployments", Grade.BROKEN, id="patch"),
        pytest.param("list", "canaries", Grade.CAUTION, id="Canaries"),
    ],
)
async def test_a_missing_right_is_named(shop, verb, plural, grade):
    shop.server.access.take(verb, plural)

    wanted = rights(acts=True, puts_back=False)
    found = [f async for f in examine(shop.cluster, wanted, namespaces=["shop"], selector="pointsman.dev/watch=true")]
    assert [f.grade for f in found if "may not" in f.says] == [grade]
    assert any("1 Deployment is in sight." in f.says for f in found)


async def test_a_role_in_each_of_the_namespaces_is_enough_for_doctor(shop):
    shop.server.access.confine("shop", "payments")
    wanted = rights(acts=True, puts_back=False)

    async def found(*namespaces):
        looked = examine(shop.cluster, wanted, namespaces=namespaces, selector="pointsman.dev/watch=true")
        return [(finding.grade, finding.says) async for finding in looked]

    assert await found("shop", "payments") == [(Grade.GOOD, "1 Deployment is in sight.")]
    assert Grade.BROKEN in {grade for grade, _ in await found("shop", "payments", "web")}
