"""Whether the controller was seen to act: told from the recordings, and from each state that a look can find."""

from typing import Any

import pytest

from bot.domain.operation import Notice, Operation
from handlers.argo_rollouts import patches
from handlers.argo_rollouts.noticing import look
from handlers.argo_rollouts.patches import Patch
from handlers.argo_rollouts.waiting import evidence
from tests.handlers.argo_rollouts.patching import patched
from tests.handlers.argo_rollouts.samples import AT, INCONCLUSIVE, a_rollout, a_switch, an_object, read
from tests.support.recordings import read as read_recording

LATER = {"reason": "CanaryPauseStep", "startTime": "2026-11-23T09:30:00Z"}
RUNNING = {"pauseConditions": None, "controllerPause": None, "phase": "Progressing", "message": "more replicas …"}
RESUMED = {**RUNNING, "controllerPause": True}
ABORTED = {**RUNNING, "abort": True, "abortedAt": AT, "currentStepIndex": 0, "message": "RolloutAborted: …"}


def asked(rollout: dict[str, Any], *found: Patch) -> dict[str, Any]:
    """The object as it is when the patches are written and the controller has done nothing."""
    for patch in found:
        rollout = patched(rollout, patch)
    return rollout


WAITS, SWITCH = an_object(), a_switch()
PROMOTED = asked(WAITS, *patches.promote(read(WAITS)))
STOPPED = asked(WAITS, *patches.abort(read(WAITS)))
IN_FULL = asked(WAITS, *patches.promote_in_full(read(WAITS)))
SWITCHED = asked(SWITCH, *patches.promote(read(SWITCH)))


@pytest.mark.parametrize(
    ("act", "before", "now", "notice"),
    [
        pytest.param(Operation.PROMOTE, WAITS, WAITS, Notice.UNASKED, id="promote: it waits as before"),
        pytest.param(Operation.PROMOTE, WAITS, PROMOTED, Notice.AWAITED, id="promote: written"),
        pytest.param(Operation.PROMOTE, WAITS, an_object(status=RESUMED), Notice.NOTICED, id="promote: seen"),
        pytest.param(
            Operation.PROMOTE,
            WAITS,
            an_object(status={**RUNNING, "currentStepIndex": 2}),
            Notice.DONE,
            id="promote: next step",
        ),
        pytest.param(
            Operation.PROMOTE,
            WAITS,
            an_object(status={"currentStepIndex": 3, "pauseConditions": [LATER]}),
            Notice.DONE,
            id="promote: at the next pause already",
        ),
        pytest.param(
            Operation.PROMOTE, WAITS, an_object(status={"stableRS": "new"}), Notice.DONE, id="promote: promoted"
        ),
        pytest.param(Operation.PROMOTE, WAITS, an_object(status=ABORTED), Notice.MOOT, id="promote: aborted meanwhile"),
        pytest.param(
            Operation.PROMOTE,
            WAITS,
            an_object(status={"currentPodHash": "newer"}),
            Notice.MOOT,
            id="promote: a newer revision",
        ),
        pytest.param(
            Operation.PROMOTE, WAITS, an_object(metadata={"uid": "u-2"}), Notice.MOOT, id="promote: another object"
        ),
        pytest.param(
            Operation.PROMOTE,
            WAITS,
            an_object(metadata={"deletionTimestamp": AT}),
            Notice.MOOT,
            id="promote: being deleted",
        ),
        pytest.param(Operation.PROMOTE, SWITCH, SWITCHED, Notice.AWAITED, id="switch: written"),
        pytest.param(
            Operation.PROMOTE,
            SWITCH,
            a_switch(**RUNNING),
            Notice.NOTICED,
            id="switch: seen, and its pods not ready yet",
        ),
        pytest.param(
            Operation.PROMOTE,
            SWITCH,
            a_switch(**RUNNING, blueGreen={"activeSelector": "new"}),
            Notice.DONE,
            id="switch: users have it",
        ),
        pytest.param(Operation.ABORT, WAITS, WAITS, Notice.UNASKED, id="abort: not asked"),
        pytest.param(Operation.ABORT, WAITS, STOPPED, Notice.AWAITED, id="abort: written"),
        pytest.param(Operation.ABORT, WAITS, an_object(status=ABORTED), Notice.DONE, id="abort: seen"),
        pytest.param(
            Operation.ABORT,
            WAITS,
            an_object(status={"stableRS": "new", "abort": True}),
            Notice.MOOT,
            id="abort: too late",
        ),
        pytest.param(Operation.PROMOTE_FULL, WAITS, WAITS, Notice.UNASKED, id="in full: swept away"),
        pytest.param(Operation.PROMOTE_FULL, WAITS, IN_FULL, Notice.AWAITED, id="in full: written"),
        pytest.param(
            Operation.PROMOTE_FULL,
            WAITS,
            an_object(status={**RUNNING, "promoteFull": True, "currentStepIndex": 4}),
            Notice.NOTICED,
            id="in full: on its way",
        ),
        pytest.param(
            Operation.PROMOTE_FULL,
            WAITS,
            an_object(status={"stableRS": "new"}),
            Notice.DONE,
            id="in full: everybody has it",
        ),
        pytest.param(
            Operation.RETRY,
            an_object(status=ABORTED),
            an_object(status={**ABORTED, "abort": False, "message": "Pointsman asked to begin again"}),
            Notice.AWAITED,
            id="retry: written",
        ),
        pytest.param(
            Operation.RETRY, an_object(status=ABORTED), an_object(status=ABORTED), Notice.UNASKED, id="retry: not asked"
        ),
        pytest.param(
            Operation.RETRY, an_object(status=ABORTED), an_object(status=RUNNING), Notice.DONE, id="retry: begun"
        ),
        pytest.param(Operation.PAUSE, WAITS, WAITS, Notice.UNASKED, id="pause: not asked"),
        pytest.param(
            Operation.PAUSE,
            WAITS,
            an_object(spec={"paused": True}, metadata={"generation": 4}),
            Notice.AWAITED,
            id="pause: written",
        ),
        pytest.param(Operation.PAUSE, WAITS, an_object(spec={"paused": True}), Notice.DONE, id="pause: seen"),
        pytest.param(Operation.RESUME, an_object(spec={"paused": True}), WAITS, Notice.DONE, id="resume: seen"),
    ],
)
def test_a_look_finds(act, before, now, notice):
    assert look(act, evidence(read(before)), read(now)) is notice


