"""Decisions on gates and on releases: taken, or too late."""

import asyncio

import pytest

from bot.domain.policy import Stage
from bot.domain.run import Signal
from tests.handlers.api.conftest import newest


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
