"""Decisions on gates and on releases: taken, refused, and on record."""

import asyncio

import pytest

from bot.domain.command import REASON_LENGTH
from bot.domain.decision import Verb, Verdict
from bot.domain.policy import Stage
from bot.domain.run import Signal
from tests.support.desk import LEDGER

NEVER = f"{0:026d}"


@pytest.fixture
def on_gate(desk, api):
    """Decide on the newest gate of a workload."""

    async def decide(decision, by="ann", release=None, **body):
        gate = (release or await desk.release()).gates[-1]
        return await api.post(f"/gates/{gate.id}/decisions", {"decision": decision, **body}, by=by)

    return decide


@pytest.fixture
def on_release(desk, api):
    async def decide(decision, by="ann", **body):
        release = await desk.release()
        return await api.post(f"/releases/{release.id}/decisions", {"decision": decision, **body}, by=by)

    return decide


async def newest(desk, action):
    page = await desk.reader.audit(limit=50)
    return next(record for record in page.items if record["action"] == action)


async def test_an_approval_answers_the_gate_as_it_is_then(desk, on_gate):
    gate = (await desk.asks()).gates[0]

    answer = await on_gate("approve", reason="looks good")

    assert answer.status == 200
    assert answer.json["id"] == gate.id
    assert answer.json["approvals"] == [{"by": "ann@example.com", "at": "2026-11-24T02:00:00.000Z"}]
    taken = await newest(desk, "decision.taken")
    assert (taken["actor"], taken["surface"], taken["reason"]) == ("ann@example.com", "api", "looks good")


async def test_enough_approvals_open_the_gate_and_the_engine_hears_yes(desk, on_gate):
    await desk.asks()
    await on_gate("approve", "ann")
    assert not await desk.asks_again()

    answer = await on_gate("approve", "bob")

    assert answer.json["state"] == "open"
    assert await desk.asks_again()


async def test_the_same_answer_again_changes_nothing(desk, on_gate):
    release = await desk.asks()
    first = await on_gate("approve")
    written = await desk.actions(release)
    desk.clock.pass_(minutes=1)

    second = await on_gate("approve")

    assert (second.status, second.json) == (200, first.json)
    assert await desk.actions(release) == written


async def test_two_at_once_are_both_counted(desk, on_gate):
    await desk.asks()

    answers = await asyncio.gather(on_gate("approve", "ann"), on_gate("approve", "bob"))

    assert [answer.status for answer in answers] == [200, 200]
    assert (await desk.release()).gates[0].state == "open"


async def test_a_reject_rolls_back(desk, on_gate):
    await desk.asks()

    answer = await on_gate("reject", reason="orders are wrong")

    assert (answer.status, answer.json["state"]) == (200, "refused")
    assert await desk.asks_back()


async def test_an_approval_is_taken_back(desk, on_gate):
    await desk.asks()
    await on_gate("approve")

    answer = await on_gate("take_back")

    assert (answer.status, answer.json["approvals"]) == (200, [])


async def test_nothing_of_ones_own_to_take_back_is_a_conflict(desk, on_gate):
    await desk.asks()
    await on_gate("approve", "ann")

    answer = await on_gate("take_back", "bob")

    assert (answer.status, answer.json["state"]) == (409, "closed")


async def test_reopen_answers_the_new_gate(desk, on_gate):
    old = (await desk.asks(stage=Stage.START)).gates[0]
    await on_gate("reject", reason="not today")

    answer = await on_gate("reopen", "bob")

    assert answer.status == 200
    assert answer.json["id"] != old.id
    assert (answer.json["stage"], answer.json["state"], answer.json["approvals"]) == ("start", "closed", [])


async def test_a_settled_gate_is_a_conflict_that_names_who_and_when(desk, on_gate):
    await desk.asks()
    await on_gate("reject", "bob", reason="orders are wrong")

    answer = await on_gate("approve", "ann")

    assert answer.status == 409
    assert answer.json["state"] == "refused"
    assert (answer.json["by"], answer.json["at"]) == ("bob@example.com", "2026-11-24T02:00:00.000Z")


async def test_who_comes_after_the_engine_was_told_hears_when(desk, on_gate):
    await desk.asks(stage=Stage.START)
    await on_gate("approve", "ann")
    await desk.asks_again(stage=Stage.START)

    answer = await on_gate("reject", "bob", reason="wait")

    assert (answer.status, answer.json["state"], answer.json["at"]) == (409, "open", "2026-11-24T02:00:00.000Z")
    assert "already told" in answer.json["detail"]


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


async def test_a_release_is_rolled_back_once_and_another_hears_by_whom(desk, on_release):
    await desk.started()

    first = await on_release("roll_back", "ann", reason="errors")
    same = await on_release("roll_back", "ann", reason="errors")
    other = await on_release("roll_back", "bob", reason="errors")

    assert (first.status, first.json["state"]) == (200, "rolling_back")
    assert (same.status, same.json) == (200, first.json)
    assert (other.status, other.json["state"], other.json["by"]) == (409, "rolling_back", "ann@example.com")


async def test_a_release_is_paused_and_resumed(desk, on_release):
    await desk.asks()

    paused = await on_release("pause", "bob")
    resumed = await on_release("resume", "ann")
    again = await on_release("resume", "ann")

    assert paused.json["paused"] == {"by": "bob@example.com", "at": "2026-11-24T02:00:00.000Z"}
    assert resumed.json["paused"] is None
    assert again.status == 409


@pytest.mark.parametrize("verb", ["retry", "skip", "promote_full"])
async def test_what_the_engine_offers_no_way_to_do_is_said(desk, on_release, verb):
    await desk.started()

    answer = await on_release(verb)

    assert (answer.status, answer.json["state"]) == (409, "progressing")
    assert "no way" in answer.json["detail"]


async def test_what_has_ended_cannot_be_rolled_back(desk, on_release):
    await desk.started()
    await desk.ended(Signal.COMPLETED)

    answer = await on_release("roll_back", reason="errors")

    assert (answer.status, answer.json["state"], answer.json["at"]) == (409, "promoted", "2026-11-24T02:00:00.000Z")
