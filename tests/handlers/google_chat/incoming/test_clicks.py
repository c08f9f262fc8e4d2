"""A click is a decision, committed before Google Chat hears that it was taken; a dialog comes before most of them."""

import asyncio

import pytest

from bot.domain.decision import REASON_LENGTH, Surface, Verb
from bot.domain.errors import RecordsUnavailableError
from bot.domain.gate import GateState
from bot.domain.release import ReleaseState
from bot.usecases.decide import Decide
from handlers.google_chat import listening
from tests.support.deciding import decide_on_release
from tests.support.desk import ANN, CHECKOUT, LEDGER
from tests.support.google_chat import SPACE

ASKED, SENT, CLOSED = "REQUEST_DIALOG", "SUBMIT_DIALOG", "CANCEL_DIALOG"
LATER = "2026-11-24T02:00:09Z"


async def gate_now(desk):
    return (await desk.release(CHECKOUT)).gates[-1]


async def test_approve_asks_once_more_and_then_decides(office, gate):
    asked = await office.clicks("gate.approve", gate, dialog=ASKED)

    assert asked.pushed or office.dialect == "classic"
    assert "Everybody gets" in asked.words
    assert (await gate_now(office.desk)).approvals == ()
    assert asked.buttons["Approve"] == {"verb": "gate.approve", "subject": gate}

    sent = await office.clicks(**asked.buttons["Approve"], dialog=SENT)
    assert sent.closed == "You approved shop/checkout#1 at 24 Nov 02:00:00 UTC."
    (mark,) = (await gate_now(office.desk)).approvals
    assert (mark.by, mark.surface) == (ANN, Surface.GOOGLE_CHAT)
    taken = next(line for line in await office.record() if line["action"] == "decision.taken")
    assert taken["details"]["platform_user"] == "users/101"


async def test_who_approved_gets_a_private_receipt_that_can_take_it_back(office, gate):
    await office.clicks("gate.approve", gate, dialog=SENT)

    await office.chat.until(office.chat.private)
    (told,) = office.chat.private()
    assert told["privateMessageViewer"] == {"name": "users/101"}
    assert (told["space"]["name"], told["thread"]["name"]) == (SPACE, f"{SPACE}/threads/T1")
    assert "You approved shop/checkout#1" in str(told)
    assert "gate.take_back" in str(told)


async def test_in_a_direct_message_a_receipt_needs_no_privacy(office, gate):
    office.chat.spaces["spaces/DM"] = {"users/101"}

    await office.clicks("gate.approve", gate, dialog=SENT, space="spaces/DM")

    await office.chat.until(lambda: office.chat.messages)
    (told,) = office.chat.messages.values()
    assert "privateMessageViewer" not in told


async def test_taking_back_takes_the_place_of_the_receipt(office, gate):
    await office.clicks("gate.approve", gate, dialog=SENT)

    back = await office.clicks("gate.take_back", gate, private=True, at=LATER)

    assert back.redrawn
    assert "You took back your approval of shop/checkout#1" in back.words
    assert back.buttons == {}
    assert (await gate_now(office.desk)).approvals == ()


async def test_what_the_engine_was_told_cannot_be_taken_back(office, desk, gate):
    await office.clicks("gate.approve", gate, dialog=SENT)
    await office.clicks("gate.approve", gate, dialog=SENT, user="users/102")
    assert await desk.asks_again()

    back = await office.clicks("gate.take_back", gate, private=True, at=LATER)

    assert "already told yes" in back.words
    assert (back.redrawn, back.to) == (False, "users/101")


async def test_a_repeated_approval_tells_the_first_time(office, desk, gate):
    first = await office.clicks("gate.approve", gate, dialog=SENT)
    desk.clock.pass_(minutes=10)

    again = await office.clicks("gate.approve", gate, dialog=SENT, at=LATER)

    assert again.closed == first.closed
    assert (await office.actions()).count("decision.taken") == 1


async def test_a_receipt_that_cannot_be_told_undoes_no_decision(office, gate):
    office.chat.faults["create"] = [403]

    sent = await office.clicks("gate.approve", gate, dialog=SENT)
    await office.made.drain()

    assert sent.closed is not None
    assert len((await gate_now(office.desk)).approvals) == 1
    assert office.chat.messages == {}


async def test_who_may_not_is_told_who_may_in_the_dialog(office, gate):
    sent = await office.clicks("gate.approve", gate, dialog=SENT, user="users/103")

    assert sent.dialog is not None
    assert not sent.pushed
    assert "may" in sent.words
    assert (await gate_now(office.desk)).approvals == ()
    assert (await office.record())[-1]["action"] == "decision.refused"


async def test_a_reason_is_asked_for_in_the_dialog(office, gate):
    asked = await office.clicks("gate.reject", gate, dialog=ASKED)
    assert "textInput" in asked.words
    assert (await gate_now(office.desk)).state is GateState.CLOSED

    await office.clicks(**asked.buttons["Roll back"], dialog=SENT, form={"reason": "p99 doubled\nsince noon"})

    settled = (await gate_now(office.desk)).settled
    assert settled is not None
    assert (settled.by, settled.reason) == (ANN, "p99 doubled since noon")


