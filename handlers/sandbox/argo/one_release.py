"""One release of one Rollout, which says of itself that it is practice: it goes to 60 % by itself, then asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.argo.objects import ROLLOUTS
from handlers.sandbox.argo.world import (
    NAMESPACE,
    PAUSE,
    POD_START,
    Change,
    PracticeShop,
    Story,
    has_ended,
    practice_shop,
    weight,
)
from handlers.sandbox.objects import Thing
from handlers.sandbox.scenes import Scene


@dataclass(frozen=True, slots=True)
class PracticeRelease:
    """Implements `handlers.sandbox.stepping.OneRelease`."""

    shop: PracticeShop
    story: Story

    def open(self) -> None:
        self.shop.open()

    def step(self) -> None:
        self.shop.step()

    @property
    def scene(self) -> Scene | None:
        found = self.shop.objects.get(ROLLOUTS, NAMESPACE, self.story.name)
        return _scene(self.story, found) if found is not None else None

    def take_away(self) -> None:
        self.shop.objects.delete(ROLLOUTS, NAMESPACE, self.story.name, manager="kubectl")


def practice_release(
    server: ApiServer, *, chance: Callable[[], float], pod_start: timedelta = POD_START
) -> PracticeRelease:
    told = Change(title="PRACTICE: nothing is deployed, press what you like", author="practice@example.com")
    strategy = {"canary": {"steps": [weight(20), weight(60), PAUSE]}}
    story = Story(name="practice", minor="1.0", strategy=strategy, changes=(told,), rests=timedelta.max)
    return PracticeRelease(practice_shop(server, chance=chance, stories=(story,), pod_start=pod_start), story)


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
