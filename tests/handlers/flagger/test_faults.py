"""Each thing that people get wrong in a Canary is found, and what they got right is left in peace."""

import copy
from pathlib import Path

import pytest
import yaml

from bot.domain.finding import Grade
from handlers.flagger.manifests.canary import read_canary
from handlers.flagger.manifests.faults import Neighbour, faults_of, findings, shared_targets

EXAMPLE = yaml.safe_load((Path(__file__).parents[3] / "deploy" / "examples" / "canary.yaml").read_text())
BASE = "http://pointsman.pointsman.svc:8080/hooks/TOKEN"
LOADTESTER = "http://flagger-loadtester.test"


@pytest.fixture
def manifest():
    """Give the Canary that people copy, to plant a fault in."""
    return copy.deepcopy(EXAMPLE)


def spec(**fields):
    return lambda manifest: manifest["spec"].update(fields)


def analysis(**fields):
    return lambda manifest: manifest["spec"]["analysis"].update(fields)


def without(hook_type):
    return lambda manifest: hooks_of(manifest).remove(next(h for h in hooks_of(manifest) if h["type"] == hook_type))


def hook(hook_type, **fields):
    return lambda manifest: next(h for h in hooks_of(manifest) if h["type"] == hook_type).update(fields)


def added(place=99, **fields):
    return lambda manifest: hooks_of(manifest).insert(place, {"name": "other", **fields})


def hooks_of(manifest):
    return manifest["spec"]["analysis"]["webhooks"]


def all_elsewhere(manifest):
    for one in hooks_of(manifest):
        one["url"] = "http://elsewhere.test/"


def nested_in_service(manifest):
    manifest["spec"]["service"]["analysis"] = manifest["spec"].pop("analysis")


def nested_in_itself(manifest):
    manifest["spec"]["analysis"] = {"analysis": manifest["spec"]["analysis"]}


def of_the_old_form(manifest):
    manifest["spec"]["canaryAnalysis"] = manifest["spec"].pop("analysis")


def hooks_beside_the_analysis(manifest):
    manifest["spec"]["webhooks"] = hooks_of(manifest)
    del manifest["spec"]["analysis"]["webhooks"]


def rollback_last(manifest):
    hooks_of(manifest).append(hooks_of(manifest).pop(0))


def blue_green(manifest, iterations=5):
    for key in ("stepWeight", "maxWeight"):
        del manifest["spec"]["analysis"][key]
    manifest["spec"]["analysis"]["iterations"] = iterations


def blue_green_once(manifest):
    blue_green(manifest, iterations=1)


def steps_of_a_blue_green(manifest):
    blue_green(manifest)
    added(type="confirm-traffic-increase", url=f"{BASE}/flagger/confirm-traffic-increase", muteAlert=True)(manifest)


BROKEN, CAUTION = Grade.BROKEN, Grade.CAUTION