async def test_an_approval_can_need_a_reason_too(office, desk):
    gate = (await desk.asks(LEDGER)).gates[-1].id

    await office.clicks("gate.approve", gate, dialog=SENT, form={"reason": "looks good"})

    assert [mark.reason for mark in (await desk.release(LEDGER)).gates[-1].approvals] == ["looks good"]


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        pytest.param({}, "needs a reason", id="none"),
        pytest.param({"reason": ""}, "needs a reason", id="nothing"),
        pytest.param({"reason": " \n\t "}, "needs a reason", id="blanks"),
        pytest.param({"because": "p99"}, "needs a reason", id="in another field"),
        pytest.param({"reason": "x" * (REASON_LENGTH + 1)}, "at most 2,000 characters", id="too long"),
    ],
)
async def test_a_reason_that_is_none_is_told_in_the_dialog(office, gate, form, fault):
    sent = await office.clicks("gate.reject", gate, dialog=SENT, form=form)

    assert sent.dialog is not None
    assert fault in sent.words
    assert (await gate_now(office.desk)).state is GateState.CLOSED


async def test_a_dialog_sent_off_after_the_gate_was_settled_is_refused_and_on_record(office, desk, gate):
    await office.clicks("gate.reject", gate, dialog=ASKED)
    await decide_on_release(
        desk.people.decide, (await desk.release()).id, verb=Verb.ROLL_BACK, by=ANN, surface=Surface.API, reason="faster"
    )

    sent = await office.clicks("gate.reject", gate, dialog=SENT, form={"reason": "p99 doubled"}, user="users/102")

    assert "withdrawn" in sent.words
    assert (await office.record())[-1]["action"] == "decision.refused"


async def test_a_dialog_asked_for_by_an_old_card_is_refused_at_once(office, desk, gate):
    await decide_on_release(
        desk.people.decide, (await desk.release()).id, verb=Verb.ROLL_BACK, by=ANN, surface=Surface.API, reason="faster"
    )

    asked = await office.clicks("gate.approve", gate, dialog=ASKED)

    assert asked.dialog is not None
    assert asked.buttons == {}
    assert "withdrawn" in asked.words


async def test_a_dialog_that_is_closed_decides_nothing(office, gate):
    assert (await office.clicks("gate.approve", gate, dialog=CLOSED)).nothing

    assert (await gate_now(office.desk)).approvals == ()


async def test_a_whole_release_is_rolled_back_by_its_own_button(office, desk):
    release = await desk.started()

    await office.clicks("release.roll_back", release.id, dialog=SENT, form={"reason": "errors everywhere"})

    assert (await desk.release()).state is ReleaseState.ROLLING_BACK


async def test_an_unknown_button_is_answered_and_decides_nothing(office, gate):
    for verb in ("gate.override", "gate.", "gate", "", "release.approve", "x.approve", "a" * 255, "<users/all>"):
        for dialog in (None, ASKED, SENT):
            assert "not known" in (await office.clicks(verb, gate, dialog=dialog)).words, verb

    assert "decision.taken" not in await office.actions()


async def test_a_button_of_what_is_not_there_says_so(office):
    for subject in ("", "01KTA0G8V3J3D5ZK6Y8T9QW2EX", "'; drop table gate; --"):
        for verb in ("gate.approve", "release.roll_back", "card.details"):
            for dialog in (ASKED, SENT):
                answer = await office.clicks(verb, subject, dialog=dialog)
                assert "not known here any more" in answer.words, (verb, subject)


async def test_a_record_that_goes_away_meanwhile_is_told_in_the_dialog(office, gate, monkeypatch):
    async def away(*_args, **_more):
        raise RecordsUnavailableError("the database is away")

    monkeypatch.setattr(type(office.desk.people.decide), "__call__", away)

    sent = await office.clicks("gate.approve", gate, dialog=SENT)

    assert "Try again" in sent.words


async def test_details_show_gates_approvals_and_what_happened(office, desk, gate):
    await office.clicks("gate.approve", gate, dialog=SENT)
    release = await desk.release()

    shown = await office.clicks("card.details", release.id, dialog=ASKED)

    assert "ann approved" in shown.words
    assert "the promotion gate asked" in shown.words
    assert f"https://pointsman.example.com/releases/{release.id}" in shown.words


async def test_details_are_for_our_people_alone(office, desk, gate):
    shown = await office.clicks("card.details", (await desk.release()).id, dialog=ASKED, user="users/104")

    assert "another organisation" in shown.words
    assert "ready for promotion" not in shown.words


@pytest.fixture
def slow(monkeypatch):
    """Let nothing be decided before it is let go, and wait for nothing."""
    go, real = asyncio.Event(), Decide.__call__

    async def waits(*args, **more):
        await go.wait()
        return await real(*args, **more)

    monkeypatch.setattr(Decide, "__call__", waits)
    monkeypatch.setattr(listening, "PROMPT_SECONDS", 0.05)
    return go


async def test_an_answer_slower_than_the_limit_follows_privately(office, gate, slow):
    sent = await office.clicks("gate.approve", gate, dialog=SENT)
    assert sent.closed == listening.LATER
    assert (await gate_now(office.desk)).approvals == ()

    slow.set()
    await office.chat.until(lambda: len(office.chat.private()) == 2)

    assert len((await gate_now(office.desk)).approvals) == 1
    assert all(told["privateMessageViewer"] == {"name": "users/101"} for told in office.chat.private())
    assert "You approved shop/checkout#1" in str(office.chat.private())


async def test_a_typed_answer_slower_than_the_limit_follows_too(office, gate, slow):
    assert (await office.types("approve checkout")).nothing

    slow.set()
    await office.chat.until(office.chat.private)

    (told,) = office.chat.private()
    assert "You approved shop/checkout#1" in str(told)
