"""Why a gate stands as it stands."""

from datetime import UTC, datetime

import pytest

from bot.domain.cards.seen import Seen
from bot.domain.cards.standing import LISTED, who, why
from bot.domain.commands.plain import plain
from bot.domain.decision import Mark, Principal
from bot.domain.effects import ReleaseId
from bot.domain.gate import MANIFEST, Gate, GateId, GateState, Terms
from bot.domain.policy import Circle, Need, Policy, Rights, Rule, Stage, UnknownAuthor
from bot.domain.release import Release, ReleaseState
from bot.domain.workload import Workload

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANN, BOB = Principal("ann@example.com"), Principal("bob@example.com")
APPROVED = (Mark(ANN, NOON),)


def rights(*members, quorum=2, **policy):
    need = Need(of=("group:sre",), quorum=quorum)
    written = Policy(name="shop", needs=(need,), **policy)
    return Rights(
        rules={Stage.PROMOTION: Rule(policy=written, circles=(Circle(need=need, members=frozenset(members)),))}
    )


def gate(state=GateState.CLOSED, **more):
    terms = Terms(policy="shop", quorum=2)
    return Gate(id=GateId("g"), stage=Stage.PROMOTION, terms=terms, reached_at=NOON, state=state, **more)


def release(*gates, paused=None):
    return Release(
        id=ReleaseId("r"),
        workload=Workload("eu", "Canary", "shop", "checkout"),
        number=1,
        engine="flagger",
        state=ReleaseState.PROGRESSING,
        started_at=NOON,
        gates=gates,
        paused=paused,
    )


SETTLED = Mark(BOB, NOON, "orders\nare wrong")
BY_DEADLINE = Mark(Principal("policy:shop"), NOON, "nobody answered in time")


@pytest.mark.parametrize(
    ("of", "text"),
    [
        pytest.param(gate(), "waits for 2 of 2 approvals", id="waits"),
        pytest.param(gate(approvals=APPROVED), "waits for 1 of 2 approvals", id="one approved"),
        pytest.param(gate(overdue=True), "waits for 2 of 2 approvals, overdue", id="overdue"),
        pytest.param(gate(halted=True), "the manifest keeps this gate shut", id="halted"),
        pytest.param(
            gate(GateState.OPEN, approvals=(*APPROVED, Mark(BOB, NOON))),
            "approved by ann and bob; the engine is told when it asks next",
            id="open",
        ),
        pytest.param(
            gate(GateState.OPEN, approvals=APPROVED, told_at=NOON),
            "approved by ann; the engine was told at 24 Nov 12:00:00 UTC",
            id="told",
        ),
        pytest.param(
            gate(GateState.OPEN, told_at=NOON),
            "decided by a written rule; the engine was told at 24 Nov 12:00:00 UTC",
            id="by a rule",
        ),
        pytest.param(
            gate(GateState.OPEN, step=MANIFEST, told_at=NOON),
            "decided by the manifest; the engine was told at 24 Nov 12:00:00 UTC",
            id="by the manifest",
        ),
        pytest.param(
            gate(GateState.REFUSED, settled=SETTLED),
            "refused by bob at 24 Nov 12:00:00 UTC: orders are wrong",
            id="refused",
        ),
        pytest.param(
            gate(GateState.EXPIRED, settled=BY_DEADLINE),
            "expired by policy:shop at 24 Nov 12:00:00 UTC: nobody answered in time",
            id="expired",
        ),
        pytest.param(gate(GateState.WITHDRAWN), "withdrawn", id="withdrawn, by whom is not known"),
    ],
)
def test_a_gate_says_in_one_line_why_it_stands_as_it_does(of, text):
    assert plain(why(release(of), of, rights(ANN, BOB))) == text


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (gate(), "paused by bob"),
        (gate(GateState.OPEN, approvals=APPROVED), "approved by ann, but paused by bob"),
    ],
)
def test_a_pause_is_said_before_what_is_missing(of, text):
    assert plain(why(release(of, paused=Mark(BOB, NOON)), of, rights(ANN))) == text


def test_an_unknown_author_is_said():
    strict = rights(ANN, BOB, self_approval=False, unknown_author=UnknownAuthor.REFUSE)

    assert "author is unknown" in plain(why(release(gate()), gate(), strict))


def test_without_a_policy_nobody_may():
    assert plain(why(release(gate()), gate(), Rights(rules={}))) == "no policy names anybody who may approve"


def test_a_crowd_is_counted_beyond_the_first():
    crowd = [Principal(f"p{number:02d}@example.com") for number in range(LISTED + 5)]
    seen = Seen(release=release(gate()), rights=rights(*crowd), now=NOON)

    assert plain(who(seen)[0]).endswith("p19@example.com and 5 more.")


def test_the_author_may_stop_it_too():
    authored = Release(**{name: getattr(release(gate()), name) for name in Release.__slots__} | {"authors": {BOB}})
    seen = Seen(release=authored, rights=rights(ANN), now=NOON)

    assert plain(who(seen)[-1]) == "May stop it: ann@example.com, bob@example.com."
