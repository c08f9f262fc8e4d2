"""What people do in Argo CD, and the whole bot: who it was stands on the card and in the record, or nobody does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.release import ReleaseState
from handlers.cluster import EVENTS
from tests.support.argo import BLUE_GREEN, CANARY, open_shop
from tests.support.argo_world import IN_SIGHT, World
from tests.support.running import Clock, running_bot

CHECKOUT = "checkout-prod:argoproj.io/Rollout:shop/checkout"


class InArgoCd(World):
    """The world with an Argo CD that manages the Rollout, and lies beside it in the cluster."""

    async def begin(self, strategy: Any = CANARY) -> None:
        self.shop.deploy(strategy)
        self.shop.patch(
            {"metadata": {"annotations": {"argocd.argoproj.io/tracking-id": CHECKOUT}}}, "argocd-controller"
        )
        await self.run(1)
        self.shop.push()

    def act(self, status: dict[str, Any]) -> None:
        """What one of its actions patches."""
        self.shop.patch({"status": status}, manager="argocd-server")

    def tell(self, action: str, by: str = "ann@example.com", *, beside_the_rollout: bool = False) -> None:
        """The Event that it writes afterwards: beside the Application, before 3.4 beside the Rollout too."""
        if beside_the_rollout:
            about = {"kind": "Rollout", "namespace": "shop", "name": "checkout"}
            about["uid"] = self.shop.rollout["metadata"]["uid"]
            message = f"{by} ran action {action}"
        else:
            about = {"kind": "Application", "namespace": "argocd", "name": "checkout-prod", "uid": "application"}
            message = f"{by} ran action {action} on resource argoproj.io/Rollout/checkout"
        annotations = {"user": by, "dest-server": "https://kubernetes.default.svc", "dest-namespace": "shop"}
        name = f"{about['name']}.{len(self.shop.server.store.all(EVENTS))}"
        metadata = {"namespace": about["namespace"], "name": name, "annotations": annotations}
        event = {"apiVersion": "v1", "kind": "Event", "metadata": metadata, "involvedObject": about}
        event |= {"reason": "ResourceActionRan", "message": message, "source": {"component": "argocd-server"}}
        self.shop.server.put(event, manager="argocd-server")

    async def named(self) -> list[str]:
        return [line["details"]["by"] for line in await self.bot.record() if line["action"] == "outside.named"]

    async def card(self) -> str:
        card = await self.bot.core.people.look.card((await self.bot.newest()).id)
        return " ".join(str(part) for line in card.effect for part in line)


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[InArgoCd]:
    clock = Clock()
    async with (
        open_shop(clock) as shop,
        running_bot(sqlite_url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": shop.cluster}) as bot,
    ):
        yield InArgoCd(bot, shop)


@pytest.mark.parametrize("beside_the_rollout", [True, False])
async def test_who_promoted_there_is_on_the_card_and_in_the_record(world, beside_the_rollout):
    await world.begin()
    gate = await world.gate()
    await world.run(2)

    world.act({"pauseConditions": None})
    world.tell("resume", beside_the_rollout=beside_the_rollout)
    await world.run(3)

    ungated, named = [
        line for line in await world.bot.record() if line["action"] in {"release.ungated", "outside.named"}
    ]
    assert (ungated["gate"], ungated["details"]) == (gate.id, {"outside": True})
    assert (named["gate"], named["details"]["outside"]) == (gate.id, True)
    assert (named["actor"], named["details"]["by"]) == ("engine:argo-rollouts", "ann@example.com")
    assert "A question was not decided here: ann@example.com ran resume in Argo CD at" in await world.card()


async def test_what_argo_cd_tells_a_moment_later_is_learned_then(world):
    await world.begin()
    await world.gate()
    await world.run(2)

    world.act({"pauseConditions": None})
    await world.run(0.5)
    first = await world.named()
    world.tell("resume")
    await world.run(3)

    assert (first, await world.named()) == ([], ["ann@example.com"])


async def test_who_aborted_there_is_named_and_nobody_here_decided_it(world):
    await world.begin()
    await world.until_asked()
    await world.run(2)

    world.act({"abort": True})
    world.tell("abort")
    await world.run(4)

    ended = next(line for line in await world.bot.record() if line["action"] == "release.rolled_back")
    assert ended["details"] == {"outside": True}
    assert await world.named() == ["ann@example.com"]
    assert "Not decided here: ann@example.com ran abort in Argo CD at" in await world.card()
    assert "decision.taken" not in await world.bot.actions()


async def test_who_began_it_again_there_is_named(world):
    await world.begin()
    await world.until_asked()
    await world.bot.roll_back()
    await world.run(4)

    world.act({"abort": False})
    world.tell("retry", "bob@example.com")
    await world.run(3)

    assert (await world.bot.newest()).state is ReleaseState.PROGRESSING
    assert await world.named() == ["bob@example.com"]


async def test_who_promoted_in_full_there_before_anybody_was_asked_is_named(world):
    await world.begin(BLUE_GREEN)
    await world.wake()
    await world.run(0.5)

    world.act({"promoteFull": True})
    await world.run(0.5)
    world.tell("promote-full")
    await world.run(3)

    assert (await world.bot.newest()).state is ReleaseState.PROMOTED
    assert await world.named() == ["ann@example.com"]
    assert "ann@example.com ran promote-full in Argo CD" in await world.card()


async def test_who_did_one_thing_there_is_not_named_for_the_next_that_another_did(world):
    await world.begin()
    await world.gate()
    await world.run(2)
    world.act({"pauseConditions": None})
    world.tell("resume")
    await world.run(3)
    await world.gate()
    await world.run(2)

    world.shop.patch({"status": {"pauseConditions": None}}, manager="kubectl-argo-rollouts")
    await world.run(15)

    ungated = [line["gate"] for line in await world.bot.record() if line["action"] == "release.ungated"]
    assert [gate is not None for gate in ungated] == [True, True, False]
    assert await world.named() == ["ann@example.com"]


async def test_two_people_at_once_and_nobody_is_named(world):
    await world.begin()
    await world.gate()
    await world.run(2)

    world.act({"pauseConditions": None})
    world.tell("resume", "ann@example.com")
    world.tell("resume", "bob@example.com")
    await world.run(15)

    assert "release.ungated" in await world.bot.actions()
    assert await world.named() == []


async def test_without_the_right_to_read_events_all_else_goes_on(world):
    world.shop.server.access.take("list", "events")
    await world.begin()
    await world.gate()
    await world.run(2)

    world.act({"pauseConditions": None})
    world.tell("resume")
    await world.run(3)
    await world.gate()
    await world.bot.approve()
    await world.run(3)

    release = await world.bot.newest()
    assert release.state is ReleaseState.PROMOTED
    assert await world.named() == []
