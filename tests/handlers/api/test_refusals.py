"""Decisions that are not taken: which refusal is said before which, and which are on record."""

import pytest

from bot.domain.decision import REASON_LENGTH, Verb, Verdict
from tests.handlers.api.conftest import newest
from tests.support.desk import LEDGER

NEVER = f"{0:026d}"


@pytest.mark.parametrize("by", ["eve", "ci"])
async def test_who_is_no_approver_is_forbidden_and_on_record(desk, on_gate, by):
    release = await desk.asks()

    answer = await on_gate("approve", by)

    assert answer.status == 403
    assert "@sre or bob may" in answer.json["detail"]
    assert (await desk.actions(release))[-1] == "decision.refused"


async def test_forbidden_is_said_before_settled(desk, on_gate):
    await desk.asks()
    await on_gate("reject", "bob", reason="orders are wrong")

    assert (await on_gate("approve", "eve")).status == 403


async def test_settled_is_said_before_the_reason(desk, on_gate):
    await desk.asks()
    await on_gate("reject", "bob", reason="orders are wrong")

    assert (await on_gate("reject", "ann")).status == 409


@pytest.mark.parametrize("reason", ["", "  \n "])
async def test_a_missing_reason_is_told_last(desk, on_gate, reason):
    release = await desk.asks()

    answer = await on_gate("reject", reason=reason)

    assert (answer.status, answer.json["field"]) == (422, "reason")
    assert (await desk.actions(release))[-1] == "decision.refused"


async def test_a_policy_can_want_a_reason_of_an_approval(desk, on_gate):
    release = await desk.asks(LEDGER)

    assert (await on_gate("approve", release=release)).json["field"] == "reason"
    assert (await on_gate("approve", release=release, reason="ticket PAY-7")).status == 200


async def test_the_longest_reason_is_taken(desk, on_gate):
    await desk.asks()

    assert (await on_gate("reject", reason="é" * REASON_LENGTH)).status == 200


async def test_a_reason_too_long_is_not_of_form_and_leaves_no_trace(desk, on_gate):
    release = await desk.asks()

    answer = await on_gate("reject", "eve", reason="x" * (REASON_LENGTH + 1))

    assert (answer.status, answer.json["field"]) == (422, "reason")
    assert "decision.refused" not in await desk.actions(release)


@pytest.mark.parametrize("decision", ["override", "APPROVE", "roll_back", "", None, 1, ["approve"], True])
async def test_a_decision_that_a_gate_does_not_know_is_told_with_those_it_knows(desk, on_gate, decision):
    await desk.asks()

    answer = await on_gate(decision)

    assert (answer.status, answer.json["field"]) == (422, "decision")
    assert all(verdict in answer.json["detail"] for verdict in Verdict)


async def test_a_decision_that_a_release_does_not_know_is_told_with_those_it_knows(desk, on_release):
    await desk.asks()

    answer = await on_release("approve")

    assert (answer.status, answer.json["field"]) == (422, "decision")
    assert all(verb in answer.json["detail"] for verb in Verb)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{}", "decision"),
        ("[]", ""),
        ('"DECISION"', ""),
        ("null", ""),
        ("7", ""),
        ('{"decision": "DECISION", "reason": null}', "reason"),
        ('{"decision": "DECISION", "reason": ["x"]}', "reason"),
        ('{"decision": "DECISION", "raeson": "x"}', "raeson"),
    ],
)
async def test_a_body_that_is_not_of_form_is_told_by_its_field(desk, api, body, field):
    release = await desk.asks()

    for path, decision in ((f"/gates/{release.gates[0].id}", "approve"), (f"/releases/{release.id}", "pause")):
        answer = await api.post(f"{path}/decisions", data=body.replace("DECISION", decision))

        assert (answer.status, answer.json["field"]) == (422, field)


@pytest.mark.parametrize("path", ["gates", "releases"])
@pytest.mark.parametrize("id_", [NEVER, "nosuch", "%00"])
async def test_not_found_is_said_before_the_form(api, path, id_):
    assert (await api.post(f"/{path}/{id_}/decisions", {"decision": "nonsense"})).status == 404


async def test_form_is_said_before_forbidden(desk, api):
    release = await desk.asks()

    assert (await api.post(f"/releases/{release.id}/decisions", {}, by="reader")).status == 422


@pytest.mark.parametrize("path", ["gate", "release"])
async def test_a_token_that_only_reads_decides_nothing_and_that_is_on_record(desk, api, path):
    release = await desk.asks()
    where = f"/gates/{release.gates[0].id}" if path == "gate" else f"/releases/{release.id}"

    answer = await api.post(
        f"{where}/decisions", {"decision": "reject" if path == "gate" else "pause", "reason": "because"}, by="reader"
    )

    assert answer.status == 403
    written = await newest(desk, "decision.refused")
    assert (written["actor"], written["details"]["said"]) == ("ann@example.com", "because")
    assert written["gate"] == (release.gates[0].id if path == "gate" else None)
    assert (await desk.release()) == release
