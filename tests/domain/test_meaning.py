"""Which release, which gate and which button a typed line means."""

from datetime import UTC, datetime

import pytest

from bot.domain.cards.seen import Seen
from bot.domain.commands.command import Target
from bot.domain.commands.meaning import gate_meant, meant, offer
from bot.domain.decision import Mark, Principal, Verb, Verdict
from bot.domain.effects import ReleaseId
from bot.domain.gate import MANIFEST, Gate, GateId, GateState, Terms
from bot.domain.policy import Rights, Stage
from bot.domain.release import Release, ReleaseState
from bot.domain.workload import Workload

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANN, BOB = Principal("ann@example.com"), Principal("bob@example.com")
CHECKOUT = Workload("eu", "Canary", "shop", "checkout")
OTHER = Workload("eu", "Canary", "lab", "checkout")


def release(number=1, workload=CHECKOUT, state=ReleaseState.PROGRESSING, gates=(), **more):
    return Release(
        id=ReleaseId(f"{workload}#{number}"),
        workload=workload,
        number=number,
        engine="flagger",
        state=state,
        started_at=NOON,
        gates=tuple(gates),
        **more,
    )


def gate(id_, state=GateState.CLOSED, stage=Stage.PROMOTION, by=(), **more):
    approvals = tuple(Mark(principal, NOON) for principal in by)
    terms = Terms(policy="p", quorum=2)
    return Gate(id=GateId(id_), stage=stage, terms=terms, reached_at=NOON, state=state, approvals=approvals, **more)


OVER = ReleaseState.PROMOTED


@pytest.mark.parametrize(
    ("target", "found", "expected"),
    [
        pytest.param(Target(name="checkout"), [], [], id="nothing is known"),
        pytest.param(Target(name="checkout"), [release(1, state=OVER)], [1], id="an ended one is meant, too"),
        pytest.param(Target(name="checkout"), [release(2), release(1, state=OVER)], [2], id="the newest is meant"),
        pytest.param(Target(name="checkout"), [release(1, state=OVER), release(2)], [2], id="in whatever order"),
        pytest.param(
            Target(name="checkout"), [release(7, OTHER, OVER), release(1)], [1, 7], id="two workloads, one of them open"
        ),
        pytest.param(Target(number=1), [release(1, OTHER, OVER), release(1)], [1], id="of a number the open one"),
        pytest.param(Target(number=1), [release(1, OTHER), release(1)], [1, 1], id="of a number two open ones"),
        pytest.param(
            Target(number=1), [release(1, OTHER, OVER), release(1, state=OVER)], [1, 1], id="of a number no open one"
        ),
        pytest.param(Target(kind="canary", name="checkout"), [release(1)], [1], id="a kind in small letters"),
        pytest.param(Target(kind="rollout", name="checkout"), [release(1)], [], id="another kind"),
    ],
)
def test_a_release_is_meant_where_it_is_clear(target, found, expected):
    assert [release.number for release in meant(target, found)] == expected


TOLD = {"state": GateState.OPEN, "told_at": NOON}


@pytest.mark.parametrize(
    ("verdict", "gates", "expected"),
    [
        pytest.param(Verdict.APPROVE, [], None, id="no gate"),
        pytest.param(Verdict.APPROVE, [gate("a"), gate("b", **TOLD)], "a", id="the one that waits"),
        pytest.param(Verdict.APPROVE, [gate("a"), gate("b")], "b", id="the newest that waits"),
        pytest.param(Verdict.APPROVE, [gate("a", GateState.OPEN), gate("b", **TOLD)], "a", id="open and not told"),
        pytest.param(Verdict.APPROVE, [gate("a", **TOLD), gate("b", GateState.REFUSED)], "b", id="else the newest"),
        pytest.param(Verdict.APPROVE, [gate("a"), gate("b", step=MANIFEST)], "a", id="never the manifest's own"),
        pytest.param(
            Verdict.REJECT, [gate("a", GateState.REFUSED), gate("b", GateState.WITHDRAWN)], "a", id="refused already"
        ),
        pytest.param(Verdict.REJECT, [gate("a", GateState.OPEN)], "a", id="an open one can be rejected"),
        pytest.param(Verdict.TAKE_BACK, [gate("a", by=[ANN]), gate("b", by=[BOB])], "a", id="where ann approved"),
        pytest.param(
            Verdict.TAKE_BACK, [gate("a", by=[ANN], **TOLD), gate("b")], "a", id="where ann approved, though told"
        ),
        pytest.param(Verdict.TAKE_BACK, [gate("a"), gate("b", **TOLD)], "a", id="where ann could have approved"),
        pytest.param(
            Verdict.REOPEN, [gate("a", stage=Stage.START), gate("b", stage=Stage.START), gate("c")], "b", id="the start"
        ),
    ],
)
def test_a_verdict_is_about_the_gate_it_can_still_change(verdict, gates, expected):
    found = gate_meant(release(gates=gates), verdict, ANN)

    assert (found.id if found else None) == expected


PROMOTING = ReleaseState.PROMOTING


@pytest.mark.parametrize(
    ("verb", "about", "expected"),
    [
        (Verdict.TAKE_BACK, release(gates=[gate("a", by=[ANN])]), (Verdict.TAKE_BACK, "a")),
        (Verdict.TAKE_BACK, release(gates=[gate("a", by=[BOB])]), None),
        (Verdict.TAKE_BACK, release(gates=[gate("a", by=[ANN], **TOLD)]), None),
        (Verb.PAUSE, release(), (Verb.PAUSE, "shop/checkout#1")),
        (Verb.PAUSE, release(paused=Mark(BOB, NOON)), None),
        (Verb.PAUSE, release(state=PROMOTING), None),
        (Verb.PAUSE, release(state=OVER, ended_at=NOON), None),
        (Verb.RESUME, release(paused=Mark(BOB, NOON)), (Verb.RESUME, "shop/checkout#1")),
        (Verb.RESUME, release(), None),
        (Verb.ROLL_BACK, release(), (Verb.ROLL_BACK, "shop/checkout#1")),
        (Verb.ROLL_BACK, release(gates=[gate("a")]), (Verdict.REJECT, "a")),
        (Verb.ROLL_BACK, release(state=PROMOTING), None),
        (Verb.SKIP, release(), None),
    ],
)
def test_a_button_is_offered_where_it_would_do_what_was_typed(verb, about, expected):
    button = offer(Seen(release=about, rights=Rights(rules={}), now=NOON), verb, ANN)

    assert (button and (button.verb, button.subject)) == expected
