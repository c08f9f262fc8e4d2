from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.decision import Mark, Principal
from bot.domain.effects import ReleaseId
from bot.domain.figures.course import Kind, Level, course_of
from bot.domain.gate import Gate, GateId, GateState, Terms
from bot.domain.policy import Stage
from bot.domain.release import Release, ReleaseState
from bot.domain.run import Check, Facts, Heard, Reading, Run, Signal, learned
from bot.domain.workload import Workload

BEGAN = datetime(2026, 11, 24, 1, 19, tzinfo=UTC)
ANN, BOB = Principal("ann@example.com"), Principal("bob@example.com")
WORKLOAD = Workload("prod-eu", "Canary", "shop", "checkout")


def after(minutes):
    return BEGAN + timedelta(minutes=minutes)


def gate(reached, state=GateState.CLOSED, stage=Stage.PROMOTION, **more):
    terms = Terms(policy="shop-prod", quorum=2)
    return Gate(id=GateId(str(reached)), stage=stage, state=state, terms=terms, reached_at=after(reached), **more)


def release(*gates, readings=(), state=ReleaseState.PROGRESSING, ended=None, **more):
    return Release(
        id=ReleaseId("1"),
        workload=WORKLOAD,
        number=142,
        engine="flagger",
        state=state,
        started_at=BEGAN,
        ended_at=None if ended is None else after(ended),
        gates=gates,
        run=Run(started=True, readings=readings, **more),
    )


def weight(minutes, percent):
    return Reading(at=after(minutes), weight=percent)


@pytest.mark.parametrize(
    ("state", "last"),
    [
        pytest.param(ReleaseState.PROMOTED, Level(after(9), 1.0), id="promoted: everybody has it"),
        pytest.param(ReleaseState.ROLLED_BACK, Level(after(9), 0.0), id="rolled back: nobody has it"),
        pytest.param(ReleaseState.ENDED, Level(after(4), 0.5), id="not known: where it was last seen"),
    ],
)
def test_the_traffic_is_told_up_to_the_end(state, last):
    course = course_of(release(readings=(weight(2, 10), weight(4, 50)), state=state, ended=9), now=after(60))

    assert course.levels[:3] == (Level(BEGAN, 0.0), Level(after(2), 0.1), Level(after(4), 0.5))
    assert course.levels[-1] == last
    assert course.until == after(9)


def test_checks_are_told_where_there_is_no_weight():
    readings = tuple(Reading(at=after(n), iteration=n) for n in (1, 2))
    course = course_of(release(readings=readings, iterations=4), now=after(3))

    assert course.measure == "Checks done"
    assert [level.part for level in course.levels] == [0.0, 0.25, 0.5]


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [
        pytest.param(gate(2), 8, id="closed: up to now"),
        pytest.param(
            gate(2, GateState.OPEN, approvals=(Mark(ANN, after(3)), Mark(BOB, after(6)))), 4, id="the last yes"
        ),
        pytest.param(gate(2, GateState.OPEN, told_at=after(5)), 3, id="by a rule: until the engine was told"),
        pytest.param(gate(2, GateState.REFUSED, settled=Mark(BOB, after(9))), 7, id="refused"),
    ],
)
def test_a_gate_is_waited_for_until_it_was_answered(asked, minutes):
    course = course_of(release(asked), now=after(10))

    assert [wait.length for wait in course.waits] == [timedelta(minutes=minutes)]
    assert course.waited == timedelta(minutes=minutes)


def test_gates_that_waited_at_the_same_time_count_once():
    both = (
        gate(2, GateState.WITHDRAWN, stage=Stage.TRAFFIC, settled=Mark(ANN, after(8))),
        gate(5, GateState.REFUSED, settled=Mark(ANN, after(8))),
    )

    assert course_of(release(*both), now=after(9)).waited == timedelta(minutes=6)


def test_what_happened_is_told_in_order_with_who_did_it():
    asked = gate(5, GateState.REFUSED, approvals=(Mark(ANN, after(6)),), settled=Mark(BOB, after(7), "p99"))
    failed = Reading(at=after(4), failed="success rate 98.7 % (≥ 99 %)")
    course = course_of(release(asked, readings=(failed,), state=ReleaseState.ROLLED_BACK, ended=9), now=after(60))

    assert [(event.kind, event.words) for event in course.events] == [
        (Kind.NOTED, "began"),
        (Kind.CHECK_FAILED, "check failed: success rate 98.7 % (≥ 99 %)"),
        (Kind.ASKED, "asked about the promotion"),
        (Kind.APPROVED, "ann approved the promotion"),
        (Kind.REFUSED, "bob refused the promotion"),
        (Kind.WENT_BADLY, "rolled back"),
    ]


def test_the_verdict_of_an_open_release_is_what_it_waits_for():
    assert course_of(release(gate(1)), now=after(2)).verdict.words == "waits for people"
    assert course_of(release(), now=after(2)).verdict.words == "in progress"


def heard(at, **facts):
    return Heard(workload=WORKLOAD, engine="flagger", hook="event", signal=Signal.NOTE, at=at, facts=Facts(**facts))


def test_a_run_remembers_when_something_moved_and_when_a_check_failed():
    check = Check(name="success rate", value="98.7 %", limit="≥ 99 %")
    messages = (
        heard(1, weight=10),
        heard(2, weight=10),
        heard(3, weight=20),
        heard(4, check_failed=True, failed=check),
    )
    run = Run()
    for minute, message in enumerate(messages):
        run = replace(learned(run, message, engine_at=message.at, now=after(minute)), newest=message.at)

    assert run.readings == (
        weight(0, 10),
        weight(2, 20),
        Reading(at=after(3), failed="success rate 98.7 % (≥ 99 %)"),
    )


def test_a_repeat_of_older_words_is_no_reading():
    run = replace(learned(Run(), heard(5, weight=20), engine_at=5, now=BEGAN), newest=5)

    assert learned(run, heard(4, weight=10), engine_at=4, now=after(1)).readings == run.readings
