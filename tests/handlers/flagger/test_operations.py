"""A template is put back, or made new, only where that is allowed, where it is the one that was read, and once."""

import copy

import pytest

from bot.domain.decision import Mark, Principal
from bot.domain.errors import ConflictError, EngineRefusedError
from bot.domain.operation import Awaited, Notice, Operation, Order
from bot.domain.workload import Workload
from handlers.cluster import DEPLOYMENTS
from handlers.flagger.looking import Looking
from handlers.flagger.operations import Allowed, Operations
from handlers.flagger.revision import revision_of
from tests.support.cluster import EPOCH, connected, new_server, serving

ANN = Mark(Principal("ann@example.com"), EPOCH)
OLD, NEW = "registry.example.com/checkout:1", "registry.example.com/checkout:2"
WORKLOAD = Workload(cluster="prod-eu", kind="Canary", namespace="shop", name="checkout")
LABELS = {"app": "checkout"}


def template(image, **annotations):
    metadata = {"labels": dict(LABELS)} | ({"annotations": annotations} if annotations else {})
    return {"metadata": metadata, "spec": {"containers": [{"name": "app", "image": image}]}}


class Shop:
    """A Canary after its promotion, with the ReplicaSets that its target kept."""

    def __init__(self, server, cluster):
        self.server, self.cluster = server, cluster
        self.phase("Succeeded")
        self.target = server.put(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": "checkout", "namespace": "shop"},
                "spec": {"replicas": 1, "selector": {"matchLabels": dict(LABELS)}, "template": template(NEW)},
            }
        )
        self.keep("checkout-2", template(NEW))
        self.keep("checkout-1", template(OLD))

    def phase(self, phase, kind="Deployment"):
        self.server.put(
            {
                "apiVersion": "flagger.app/v1beta1",
                "kind": "Canary",
                "metadata": {"name": "checkout", "namespace": "shop"},
                "spec": {"targetRef": {"kind": kind, "name": "checkout"}, "analysis": {"threshold": 5}},
                "status": {"phase": phase},
            }
        )

    def keep(self, name, kept):
        kept = copy.deepcopy(kept)
        kept["metadata"]["labels"]["pod-template-hash"] = name
        owner = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": "checkout",
            "uid": self.target["metadata"]["uid"],
        }
        metadata = {"name": name, "namespace": "shop", "labels": dict(LABELS), "ownerReferences": [owner]}
        spec = {"replicas": 0, "selector": {"matchLabels": dict(LABELS)}, "template": kept}
        self.server.put({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec})

    @property
    def template(self):
        return self.server.get(DEPLOYMENTS, "shop", "checkout")["spec"]["template"]

    async def carry_out(self, operation, allowed=None, before=OLD):
        allowed = allowed or Allowed(put_back=True, restore=True, retry=True)
        operations = Operations(cluster=self.cluster, allowed=allowed)
        seen = await Looking(cluster=self.cluster)(WORKLOAD)
        return await operations.carry_out(order(operation, before), seen)

    def push(self, image):
        target = self.server.get(DEPLOYMENTS, "shop", "checkout")
        self.server.put(target | {"spec": target["spec"] | {"template": template(image)}})


def order(operation, before=OLD):
    return Order(
        workload=WORKLOAD,
        release="shop/checkout#2",
        awaited=Awaited(operation=operation, mark=ANN),
        revision=revision_of(template(NEW), ()),
        before={"app": before},
    )


@pytest.fixture
async def shop():
    server = new_server()
    async with serving(server) as url, connected(url) as cluster:
        yield Shop(server, cluster)


@pytest.mark.parametrize("phase", ["Succeeded", "Waiting"])
async def test_the_template_that_users_had_is_put_back_without_what_kubernetes_added(shop, phase):
    shop.phase(phase)

    await shop.carry_out(Operation.PUT_BACK)

    assert shop.template == template(OLD)


async def test_a_failed_release_is_tried_again_by_a_template_that_is_new(shop):
    shop.phase("Failed")

    await shop.carry_out(Operation.RETRY)

    assert shop.template == template(NEW, **{"pointsman.dev/retried-at": "2026-03-02T09:00:00+00:00"})


