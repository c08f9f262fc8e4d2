"""Lists and time lines that go on: what is shown, and what is to be typed for the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.cards.seen import Seen
from bot.domain.commands.chronicle import Told
from bot.domain.commands.command import Command, Target, parse
from bot.domain.commands.grammar import Question, form_of
from bot.domain.commands.listing import LINES, STORY_LINES, candidates, listed, past, records
from bot.domain.decision import Principal, Verdict
from bot.domain.effects import ReleaseId
from bot.domain.policy import Rights
from bot.domain.release import Release, ReleaseState
from bot.domain.workload import Workload

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAITING, HISTORY, AUDIT = form_of(Question.WAITING), form_of(Question.HISTORY), form_of(Question.AUDIT)


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


def goes_on(line):
    """What a last line says to type, understood."""
    command = parse(line.partition(": ")[2])
    assert isinstance(command, Command), str(command)
    return command


def test_a_list_that_goes_on_says_what_to_type():
    reply = listed(WAITING, [seen(number) for number in range(LINES)], empty="Nothing.", more=True)

    *lines, last = reply.text.splitlines()
    assert lines == [item.line for item in reply.items]
    assert last == f"… more: waiting --after canary:eu/shop/app-{LINES - 1}#1"
    assert str(goes_on(last).after) == f"canary:eu/shop/app-{LINES - 1}#1"


def test_the_end_of_a_list_says_nothing_more():
    reply = listed(WAITING, [seen(number) for number in range(3)], empty="Nothing.", more=False)

    assert reply.text.splitlines() == [item.line for item in reply.items]


def test_a_list_with_nothing_in_it_says_so():
    assert listed(WAITING, [], empty="Nothing waits.", more=False).text == "Nothing waits."


def test_too_many_candidates_are_to_be_named_better():
    command = Command(form=form_of(Verdict.APPROVE), target=Target(name="app"))

    reply = candidates(command, [seen(number) for number in range(LINES + 1)], by=Principal("ann@example.com"))

    assert len(reply.items) == LINES
    assert reply.text.splitlines()[-1] == "… and more: name its namespace, cluster or number"


def story(many, *, engine=frozenset()):
    return [
        Told(at=NOON + timedelta(minutes=n), text=f"line {n}", seq=None if n in engine else 100 + n)
        for n in range(many)
    ]


@pytest.mark.parametrize(
    ("told", "more", "first"),
    [
        pytest.param(story(STORY_LINES), False, "line 0", id="all of it"),
        pytest.param(story(STORY_LINES), True, "--before 100", id="the record has more"),
        pytest.param(story(STORY_LINES + 2), False, "--before 102", id="too long"),
        pytest.param(story(STORY_LINES + 2, engine={2, 3}), False, "--before 104", id="before a line of the record"),
    ],
)
def test_of_a_long_time_line_the_newest_part_is_told_and_how_to_read_on(told, more, first):
    lines = past(HISTORY, seen(1), told, more=more).text.splitlines()

    assert lines[1].endswith(first)
    assert lines[-1].endswith(told[-1].text)
    assert len(lines) <= STORY_LINES + 2


def test_the_line_that_leads_on_is_understood():
    line = past(HISTORY, seen(1), story(STORY_LINES + 2), more=False).text.splitlines()[1]

    command = goes_on(line)
    assert (str(command.target), command.before) == ("canary:eu/shop/app-1#1", 102)


def test_a_line_of_the_record_stands_on_one_line():
    record = {
        "seq": 7,
        "at": "2026-11-24T12:00:00.000Z",
        "action": "decision.refused",
        "decision": "approve",
        "stage": "promotion",
        "actor": "eve@example.com",
        "surface": "slack",
        "reason": "You may\nnot\u202e.",
    }

    text = records(AUDIT, seen(1), [record], more=True).text.splitlines()

    assert text[1:] == [
        "7 · 24 Nov 12:00:00 UTC · decision.refused approve at promotion by eve@example.com (slack): You may not.",
        "… earlier: audit canary:eu/shop/app-1#1 --before 7",
    ]