@pytest.mark.parametrize(
    ("hash_", "notice"),
    [
        pytest.param("new", Notice.AWAITED, id="awaited"),
        pytest.param("old", Notice.DONE, id="done"),
        pytest.param("newer", Notice.MOOT, id="overtaken by another push"),
    ],
)
def test_a_template_that_was_put_back_is(hash_, notice):
    now = a_rollout(status={"currentPodHash": hash_})

    assert look(Operation.PUT_BACK, evidence(a_rollout()), now, goal="old") is notice


def test_an_analysis_that_was_inconclusive_again_was_run_again():
    steps = [{"setWeight": 25}, {"analysis": {}}]
    before = an_object(steps=steps, status={"pauseConditions": [INCONCLUSIVE]})
    again = {**INCONCLUSIVE, "startTime": "2026-11-23T09:31:00Z"}

    now = a_rollout(steps=steps, status={"pauseConditions": [again]})

    assert look(Operation.ANALYSE_AGAIN, evidence(read(before)), now) is Notice.DONE


def test_an_accepted_step_is_awaited_though_its_index_moved_with_our_own_patch():
    before = an_object(
        steps=[{"analysis": {}}, {"pause": {}}], status={"pauseConditions": [INCONCLUSIVE], "currentStepIndex": 0}
    )
    now = asked(before, *patches.promote(read(before)))

    assert now["status"]["currentStepIndex"] == 1
    assert look(Operation.PROMOTE, evidence(read(before)), read(now)) is Notice.AWAITED


@pytest.mark.parametrize(
    ("story", "seconds"),
    [
        pytest.param("abort-noticed", 1.0, id="noticed"),
        pytest.param("abort-not-noticed", 12.2, id="not noticed until it was nudged"),
    ],
)
def test_a_recorded_abort_is_done_when_the_controller_has_stamped_it(story, seconds):
    """The same abort, a moment after the pause was written: what the API shows says nothing of what is done."""
    rollouts = [
        (line.t, read(line.fields["event"]["object"]))
        for line in read_recording("argo-rollouts", story).watched("rollouts")
    ]
    began, before = next((t, found) for t, found in rollouts if found.abort)
    done = next(t for t, found in rollouts if look(Operation.ABORT, evidence(before), found) is Notice.DONE)

    assert done - began == pytest.approx(seconds, abs=1.0)
