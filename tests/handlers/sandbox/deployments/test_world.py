"""The practice world of Deployments: releases come by themselves, some ask, some fail, and the next ones come."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from handlers.cluster.resources import DEPLOYMENTS
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import merged
from handlers.sandbox.deployments.one_release import practice_release
from handlers.sandbox.deployments.progress import find
from handlers.sandbox.deployments.world import PracticeShop, Story, checkout, practice_shop, search, waits
from handlers.sandbox.objects import Thing
from handlers.sandbox.scenes import Scene
from handlers.sandbox.stepping import STEP_SECONDS, play_once
from tests.support.argo import OwnClock


class Practice:
    def __init__(self, *stories: Story) -> None:
        self.clock = OwnClock()
        numbers = count(1)
        self.server = ApiServer(now=lambda: self.clock.now, new_id=lambda: f"uid-{next(numbers)}")
        self.shop: PracticeShop = practice_shop(self.server, stories=stories)
        self.shop.open()

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_SECONDS)):
            self.clock.now += timedelta(seconds=STEP_SECONDS)
            self.shop.step()

    def deployment(self, name: str) -> Thing:
        found = self.server.get(DEPLOYMENTS, "shop", name)
        assert found is not None
        return found

    def image(self, name: str) -> str:
        return str(self.deployment(name)["spec"]["template"]["spec"]["containers"][0]["image"])

    def patch(self, name: str, spec: Thing) -> None:
        self.server.put(merged(self.deployment(name), {"spec": spec}), manager="kubectl")


@pytest.fixture
def practice() -> Practice:
    return Practice()


def test_some_ask_and_some_go_on_by_themselves(practice):
    practice.run(25)

    assert [waits(practice.deployment(name)) for name in ("storefront", "checkout", "search")] == [True, False, True]
    assert practice.deployment("checkout")["status"]["availableReplicas"] == 4
    assert practice.image("checkout").endswith("checkout:1.8.1")


def test_what_was_let_go_on_is_followed_by_the_next_after_a_rest(practice):
    practice.run(10)
    practice.patch("storefront", {"paused": None})
    practice.run(70)

    assert practice.image("storefront").endswith("storefront:4.2.2")
    assert waits(practice.deployment("storefront"))


def test_the_next_version_comes_over_one_that_nobody_answered():
    practice = Practice(replace(search(), patience=timedelta(seconds=20)))

    practice.run(40)

    assert practice.image("search").endswith("search:0.9.2")
    assert waits(practice.deployment("search"))


def test_what_never_serves_misses_its_deadline():
    practice = Practice(replace(checkout(), rests=timedelta(seconds=20)))

    practice.run(80)

    assert practice.image("checkout").endswith("checkout:1.8.2-broken")
    progressing = find(practice.deployment("checkout")["status"])
    assert progressing is not None
    assert progressing["reason"] == "ProgressDeadlineExceeded"


@pytest.mark.parametrize(
    ("back", "end"),
    [pytest.param(False, Scene.PROMOTED, id="to its end"), pytest.param(True, Scene.ROLLED_BACK, id="and back")],
)
async def test_of_one_release_each_thing_that_it_comes_to_is_told_once(practice, back, end):
    release, told = practice_release(practice.server), list[Scene]()

    async def pass_(seconds: float) -> None:
        practice.clock.now += timedelta(seconds=seconds)
        assert len(told) < 9

    def entered(scene: Scene) -> None:
        told.append(scene)
        if scene is Scene.WAITING:
            practice.patch("practice", {"paused": None})
        if scene is Scene.PROMOTING and back:
            container = {"name": "app", "image": "registry.example.com/shop/practice:1.0.0"}
            template = {"metadata": {"annotations": None}, "spec": {"containers": [container]}}
            practice.patch("practice", {"template": template})

    await play_once(release, entered=entered, sleep=pass_)
    assert told == [Scene.READY, Scene.WAITING, Scene.PROMOTING, end]
