"""Lists of releases, in words and whole."""

from datetime import UTC, datetime

import pytest

from bot.domain.effects import ReleaseId
from bot.domain.policy import Rights
from bot.domain.release import Release, ReleaseState
from bot.domain.reply import LINES, STORY_LINES, listed, past
from bot.domain.seen import Seen
from bot.domain.workload import Workload

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def seen(number):
    release = Release(
        id=ReleaseId(f"r{number}"),
        workload=Workload("eu", "Canary", "shop", f"app-{number}"),
        number=1,
        engine="flagger",
        state=ReleaseState.PROGRESSING,
        started_at=NOON,
    )
    return Seen(release=release, rights=Rights(rules={}), now=NOON)


@pytest.mark.parametrize(
    ("many", "more", "last"),
    [
        pytest.param(LINES, False, f"shop/app-{LINES - 1}#1 · ", id="all of them"),
        pytest.param(LINES + 3, False, "… and 3 more", id="some are left out"),
        pytest.param(LINES + 3, True, "… and more", id="nobody counted how many"),
        pytest.param(2, True, "… and more", id="a page, and there are others"),
    ],
)
def test_a_long_list_is_cut_in_words_and_whole_in_its_items(many, more, last):
    reply = listed([seen(number) for number in range(many)], empty="Nothing.", more=more)

    assert len(reply.items) == many
    assert reply.text.splitlines()[-1].startswith(last)


def test_a_list_with_nothing_in_it_says_so():
    assert listed([], empty="Nothing waits.", more=False).text == "Nothing waits."


def test_of_a_long_time_line_the_newest_part_is_told():
    story = [(f"line {number}",) for number in range(STORY_LINES + 2)]

    lines = past(seen(1), story).text.splitlines()

    assert lines[1:3] == ["… 2 earlier lines", "line 2"]
    assert lines[-1] == f"line {STORY_LINES + 1}"
