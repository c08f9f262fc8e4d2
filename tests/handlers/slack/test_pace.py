"""Slack's limits are kept before it has to say so."""

import pytest

from handlers.chats.pace import Pace
from handlers.slack.pace import POSTS, UPDATES


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def pace(clock):
    return Pace(lambda: clock[0])


def test_a_short_burst_goes_out_and_then_one_a_second(pace, clock):
    assert [pace.take("C1", POSTS) for _ in range(3)] == [0.0] * 3
    assert pace.take("C1", POSTS) == pytest.approx(1.0)

    clock[0] += 1
    assert pace.take("C1", POSTS) == 0.0
    assert pace.take("C1", POSTS) > 0


def test_one_channel_does_not_slow_another(pace):
    while pace.take("C1", POSTS) == 0.0:
        pass

    assert pace.take("C2", POSTS) == 0.0


def test_no_minute_sees_more_updates_than_slack_allows(pace, clock):
    taken = 0
    while clock[0] < 60:
        taken += pace.take("update", UPDATES) == 0.0
        clock[0] += 0.1

    assert 45 <= taken <= 50


def test_a_pause_that_slack_asked_for_is_kept(pace, clock):
    pace.hold("C1", 7)

    assert pace.take("C1", POSTS) == pytest.approx(7.0)
    clock[0] += 7
    assert pace.take("C1", POSTS) == 0.0
