"""What forms decide, sent as a browser without script sends them."""

import re
from datetime import timedelta

import pytest

from bot.domain.decision import Surface
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Run
from tests.handlers.console.world import ANN, BOB, approved_by, checkout, ended, gate, somebody


async def decisions(world, release):
    """What people decided or tried, newest first: actor, action, decision."""
    lines = await world.record(release)
    return [(line["actor"], line["action"], line["decision"]) for line in lines if line["action"][:8] == "decision"]


async def test_an_approval_leads_back_with_a_receipt_and_a_way_to_take_it_back(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))
    world.now += timedelta(seconds=51)

    answer = await ann.approve(waiting)

    assert (answer.status, answer.headers["Location"]) == (303, f"/?receipt={release.id}")
    page = await ann.page(answer.headers["Location"])
    assert "You approved shop/checkout#142 at" in page
    assert "24 Nov 02:00:51 UTC" in page
    assert "Take back" in page.partition('id="receipt"')[2].partition("<section")[0]
    line = (await world.record(release))[0]
    assert (line["actor"], line["action"], line["surface"]) == (ANN, "decision.taken", Surface.CONSOLE)


async def test_the_last_approval_opens_the_gate(world, ann):
    waiting = gate(approvals=(approved_by(BOB),))
    release = await world.add(checkout(waiting))

    await ann.approve(waiting)

    assert (await world.release(release)).gate(waiting.id).state is GateState.OPEN


async def test_from_the_page_of_a_release_one_comes_back_to_it(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))

    answer = await ann.approve(waiting, back=f"/releases/{release.id}")

    assert answer.headers["Location"] == f"/releases/{release.id}?receipt={release.id}"
    assert "You approved shop/checkout#142" in await ann.page(answer.headers["Location"])


async def test_the_same_answer_again_changes_nothing_and_tells_of_the_first(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))
    await ann.approve(waiting)
    world.now += timedelta(minutes=5)

    answer = await ann.approve(waiting)

    assert answer.status == 303
    assert "24 Nov 02:00:00 UTC" in (await ann.page(answer.headers["Location"])).partition('id="receipt"')[2][:300]
    assert len(await decisions(world, release)) == 1


async def test_an_approval_is_taken_back(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))
    await ann.approve(waiting)

    answer = await ann.decide(waiting, "take_back")

    assert "You took back your approval of shop/checkout#142" in await ann.page(answer.headers["Location"])
    assert (await world.release(release)).gate(waiting.id).approvals == ()


async def test_what_the_engine_was_told_can_not_be_taken_back(world, ann):
    told = gate(quorum=1, state=GateState.OPEN, approvals=(approved_by(ANN),), told_at=world.now)
    release = await world.add(checkout(told))

    assert "take_back" not in await ann.page(f"/?receipt={release.id}")
    answer = await ann.decide(told, "take_back")

    assert answer.status == 409
    assert "already told yes at 02:00:00 UTC" in await answer.text()


async def test_a_receipt_shows_nobody_elses_decision(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))
    await ann.approve(waiting)

    async with somebody(world) as bob:
        await bob.sign_in("bob-secret")
        assert 'id="receipt"' not in await bob.page(f"/?receipt={release.id}")


@pytest.mark.parametrize("receipt", ["01K9CCCCCCCCCCCCCC99999999", "%00", "<b>"])
async def test_a_receipt_of_nothing_is_not_shown(ann, receipt):
    assert 'id="receipt"' not in await ann.page(f"/?receipt={receipt}")


async def test_a_reject_without_a_reason_is_shown_where_it_was_with_its_form_open(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))

    answer = await ann.decide(waiting, "reject", reason=" \n ")

    page = await answer.text()
    assert answer.status == 422
    assert "Rejecting needs a reason." in page
    assert re.search(rf'id="ask-reject-{waiting.id}"[^>]* open>', page)
    assert (await world.release(release)).state is ReleaseState.PROGRESSING


async def test_a_reason_is_one_line_on_record(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))

    await ann.decide(waiting, "reject", reason=" totals\r\nare wrong ")

    told = (await world.release(release)).roll_back
    assert told is not None
    assert told.mark.reason == "totals are wrong"


async def test_a_reason_that_is_too_long_is_kept_in_the_form(world, ann):
    waiting = gate()
    release = await world.add(checkout(waiting))

    answer = await ann.decide(waiting, "reject", reason="x" * 2001)

    assert answer.status == 422
    assert "x" * 2001 in await answer.text()
    assert await decisions(world, release) == []


async def test_who_may_not_decide_is_told_who_may_and_the_attempt_is_on_record(world, stranger):
    waiting = gate()
    release = await world.add(checkout(waiting))
    await stranger.sign_in("eve-secret")

    answer = await stranger.approve(waiting, back=f"/releases/{release.id}")

    page = await answer.text()
    assert answer.status == 403
    assert "Nothing was done." in page
    assert "@sre" in page
    assert f'data-at="/releases/{release.id}"' in page
    assert await decisions(world, release) == [("eve@example.com", "decision.refused", "approve")]


async def test_a_token_that_may_only_read_decides_nothing_and_its_attempt_is_on_record(world, stranger):
    waiting = gate(quorum=1)
    release = await world.add(checkout(waiting))
    await stranger.sign_in("reader-secret")

    answer = await stranger.approve(waiting)

    assert answer.status == 403
    assert "This token may read, and not decide." in await answer.text()
    assert (await world.release(release)).gate(waiting.id).state is GateState.CLOSED
    assert await decisions(world, release) == [("rita@example.com", "decision.refused", "approve")]


async def test_who_comes_too_late_is_told_who_was_first_and_when(world, ann):
    told = gate(quorum=1, state=GateState.OPEN, approvals=(approved_by(BOB),), told_at=world.now)
    await world.add(checkout(told))

    answer = await ann.decide(told, "reject", reason="too late")

    assert answer.status == 409
    assert "(bob@example.com, 24 Nov 02:00:00 UTC)" in await answer.text()


async def test_a_release_is_paused_and_goes_on(world, ann):
    release = await world.add(checkout(gate()))

    await ann.decide(release, "pause")
    paused = (await world.release(release)).paused
    answer = await ann.decide(release, "resume")

    assert paused is not None
    assert (await world.release(release)).paused is None
    assert "You resumed shop/checkout#142" in await ann.page(answer.headers["Location"])


async def test_a_release_is_rolled_back_with_a_reason(world, ann):
    release = await world.add(checkout())

    answer = await ann.decide(release, "roll_back", reason="errors in the log")

    assert answer.status == 303
    assert (await world.release(release)).state is ReleaseState.ROLLING_BACK


async def test_a_start_that_was_refused_is_asked_again(world, ann):
    start = gate(Stage.START, quorum=1)
    release = await world.add(checkout(start, state=ReleaseState.WAITING, run=Run()))
    await ann.decide(start, "reject", reason="not on a Friday")

    assert "Ask again" in await ann.page("/")
    await ann.decide(start, "reopen")

    assert (await world.release(release)).state is ReleaseState.WAITING


async def test_a_decision_on_a_release_that_is_on_no_list_is_answered_on_its_own_page(world, ann):
    first = await world.add(ended(checkout(number=1), ReleaseState.PROMOTED))
    for number in range(2, 22 + 1):
        await world.add(ended(checkout(number=number), ReleaseState.PROMOTED))

    answer = await ann.decide(first, "roll_back", reason="late")

    page = await answer.text()
    assert answer.status == 409
    assert "has ended: promoted" in page
    assert f'data-at="/releases/{first.id}"' in page
