"""Every recorded story of a real Argo Rollouts, shown to the bot as its watches showed it.

People decided with kubectl there: to the bot all of it is done outside, and still each release must begin, ask and
end as it really did.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.looks.sighting import Glance
from bot.domain.workload import Workload
from handlers.argo_rollouts.reading import read_rollout
from handlers.argo_rollouts.resources import ROLLOUTS
from handlers.argo_rollouts.rollouts import Rollout
from handlers.argo_rollouts.sightings import applied, standing_of
from tests.support.argo_world import IN_SIGHT
from tests.support.practice import Practice, practice_cluster
from tests.support.recordings import Recording, read, stories
from tests.support.running import EPOCH, Bot, Clock, running_bot

STEP, STEP_3, STEP_5 = (("step", number) for number in ("1", "3", "5"))
SWITCH, ANALYSIS = ("promotion", ""), ("analysis", "1")

Ends = list[tuple[str, str | None, list[tuple[str, str]]]]
"""Of each release its state, its cause, and where it asked people."""

EXPECTED: dict[str, Ends] = {
    "abort-not-noticed": [("rolled_back", None, [STEP])],
    "abort-noticed": [("rolled_back", None, [STEP])],
    "bluegreen-promoted": [("promoted", None, [SWITCH])],
    "bluegreen-with-analysis": [("rolled_back", "checks", [SWITCH])],
    "canary-aborted-and-retried": [("rolled_back", None, [STEP]), ("rolled_back", None, [STEP])],
    "canary-promoted": [("promoted", None, [STEP, STEP_5])],
    "canary-promoted-twice-by-the-command-line": [("promoted", None, [STEP, STEP_3])],
    "inconclusive-analysis": [
        ("promoted", None, [ANALYSIS, ANALYSIS, STEP_3]),
        ("rolled_back", "checks", []),
    ],
    "new-revision-while-paused": [("superseded", None, [STEP]), ("promoted", None, [STEP])],
    "paused-by-hand-and-never-ready": [("promoted", None, []), ("progressing", None, [])],
    "undone-within-the-window": [("promoted", None, [STEP]), ("promoted", None, [])],
    "workload-ref": [("promoted", None, [STEP, STEP_5]), ("rolled_back", None, [STEP])],
}


@dataclass
class Replay:
    bot: Bot
    practice: Practice
    clock: Clock
    recording: Recording
    record: Rollout | None = None

    async def play(self) -> None:
        for line in self.recording.lines:
            self.clock.now = max(self.clock.now, EPOCH + timedelta(seconds=line.t))
            if line.kind == "list":
                await self.show({"type": "ADDED", "object": self._whole(line.fields)})
            elif line.kind == "watch":
                await self.show(line.fields["event"])

    async def show(self, event: dict[str, Any]) -> None:
        self.practice.show(event)
        about = self.recording.about
        found = self.practice.server.get(ROLLOUTS, about["namespace"], about["name"])
        rollout = read_rollout(found) if found is not None else None
        if rollout == self.record:
            return  # The watch wakes nobody for that.
        self.record = rollout
        glance = Glance(uid=rollout.uid, standing=standing_of(rollout), applied=applied(rollout)) if rollout else None
        await self.bot.core.engines.follow_sight(
            Workload("prod-eu", "Rollout", about["namespace"], about["name"]), glance
        )

    @staticmethod
    def _whole(fields: Any) -> dict[str, Any]:
        """A list leaves out what all its objects are."""
        of_kind = {"deployments": ("apps/v1", "Deployment"), "rollouts": ("argoproj.io/v1alpha1", "Rollout")}
        version, kind = of_kind[fields["resource"]]
        return {"apiVersion": version, "kind": kind, **fields["object"]}


def test_every_recorded_story_is_replayed():
    assert sorted(EXPECTED) == sorted(stories("argo-rollouts"))


@pytest.mark.parametrize("story", EXPECTED)
async def test_a_recorded_story_ends_as_it_did(story, sqlite_url):
    clock = Clock()
    async with (
        practice_cluster(clock) as practice,
        running_bot(sqlite_url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": practice.cluster}) as bot,
    ):
        await Replay(bot, practice, clock, read("argo-rollouts", story)).play()

        releases = reversed(await bot.releases())
        ends = [(r.state, r.cause, [(gate.stage, gate.step) for gate in r.gates]) for r in releases]
    assert ends == EXPECTED[story]
