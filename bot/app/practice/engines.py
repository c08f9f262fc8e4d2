"""The engines that can be practised with, by the name they have in the settings: one entry each."""

import random
from collections.abc import Mapping

from bot.app.practice.by_hooks import ByHooks
from bot.app.practice.in_sight import InSight
from bot.app.practice.place import PracticeEngine
from bot.domain.engines import ARGO_ROLLOUTS, FLAGGER
from handlers.sandbox.argo.one_release import practice_release
from handlers.sandbox.argo.world import practice_shop

ENGINES: Mapping[str, PracticeEngine] = {
    FLAGGER: ByHooks(),
    ARGO_ROLLOUTS: InSight(
        engine=ARGO_ROLLOUTS,
        more=("allow: {retry: true}",),
        world=lambda server, pace: practice_shop(server, chance=random.random, pod_start=pace.pod_start),
        one=lambda server, pace: practice_release(server, chance=random.random, pod_start=pace.pod_start),
    ),
}
