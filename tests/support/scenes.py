"""Scenes of one release, as people see them in a chat: played to the bot, drawn from its record."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import cast

from bot.domain.card import Evidence
from bot.domain.card import Mark as Symbol
from bot.domain.cards.seen import Seen
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.errors import Refusal
from bot.domain.looks.sighting import Sighting
from bot.domain.newest import Newest
from bot.domain.policy import Stage
from bot.domain.release import Release
from bot.domain.run import Check, Facts, Heard, Signal
from bot.domain.sight import Change, Sight, Standing
from bot.ports import ReleaseFilter
from handlers.cluster import Cluster
from handlers.deployments import Looking
from handlers.deployments.reading import read_deployment
from handlers.sandbox.api_server import ApiServer
from storage.migrating import upgrade
from tests.support.deciding import decide_on_gate, decide_on_release
from tests.support.deployments import NEW, WORKLOAD, Shop, new_shop, template
from tests.support.desk import ANN, BOB, CHECKOUT, EVE, Desk, open_desk
from tests.support.in_memory import NearCluster
from tests.support.running import Clock

CHECKSUM = "7c9f5d4b8b"
HEARD = Heard(workload=CHECKOUT, engine="flagger", hook="event", signal=Signal.NOTE)


async def hear(desk: Desk, signal: Signal, hook: str = "event", **more) -> bool:
    """Let the engine say something; return whether it heard yes."""
    stage = more.get("stage")
    checksum = None if hook == "event" else CHECKSUM
    binds = hook != "event" and stage is not Stage.START
    answered = await desk.answer_hook(replace(HEARD, signal=signal, hook=hook, checksum=checksum, binds=binds, **more))
    desk.clock.pass_(seconds=30)
    return answered.answer is not None and answered.answer.yes


async def half_way(desk: Desk) -> None:
    """Start a release and bring it to half of the traffic, with one failed check."""
    await hear(desk, Signal.ASKS_ROLL_BACK, "rollback")
    await hear(desk, Signal.SCALING_UP, line="New revision detected! Scaling up checkout.shop")
    for weight in range(10, 60, 10):
        line = f"Advance checkout.shop canary weight {weight}"
        await hear(desk, Signal.ADVANCING, facts=Facts(weight=weight), line=line)
        await hear(desk, Signal.ASKS_ROLL_BACK, "rollback")
        desk.clock.pass_(minutes=1)
    failed = Check(name="success rate", value="98.7 %", limit="≥ 99 %")
    await hear(desk, Signal.NOTE, facts=Facts(failed=failed, check_failed=True), line="Halt: success rate 98.7 < 99")


async def ready(desk: Desk) -> None:
    await half_way(desk)
    await hear(desk, Signal.ASKS, "confirm-promotion", stage=Stage.PROMOTION)


async def approved_by(desk: Desk, *people) -> None:
    gate = (await desk.release()).gates[-1]
    for person in people:
        desk.clock.pass_(minutes=2)
        await decide_on_gate(desk.people.decide, gate.id, verdict=Verdict.APPROVE, by=person, surface=Surface.SLACK)


async def one_of_two(desk: Desk) -> None:
    await ready(desk)
    await approved_by(desk, ANN)


async def approved(desk: Desk) -> None:
    await ready(desk)
    await approved_by(desk, ANN, BOB)


async def promoted(desk: Desk) -> None:
    await approved(desk)
    await on_to_everybody(desk)


async def on_to_everybody(desk: Desk) -> None:
    await hear(desk, Signal.ASKS, "confirm-promotion", stage=Stage.PROMOTION)
    await hear(desk, Signal.COPYING, line="Copying checkout.shop template spec to checkout-primary.shop")
    desk.clock.pass_(minutes=1)
    await hear(desk, Signal.COMPLETED, line="Promotion completed! Scaling down checkout.shop")


async def much_decided(desk: Desk) -> None:
    """One of everything that people do before a promotion, and one attempt of who may not."""
    await ready(desk)
    release = await desk.release()
    gate, surface = release.gates[-1].id, Surface.SLACK
    for verb, person, reason in ((Verb.PAUSE, ANN, "orders look odd"), (Verb.RESUME, BOB, "")):
        desk.clock.pass_(minutes=1)
        await decide_on_release(desk.people.decide, release.id, verb=verb, by=person, surface=surface, reason=reason)
    for verdict, person in (
        (Verdict.APPROVE, ANN),
        (Verdict.TAKE_BACK, ANN),
        (Verdict.APPROVE, EVE),
        (Verdict.APPROVE, ANN),
        (Verdict.APPROVE, BOB),
    ):
        desk.clock.pass_(minutes=1)
        with suppress(Refusal):
            await decide_on_gate(desk.people.decide, gate, verdict=verdict, by=person, surface=surface)
    await on_to_everybody(desk)


async def rolled_back_by_the_engine(desk: Desk) -> None:
    await one_of_two(desk)
    desk.clock.pass_(minutes=5)
    failing = Facts(failing="failed checks threshold reached 5")
    await hear(desk, Signal.FAILED, facts=failing, line="Rolling back checkout.shop failed checks threshold reached 5")


async def rolling_back(desk: Desk) -> None:
    await one_of_two(desk)
    gate = (await desk.release()).gates[-1]
    await decide_on_gate(
        desk.people.decide,
        gate.id,
        verdict=Verdict.REJECT,
        by=BOB,
        surface=Surface.SLACK,
        reason="p99 doubled for <cart> & checkout",
    )


async def asks_to_start(desk: Desk) -> None:
    await hear(desk, Signal.ASKS, "confirm-rollout", stage=Stage.START)


async def start_refused(desk: Desk) -> None:
    await asks_to_start(desk)
    gate = (await desk.release()).gates[-1]
    await decide_on_gate(
        desk.people.decide,
        gate.id,
        verdict=Verdict.REJECT,
        by=BOB,
        surface=Surface.SLACK,
        reason="not before the sale ends",
    )


def checkout(standing: Standing, *, revision: str = "b21af0a1df88", applied: str = "old", **more) -> Sighting:
    """The Canary as its cluster shows it: 1.8.2 beside 1.8.1, by Lea."""
    sight = Sight(
        uid="u1",
        standing=standing,
        revision=revision,
        applied=applied,
        details=METRICS if standing is Standing.PROGRESSING else (),
        uncovered=("secret checkout-db",),
        titles=("configuration unchanged",),
    )
    images = "registry.example.com/checkout"
    return Sighting(
        workload=CHECKOUT,
        engine="flagger",
        sight=sight,
        strategy="canary",
        before={"app": f"{images}:1.8.1"},
        after={"app": f"{images}:1.8.2"},
        authors=frozenset({Principal("lea@example.com")}),
        change=Change(text="Fix tax rounding", ticket="SHOP-412", url="https://git.example.com/shop/pull/412"),
        **more,
    )


METRICS = (
    Evidence(mark=Symbol.GOOD, line=("success 99.7 % (≥ 99)",)),
    Evidence(mark=Symbol.GOOD, line=("p99 212 ms (≤ 400)",)),
    Evidence(mark=Symbol.GOOD, line=("2 of 2 new pods available",)),
)


async def asks_to_start_in_sight(desk: Desk) -> None:
    await desk.sees(checkout(Standing.PROMOTED))
    await hear(desk, Signal.ASKS, "confirm-rollout", stage=Stage.START)
    await desk.sees(checkout(Standing.WAITING))


async def ready_in_sight(desk: Desk) -> None:
    await asks_to_start_in_sight(desk)
    await approved_by(desk, ANN)
    await hear(desk, Signal.ASKS, "confirm-rollout", stage=Stage.START)
    facts = Facts(weight=50, failed_checks=1, threshold=5)
    await desk.sees(checkout(Standing.PROGRESSING, applied="new", facts=facts))
    await hear(desk, Signal.ASKS_ROLL_BACK, "rollback")
    await hear(desk, Signal.ASKS, "confirm-promotion", stage=Stage.PROMOTION)
    await approved_by(desk, ANN)


async def pushed_while_asked(desk: Desk) -> None:
    await asks_to_start_in_sight(desk)
    await approved_by(desk, ANN)
    await desk.sees(checkout(Standing.WAITING, revision="0c77d1e3a9b4"))


async def deployment_waits(desk: Desk) -> "Deployed":
    """A plain Deployment, paused with a new template."""
    deployed = deploy(desk)
    said = {"author": "lea@example.com", "change": "Fix tax rounding", "ticket": "SHOP-412"}
    annotations = {f"pointsman.dev/{word}": value for word, value in said.items()}
    deployed.shop.change(template=template(NEW, **annotations), paused=True)
    await deployed.turns(2)
    return deployed


async def deployment_rolls_out(desk: Desk) -> None:
    """The same, let begin: some have it."""
    deployed = await deployment_waits(desk)
    gate = (await newest(desk)).gates[-1]
    desk.clock.pass_(minutes=2)
    await decide_on_gate(desk.people.decide, gate.id, verdict=Verdict.APPROVE, by=ANN, surface=Surface.SLACK)
    deployed.shop.change(paused=False)
    await deployed.turns(3)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A practice cluster that the desk looks into."""

    desk: Desk
    shop: Shop
    looking: Looking

    async def turns(self, number: int) -> None:
        for _ in range(number):
            self.shop.step()
            await self.desk.sees(await self.looking(WORKLOAD))


