"""One release of one Rollout, which says of itself that it is practice: it goes to 60 % by itself, then asks."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import ROLLOUTS
from handlers.sandbox.argo.world import (
    PAUSE,
    Change,
    Story,
    has_ended,
    practice_shop,
    weight,
)
from handlers.sandbox.objects import Thing
from handlers.sandbox.scenes import Scene
from handlers.sandbox.stories import POD_START, PracticeRelease


def practice_release(
    server: ApiServer, *, chance: Callable[[], float], pod_start: timedelta = POD_START
) -> PracticeRelease:
    told = Change(title="PRACTICE: nothing is deployed, press what you like", author="practice@example.com")
    strategy = {"canary": {"steps": [weight(20), weight(60), PAUSE]}}
    story = Story(name="practice", minor="1.0", strategy=strategy, changes=(told,), rests=timedelta.max)
    return PracticeRelease(
        shop=practice_shop(server, chance=chance, stories=(story,), pod_start=pod_start),
        objects=server,
        kind=ROLLOUTS,
        name=story.name,
        scene_of=partial(_scene, story),
    )


def _scene(story: Story, rollout: Thing) -> Scene | None:
    status = rollout.get("status", {})
    if has_ended(rollout):
        ends = Scene.ROLLED_BACK if status.get("abortedAt") else Scene.PROMOTED
        return ends if story.number else Scene.READY
    if not story.number or status.get("abort"):
        return None
    if status.get("pauseConditions"):
        return Scene.WAITING
    observed = status.get("observedGeneration") == str(rollout["metadata"]["generation"])
    all_steps = status.get("currentStepIndex") == len(rollout["spec"]["strategy"]["canary"]["steps"])
    return Scene.PROMOTING if observed and all_steps else Scene.GOING
