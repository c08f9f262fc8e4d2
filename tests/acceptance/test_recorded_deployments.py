"""Every recorded story of the real Deployment controller, shown to the bot as a watch shows it.

People did all of it with kubectl there: to the bot it is done outside, and still each release must begin, ask and end
as it really did.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.workload import Workload
from handlers.sandbox.objects import Thing
from tests.support.practice import Practice, practice_cluster
from tests.support.recordings import Recording, read, stories
from tests.support.running import EPOCH, SETTINGS, Bot, Clock, running_bot

IN_SIGHT = SETTINGS.replace(
    "{name: prod-eu, hook_tokens: [{env: HOOK_TOKEN}]}",
    "{name: prod-eu, kubernetes: in-cluster, engines: [deployments], deployments: {namespaces: ['*']},"
    " allow: {gate_deployments: true}}",
)

Ends = list[tuple[str, str, str]]
"""Of each release the version that it brought, how it ended, and the stage at which it asked people."""

EXPECTED: dict[str, Ends] = {
    "deadline-missed-and-undone": [("2-broken", "failed", "")],
    "deadline-missed-then-others": [
        *[("2", "promoted", ""), ("3-broken", "failed", ""), ("1", "promoted", "")],
        *[("4-broken", "failed", ""), ("5", "promoted", "")],
    ],
    "deleted": [("2", "ended", "")],
    "history-of-one": [
        *[("2", "promoted", ""), ("3", "promoted", ""), ("4-broken", "superseded", ""), ("5", "promoted", "")]
    ],
    "no-history": [("2", "promoted", ""), ("1", "promoted", ""), ("3", "promoted", "start")],
    "nothing-wanted": [("2", "promoted", ""), ("3", "promoted", "start")],
    "one-replica-never-ready-twice": [("2-broken", "failed", ""), ("2-broken", "progressing", "")],
    "other-templates-in-the-midst": [("2", "superseded", ""), ("3", "rolled_back", "")],
    "paused-after-the-deadline": [("2-broken", "failed", ""), ("3", "promoted", "start")],
    "paused-and-scaled-in-the-midst": [("2", "promoted", "")],
    "paused-with-a-new-template": [("2", "promoted", "start")],
    "quota": [("2", "progressing", "")],
    "recreate": [("2", "promoted", ""), ("1", "promoted", "")],
    "recreate-never-ready-twice": [("2-broken", "failed", ""), ("2-broken", "progressing", "")],
    "restarted": [("1", "promoted", "")],
    "rolling-update": [("2", "promoted", ""), ("1", "promoted", "")],
    "scaled": [("2", "promoted", "")],
    "two-templates-while-paused": [("2", "superseded", "start"), ("3", "promoted", "start")],
    "without-a-deadline": [("2", "promoted", ""), ("3", "promoted", "start")],
}

NEVER_SERVES = {"one-replica-never-ready-twice", "recreate-never-ready-twice"}
"""Here the controller calls complete what never serves, and misses no deadline."""


@dataclass
class Replay:
    bot: Bot
    practice: Practice
    clock: Clock
    recording: Recording

    async def play(self) -> None:
        for line in self.recording.lines:
            self.clock.now = max(self.clock.now, EPOCH + timedelta(seconds=line.t))
            if line.kind == "watch":
                self.practice.show(line.fields["event"])
                if line.fields["resource"] == "deployments":
                    await self.wake(line.fields["event"]["object"], gone=line.fields["event"]["type"] == "DELETED")

    async def wake(self, thing: Thing, *, gone: bool) -> None:
        metadata = thing["metadata"]
        workload = Workload("prod-eu", "Deployment", metadata["namespace"], metadata["name"])
        engine = self.bot.sights.engines[workload.cluster, workload.kind]
        if not gone:
            engine.watches[0].put(thing)
        await self.bot.core.engines.follow_sight(workload, None if gone else engine.glance(workload))


def test_every_recorded_story_is_replayed():
    assert sorted(EXPECTED) == sorted(stories("deployments"))


@pytest.mark.parametrize("story", EXPECTED)
async def test_a_recorded_story_ends_as_it_did(story, sqlite_url):
    clock = Clock()
    async with (
        practice_cluster(clock) as practice,
        running_bot(sqlite_url, settings=IN_SIGHT, clock=clock, clusters={"prod-eu": practice.cluster}) as bot,
    ):
        await Replay(bot, practice, clock, read("deployments", story)).play()

        releases = list(reversed(await bot.releases()))
    ends = [(r.after["app"].rpartition(":")[2], r.state, " ".join(gate.stage for gate in r.gates)) for r in releases]
    sight = releases[-1].run.sight
    assert ends == EXPECTED[story]
    assert sight is not None
    assert any("will not say" in caution for caution in sight.cautions) == (story in NEVER_SERVES)
