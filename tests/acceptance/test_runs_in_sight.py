"""The recorded runs of a real Flagger, replayed with the cluster in sight: its watch streams together with its hooks.

What stands here differs from the same runs by hooks alone where the truth does: what no hook told is known now.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain.looks.sighting import Glance
from bot.domain.workload import Workload
from handlers.flagger.resources import CANARIES
from handlers.flagger.watching import canary_record
from tests.acceptance.test_recorded_runs import EXPECTED as BY_HOOKS
from tests.acceptance.test_recorded_runs import FROM_NOW_ON, PROMOTION, START, START_WITHDRAWN, TRAFFIC, Ends, decide
from tests.support.practice import Practice, practice_cluster
from tests.support.recordings import Line, Recording, read
from tests.support.running import EPOCH, Bot, Clock, running_bot

CLOSER_THAN = 0.050
"""Seconds between lines of two connections, within which their order is not certain."""

START_REFUSED = ("start", "refused", False)

EXPECTED = BY_HOOKS | {
    # At its highest weight it asks once more, though no step follows: that question needs nobody, seen freshly.
    "canary-approved-each-step": Ends(
        releases=[("promoted", None, [START, TRAFFIC, TRAFFIC, TRAFFIC, TRAFFIC, TRAFFIC, PROMOTION])],
        differ=[(120.984, "confirm-traffic-increase", 200), (131.122, "confirm-traffic-increase", 200)],
    ),
    # The push while people were asked is seen: who refused, refused the third version, and the second was never asked.
    "new-revision-while-waiting-for-start": Ends(
        releases=[("superseded", None, [START_WITHDRAWN]), ("promoted", None, [START_REFUSED])],
        differ=BY_HOOKS["new-revision-while-waiting-for-start"].differ,
        ungated=2,
    ),
    "suspended-then-deleted": Ends(releases=[("ended", None, [("promotion", "withdrawn", False)])]),
}


@dataclass
class Replay:
    """One story, played to a bot that looks into the cluster as the recording left it at each moment.

    Args:
        behind: seconds that its watch lags: it wakes the bot so much later, with what was then.
    """

    bot: Bot
    practice: Practice
    clock: Clock
    recording: Recording
    behind: float = 0.0
    differ: list[tuple[float, str, int]] = field(default_factory=list)
    _told_later: deque[tuple[float, Glance | None]] = field(default_factory=deque)

    @property
    def workload(self) -> Workload:
        about = self.recording.about
        return Workload("prod-eu", "Canary", about["namespace"], about["name"])

    async def play(self, line: Line) -> None:
        self.clock.now = max(self.clock.now, EPOCH + timedelta(seconds=line.t))
        await self.watch_tells(until=line.t - self.behind)
        match line.kind:
            case "did" if line.fields["what"].endswith(FROM_NOW_ON):
                await decide(self.bot, line.fields["what"].removesuffix(FROM_NOW_ON))
            case "list":
                self._show(line.t, {"type": "ADDED", "object": line.fields["object"]})
            case "watch":
                self._show(line.t, line.fields["event"])
            case "hook" if line.fields.get("method", "POST") == "POST":
                await self._hook(line)

    async def watch_tells(self, until: float) -> None:
        """Wake the bot with all that happened by then."""
        while self._told_later and self._told_later[0][0] <= until:
            _, glance = self._told_later.popleft()
            await self.bot.core.engines.follow_sight(self.workload, glance)

    def _show(self, at: float, event) -> None:
        self.practice.show(event)
        canary = self.practice.server.get(CANARIES, self.workload.namespace, self.workload.name)
        self._told_later.append((at, canary_record(canary).glance if canary else None))

    async def _hook(self, line: Line) -> None:
        hook, recorded = line.fields["hook"], line.fields["answer"]
        status = await self.bot.ask(hook if "/" in hook else f"flagger/{hook}", line.fields["body"])
        if (status <= 202) != (recorded <= 202):
            self.differ.append((line.t, hook, status))


def as_recorded(lines: tuple[Line, ...]) -> Iterator[Line]:
    yield from lines


def the_other_way_round(lines: tuple[Line, ...]) -> Iterator[Line]:
    """Each hook and watch line that are closer than can be told change places."""
    rest = list(lines)
    for place, (one, two) in enumerate(pairwise(lines)):
        if {one.kind, two.kind} == {"hook", "watch"} and two.t - one.t < CLOSER_THAN and rest[place] is one:
            rest[place], rest[place + 1] = two, one
    yield from rest


OTHERWISE = ("bluegreen-approved", "canary-rolled-back-in-progress", "promotion-fails", "reverted-while-waiting")
"""Stories of each way to end, in which hooks and watches come close to each other."""


@pytest.mark.parametrize(
    ("story", "order", "behind"),
    [
        *((story, as_recorded, 0.0) for story in EXPECTED),
        *((story, the_other_way_round, 0.0) for story in OTHERWISE),
        *((story, as_recorded, 7.5) for story in OTHERWISE),
    ],
)
async def test_a_recorded_story_in_sight_comes_to_its_end(sqlite_url, story, order, behind):
    expected, clock = EXPECTED[story], Clock()
    async with (
        practice_cluster(clock) as practice,
        running_bot(sqlite_url, clock=clock, clusters={"prod-eu": practice.cluster}) as bot,
    ):
        replay = Replay(bot, practice, clock, read("flagger", story), behind)
        for line in order(replay.recording.lines):
            await replay.play(line)
            if not behind:
                await replay.watch_tells(until=line.t)
        await replay.watch_tells(until=float("inf"))

        releases = [
            (r.state, r.cause, [(g.stage, g.state, g.told_at is not None) for g in r.gates])
            for r in reversed(await bot.releases())
        ]
        actions = await bot.actions()

    assert releases == expected.releases
    assert replay.differ == expected.differ
    assert actions.count("release.ungated") == expected.ungated
