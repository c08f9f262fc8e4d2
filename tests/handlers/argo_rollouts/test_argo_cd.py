"""Who ran an action in Argo CD: named only if its Events can be about this Rollout, this act and this time alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.outside import Act, Question
from handlers.argo_rollouts.argo_cd import application_of, who
from tests.handlers.argo_rollouts.samples import an_object

WAITED = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
RAN = WAITED + timedelta(seconds=30)
PASSED = Question(act=Act.WENT_ON, after=WAITED, before=WAITED + timedelta(seconds=60), evidence={"step": 1})
TRACKING = "argocd.argoproj.io/tracking-id"
CHECKOUT = "shop:argoproj.io/Rollout:shop/checkout"

Object = dict[str, Any]


def a_rollout(tracking: str = CHECKOUT, *, step: int = 2, **metadata: Any) -> Object:
    annotations = {"rollout.argoproj.io/revision": "2", TRACKING: tracking}
    return an_object(metadata={"annotations": annotations, **metadata}, status={"currentStepIndex": step})


def an_event(
    *, by: str = "ann@example.com", action: str = "resume", at: datetime = RAN, about: Object | None = None, **more: Any
) -> Object:
    """One beside the Rollout."""
    involved = {"kind": "Rollout", "namespace": "shop", "name": "checkout", "uid": "u-1"} | (about or {})
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata = {"uid": f"{by}-{action}-{stamp}", "creationTimestamp": stamp, "annotations": {"user": by}}
    return {"metadata": metadata, "involvedObject": involved, "message": f"{by} ran action {action}", **more}


def beside_the_application(*, name: str = "shop", uid: str = "a-1", on: str = "checkout", **more: Any) -> Object:
    about = {"kind": "Application", "namespace": "argocd", "name": name, "uid": uid} | more.pop("about", {})
    server = more.pop("server", "https://kubernetes.default.svc")
    made = an_event(about=about, **more)
    made["message"] += f" on resource argoproj.io/Rollout/{on}"
    made["metadata"]["annotations"]["dest-server"] = server
    return made


def named(
    *events: Object, rollout: Object | None = None, asked: Question = PASSED, others: tuple[Object, ...] = ()
) -> Any:
    rollout = rollout or a_rollout()
    found = who(asked, rollout, events, [rollout, *others])
    return found and (found.by, found.action)


ANN = ("ann@example.com", "resume")
LATER = PASSED.before + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        pytest.param([an_event()], ANN, id="beside the Rollout"),
        pytest.param([beside_the_application()], ANN, id="beside the Application alone, as from 3.4 on"),
        pytest.param([an_event(), beside_the_application()], ANN, id="both"),
        pytest.param([], None, id="none"),
        pytest.param([an_event(), an_event(at=RAN + timedelta(seconds=2))], ANN, id="the same person twice"),
        pytest.param([an_event(), an_event(by="bob@example.com")], None, id="two people"),
        pytest.param([an_event(), an_event(action="promote-full")], None, id="two actions"),
        pytest.param([an_event(at=WAITED - timedelta(seconds=1))], None, id="before it waited"),
        pytest.param([an_event(at=LATER)], None, id="too late"),
        pytest.param([an_event(action="restart")], None, id="what lets nothing go on"),
        pytest.param([an_event(action="abort")], None, id="another action"),
        pytest.param([an_event(by="Unknown user")], None, id="nobody"),
        pytest.param([an_event(by="ann\u202e@example.com")], None, id="a name that cannot be shown"),
        pytest.param([an_event(message="ann@example.com was here")], None, id="another message"),
        pytest.param([an_event(message="bob ran action resume")], None, id="a message and a user that differ"),
        pytest.param([an_event(about={"uid": "u-0"})], None, id="an older Rollout of that name"),
        pytest.param([beside_the_application(name="till")], None, id="another Application"),
        pytest.param([beside_the_application(on="till")], None, id="another Rollout of the Application"),
        pytest.param([beside_the_application(server="https://far")], None, id="an Application of another cluster"),
        pytest.param(
            [beside_the_application(), beside_the_application(uid="a-2", about={"namespace": "argocd-2"})],
            None,
            id="two Applications of that name",
        ),
    ],
)
def test_one_person_is_named_or_nobody(events, told):
    assert named(*events) == told


def test_an_event_that_told_of_something_else_tells_no_more():
    asked = Question(act=Act.WENT_ON, after=WAITED, before=LATER, but=frozenset({an_event()["metadata"]["uid"]}))

    assert named(an_event(), asked=asked) is None


def test_an_application_with_two_rollouts_of_one_name_names_nobody():
    other = a_rollout("shop:argoproj.io/Rollout:elsewhere/checkout", namespace="elsewhere", uid="u-2")
    stranger = a_rollout("till:argoproj.io/Rollout:elsewhere/checkout", namespace="elsewhere", uid="u-2")

    assert named(beside_the_application(), others=(other,)) is None
    assert named(beside_the_application(), others=(stranger,)) == ANN


def test_past_two_waits_at_once_only_what_passes_both_is_named():
    two_further = a_rollout(step=4)
    steps = [{"setWeight": 25}, {"pause": {}}, {"setWeight": 50}, {"pause": {}}, {"setWeight": 75}]
    two_further["spec"]["strategy"]["canary"]["steps"] = steps

    assert named(an_event(), rollout=two_further) is None
    assert named(an_event(action="promote-full"), rollout=two_further) == ("ann@example.com", "promote-full")


@pytest.mark.parametrize(
    ("act", "action"), [(Act.ABORTED, "abort"), (Act.RETRIED, "retry"), (Act.PROMOTED, "promote-full")]
)
def test_each_act_has_its_action(act, action):
    asked = Question(act=act, after=WAITED, before=LATER)

    assert named(an_event(action=action), asked=asked) == ("ann@example.com", action)
    assert named(an_event(action="resume"), asked=asked) is None


@pytest.mark.parametrize(
    ("tracking", "application"),
    [
        pytest.param(CHECKOUT, ("", "shop"), id="Argo CD's own namespace"),
        pytest.param(f"team-a_{CHECKOUT}", ("team-a", "shop"), id="another namespace"),
        pytest.param("shop:argoproj.io/Rollout:shop/other", None, id="copied from another Rollout"),
        pytest.param("shop", None, id="nonsense"),
        pytest.param("", None, id="none"),
    ],
)
def test_its_application_is_the_one_that_tracks_it(tracking, application):
    assert application_of(a_rollout(tracking)) == application


def test_an_application_in_another_namespace_is_found_there_alone():
    rollout = a_rollout(f"team-a_{CHECKOUT}")

    assert named(beside_the_application(about={"namespace": "team-a"}), rollout=rollout) == ANN
    assert named(beside_the_application(about={"namespace": "team-b"}), rollout=rollout) is None


def test_before_2_7_the_message_alone_names_the_user():
    event = an_event()
    del event["metadata"]["annotations"]

    assert named(event) == ANN