PLANTED = [
    pytest.param(all_elsewhere, CAUTION, "Nobody is asked", "pointsman wire", id="no hook of ours"),
    pytest.param(without("rollback"), BROKEN, "no rollback hook", "wire", id="rollback missing"),
    pytest.param(without("post-rollout"), CAUTION, "no post-rollout hook", "wire", id="post-rollout missing"),
    pytest.param(without("event"), CAUTION, "no event hook", "wire", id="event missing"),
    pytest.param(rollback_last, CAUTION, "rollback hook stands behind a gate", "first", id="rollback behind the gates"),
    pytest.param(
        added(0, type="post-rollout", url="http://tests.test/"),
        CAUTION,
        "the end of the release is not told",
        "first",
        id="post-rollout behind another",
    ),
    pytest.param(
        added(type="confirm-promotion", url="http://tests.test/"),
        CAUTION,
        "must agree after people did",
        "last",
        id="another gate behind people's",
    ),
    pytest.param(
        hook("confirm-promotion", type="confirm-rollout"),
        BROKEN,
        "asks at the path of confirm-promotion",
        "/flagger/confirm-rollout",
        id="type and path differ",
    ),
    pytest.param(
        hook("confirm-promotion", url=f"{BASE}/flagger/confirm-promote"),
        BROKEN,
        "path that is not served",
        "/flagger/confirm-promotion",
        id="path unknown",
    ),
    pytest.param(
        hook("confirm-promotion", url=f"{BASE}/confirm-promotion"),
        BROKEN,
        "path that is not served",
        "/flagger/confirm-promotion",
        id="path without the engine",
    ),
    pytest.param(
        hook("confirm-promotion", type=""), BROKEN, "of type rollout", "type: confirm-promotion", id="type left out"
    ),
    pytest.param(
        hook("confirm-promotion", url=f"{BASE}-wrong/flagger/confirm-promotion"),
        BROKEN,
        "token that is none of this cluster's",
        "--cluster",
        id="wrong token",
    ),
    pytest.param(
        added(type="pre-rollout", url=f"{BASE}/flagger/pre-rollout"),
        CAUTION,
        "counts each time",
        "Take it out",
        id="pre-rollout leads here",
    ),
    pytest.param(
        added(type="rollout", url=f"{BASE}/flagger/rollout"), CAUTION, "counts", "Take it out", id="rollout leads here"
    ),
    pytest.param(hook("confirm-promotion", url="pointsman"), BROKEN, "no URL", "url", id="no URL"),
    pytest.param(analysis(interval="5s"), CAUTION, "taken as 10 s", "10s", id="interval below ten seconds"),
    pytest.param(analysis(threshold=0), CAUTION, "the first failed check rolls back", "5", id="threshold of nothing"),
    pytest.param(analysis(threshold=2), CAUTION, "2 failed checks", "5", id="threshold too low for a human wait"),
    pytest.param(blue_green_once, CAUTION, "one iteration", "iterations: 2", id="Blue/Green with one iteration"),
    pytest.param(analysis(stepWeight=0), BROKEN, "never gets any further", "stepWeight", id="never advances"),
    pytest.param(nested_in_service, BROKEN, "spec.service.analysis", "spec.analysis", id="analysis in the service"),
    pytest.param(nested_in_itself, BROKEN, "spec.analysis.analysis", "spec.analysis", id="analysis in itself"),
    pytest.param(of_the_old_form, BROKEN, "spec.canaryAnalysis", "spec.analysis", id="analysis of the old form"),
    pytest.param(hooks_beside_the_analysis, BROKEN, "spec.webhooks", "webhooks", id="hooks beside the analysis"),
    pytest.param(
        lambda manifest: manifest["spec"].pop("analysis"), BROKEN, "no analysis", "spec.analysis", id="no analysis"
    ),
    pytest.param(
        hook("event", url="https://hooks.slack.com/services/T0/B0/x"), CAUTION, "chat", "AlertProvider", id="chat event"
    ),
    pytest.param(
        hook("confirm-promotion", url="https://chat.googleapis.com/v1/spaces/A/messages"),
        BROKEN,
        "nobody's decision",
        "here instead",
        id="gate at a chat",
    ),
    pytest.param(
        added(type="confirm-promotion", url=f"{LOADTESTER}/gate/check"),
        CAUTION,
        "the next release passes without anybody being asked",
        "here instead",
        id="loadtester's gate",
    ),
    pytest.param(
        added(type="rollback", url=f"{LOADTESTER}/rollback/check"),
        CAUTION,
        "rolls back each later one",
        "here instead",
        id="loadtester's rollback",
    ),
    pytest.param(
        added(type="post-rollout", url=f"{LOADTESTER}/gate/close"),
        CAUTION,
        "nothing else needs",
        "Take it out",
        id="loadtester's gate closed by a hook",
    ),
    pytest.param(
        added(type="confirm-rollout", url=f"{LOADTESTER}/gate/halt"),
        BROKEN,
        "no click can open it",
        "here instead",
        id="loadtester's halt",
    ),
    pytest.param(
        hook("confirm-promotion", url=f"{BASE}/gate/halt"), BROKEN, "no click", "/flagger/confirm-promotion", id="halt"
    ),
    pytest.param(
        hook("confirm-promotion", url=f"{BASE}/gate/approve"),
        CAUTION,
        "nobody is asked",
        "--gates promotion",
        id="approve",
    ),
    pytest.param(
        hook("confirm-promotion", url=f"{BASE}/gate/check"), CAUTION, "cannot be told", "/flagger/", id="check"
    ),
    pytest.param(
        hook("confirm-promotion", url=f"{BASE}/rollback/check"), BROKEN, "another question", "/flagger/", id="rollback"
    ),
    pytest.param(steps_of_a_blue_green, CAUTION, "never asked", "Take it out", id="steps that never come"),
    pytest.param(
        added(type="confirm-traffic-increase", url=f"{BASE}/flagger/confirm-traffic-increase"),
        CAUTION,
        "alerts at every look",
        "muteAlert",
        id="an alert at every look",
    ),
    pytest.param(spec(skipAnalysis=True), BROKEN, "goes past hook “promotion”", "start", id="skipAnalysis and a gate"),
    pytest.param(spec(suspend=True), CAUTION, "suspended", "suspend", id="suspended"),
    pytest.param(spec(revertOnDeletion=False), CAUTION, "deletes the primary", "revertOnDeletion: true", id="deletion"),
    pytest.param(spec(provider="kubernetes"), CAUTION, "not a real Blue/Green", "mesh", id="provider kubernetes"),
]


