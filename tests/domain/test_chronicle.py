"""The record of a release, told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.audit import Action, stamp
from bot.domain.commands.chronicle import chronicle, sentence
from bot.domain.commands.plain import plain
from bot.domain.effects import ReleaseId
from bot.domain.gate import Gate, GateId, Terms
from bot.domain.policy import Stage
from bot.domain.release import Release, ReleaseState
from bot.domain.run import Run, StoryLine
from bot.domain.workload import Workload

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RELEASE = Release(
    id=ReleaseId("r"),
    workload=Workload("eu", "Canary", "shop", "checkout"),
    number=1,
    engine="flagger",
    state=ReleaseState.PROGRESSING,
    started_at=NOON,
)


def record(action, actor="engine:flagger", at=NOON, **more):
    blank: dict[str, Any] = {"seq": 1, "gate": None, "stage": None, "decision": None, "reason": None, "details": {}}
    return blank | {"action": action, "actor": actor, "at": stamp(at)} | more


ANN = "ann@example.com"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (record("decision.taken", ANN, decision="approve", stage="start"), ["ann approved the start"]),
        (record("decision.taken", ANN, decision="roll_back", reason="bad"), ["ann decided to roll back: bad"]),
        (record("decision.taken", ANN, decision="override"), ["ann decided: override"]),
        (
            record("decision.refused", ANN, decision="approve", stage="promotion", reason="no"),
            ["ann could not approve the promotion: no"],
        ),
        (record("decision.refused", "token:ci", decision="skip", reason="no"), ["token:ci could not skip a step: no"]),
        (record("decision.taken", ANN, decision="retry"), ["ann asked for another try"]),
        (record("gate.opened", ANN, stage="promotion"), ["the promotion gate opened"]),
        (record("gate.refused", ANN, stage="start", details={"cause": "person"}), []),
        (
            record("gate.expired", "policy:shop", stage="start", reason="late"),
            ["the start gate expired (policy:shop): late"],
        ),
        (record("gate.withdrawn", ANN, stage="traffic"), ["the traffic gate was withdrawn (ann)"]),
        (record("release.paused", ANN), []),
        (record("release.ungated", reason="skipped"), ["it went on without a decision: skipped"]),
        (record("release.praised", ANN), ["release.praised (ann)"]),
    ],
)
def test_a_record_is_a_sentence_or_follows_from_one(line, told):
    assert [plain(told.line).partition(" UTC ")[2] for told in chronicle(RELEASE, [line])] == told


def test_what_the_engine_said_stands_in_its_place():
    said = StoryLine(NOON + timedelta(minutes=1), "Advance checkout canary weight 10")
    release = replace(RELEASE, run=Run(lines=(said,)))
    records = [record("release.started"), record("gate.reached", stage="promotion", at=NOON + timedelta(minutes=2))]

    assert [plain(line.line) for line in chronicle(release, records)] == [
        "24 Nov 12:00:00 UTC it began",
        "24 Nov 12:01:00 UTC Advance checkout canary weight 10",
        "24 Nov 12:02:00 UTC the promotion gate asked",
    ]


def test_what_followed_at_once_from_the_engines_words_stands_behind_them():
    began, ended = NOON, NOON + timedelta(minutes=1)
    lines = (
        StoryLine(began + timedelta(microseconds=400), "New revision detected!"),
        StoryLine(ended + timedelta(microseconds=400), "Promotion completed!"),
    )
    release = replace(RELEASE, run=Run(lines=lines))
    records = [record("release.started"), record("release.promoted", at=ended)]

    assert [told.text for told in chronicle(release, records)] == [
        "it began",
        "New revision detected!",
        "Promotion completed!",
        "it was promoted",
    ]


def test_the_engines_words_stand_on_the_page_of_their_time():
    lines = tuple(StoryLine(NOON + timedelta(minutes=minute), f"minute {minute}") for minute in range(5))
    release = replace(RELEASE, run=Run(lines=lines))
    records = [record("gate.reached", stage="start", at=NOON + timedelta(minutes=2))]

    told = chronicle(release, records, from_the_start=False, until=NOON + timedelta(minutes=4))

    assert [line.text for line in told] == ["minute 2", "the start gate asked", "minute 3"]


def test_which_of_many_traffic_gates_it_was_is_told_by_its_weight():
    gates = tuple(
        Gate(id=GateId(weight), stage=Stage.TRAFFIC, step=weight, terms=Terms(policy="", quorum=1), reached_at=NOON)
        for weight in ("20", "40")
    )
    records = [record("gate.reached", stage="traffic", gate=gate.id) for gate in gates]
    records.append(record("decision.taken", ANN, decision="approve", stage="traffic", gate="40"))

    assert [told.text for told in chronicle(replace(RELEASE, gates=gates), records)] == [
        "the traffic gate at 20 % asked",
        "the traffic gate at 40 % asked",
        "ann approved the traffic at 40 %",
    ]


def test_what_came_at_once_keeps_its_order():
    records = [record("release.started"), record("gate.reached", stage="start"), record("gate.opened", stage="start")]

    assert [plain(line.line).partition(" UTC ")[2] for line in chronicle(RELEASE, records)] == [
        "it began",
        "the start gate asked",
        "the start gate opened",
    ]


@pytest.mark.parametrize("action", Action)
def test_whatever_the_record_tells_is_told_in_words(action):
    told = sentence(record(action, "unknown:10.0.0.7", decision="approve", stage="promotion"))

    assert action not in told
