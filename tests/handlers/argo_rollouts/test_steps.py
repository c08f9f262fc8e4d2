"""The steps of a canary."""

from datetime import timedelta

import pytest

from handlers.argo_rollouts.steps import Step, StepKind, read_duration, read_steps
from tests.handlers.argo_rollouts.samples import a_rollout


@pytest.mark.parametrize(
    ("written", "lasts"),
    [
        pytest.param(30, timedelta(seconds=30), id="a number"),
        pytest.param(0, timedelta(0), id="none at all"),
        pytest.param("30", timedelta(seconds=30), id="a number as text"),
        pytest.param("30s", timedelta(seconds=30), id="seconds"),
        pytest.param("1h30m", timedelta(minutes=90), id="hours and minutes"),
        pytest.param("1.5h", timedelta(minutes=90), id="a fraction"),
        pytest.param("250ms", timedelta(milliseconds=250), id="milliseconds"),
        pytest.param("5 minutes", None, id="words"),
        pytest.param("10", timedelta(seconds=10), id="ten"),
        pytest.param("-5s", None, id="less than nothing"),
        pytest.param("", None, id="empty"),
        pytest.param(True, None, id="no duration at all"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_a_duration_is_read_as_the_controller_reads_it(written, lasts):
    assert read_duration(written) == lasts


@pytest.mark.parametrize(
    ("written", "step"),
    [
        pytest.param({"setWeight": 25}, Step(kind=StepKind.SET_WEIGHT, weight=25), id="weight"),
        pytest.param({"setWeight": "a lot"}, Step(kind=StepKind.SET_WEIGHT), id="a weight that is none"),
        pytest.param({"pause": {}}, Step(kind=StepKind.PAUSE), id="pause without end"),
        pytest.param(
            {"pause": {"duration": "8s"}},
            Step(kind=StepKind.PAUSE, timed=True, lasts=timedelta(seconds=8)),
            id="timed pause",
        ),
        pytest.param(
            {"pause": {"duration": "a while"}},
            Step(kind=StepKind.PAUSE, timed=True),
            id="a duration that cannot be read is no pause without end",
        ),
        pytest.param(
            {"analysis": {"templates": [{"templateName": "latency"}, {"templateName": "errors"}]}},
            Step(kind=StepKind.ANALYSIS, name="latency, errors"),
            id="analysis",
        ),
        pytest.param(
            {"setCanaryScale": {"replicas": 3}}, Step(kind=StepKind.SET_CANARY_SCALE, name="3 replicas"), id="scale"
        ),
        pytest.param({"plugin": {"name": "org/wait"}}, Step(kind=StepKind.PLUGIN, name="org/wait"), id="plugin"),
        pytest.param({"sing": {"song": 1}}, Step(kind=StepKind.UNKNOWN, name="sing"), id="a kind of tomorrow"),
        pytest.param("pause", Step(kind=StepKind.UNKNOWN), id="no step at all"),
    ],
)
def test_a_step_is_read(written, step):
    assert read_steps({"steps": [written]}) == (step,)


def test_what_is_no_step_still_counts_so_that_indices_fit():
    assert read_steps({"steps": [None, {"pause": {}}]})[1].waits_for_people


def test_thousands_of_steps_are_read_and_the_same_ones_kept_once():
    steps = read_steps({"steps": [{"setWeight": 1}, {"pause": {}}] * 5000})

    assert len(steps) == 10_000
    assert steps[1] is steps[9_999]


@pytest.mark.parametrize(
    ("status", "weight"),
    [
        pytest.param({"currentStepIndex": 1}, 25, id="at a pause behind the first weight"),
        pytest.param({"currentStepIndex": 2}, 50, id="at a weight"),
        pytest.param({"currentStepIndex": 0, "abort": True}, 0, id="aborted"),
        pytest.param({"currentStepIndex": 4, "stableRS": "new"}, 100, id="promoted"),
        pytest.param({"currentStepIndex": None}, 0, id="before anything"),
    ],
)
def test_the_planned_weight_follows_from_the_steps(status, weight):
    assert a_rollout(status=status).planned_weight == weight
