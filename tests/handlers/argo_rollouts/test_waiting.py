"""When people are asked: exactly where the controller waits for them, and only on a status that is fresh."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.policy import Stage
from handlers.argo_rollouts.replicasets import agrees, owned
from handlers.argo_rollouts.rollouts import RunKind
from handlers.argo_rollouts.waiting import Evidence, Wait, ends_by_itself, evidence, switches_at_once, waits
from tests.handlers.argo_rollouts.samples import (
    AT,
    INCONCLUSIVE,
    STEP_PAUSE,
    a_rollout,
    a_switch,
    an_object,
    read,
)
from tests.support.recordings import read as read_recording
from tests.support.recordings import stories

ANALYSIS_STEP = [{"setWeight": 25}, {"analysis": {"templates": [{"templateName": "latency"}]}}]
TEMPLATE_ELSEWHERE = {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "frontend"}}


def test_a_pause_without_end_asks_for_the_next_step():
    wait = waits(a_rollout())

    assert wait == Wait(
        stage=Stage.STEP,
        step="1",
        since=datetime(2026, 11, 23, 9, 19, 50, tzinfo=UTC),
        evidence=Evidence(uid="u-1", pod_hash="new", revision="2", step=1, pauses=(("CanaryPauseStep", AT),)),
    )


def test_blue_green_that_does_not_promote_itself_asks_for_the_switch():
    wait = waits(read(a_switch()))

    assert wait is not None
    assert (wait.stage, wait.step) == (Stage.PROMOTION, "")


@pytest.mark.parametrize(
    ("rollout", "asks", "run"),
    [
        pytest.param(
            an_object(steps=ANALYSIS_STEP, status={"pauseConditions": [INCONCLUSIVE]}),
            Stage.ANALYSIS,
            RunKind.STEP,
            id="a step's, known by the step alone",
        ),
        pytest.param(
            an_object(
                status={
                    "pauseConditions": [INCONCLUSIVE],
                    "canary": {"currentBackgroundAnalysisRunStatus": {"name": "run", "status": "Inconclusive"}},
                }
            ),
            Stage.ANALYSIS,
            RunKind.BACKGROUND,
            id="one beside the steps",
        ),
        pytest.param(
            an_object(
                steps=[{"experiment": {}}],
                status={
                    "currentStepIndex": 0,
                    "pauseConditions": [{"reason": "InconclusiveExperiment", "startTime": AT}],
                },
            ),
            Stage.ANALYSIS,
            RunKind.STEP,
            id="an experiment's",
        ),
        pytest.param(
            a_switch(
                pauseConditions=[INCONCLUSIVE],
                blueGreen={"prePromotionAnalysisRunStatus": {"name": "run", "status": "Inconclusive"}},
            ),
            Stage.PROMOTION,
            RunKind.PRE_PROMOTION,
            id="before the switch: accepting it is promoting in full",
        ),
        pytest.param(
            a_switch(
                pauseConditions=[INCONCLUSIVE],
                blueGreen={"postPromotionAnalysisRunStatus": {"name": "run", "status": "Inconclusive"}},
            ),
            Stage.ANALYSIS,
            RunKind.POST_PROMOTION,
            id="after the switch",
        ),
        pytest.param(
            an_object(status={"pauseConditions": [INCONCLUSIVE, STEP_PAUSE]}),
            Stage.STEP,
            RunKind.BACKGROUND,
            id="beside a pause without end: one yes ends both",
        ),
    ],
)
def test_an_inconclusive_analysis_asks_people(rollout, asks, run):
    wait = waits(read(rollout))

    assert wait is not None
    assert (wait.stage, wait.run) == (asks, run)


@pytest.mark.parametrize(
    "rollout",
    [
        pytest.param(an_object(status={"pauseConditions": []}), id="a resume that is on its way"),
        pytest.param(an_object(status={"observedGeneration": "2"}), id="a generation that nobody has seen"),
        pytest.param(an_object(status={"observedGeneration": ""}), id="a controller that never looked"),
        pytest.param(an_object(status={"observedGeneration": "5d8f7b"}), id="the hash of an ancient controller"),
        pytest.param(an_object(metadata={"deletionTimestamp": AT}), id="one that is being deleted"),
        pytest.param(an_object(status={"abort": True}), id="one that is being aborted"),
        pytest.param(an_object(status={"promoteFull": True}), id="one that is being promoted in full"),
        pytest.param(an_object(status={"stableRS": "new"}), id="one that is promoted"),
        pytest.param(an_object(status={"stableRS": ""}), id="the first deployment"),
        pytest.param(an_object(status={"currentStepIndex": 3}), id="a pause that ends by itself"),
        pytest.param(an_object(status={"currentStepIndex": 2}), id="a step that is no pause"),
        pytest.param(an_object(status={"currentStepIndex": 9}), id="a step that does not exist"),
        pytest.param(an_object(status={"currentStepIndex": None}), id="no step at all"),
        pytest.param(an_object(status={"currentStepIndex": "1"}), id="a step that is no number"),
        pytest.param(
            an_object(status={"pauseConditions": [STEP_PAUSE, {"reason": "Moonlight", "startTime": AT}]}),
            id="a reason beside it that nobody knows",
        ),
        pytest.param(an_object(spec={"strategy": {}}), id="no strategy"),
        pytest.param(
            an_object(
                spec=TEMPLATE_ELSEWHERE,
                status={"workloadObservedGeneration": "1"},
                metadata={"annotations": {"rollout.argoproj.io/workload-generation": "2"}},
            ),
            id="a template elsewhere that nobody has seen",
        ),
        pytest.param(
            an_object(
                spec={"strategy": {"blueGreen": {"autoPromotionSeconds": 60}}},
                status={"pauseConditions": [{"reason": "BlueGreenPause", "startTime": AT}]},
            ),
            id="a switch that comes by itself",
        ),
        pytest.param({**an_object(), "status": None}, id="no status"),
    ],
)
def test_nobody_is_asked_at(rollout):
    assert waits(read(rollout)) is None


def test_a_generation_from_a_backup_counts_as_seen():
    assert waits(a_rollout(status={"observedGeneration": "40"})) is not None


def test_a_template_elsewhere_is_asked_about_once_it_was_seen():
    rollout = an_object(
        spec=TEMPLATE_ELSEWHERE,
        status={"workloadObservedGeneration": "2"},
        metadata={"annotations": {"rollout.argoproj.io/workload-generation": "2"}},
    )

    assert waits(read(rollout)) is not None


def test_two_pauses_of_one_revision_are_told_apart_by_when_they_began():
    again = {"reason": "CanaryPauseStep", "startTime": "2026-11-23T09:24:09Z"}

    assert evidence(a_rollout()) != evidence(a_rollout(status={"pauseConditions": [again]}))


def test_a_change_of_replicas_alone_makes_no_other_record():
    assert a_rollout() == a_rollout(status={"availableReplicas": 3}, spec={"replicas": 9})


def test_that_the_last_pod_of_an_aborted_version_goes_makes_another_record():
    """Then the old version is back, and a watch must wake somebody to see it."""
    assert a_rollout(status={"updatedReplicas": 1}) != a_rollout(status={"updatedReplicas": 0})


def test_evidence_survives_being_kept():
    kept = evidence(a_rollout())

    assert Evidence.from_json(kept.as_json()) == kept


@pytest.mark.parametrize(
    ("rollout", "ends"),
    [
        pytest.param(
            an_object(status={"currentStepIndex": 3}), datetime(2026, 11, 23, 9, 19, 58, tzinfo=UTC), id="a timed pause"
        ),
        pytest.param(
            an_object(
                spec={"strategy": {"blueGreen": {"autoPromotionSeconds": 60}}},
                status={"pauseConditions": [{"reason": "BlueGreenPause", "startTime": AT}]},
            ),
            datetime(2026, 11, 23, 9, 20, 50, tzinfo=UTC),
            id="a timed switch",
        ),
        pytest.param(an_object(), None, id="a pause without end"),
        pytest.param(a_switch(), None, id="a switch that waits for people"),
        pytest.param(an_object(status={"pauseConditions": []}), None, id="no pause"),
        pytest.param(
            an_object(status={"currentStepIndex": 3, "pauseConditions": [STEP_PAUSE, INCONCLUSIVE]}),
            None,
            id="a timed pause beside an inconclusive analysis",
        ),
        pytest.param(
            an_object(status={"pauseConditions": [{"reason": "CanaryPauseStep", "startTime": "soon"}]}),
            None,
            id="a time that is none",
        ),
    ],
)
def test_a_timed_pause_tells_its_end(rollout, ends):
    assert ends_by_itself(read(rollout)) == ends


@pytest.mark.parametrize(
    ("settings", "at_once"),
    [
        pytest.param({}, True, id="by default"),
        pytest.param({"autoPromotionEnabled": False, "autoPromotionSeconds": 9}, False, id="never by itself"),
        pytest.param({"autoPromotionSeconds": 9}, False, id="after a while"),
    ],
)
def test_blue_green_may_leave_no_moment_to_ask(settings, at_once):
    assert switches_at_once(read(an_object(spec={"strategy": {"blueGreen": settings}}))) is at_once


ASKED: dict[str, list[tuple[Stage, str, str]]] = {
    "abort-not-noticed": [(Stage.STEP, "1", "2")],
    "abort-noticed": [(Stage.STEP, "1", "2")],
    "bluegreen-promoted": [(Stage.PROMOTION, "", "2")],
    "bluegreen-with-analysis": [(Stage.PROMOTION, "", "2")],
    "canary-aborted-and-retried": [(Stage.STEP, "1", "2"), (Stage.STEP, "1", "2")],
    "canary-promoted": [(Stage.STEP, "1", "2"), (Stage.STEP, "5", "2")],
    "canary-promoted-twice-by-the-command-line": [(Stage.STEP, "1", "2"), (Stage.STEP, "3", "2")],
    "inconclusive-analysis": [(Stage.ANALYSIS, "1", "2"), (Stage.ANALYSIS, "1", "2"), (Stage.STEP, "3", "2")],
    "new-revision-while-paused": [(Stage.STEP, "1", "2"), (Stage.STEP, "1", "3")],
    "paused-by-hand-and-never-ready": [],
    "undone-within-the-window": [(Stage.STEP, "1", "2")],
    "workload-ref": [(Stage.STEP, "1", "2"), (Stage.STEP, "5", "2"), (Stage.STEP, "1", "3")],
}


def test_every_recorded_story_is_read():
    assert sorted(ASKED) == sorted(stories("argo-rollouts"))


@pytest.mark.parametrize("story", ASKED)
def test_a_recorded_story_asks_once_at_each_gate(story):
    assert _asked(story) == ASKED[story]


def _asked(story: str) -> list[tuple[Stage, str, str]]:
    """The gates of a story in order, each once, however often the object was written while it waited."""
    found: dict[Evidence, Any] = {}
    replica_sets: dict[str, Any] = {}
    for line in read_recording("argo-rollouts", story).lines:
        if line.kind != "watch" or line.fields["resource"] not in {"rollouts", "replicasets"}:
            continue
        written = line.fields["event"]["object"]
        if line.fields["resource"] == "replicasets":
            replica_sets[written["metadata"]["name"]] = written
            continue
        rollout = read(written)
        wait = waits(rollout)
        if wait is not None and agrees(rollout, owned(rollout, replica_sets.values())):
            found[wait.evidence] = (wait.stage, wait.step, wait.evidence.revision)
    return list(found.values())


def test_the_old_pause_beside_the_new_generation_is_found_out():
    """Recorded: 11 ms in which the status of the old revision passes for the new one's."""
    recording = read_recording("argo-rollouts", "new-revision-while-paused")
    rollouts = [read(line.fields["event"]["object"]) for line in recording.watched("rollouts")]
    passing = [r for r in rollouts if r.revision == "3" and r.pod_hash == "54578b99c4" and waits(r)]
    replica_sets = [line.fields["event"]["object"] for line in recording.watched("replicasets")]

    assert passing
    assert not any(agrees(rollout, owned(rollout, replica_sets)) for rollout in passing)
