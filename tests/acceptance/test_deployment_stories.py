"""What the plays in every order are about: stories of one Deployment, each with its end."""

import asyncio

from bot.domain.release import ReleaseState
from tests.acceptance.test_deployment_interleavings import Play, begin, play
from tests.support.deployments import OLD


def test_undisturbed_a_yes_carries_a_template_to_everybody():
    """The plays above are about something."""
    done = asyncio.run(play(["work", "approve", *["work"] * 20], seed=0))

    assert done.shop.serving == {"shop/checkout:2": 4}
    assert [release.state for release in done.bot.releases] == [ReleaseState.PROMOTED]


def test_undisturbed_a_roll_back_goes_to_what_everybody_had():
    done = asyncio.run(
        play(["resume_elsewhere", "push_what_never_serves", *["work"] * 8, "roll_back", *["work"] * 20], seed=0)
    )

    assert done.shop.serving == {OLD: 4}
    assert done.bot.releases[-1].state is ReleaseState.ROLLED_BACK


def test_what_never_served_is_not_gone_back_to_after_the_bot_has_forgotten_what_did():
    async def restarted() -> Play:
        played = begin(seed=0)
        played.shop.deploy(replicas=4, strategy="Recreate")
        for action in ("wake", "push_what_never_serves", *["work"] * 6, "bot_restarts", "push_what_never_serves"):
            await played.do(action)
        for action in (*["work"] * 6, "roll_back", *["work"] * 4):
            await played.do(action)
        return played

    done = asyncio.run(restarted())

    assert done.shop.image == "shop/checkout:3"
    refused = [line.reason for line in done.bot.records.lines if line.action == "operation.refused"]
    assert refused == ["which version users had cannot be told, since it was not seen complete"]
