"""One release of one Deployment, which says of itself that it is practice: it waits for its start."""

from datetime import timedelta
from functools import partial

from handlers.cluster.resources import DEPLOYMENTS
from handlers.sandbox.api_server import ApiServer
from handlers.sandbox.deployments.world import (
    Change,
    Story,
    has_ended,
    observed,
    practice_shop,
    waits,
)
from handlers.sandbox.objects import Thing
from handlers.sandbox.scenes import Scene
from handlers.sandbox.stories import POD_START, PracticeRelease


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
    return PracticeRelease(
        shop=practice_shop(server, stories=(story,), pod_start=pod_start),
        objects=server,
        kind=DEPLOYMENTS,
        name=story.name,
        scene_of=partial(_scene, story),
    )


def _scene(story: Story, deployment: Thing) -> Scene | None:
    old = deployment["spec"]["template"]["spec"]["containers"][0]["image"].endswith(".0")
    if has_ended(deployment):
        return Scene.READY if not story.number else Scene.ROLLED_BACK if old else Scene.PROMOTED
    if not story.number or old or not observed(deployment):
        return None
    return Scene.WAITING if waits(deployment) else Scene.PROMOTING
