"""An engine that a test plays itself, in the place of one that a cluster holds."""

from typing import Any

from bot.app.sights import Engine
from bot.domain.looks.sighting import Glance
from bot.domain.sight import Standing
from bot.domain.workload import Workload
from tests.support.running import Bot

ROLLOUT = Workload("prod-eu", "Rollout", "shop", "checkout")


async def put_in_sight(bot: Bot, played: Any) -> None:
    """Let the bot look at `played`, and tell it; its first look begins a release."""
    glance = Glance(uid="u1", standing=Standing.PROGRESSING, applied="two")
    bot.sights.engines[(ROLLOUT.cluster, ROLLOUT.kind)] = Engine(
        look=played.look, glance=lambda _workload: glance, tell=played, watches=()
    )
    await bot.core.engines.follow_sight(ROLLOUT, glance)