@pytest.mark.parametrize(("plant", "grade", "says", "mend"), PLANTED)
def test_each_planted_fault_is_found(manifest, plant, grade, says, mend):
    plant(manifest)

    found = faults_of(read_canary(manifest), frozenset({"TOKEN"}))

    assert [(fault.grade, mend in fault.mend) for fault in found if says in fault.says] == [(grade, True)]


def test_a_canary_without_a_fault_is_told_to_be_good(manifest):
    canary = read_canary(manifest)
    (told,) = findings("prod shop/checkout", canary, faults_of(canary, frozenset({"TOKEN"})))

    assert (told.grade, told.says) == (Grade.GOOD, "People are asked at: start and promotion.")


def test_no_token_is_ever_told(manifest):
    for one in hooks_of(manifest):
        one["url"] = one["url"].replace("TOKEN", "s3cret").replace("/flagger/", "/gate/")
    found = faults_of(read_canary(manifest), frozenset())

    assert found
    assert not any("s3cret" in fault.says + fault.mend for fault in found)


def test_any_token_may_be_right_where_none_is_known(manifest):
    assert faults_of(read_canary(manifest)) == ()


@pytest.mark.parametrize("odd", [None, 7, "text", [], [[]], {"webhooks": 3}, {"webhooks": [None, {"url": 5}]}])
def test_what_has_no_form_is_no_reason_to_stumble(manifest, odd):
    manifest["spec"]["analysis"] = odd

    assert faults_of(read_canary(manifest))


def test_two_canaries_on_one_target_are_found(manifest):
    other = copy.deepcopy(manifest)
    other["metadata"]["name"] = "checkout-too"

    found = list(shared_targets([Neighbour(area="a", canary=read_canary(one)) for one in (manifest, other)]))

    assert [(finding.grade, finding.area) for finding in found] == [(Grade.BROKEN, "a")]
    assert "checkout and checkout-too release the same Deployment checkout" in found[0].says


def test_the_same_name_in_another_namespace_is_another_target(manifest):
    other = copy.deepcopy(manifest)
    other["metadata"].update(name="checkout-too", namespace="other")

    assert not list(shared_targets([Neighbour(area="a", canary=read_canary(one)) for one in (manifest, other)]))
