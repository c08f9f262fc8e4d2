"""Who is in a group: answered at once, from what Slack said of late; what is too old decides nothing."""

import asyncio
from dataclasses import replace

import pytest

from handlers.slack.groups import REFRESH_SECONDS, STALE_SECONDS
from tests.support.desk import ANN, BOB, CARL


@pytest.fixture
def groups(connection):
    return connection.groups


async def test_members_are_known_after_the_first_look_and_guests_are_none(groups):
    assert await groups.members("sre") is None

    await groups.refresh()

    assert await groups.members("sre") == {ANN}


async def test_written_members_and_slacks_belong_together(groups):
    groups.static = {"sre": frozenset({CARL})}
    assert await groups.members("sre") == {CARL}

    await groups.refresh()

    assert await groups.members("sre") == {ANN, CARL}


async def test_a_group_without_slack_is_as_it_is_written(groups):
    groups.static = {"dev": frozenset({BOB})}

    assert await groups.members("dev") == {BOB}
    assert await groups.members("nobody knows") == frozenset()


async def test_what_was_known_is_kept_for_five_minutes_while_slack_is_away(groups, slack):
    await groups.refresh()
    slack.faults["usergroups.users.list"] = [500, 429, "plan_upgrade_required", "fatal_error"]

    groups.clock.pass_(STALE_SECONDS)
    for _ in range(4):
        await groups.refresh()
    assert await groups.members("sre") == {ANN}

    groups.clock.pass_(1)
    assert await groups.members("sre") is None


async def test_one_member_that_slack_does_not_tell_leaves_the_whole_group_as_it_was(groups, slack):
    await groups.refresh()
    groups.clock.pass_(STALE_SECONDS)
    slack.usergroups["S0SRE"] = ["U0BOB", "U0ANN"]
    slack.faults["users.info"] = [500]

    await groups.refresh()

    assert await groups.members("sre") == {ANN}


async def test_who_left_the_group_is_out_with_the_next_look(groups, slack):
    await groups.refresh()
    slack.usergroups["S0SRE"] = ["U0BOB"]

    await groups.refresh()

    assert await groups.members("sre") == {BOB}


async def test_the_answer_never_waits_for_slack(groups, slack):
    slack.faults["usergroups.users.list"] = ["hang"]
    looking = asyncio.create_task(groups.refresh())

    assert await groups.members("sre") is None
    assert slack.called("users.info") == []
    slack.over.set()
    await looking


async def test_it_is_kept_warm_until_cancelled(groups):
    slept = []
    enough = asyncio.Event()

    async def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            enough.set()
            await asyncio.Event().wait()

    keeping = asyncio.create_task(replace(groups, sleep=sleep).keep_warm())
    await enough.wait()
    keeping.cancel()

    assert slept == [REFRESH_SECONDS] * 3
    assert REFRESH_SECONDS * 3 < STALE_SECONDS
