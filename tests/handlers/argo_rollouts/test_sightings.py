"""What a look at a Rollout shows: its standing, its run, and the lines of the card."""

from typing import Any

import pytest

from bot.domain.card import Mark
from bot.domain.sight import Standing
from bot.domain.workload import Workload
from handlers.argo_rollouts.sightings import Seen, applied, sighting_of, standing_of
from tests.handlers.argo_rollouts.samples import AT, STEPS, a_rollout, a_switch, an_object, read
from tests.handlers.argo_rollouts.test_replicasets import a_replica_set

WORKLOAD = Workload("prod-eu", "Rollout", "shop", "checkout")
ABORTED = {"abort": True, "abortedAt": AT, "pauseConditions": None, "controllerPause": None, "currentStepIndex": 0}
SETS = (a_replica_set("new", "2"), a_replica_set("old", "1"))


def seen(rollout: Any, **more: Any):
    return sighting_of(WORKLOAD, Seen(rollout=rollout, replica_sets=SETS, **more))


@pytest.mark.parametrize(
    ("rollout", "standing"),
    [
        pytest.param(an_object(), Standing.PROGRESSING, id="it waits at a pause"),
        pytest.param(an_object(status={"stableRS": "new"}), Standing.PROMOTED, id="everybody has it"),
        pytest.param(an_object(status={"stableRS": ""}), Standing.IDLE, id="the first deployment is no release"),
        pytest.param(
            an_object(status={**ABORTED, "abortedAt": None}), Standing.PROGRESSING, id="an abort not seen yet"
        ),
        pytest.param(
            an_object(status={**ABORTED, "updatedReplicas": 1}), Standing.PROGRESSING, id="aborted, some have it still"
        ),
        pytest.param(an_object(status=ABORTED), Standing.ROLLED_BACK, id="aborted, and nobody has it"),
        pytest.param(
            an_object(status={**ABORTED, "canary": {"weights": {"canary": {"weight": 5}}}}),
            Standing.PROGRESSING,
            id="aborted, and traffic goes there still",
        ),
        pytest.param(
            a_switch(**ABORTED, blueGreen={"activeSelector": "new"}), Standing.PROGRESSING, id="not switched back yet"
        ),
        pytest.param(a_switch(**ABORTED), Standing.ROLLED_BACK, id="switched back"),
        pytest.param(an_object(metadata={"deletionTimestamp": AT}), Standing.GONE, id="being deleted"),
    ],
)
def test_it_stands(rollout, standing):
    assert standing_of(read(rollout)) is standing
    assert seen(rollout).standing is standing


def test_what_is_not_there_is_gone():
    assert seen(None).standing is Standing.GONE


def test_the_same_revision_begun_again_after_an_abort_is_another_run():
    assert len({applied(a_rollout()), applied(a_rollout(status=ABORTED))}) == 2


def test_images_are_told_of_what_users_have_and_of_what_is_under_way():
    look = seen(an_object())

    assert (look.before, look.after) == ({"app": "checkout:old"}, {"app": "checkout:new"})


def test_who_wrote_the_template_is_an_author_and_a_tool_is_nobody():
    def wrote(manager):
        return {"metadata": {"managedFields": [{"manager": manager, "time": AT}]}}

    own, elsewhere = seen(an_object(**wrote("lea@example.com"))), seen(an_object(), workload=wrote("helm"))

    assert (own.authors, own.change.tool) == ({"lea@example.com"}, "")
    assert (elsewhere.authors, elsewhere.change.tool) == (frozenset(), "helm")


@pytest.mark.parametrize(
    ("step", "later"), [pytest.param(1, True, id="at the first of two"), pytest.param(4, False, id="at the last")]
)
def test_it_is_known_whether_people_will_be_asked_again(step, later):
    steps = [*STEPS, {"pause": {}}]

    assert seen(an_object(steps=steps, status={"currentStepIndex": step})).sight.asks_later is later


def test_steps_are_shown_around_the_current_one_even_of_thousands():
    steps = [{"setWeight": 1}, {"pause": {}}] * 2000
    line = seen(an_object(steps=steps, status={"currentStepIndex": 1001})).sight.details[0].line

    assert line == ("step 1002 of 4000: … → asks → 1 % → [asks] → 1 % → asks → …",)


@pytest.mark.parametrize(
    ("rollout", "says"),
    [
        pytest.param(
            an_object(status={"observedGeneration": "2"}), "has not acted on the newest change", id="not seen"
        ),
        pytest.param(
            an_object(metadata={"annotations": {"argocd.argoproj.io/tracking-id": "x"}}),
            "Argo CD still has this version in Git",
            id="Git",
        ),
        pytest.param(an_object(spec={"paused": True}), "aborts first, then resumes", id="paused by hand"),
        pytest.param(
            an_object(spec={"strategy": {"blueGreen": {}}}), "nobody is asked", id="blue-green that switches by itself"
        ),
    ],
)
def test_what_cannot_be_done_is_said(rollout, says):
    assert any(says in caution for caution in seen(rollout).sight.cautions)


def test_two_rollouts_on_the_same_pods_are_said_to_be():
    cautions = seen(an_object(), sharing=("shop/checkout-too",)).sight.cautions

    assert "shop/checkout-too refers to the same pods: two Rollouts work against each other." in cautions


def test_measured_values_are_told_with_their_verdict():
    run = {
        "metadata": {
            "annotations": {"rollout.argoproj.io/revision": "2"},
            "ownerReferences": [{"uid": "u-1", "controller": True}],
            "labels": {"rollout-type": "Step", "step-index": "1"},
        },
        "spec": {"metrics": [{"name": "latency", "successCondition": "result < 400"}]},
        "status": {
            "phase": "Inconclusive",
            "metricResults": [
                {
                    "name": "latency",
                    "phase": "Inconclusive",
                    "count": 2,
                    "inconclusive": 1,
                    "measurements": [{"value": "431"}],
                }
            ],
        },
    }
    line = seen(an_object(), runs=(run,)).sight.details[-1]

    assert line.mark is Mark.CAUTION
    assert line.line == ("latency 431 (wants result < 400) measured 2 times, 1 inconclusive",)


def test_only_the_controllers_own_reason_counts_as_its_checks():
    own = "RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error/failed"
    asked = "RolloutAborted: Rollout aborted update to revision 2"

    told = [seen(an_object(status={**ABORTED, "message": message})).facts.failing for message in (own, asked)]
    assert told == ["Step-based analysis phase error/failed", None]


@pytest.mark.parametrize(
    ("rollout", "sets"),
    [
        pytest.param(an_object(status={"currentStepHash": "edited"}), SETS, id="its steps were edited"),
        pytest.param(an_object(), (a_replica_set("new", "4"),), id="it came back after another revision"),
    ],
)
def test_a_revision_that_begins_again_is_another_attempt(rollout, sets):
    again = sighting_of(WORKLOAD, Seen(rollout=rollout, replica_sets=sets)).sight

    assert again.applied == seen(an_object()).sight.applied
    assert again.attempt != seen(an_object()).sight.attempt


def test_a_push_that_the_controller_has_not_acted_on_is_no_other_attempt():
    pushed = an_object(metadata={"annotations": {"rollout.argoproj.io/revision": "3"}, "generation": 4})

    assert seen(pushed).sight.attempt == seen(an_object()).sight.attempt
