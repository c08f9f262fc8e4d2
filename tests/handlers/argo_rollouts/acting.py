"""Orders as people give them by a card, and what comes of them."""

from dataclasses import replace

from bot.domain.decision import Mark, Principal
from bot.domain.looks.sighting import Ask, Sighting
from bot.domain.operation import Awaited, Notice, Operation, Order
from handlers.argo_rollouts.looking import Looking
from handlers.argo_rollouts.operations import Allowed, Operations
from handlers.cluster import SERVICES
from handlers.sandbox.argo.objects import HASH
from tests.support.argo import OLD, Shop
from tests.support.cluster import EPOCH

ANN = Mark(Principal("ann@example.com"), EPOCH)
EVERYTHING = Allowed(retry=True, put_back=True)


def operations(shop: Shop, allowed: Allowed = EVERYTHING) -> Operations:
    return Operations(cluster=shop.cluster, allowed=allowed)


def order(shop: Shop, operation: Operation, **awaited) -> Order:
    return Order(
        workload=shop.workload,
        release="shop/checkout#2",
        awaited=Awaited(operation=operation, mark=ANN, **awaited),
        before={"app": OLD},
    )


async def seen(shop: Shop, awaited: Awaited | None = None) -> Sighting:
    return await Looking(cluster=shop.cluster)(shop.workload, awaited)


async def asked(shop: Shop) -> Ask:
    """The gate that waits."""
    asks = (await seen(shop)).asks
    assert asks
    return asks[0]


async def shown(shop: Shop, operation: Operation) -> Order:
    """The order for what people are shown now."""
    return order(shop, operation, evidence=(await asked(shop)).evidence)


async def carry_out(shop: Shop, given: Order) -> Order:
    evidence = await operations(shop).carry_out(given, await seen(shop))
    return replace(given, awaited=replace(given.awaited, evidence=evidence, sent_at=shop.clock.now))


async def notice(shop: Shop, given: Order) -> Notice | None:
    return (await seen(shop, given.awaited)).notice


def users_have(shop: Shop) -> str:
    live = shop.server.get(SERVICES, "shop", "live")
    assert live is not None
    return str(live["spec"]["selector"][HASH])
