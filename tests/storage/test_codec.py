"""What is kept of a run is the run: one that came back as another would be taken for changed."""

import json
from dataclasses import fields, replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.decision import Mark
from bot.domain.operation import Awaited
from bot.domain.outside import Outside
from bot.domain.run import Reading, Run, StoryLine
from bot.domain.sight import Change, Sight
from storage.codec import run_json, to_run

TIMES = st.datetimes(timezones=st.just(UTC))
EVIDENCE = st.dictionaries(st.text(), st.text() | st.integers() | st.booleans())


def any_of(kind, **special):
    """Values of a dataclass with each of its fields, those that have a default too."""
    return st.builds(kind, **{field.name: ... for field in fields(kind)} | special)


def several(strategy):
    return st.lists(strategy, max_size=2).map(tuple)


MAYBE = st.none() | TIMES
MARKS = any_of(Mark, at=TIMES)
AWAITED = st.none() | any_of(Awaited, mark=MARKS, evidence=EVIDENCE, sent_at=MAYBE, woken_at=MAYBE)
RUNS = any_of(
    Run,
    promoting_at=MAYBE,
    lines=several(any_of(StoryLine, at=TIMES)),
    readings=several(any_of(Reading, at=TIMES)),
    sight=st.none() | any_of(Sight),
    change=any_of(Change, at=MAYBE),
    awaited=AWAITED,
    sending=AWAITED,
    outside=several(any_of(Outside, seen_at=TIMES)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # A run has many parts.
@given(RUNS)
def test_every_run_comes_back_as_it_was(run):
    assert to_run(json.loads(json.dumps(run_json(run)))) == run


@pytest.mark.parametrize("name", ["weight", "most", "iteration", "iterations", "threshold", "began"])
def test_nothing_so_far_is_not_unknown(name):
    known: dict[str, Any] = {name: 0}
    run = replace(Run(), **known)

    assert to_run(run_json(run)) == run
    assert to_run(run_json(run)) != Run()


def test_of_a_run_that_nothing_is_known_of_nothing_is_kept():
    assert run_json(Run()) == {}
