"""Somebody types a decision: what is done, what is told, and what comes on record."""

import pytest

from bot.domain.decision import Verb, Verdict
from bot.domain.errors import RefusalKind
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from tests.support.desk import ANN, BOB, CART, EVE
from tests.usecases.answer_command.conftest import newest


async def test_the_gate_that_waits_is_approved(desk, say):
    await desk.asks(CART, stage=Stage.START)

    reply = await say("approve shop/cart looks good")

    assert reply.text.startswith("You approved shop/cart#1 at 24 Nov 02:00:00 UTC.\n")
    assert (await desk.release(CART)).gates[0].state is GateState.OPEN
    taken = await newest(desk, "decision.taken")
    assert (taken["actor"], taken["decision"], taken["reason"], taken["surface"]) == (
        ANN,
        "approve",
        "looks good",
        "slack",
    )


async def test_the_platforms_name_of_the_person_comes_on_record(desk, say):
    await desk.asks()

    await say("approve checkout", platform_user="U123")

    assert (await newest(desk, "decision.taken"))["details"]["platform_user"] == "U123"


async def test_a_receipt_says_what_is_missing_and_offers_to_take_it_back(desk, say):
    gate = (await desk.asks()).gates[0]

    reply = await say("approve checkout")

    assert reply.text.endswith("Needs 1 more of @sre or bob.")
    assert [(button.verb, button.subject) for button in reply.buttons] == [(Verdict.TAKE_BACK, gate.id)]


async def test_an_answer_said_twice_names_the_time_of_the_first(desk, say):
    await desk.asks()
    await say("approve checkout")
    desk.clock.pass_(minutes=5)

    reply = await say("approve checkout")

    assert reply.text.startswith("You approved shop/checkout#1 at 24 Nov 02:00:00 UTC.")


async def test_a_shared_answer_carries_no_buttons(desk, say):
    await desk.asks()

    reply = await say("approve checkout --share")

    assert reply.shared
    assert reply.buttons == ()


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("reject checkout bad", Verdict.REJECT),
        ("rollback checkout bad", Verb.ROLL_BACK),
        ("abort checkout bad", Verb.ROLL_BACK),
        ("undo checkout bad", Verb.ROLL_BACK),
    ],
)
async def test_a_no_begins_the_roll_back(desk, say, text, decision):
    await desk.asks()

    reply = await say(text)

    release = await desk.release()
    assert release.state is ReleaseState.ROLLING_BACK
    assert "ann decided to roll back at 24 Nov 02:00:00 UTC: bad." in reply.text
    assert (await newest(desk, "decision.taken"))["decision"] == decision


async def test_an_approval_is_taken_back(desk, say):
    await desk.asks()
    await say("approve checkout")

    reply = await say("take back checkout")

    assert (await desk.release()).gates[0].approvals == ()
    assert reply.text == "You took back your approval of shop/checkout#1.\nNeeds 2 of @sre or bob."


async def test_a_refused_start_is_asked_again(desk, say):
    await desk.asks(stage=Stage.START)
    await say("reject checkout not today")

    reply = await say("reopen checkout", BOB)

    assert (await desk.release()).state is ReleaseState.WAITING
    assert reply.text.startswith("You asked again for the start of shop/checkout#1 at 24 Nov 02:00:00 UTC.")


async def test_a_release_is_paused_and_resumed(desk, say):
    await desk.asks()

    paused = await say("pause checkout")
    held = await say("why checkout")
    resumed = await say("resume checkout")

    assert paused.text.startswith("You paused shop/checkout#1 at 24 Nov 02:00:00 UTC.")
    assert "paused by ann" in held.text
    assert resumed.text.startswith("You resumed shop/checkout#1.")


async def test_a_missing_reason_is_refused_with_a_line_that_would_be_right(desk, refused):
    await desk.asks()

    refusal = await refused("reject checkout")

    assert refusal.kind is RefusalKind.NO_REASON
    assert str(refusal) == "Rejecting needs a reason. For example: reject checkout orders are rounded wrongly"


async def test_who_may_not_is_refused_on_record(desk, refused):
    release = await desk.asks()

    refusal = await refused("approve checkout", EVE)

    assert refusal.kind is RefusalKind.NOT_ALLOWED
    assert (await desk.actions(release))[-1] == "decision.refused"


async def test_a_token_that_only_reads_decides_nothing_and_that_is_on_record(desk, refused):
    release = await desk.asks()

    refusal = await refused("approve checkout", may_decide=False)

    assert refusal.kind is RefusalKind.NOT_ALLOWED
    written = await newest(desk, "decision.refused")
    assert (written["actor"], written["gate"]) == (ANN, release.gates[0].id)


async def test_a_token_that_only_reads_may_ask(desk, say):
    await desk.asks()

    assert (await say("why checkout", may_decide=False)).items


async def test_who_comes_after_the_engine_was_told_hears_when_that_was(desk, say, refused):
    await desk.asks(stage=Stage.START)
    await say("approve checkout")
    await desk.asks_again(stage=Stage.START)

    refusal = await refused("approve checkout", BOB)

    assert refusal.kind is RefusalKind.SETTLED
    assert (refusal.state, refusal.by) == ("open", ANN)


async def test_where_nothing_was_ever_asked_the_refusal_tells_the_state_and_is_on_record(desk, refused):
    release = await desk.started()

    refusal = await refused("approve checkout")

    assert refusal.kind is RefusalKind.SETTLED
    assert refusal.state == "progressing"
    assert str(refusal) == "shop/checkout#1 asks nobody now: it is progressing."
    assert (await desk.actions(release))[-1] == "decision.refused"


async def test_where_nothing_was_ever_asked_a_stranger_hears_that_they_may_not(desk, refused):
    await desk.started()

    assert (await refused("approve checkout", EVE)).kind is RefusalKind.NOT_ALLOWED


async def test_what_ended_unasked_cannot_be_approved_any_more(desk, refused):
    await desk.started()
    await desk.ended()

    refusal = await refused("approve checkout")

    assert (refusal.kind, refusal.state, refusal.at) == (RefusalKind.SETTLED, "promoted", desk.clock.at)


async def test_an_open_yes_is_rejected_until_the_engine_was_told(desk, say):
    await desk.asks(stage=Stage.START)
    await say("approve checkout")

    await say("reject checkout on second thoughts", BOB)

    assert (await desk.release()).state is ReleaseState.REFUSED


async def test_resume_at_a_pause_step_asks_whether_approve_is_meant(desk, say):
    release = await desk.asks(stage=Stage.STEP)

    reply = await say("resume checkout")

    assert "    approve shop/checkout#1" in reply.text.splitlines()
    assert [(button.verb, button.subject) for button in reply.buttons] == [(Verdict.APPROVE, release.gates[0].id)]
    assert "decision.refused" not in await desk.actions(release)


@pytest.mark.parametrize(
    ("text", "verb", "why"),
    [
        ("retry checkout", Verb.RETRY, "retry"),
        ("skip checkout", Verb.SKIP, "skip"),
        ("full checkout", Verb.PROMOTE_FULL, "promote full"),
        ("promote-full checkout", Verb.PROMOTE_FULL, "promote full"),
    ],
)
async def test_what_the_engine_cannot_do_is_refused_with_the_reason(desk, refused, text, verb, why):
    await desk.asks()

    refusal = await refused(text)

    assert refusal.kind is RefusalKind.SETTLED
    assert str(refusal) == f"Flagger's hooks offer no way to {why}."
    assert (await newest(desk, "decision.refused"))["decision"] == verb
