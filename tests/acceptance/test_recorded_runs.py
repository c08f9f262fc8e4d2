"""Every recorded run of a real Flagger, sent to the running bot as it was sent then.

People decide where the recording changed its answer to yes; the answers, the releases, their gates and their ends are
what really happened.  Where the recording's answer was a mistake, or shows what another gate server would have said,
the table names what ours is instead.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.support.recordings import Line, read, stories
from tests.support.running import EPOCH, Bot, running_bot

MOST_THAT_MEANS_YES = 202
FROM_NOW_ON = " is answered 200 from now on"

Gates = list[tuple[str, str, bool]]
"""Stage, state, and whether the engine was told yes."""


@dataclass(frozen=True, kw_only=True)
class Ends:
    """What comes of a story: each release's state, cause and gates; and answers that differ from the recorded."""

    releases: list[tuple[str, str | None, Gates]]
    differ: list[tuple[float, str, int]] = field(default_factory=list)  # Time, hook, our status.
    ungated: int = 0


START, TRAFFIC, PROMOTION = (("start", "open", True), ("traffic", "open", True), ("promotion", "open", True))
PROMOTION_WITHDRAWN = ("promotion", "withdrawn", False)
START_WITHDRAWN = ("start", "withdrawn", False)

EXPECTED = {
    "ab-approved": Ends(releases=[("promoted", None, [PROMOTION])]),
    "bluegreen-approved": Ends(releases=[("promoted", None, [START, PROMOTION])]),
    # The recorded server took its first yes back; ours stands until the run has ended.
    "bluegreen-on-a-mesh": Ends(
        releases=[("promoted", None, [PROMOTION])],
        differ=[(91.113, "confirm-promotion", 200), (111.061, "confirm-promotion", 200)],
    ),
    "bluegreen-rolled-back": Ends(releases=[("rolled_back", "person", [PROMOTION_WITHDRAWN])]),
    "canary-approved-each-step": Ends(releases=[("promoted", None, [START, TRAFFIC, TRAFFIC, TRAFFIC, PROMOTION])]),
    "canary-never-ready": Ends(releases=[("rolled_back", "checks", [])]),
    "canary-rolled-back-in-progress": Ends(releases=[("rolled_back", "person", [])]),
    # One gate for all let the promotion, and the next release, pass unasked.  Ours asks each time; the recorded
    # Flagger went on all the same, which is on record as what nobody decided.
    "loadtester-paths": Ends(
        releases=[("promoted", None, [START, PROMOTION_WITHDRAWN]), ("progressing", None, [START_WITHDRAWN])],
        differ=[(101.053, "gate/check", 403), (111.017, "gate/check", 403), (141.032, "gate/check", 403)],
        ungated=2,
    ),
    "metrics-fail-while-people-think": Ends(releases=[("rolled_back", "checks", [PROMOTION_WITHDRAWN])]),
    "new-revision-while-waiting-for-promotion": Ends(
        releases=[("superseded", None, [PROMOTION_WITHDRAWN]), ("promoted", None, [PROMOTION])],
    ),
    # Somebody asked to roll back while it waited for its start: that refuses the start, and nothing opens after it.
    "new-revision-while-waiting-for-start": Ends(
        releases=[("promoted", None, [("start", "refused", False)])],
        differ=[
            (90.933, "confirm-rollout", 403),
            (120.95, "confirm-promotion", 403),
            (131.044, "confirm-promotion", 403),
        ],
        ungated=2,
    ),
    # 203, 204 and 500 kept the gate shut.  The redirect that opened it comes from no path of ours.
    "odd-answers": Ends(
        releases=[("promoted", None, [START_WITHDRAWN, PROMOTION])],
        differ=[],
        ungated=1,
    ),
    "only-global-events": Ends(releases=[("promoted", None, [PROMOTION])]),
    "promotion-fails": Ends(releases=[("failed", None, [PROMOTION])]),
    # Git was reverted while people were asked; then they rolled back.
    "reverted-while-waiting": Ends(releases=[("rolled_back", "person", [PROMOTION_WITHDRAWN])]),
    "same-revision-twice": Ends(releases=[("promoted", None, [PROMOTION])] * 3),
    "skip-analysis-bypasses-the-gate": Ends(releases=[("promoted", None, [PROMOTION_WITHDRAWN])], ungated=1),
    # The Canary was deleted: no hook says so.
    "suspended-then-deleted": Ends(releases=[("progressing", None, [("promotion", "closed", False)])]),
}


def test_no_recording_is_left_out():
    assert set(EXPECTED) == set(stories("flagger"))
    assert sum(len(ends.releases) for ends in EXPECTED.values()) == 22


@pytest.mark.parametrize("story", EXPECTED)
async def test_a_recorded_story_comes_to_its_end(database_url, story):
    expected = EXPECTED[story]
    async with running_bot(database_url) as bot:
        differ = [found for line in read("flagger", story).lines if (found := await _play(bot, line))]

        releases = [
            (r.state, r.cause, [(g.stage, g.state, g.told_at is not None) for g in r.gates])
            for r in reversed(await bot.releases())
        ]
        actions = await bot.actions()

    assert releases == expected.releases
    assert differ == expected.differ
    assert actions.count("release.ungated") == expected.ungated
    assert actions.count("release.started") == len(expected.releases)


@pytest.mark.parametrize("story", ["bluegreen-approved", "canary-approved-each-step"])
async def test_whatever_is_sent_twice_changes_nothing(sqlite_url, tmp_path, story):
    """Each hook twice, as a retry would send it: the same releases, gates and record."""
    told = []
    for times, url in ((1, sqlite_url), (2, f"sqlite+aiosqlite:///{tmp_path / 'twice.db'}")):
        async with running_bot(url) as bot:
            for line in read("flagger", story).lines:
                for _ in range(times if line.kind == "hook" else 1):
                    await _play(bot, line)
            told.append([(entry["action"], entry["stage"], entry["revision"]) for entry in await bot.record()])

    once, twice = told
    assert twice == once


async def _play(bot: Bot, line: Line) -> tuple[float, str, int] | None:
    """Do what the line says; return an answer of ours that means something else than the recorded one."""
    bot.clock.now = EPOCH + timedelta(seconds=line.t)
    if line.kind == "did" and line.fields["what"].endswith(FROM_NOW_ON):
        await decide(bot, line.fields["what"].removesuffix(FROM_NOW_ON))
    if line.kind != "hook" or line.fields.get("method", "POST") != "POST":
        return None
    hook, recorded = line.fields["hook"], line.fields["answer"]
    status = await bot.ask(hook if "/" in hook else f"flagger/{hook}", line.fields["body"])
    if (status <= MOST_THAT_MEANS_YES) != (recorded <= MOST_THAT_MEANS_YES):
        return line.t, hook, status
    return None


async def decide(bot: Bot, hook: str) -> None:
    if hook.startswith("rollback"):
        await bot.roll_back()
        return
    newest = (await bot.releases())[:1]
    if newest and newest[0].waiting_gate and not hook.endswith("-redirected"):
        await bot.approve()
