"""The practice world: releases come by themselves, wait for people, and come again after they ended."""

from datetime import timedelta
from itertools import count

import pytest

from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import ROLLOUTS, merged
from handlers.sandbox.argo.world import PracticeShop, practice_shop
from handlers.sandbox.objects import Thing
from handlers.sandbox.stepping import STEP_SECONDS
from tests.support.argo import OwnClock


class Practice:
    def __init__(self) -> None:
        self.clock = OwnClock()
        numbers = count(1)
        self.server = ApiServer(now=lambda: self.clock.now, new_id=lambda: f"uid-{next(numbers)}")
        self.shop: PracticeShop = practice_shop(self.server, chance=lambda: 0.99)
        self.shop.open()

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_SECONDS)):
            self.clock.now += timedelta(seconds=STEP_SECONDS)
            self.shop.step()

    def rollout(self, name: str) -> Thing:
        found = self.server.get(ROLLOUTS, "shop", name)
        assert found is not None
        return found

    def patch(self, name: str, status: Thing) -> None:
        self.server.put(merged(self.rollout(name), {"status": status}), manager="kubectl-argo-rollouts")


@pytest.fixture
def practice() -> Practice:
    return Practice()


def waits_for(rollout: Thing) -> list[str]:
    return [pause["reason"] for pause in rollout["status"].get("pauseConditions", [])]


def test_each_application_comes_to_wait_for_people(practice):
    practice.run(25)

    assert {name: waits_for(practice.rollout(name)) for name in ("storefront", "checkout", "search")} == {
        "storefront": ["BlueGreenPause"],
        "checkout": ["CanaryPauseStep"],
        "search": ["InconclusiveAnalysisRun"],
    }


def test_a_promoted_release_is_followed_by_the_next_after_a_rest(practice):
    practice.run(20)
    practice.patch("storefront", {"pauseConditions": None})
    practice.run(60)

    image = practice.rollout("storefront")["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image.endswith("storefront:4.2.2")
    assert waits_for(practice.rollout("storefront")) == ["BlueGreenPause"]


def test_an_aborted_release_is_followed_by_the_next_too(practice):
    practice.run(20)
    practice.patch("checkout", {"abort": True})
    practice.run(50)

    image = practice.rollout("checkout")["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image.endswith("checkout:1.8.2")
