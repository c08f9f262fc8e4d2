"""What `doctor` finds about Rollouts, with what mends it."""

import pytest

from bot.domain.finding import Grade
from handlers.argo_rollouts.doctor import examine, judged
from handlers.argo_rollouts.rights import rights
from tests.handlers.argo_rollouts.samples import AT, a_rollout, an_object, read
from tests.support.argo import CANARY


async def found(shop, *, namespaces=("*",), acts=True, puts_back=False):
    wanted = rights(acts=acts, puts_back=puts_back)
    return [finding async for finding in examine(shop.cluster, wanted, namespaces=namespaces)]


async def test_with_all_rights_it_counts_what_is_in_sight(shop):
    shop.deploy(CANARY)

    assert [(f.grade, f.says) for f in await found(shop)] == [(Grade.GOOD, "1 Rollouts are in sight.")]


@pytest.mark.parametrize(
    ("verb", "plural", "grade", "mend"),
    [
        pytest.param("watch", "rollouts", Grade.BROKEN, "deploy/seeing", id="watch"),
        pytest.param("list", "replicasets", Grade.BROKEN, "deploy/seeing", id="list ReplicaSets"),
        pytest.param("list", "analysisruns", Grade.CAUTION, "deploy/seeing", id="list analyses"),
        pytest.param("get", "deployments", Grade.CAUTION, "deploy/seeing", id="get a Deployment of a workloadRef"),
        pytest.param("get", "podtemplates", Grade.CAUTION, "deploy/seeing", id="get a PodTemplate of a workloadRef"),
        pytest.param("patch", "rollouts/status", Grade.BROKEN, "deploy/argo-rollouts/decide.yaml", id="decide"),
        pytest.param("patch", "rollouts", Grade.CAUTION, "deploy/argo-rollouts/pause.yaml", id="pause"),
    ],
)
async def test_a_missing_right_is_named_with_the_file_that_gives_it(shop, verb, plural, grade, mend):
    shop.server.access.take(verb, plural)

    missing = [f for f in await found(shop) if f.says.startswith("Pointsman may not")]
    assert [(f.grade, mend in f.mend) for f in missing] == [(grade, True)]


@pytest.mark.parametrize(("annotations", "missed"), [({"argocd.argoproj.io/tracking-id": "shop"}, True), ({}, False)])
async def test_the_right_to_learn_who_did_it_in_argo_cd_is_missed_only_where_argo_cd_is(shop, annotations, missed):
    shop.deploy(CANARY)
    shop.patch({"metadata": {"annotations": annotations}})
    shop.server.access.take("list", "events")

    missing = [f for f in await found(shop) if f.says.startswith("Pointsman may not")]
    assert [(f.grade, "deploy/argo-rollouts/name.yaml" in f.mend) for f in missing] == [(Grade.CAUTION, True)] * missed


@pytest.mark.parametrize(("puts_back", "missed"), [(True, True), (False, False)])
async def test_the_right_to_put_a_template_back_is_missed_only_where_a_deployment_holds_one(shop, puts_back, missed):
    shop.deploy(CANARY)
    shop.server.access.take("patch", "deployments")
    assert [f.grade for f in await found(shop, puts_back=puts_back)] == [Grade.GOOD]

    shop.patch({"spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"}}})

    missing = [f for f in await found(shop, puts_back=puts_back) if f.says.startswith("Pointsman may not")]
    assert [(f.grade, "roll-back-promoted.yaml" in f.mend) for f in missing] == [(Grade.CAUTION, True)] * missed


async def test_rights_to_act_are_not_missed_where_nobody_shall_act(shop):
    shop.server.access.take("patch", "rollouts/status")

    assert [f.grade for f in await found(shop, acts=False)] == [Grade.GOOD]


async def test_a_role_in_each_of_the_namespaces_is_enough(shop):
    shop.deploy(CANARY)
    shop.server.access.confine("shop", "payments")

    within = await found(shop, namespaces=["shop", "payments"])
    beyond = await found(shop, namespaces=["shop", "payments", "web"])
    assert [(f.grade, f.says) for f in within] == [(Grade.GOOD, "1 Rollouts are in sight.")]
    assert Grade.BROKEN in {f.grade for f in beyond}


async def test_rollouts_elsewhere_are_not_looked_at(shop):
    shop.deploy({"canary": {}})

    assert [f.says for f in await found(shop, namespaces=["pay-*"])] == ["0 Rollouts are in sight."]


@pytest.mark.parametrize(
    ("rollout", "git", "says"),
    [
        pytest.param(an_object(), "", None, id="nothing"),
        pytest.param(an_object(steps=[{"setWeight": 50}]), "", "waits for people", id="a canary that asks nobody"),
        pytest.param(an_object(spec={"strategy": {"blueGreen": {}}}), "", "nobody is asked", id="a switch by itself"),
        pytest.param(an_object(status={"observedGeneration": "2"}), "", "has not acted", id="a controller that sleeps"),
        pytest.param(an_object(spec={"strategy": {}}), "", "no strategy", id="no strategy"),
        pytest.param(
            an_object(status={"abort": True, "abortedAt": AT}), "Flux", "Flux still has", id="aborted, in Git"
        ),
        pytest.param(
            an_object(status={"pauseConditions": [{"reason": "Moonlight", "startTime": AT}]}),
            "",
            "Moonlight",
            id="an unknown pause",
        ),
    ],
)
def test_an_odd_rollout_is_judged(rollout, git, says):
    findings = list(judged("prod-eu shop/checkout", read(rollout), git))

    assert [says in finding.says for finding in findings if says] == ([True] if says else [])
    assert bool(findings) is (says is not None)


def test_a_sound_rollout_gives_no_finding():
    assert list(judged("prod-eu shop/checkout", a_rollout(), "")) == []
