"""Each decision as patches: they test what the person saw, and bounce from anything else."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from handlers.argo_rollouts import patches
from handlers.argo_rollouts.patches import MARK, Patch, Target
from tests.handlers.argo_rollouts.patching import BouncedError, patched
from tests.handlers.argo_rollouts.samples import (
    AT,
    INCONCLUSIVE,
    STEP_PAUSE,
    a_rollout,
    a_switch,
    an_object,
    read,
)

ANALYSIS = [{"setWeight": 25}, {"analysis": {}}, {"pause": {}}]
WAITS_INCONCLUSIVE = an_object(steps=ANALYSIS, status={"pauseConditions": [INCONCLUSIVE]})
ABORTED = an_object(
    status={"abort": True, "abortedAt": AT, "pauseConditions": None, "phase": "Degraded", "currentStepIndex": 0}
)
ELSEWHERE = an_object(
    spec={"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "frontend"}, "template": None},
    status={"workloadObservedGeneration": "2"},
    metadata={
        "annotations": {"rollout.argoproj.io/revision": "2", "rollout.argoproj.io/workload-generation": "2"},
    },
)


def after(rollout: Mapping[str, Any], found: tuple[Patch, ...]) -> dict[str, Any]:
    """The object with every patch, each to its own half, as the API server takes them."""
    for patch in found:
        rollout = patched(rollout, patch)
    return dict(rollout)


def test_promoting_ends_the_pause_and_touches_nothing_else():
    before = an_object()

    now = after(before, patches.promote(read(before)))

    assert "pauseConditions" not in now["status"]
    assert now["status"].pop("message").startswith(MARK)
    expected = copy.deepcopy(before)
    del expected["status"]["pauseConditions"], expected["status"]["message"]
    assert now == expected


def test_accepting_an_inconclusive_step_also_moves_the_step_on():
    """To clear the pause alone runs the analysis again: recorded in `inconclusive-analysis`."""
    now = after(WAITS_INCONCLUSIVE, patches.promote(read(WAITS_INCONCLUSIVE)))

    assert (now["status"]["currentStepIndex"], now["status"].get("pauseConditions")) == (2, None)


def test_moving_the_step_on_never_ends_the_pause_that_comes_next():
    """The controller takes `controllerPause` without a condition for a pause that people ended."""
    now = after(WAITS_INCONCLUSIVE, patches.promote(read(WAITS_INCONCLUSIVE)))

    assert now["status"]["controllerPause"] is False


@pytest.mark.parametrize("run", ["prePromotionAnalysisRunStatus", "postPromotionAnalysisRunStatus"])
def test_accepting_an_inconclusive_analysis_of_blue_green_promotes_in_full(run):
    waiting = a_switch(pauseConditions=[INCONCLUSIVE], blueGreen={run: {"name": "run", "status": "Inconclusive"}})

    assert after(waiting, patches.promote(read(waiting)))["status"]["promoteFull"] is True


def test_analysing_again_clears_the_pause_and_leaves_the_step():
    now = after(WAITS_INCONCLUSIVE, patches.analyse_again(read(WAITS_INCONCLUSIVE)))

    assert now["status"].get("pauseConditions") is None
    assert (now["status"]["currentStepIndex"], now["status"]["controllerPause"]) == (1, True)


def test_skipping_a_step_that_runs_moves_on_by_one():
    running = an_object(status={"pauseConditions": None, "controllerPause": None, "phase": "Progressing"})

    assert after(running, patches.skip(read(running)))["status"]["currentStepIndex"] == 2


def test_skipping_bounces_from_a_step_that_began_to_wait_meanwhile():
    running = an_object(status={"pauseConditions": None, "controllerPause": None, "phase": "Progressing"})

    with pytest.raises(BouncedError):
        after(an_object(), patches.skip(read(running)))


def test_aborting_asks_so_and_needs_no_generation():
    before = an_object()
    scaled = an_object(metadata={"generation": 9})

    assert after(scaled, patches.abort(read(before)))["status"]["abort"] is True


def test_a_rollout_paused_by_hand_is_aborted_first_and_resumed_afterwards():
    paused = an_object(spec={"paused": True})

    found = patches.abort(read(paused))

    assert [patch.target for patch in found] == [Target.STATUS, Target.ROLLOUT]
    now = after(paused, found)
    assert (now["status"]["abort"], now["spec"]["paused"]) == (True, False)


def test_it_is_not_resumed_where_the_abort_is_not_there():
    paused = an_object(spec={"paused": True})
    _, resume = patches.abort(read(paused))

    with pytest.raises(BouncedError):
        after(paused, (resume,))


def test_promoting_in_full_resumes_a_rollout_paused_by_hand():
    paused = an_object(spec={"paused": True})

    now = after(paused, patches.promote_in_full(read(paused)))

    assert (now["status"]["promoteFull"], now["spec"]["paused"]) == (True, False)


def test_beginning_again_takes_the_abort_back():
    assert after(ABORTED, patches.retry(read(ABORTED)))["status"]["abort"] is False


def test_pausing_and_resuming_by_hand_leave_a_gate_as_it_is():
    paused = after(an_object(), patches.pause(a_rollout()))
    resumed = after(paused, patches.resume(read(paused)))

    assert (paused["spec"]["paused"], resumed["spec"]["paused"]) == (True, False)
    assert resumed["status"] == an_object()["status"]


def test_a_template_is_put_back_where_it_is_written():
    template = {"spec": {"containers": [{"name": "app", "image": "checkout:1.8.1"}]}}

    assert after(an_object(), patches.put_back(a_rollout(), template))["spec"]["template"] == template


def test_a_template_that_is_written_elsewhere_is_put_back_there():
    deployment: dict[str, Any] = {"metadata": {"uid": "d-1", "generation": 7}, "spec": {"template": {"spec": {}}}}

    (patch,) = patches.put_back(read(ELSEWHERE), {"spec": {"a": 1}}, workload=deployment["metadata"])

    assert patch.target is Target.WORKLOAD
    assert patched(deployment, patch)["spec"] == {"template": {"spec": {"a": 1}}}


@pytest.mark.parametrize(
    ("act", "rollout"),
    [
        pytest.param(patches.promote, an_object(status={"pauseConditions": []}), id="promote: nothing waits"),
        pytest.param(patches.skip, a_switch(), id="skip: blue-green has no steps"),
        pytest.param(patches.skip, an_object(status={"currentStepIndex": 4}), id="skip: no step is left"),
        pytest.param(patches.promote_in_full, an_object(status={"stableRS": "new"}), id="in full: promoted"),
        pytest.param(
            patches.promote_in_full,
            an_object(status={"observedGeneration": "2"}),
            id="in full: a new revision that the controller has not seen would sweep it away",
        ),
        pytest.param(patches.abort, an_object(status={"stableRS": "new"}), id="abort: promoted"),
        pytest.param(patches.abort, an_object(status={"stableRS": ""}), id="abort: nothing to go back to"),
        pytest.param(patches.retry, an_object(), id="retry: not aborted"),
        pytest.param(patches.retry, an_object(status={"abort": True}), id="retry: the abort was not seen yet"),
        pytest.param(patches.analyse_again, an_object(), id="analyse again: nothing is inconclusive"),
        pytest.param(
            patches.analyse_again,
            an_object(status={"pauseConditions": [INCONCLUSIVE, STEP_PAUSE]}),
            id="analyse again: a pause beside it would end too",
        ),
        pytest.param(patches.pause, an_object(spec={"paused": True}), id="pause: it is"),
        pytest.param(patches.resume, an_object(), id="resume: it is not"),
    ],
)
def test_what_cannot_be_done_gives_no_patch(act, rollout):
    assert act(read(rollout)) == ()


CHANGED = [
    pytest.param(an_object(metadata={"uid": "u-2"}), id="another object of that name"),
    pytest.param(
        an_object(metadata={"annotations": {"rollout.argoproj.io/revision": "3"}}), id="a newer revision, not seen yet"
    ),
    pytest.param(an_object(status={"currentPodHash": "newer"}), id="a newer revision"),
    pytest.param(an_object(metadata={"generation": 4}), id="a push that nobody has observed"),
    pytest.param(an_object(status={"currentStepIndex": 3}), id="another step"),
    pytest.param(an_object(status={"currentStepHash": "edited"}), id="the same step of others"),
    pytest.param(
        an_object(status={"pauseConditions": [{**STEP_PAUSE, "startTime": "2026-11-23T10:00:00Z"}]}), id="a later pause"
    ),
    pytest.param(an_object(status={"pauseConditions": [STEP_PAUSE, INCONCLUSIVE]}), id="a second reason"),
    pytest.param(an_object(status={"pauseConditions": None}), id="a pause that somebody ended"),
]


@pytest.mark.parametrize("changed", CHANGED)
@pytest.mark.parametrize("act", [patches.promote, patches.skip])
def test_going_on_bounces_from(act, changed):
    with pytest.raises(BouncedError):
        after(changed, act(a_rollout()))


def test_the_second_click_bounces():
    found = patches.promote(a_rollout())
    once = after(an_object(), found)

    with pytest.raises(BouncedError):
        after(once, found)


def test_a_template_elsewhere_that_moved_on_bounces():
    found = patches.promote(read(ELSEWHERE))
    moved = copy.deepcopy(ELSEWHERE)
    moved["metadata"]["annotations"]["rollout.argoproj.io/workload-generation"] = "3"

    with pytest.raises(BouncedError):
        after(moved, found)


def test_a_nudge_differs_from_the_one_before_so_that_it_is_a_write():
    asked = after(an_object(), patches.promote(a_rollout()))
    once = after(asked, (patches.nudge(read(asked), times=0),))
    twice = after(once, (patches.nudge(read(once), times=1),))

    messages = [found["status"]["message"] for found in (asked, once, twice)]
    assert messages == [
        "Pointsman asked to go on",
        "Pointsman asked to go on (again, 1)",
        "Pointsman asked to go on (again, 2)",
    ]
    assert {key: value for key, value in twice["status"].items() if key != "message"} == {
        key: value for key, value in asked["status"].items() if key != "message"
    }


def test_a_nudge_bounces_from_a_controller_that_has_acted():
    asked = after(an_object(), patches.promote(a_rollout()))
    nudge = patches.nudge(read(asked), times=0)

    with pytest.raises(BouncedError):
        after(an_object(status={"message": "more replicas need to be updated"}), (nudge,))


def test_a_rollout_without_a_message_can_be_nudged():
    silent = an_object(spec={"paused": True}, status={"message": None})

    assert after(silent, (patches.nudge(read(silent), times=0),))["status"]["message"].startswith(MARK)