@pytest.mark.parametrize(("operation", "phase"), [(Operation.PUT_BACK, "Succeeded"), (Operation.RETRY, "Failed")])
async def test_a_second_try_writes_nothing_and_knows_the_same(shop, operation, phase):
    shop.phase(phase)
    first = await shop.carry_out(operation)
    version = shop.server.get(DEPLOYMENTS, "shop", "checkout")["metadata"]["resourceVersion"]

    assert await shop.carry_out(operation) == first
    assert shop.server.get(DEPLOYMENTS, "shop", "checkout")["metadata"]["resourceVersion"] == version


@pytest.mark.parametrize(
    ("operation", "phase", "allowed", "switch"),
    [
        pytest.param(
            Operation.PUT_BACK, "Succeeded", Allowed(restore=True, retry=True), "roll_back_promoted", id="back"
        ),
        pytest.param(Operation.PUT_BACK, "Waiting", Allowed(put_back=True, retry=True), "restore_target", id="restore"),
        pytest.param(Operation.RETRY, "Failed", Allowed(put_back=True, restore=True), "retry", id="retry"),
    ],
)
async def test_each_has_its_own_switch(shop, operation, phase, allowed, switch):
    shop.phase(phase)

    with pytest.raises(EngineRefusedError, match=f"allow.{switch}"):
        await shop.carry_out(operation, allowed)
    assert shop.template == template(NEW)


async def test_what_users_had_must_be_known_beyond_doubt(shop):
    shop.keep("checkout-0", template(OLD, why="another"))

    with pytest.raises(EngineRefusedError, match="which one users had cannot be told"):
        await shop.carry_out(Operation.PUT_BACK)


async def test_what_is_not_kept_any_more_is_said(shop):
    with pytest.raises(EngineRefusedError, match="revisionHistoryLimit"):
        await shop.carry_out(Operation.PUT_BACK, before="registry.example.com/checkout:0")


@pytest.mark.parametrize("phase", ["Progressing", "WaitingPromotion", "Promoting"])
async def test_a_run_is_not_disturbed(shop, phase):
    shop.phase(phase)

    with pytest.raises(ConflictError):
        await shop.carry_out(Operation.PUT_BACK)


@pytest.mark.parametrize(("operation", "phase"), [(Operation.PUT_BACK, "Succeeded"), (Operation.RETRY, "Failed")])
async def test_what_somebody_pushed_since_stays_though_flagger_has_not_seen_it(shop, operation, phase):
    shop.phase(phase)
    shop.push("registry.example.com/checkout:3")

    with pytest.raises(ConflictError, match="is not what its target wants any more"):
        await shop.carry_out(operation)
    assert shop.template == template("registry.example.com/checkout:3")


async def test_what_has_not_failed_is_not_tried_again(shop):
    with pytest.raises(EngineRefusedError, match="Flagger says Succeeded"):
        await shop.carry_out(Operation.RETRY)


@pytest.mark.parametrize(("verb", "plural"), [("patch", "deployments"), ("list", "replicasets")])
async def test_a_right_that_is_missing_is_said_before_anything_changes(shop, verb, plural):
    shop.server.access.take(verb, plural)

    with pytest.raises(EngineRefusedError, match=f"{verb} {plural}"):
        await shop.carry_out(Operation.PUT_BACK)
    assert shop.template == template(NEW)


async def test_what_flagger_asks_for_by_hooks_is_not_done_to_it(shop):
    with pytest.raises(EngineRefusedError, match="by its hooks"):
        await shop.carry_out(Operation.PROMOTE)


async def test_the_effect_is_seen_in_the_target_and_so_is_its_end(shop):
    looking = Looking(cluster=shop.cluster)
    evidence = await shop.carry_out(Operation.PUT_BACK)
    sent = Awaited(operation=Operation.PUT_BACK, mark=ANN, evidence=evidence, sent_at=EPOCH)
    done = (await looking(WORKLOAD, sent)).notice
    shop.server.put(shop.target)

    assert done is Notice.DONE
    assert (await looking(WORKLOAD, sent)).notice is Notice.MOOT
    assert (await looking(WORKLOAD, Awaited(operation=Operation.RETRY, mark=ANN))).notice is Notice.UNASKED
    assert (await looking(WORKLOAD)).notice is None
