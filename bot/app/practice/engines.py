"""The engines that can be practised with, by the name they have in the settings: one entry each."""

import random
from collections.abc import Mapping

from bot.app.practice.by_hooks import ByHooks
from bot.app.practice.in_sight import InSight
from bot.app.practice.place import PracticeEngine
from bot.domain.engines import ARGO_ROLLOUTS, DEPLOYMENTS, FLAGGER
from handlers.sandbox.argo import one_release as one_rollout
from handlers.sandbox.argo import world as rollouts
from handlers.sandbox.deployments import one_release as one_deployment
from handlers.sandbox.deployments import world as deployments

ENGINES: Mapping[str, PracticeEngine] = {
    FLAGGER: ByHooks(),
    ARGO_ROLLOUTS: InSight(
        engine=ARGO_ROLLOUTS,
        more=("allow: {retry: true}",),
        world=lambda server, pace: rollouts.practice_shop(server, chance=random.random, pod_start=pace.pod_start),
        one=lambda server, pace: one_rollout.practice_release(server, chance=random.random, pod_start=pace.pod_start),
    ),
    DEPLOYMENTS: InSight(
        engine=DEPLOYMENTS,
        more=("deployments: {namespaces: [shop]}", "allow: {gate_deployments: true, roll_back_promoted: true}"),
        world=lambda server, pace: deployments.practice_shop(server, pod_start=pace.pod_start),
        one=lambda server, pace: one_deployment.practice_release(server, pod_start=pace.pod_start),
    ),
}
