"""One release of one Deployment, which says of itself that it is practice: it waits for its start."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.cluster.resources import DEPLOYMENTS
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.deployments.world import (
    NAMESPACE,
    POD_START,
    Change,
    PracticeShop,
    Story,
    has_ended,
    observed,
    practice_shop,
    waits,
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
        found = self.shop.objects.get(DEPLOYMENTS, NAMESPACE, self.story.name)
        return _scene(self.story, found) if found is not None else None

    def take_away(self) -> None:
        self.shop.objects.delete(DEPLOYMENTS, NAMESPACE, self.story.name, manager="kubectl")


def practice_release(server: ApiServer, *, pod_start: timedelta = POD_START) -> PracticeRelease:
    told = Change(title="PRACTICE: nothing is deployed, press what you like", author="practice@example.com")
    never = timedelta.max
    story = Story(
        name="practice",
        minor="1.0",
        spec={"replicas": 4},
        asks=True,
        changes=(told,),
        rests=never,
        patience=never,
    )
    return PracticeRelease(practice_shop(server, stories=(story,), pod_start=pod_start), story)


def _scene(story: Story, deployment: Thing) -> Scene | None:
    old = deployment["spec"]["template"]["spec"]["containers"][0]["image"].endswith(".0")
    if has_ended(deployment):
        return Scene.READY if not story.number else Scene.ROLLED_BACK if old else Scene.PROMOTED
    if not story.number or old or not observed(deployment):
        return None
    return Scene.WAITING if waits(deployment) else Scene.PROMOTING
