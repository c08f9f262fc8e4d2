import asyncio
import json
from contextlib import suppress
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.sandbox.flagger.canary import Phase
from handlers.sandbox.flagger.engine import SandboxEngine
from handlers.sandbox.flagger.manifest import HookType
from handlers.sandbox.flagger.world import Story, checkout, play, practice_world, search, storefront
from tests.handlers.sandbox.flagger.practice import NOON, Practice

URL = "http://127.0.0.1/hooks/TOKEN/flagger"
NO_ROLLBACK = {HookType.ROLLBACK: 403}
NOBODY_ANSWERS = {HookType.ROLLBACK: 403, HookType.CONFIRM_ROLLOUT: 403, HookType.CONFIRM_PROMOTION: 403}


def live(story: Story, ticks: int, answers: dict[HookType, int]) -> list[str]:
    """Let a story go on, and return what was told, in order."""
    practice, told = Practice(story.canary, answers), []
    for _ in range(ticks):
        told += practice.tick()
        story.go_on(practice.now)
    return told


def test_unanswered_at_most_one_release_waits_for_each_application():
    stories = practice_world(URL)

    told = [live(story, 300, NOBODY_ANSWERS) for story in stories]

    waiting = [[text for text in texts if "approval" in text] for texts in told]
    assert [len(texts) for texts in waiting] == [1, 1, 1]
    assert stories[0].canary.status.phase is Phase.WAITING
    assert stories[1].canary.status.phase is Phase.WAITING_PROMOTION


def test_an_answered_application_releases_one_version_after_another():
    story = checkout(URL)

    told = live(story, 200, NO_ROLLBACK)

    assert told.count("Promotion completed! Scaling down checkout.shop") >= 4
    assert story.canary.template.image == f"registry.example.com/shop/checkout:1.8.{story.number}"


@pytest.mark.parametrize("make", [storefront, checkout, search])
def test_the_first_question_comes_within_a_minute_of_two_second_ticks(make):
    told = live(make(URL), 30, NOBODY_ANSWERS)

    assert any("approval" in text or "Rolling back" in text for text in told)


def test_every_second_release_of_search_is_rolled_back_by_its_checks_and_never_asks():
    story = search(URL)
    practice, ends = Practice(story.canary, NO_ROLLBACK), []
    for _ in range(250):
        asked = practice.tick()
        ends += [(story.number, text) for text in asked if "Rolling back" in text or "Promotion completed" in text]
        if "confirm-promotion" in asked:
            assert story.number % 2 == 0
        story.go_on(practice.now)

    assert ends[:3] == [
        (1, "Rolling back search.shop failed checks threshold reached 3"),
        (2, "Promotion completed! Scaling down search.shop"),
        (3, "Rolling back search.shop failed checks threshold reached 3"),
    ]


def test_a_release_rolled_back_by_people_is_followed_by_one_from_the_same_running_version():
    story = checkout(URL)
    live(story, 40, {HookType.ROLLBACK: 200})

    assert story.number > 1
    assert "1.8.0 → " in story.canary.manifest.analysis.hooks[0].metadata["text"]


async def test_the_world_is_played_over_http_and_its_hooks_say_what_changes():
    asked = asyncio.Event()
    bodies = []

    async def reply(request: web.Request) -> web.Response:
        if request.path.endswith("/confirm-rollout"):
            bodies.append(json.loads(await request.text()))
            asked.set()
        return web.Response(status=403 if "event" not in request.path else 200)

    app = web.Application()
    app.router.add_post("/{path:.*}", reply)
    now = NOON

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    async with TestServer(app, host="127.0.0.1") as server, aiohttp.ClientSession() as session:
        engine = SandboxEngine(session=session, now=lambda: now, sleep=sleep, interval=timedelta(seconds=2))
        playing = asyncio.create_task(play(practice_world(str(server.make_url("/hooks/T/flagger"))), engine))
        await asked.wait()
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing

    assert bodies[0]["name"] == "storefront"
    assert bodies[0]["metadata"] == {
        "text": '"Larger pictures on the start page" by Nils, 4.2.0 → 4.2.1',
        "version": "4.2.1",
    }
