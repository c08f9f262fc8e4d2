"""A practice release of Argo Rollouts: it tells what it comes to, waits for people, and is over once."""

from datetime import timedelta
from itertools import count

import pytest

from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import ROLLOUTS, merged
from handlers.sandbox.argo.one_release import practice_release
from handlers.sandbox.objects import Thing
from handlers.sandbox.scenes import Scene
from handlers.sandbox.stepping import play_once
from tests.support.argo import OwnClock


async def played(answer: Thing) -> list[Scene]:
    """What is told of a release that people answer so as soon as it waits."""
    clock, numbers, told = OwnClock(), count(1), list[Scene]()
    server = ApiServer(now=lambda: clock.now, new_id=lambda: f"uid-{next(numbers)}")

    async def pass_(seconds: float) -> None:
        clock.now += timedelta(seconds=seconds)
        assert len(told) < 9

    def entered(scene: Scene) -> None:
        told.append(scene)
        if scene is Scene.WAITING:
            found = server.get(ROLLOUTS, "shop", "practice")
            assert found is not None
            server.put(merged(found, {"status": answer}), manager="pointsman")

    await play_once(practice_release(server, chance=lambda: 0.99), entered=entered, sleep=pass_)
    return told


@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        pytest.param({"pauseConditions": None}, [Scene.PROMOTING, Scene.PROMOTED], id="yes"),
        pytest.param({"abort": True}, [Scene.ROLLED_BACK], id="no"),
    ],
)
async def test_each_thing_that_it_comes_to_is_told_once(answer, ends):
    assert await played(answer) == [Scene.READY, Scene.GOING, Scene.WAITING, *ends]