def deploy(desk: Desk) -> Deployed:
    clock, numbers = Clock(), count(1)
    near = NearCluster(ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(numbers)}"))
    cluster = cast("Cluster", near)
    shop, looking = new_shop(clock, near.server, cluster), Looking(cluster=cluster, gates=True)
    shop.deploy(replicas=4)
    found = read_deployment(shop.deployment)
    assert found is not None
    looking.complete.learn(found)
    return Deployed(desk, shop, looking)


SCENES: dict[str, Callable[[Desk], Awaitable[object]]] = {
    "ready-for-promotion": ready,
    "one-of-two": one_of_two,
    "approved": approved,
    "promoted": promoted,
    "much-decided": much_decided,
    "rolled-back-by-flagger": rolled_back_by_the_engine,
    "rolling-back": rolling_back,
    "asks-to-start": asks_to_start,
    "start-refused": start_refused,
    "in-sight": ready_in_sight,
    "in-sight-start": asks_to_start_in_sight,
    "in-sight-pushed": pushed_while_asked,
    "deployment-waits": deployment_waits,
    "deployment-rolls-out": deployment_rolls_out,
}


async def newest(desk: Desk) -> Release:
    """The release that a scene is about."""
    return (await desk.storage.reader.releases(ReleaseFilter(), limit=1)).items[0]


async def played(folder: Path) -> AsyncIterator[tuple[str, Seen, Newest]]:
    """Play each scene on a record of its own; with what its details tell of what happened."""
    for name, scene in SCENES.items():
        async with open_desk(f"sqlite+aiosqlite:///{folder / name}.db") as desk:
            await upgrade(desk.database)
            await scene(desk)
            release = await newest(desk)
            yield name, await desk.people.look.at(release), await desk.people.tell_history(release)
