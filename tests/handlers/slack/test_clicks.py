"""A click is a decision, committed before Slack hears that it was taken; what is to be said is said privately."""

from http import HTTPStatus

import pytest

from bot.domain.decision import Surface
from bot.domain.errors import RecordsUnavailableError
from tests.handlers.slack.conftest import gate_now
from tests.support.desk import ANN
from tests.support.slack import CHANNEL
from tests.support.slack_events import click


async def test_an_approval_is_saved_before_slack_is_answered(office, slack, gate):
    answer = await office.send(click(slack, "gate.approve", gate))

    assert (answer.status, await answer.text()) == (HTTPStatus.OK, "")
    (mark,) = (await gate_now(office.desk)).approvals
    assert (mark.by, mark.surface) == (ANN, Surface.SLACK)
    taken = next(line for line in await office.record() if line["action"] == "decision.taken")
    assert taken["details"]["platform_user"] == "U0ANN"


async def test_who_approved_gets_a_receipt_that_can_take_it_back(office, slack, gate):
    await office.send(click(slack, "gate.approve", gate))

    (told,) = await office.private()
    assert told["text"] == "You approved shop/checkout#1 at 02:00:00 UTC."
    assert (told["response_type"], told["replace_original"]) == ("ephemeral", False)
    said, actions = told["blocks"]
    assert said["text"]["text"].splitlines() == [
        "You approved shop/checkout#1 at <!date^1795485600^{time_secs}|02:00:00 UTC>.",
        "Needs 1 more of @sre or bob.",
    ]
    (back,) = actions["elements"]
    assert (back["action_id"], back["value"], back["text"]["text"]) == ("gate.take_back", gate, "Take back")


async def test_taking_back_takes_the_place_of_the_receipt(office, slack, gate):
    await office.send(click(slack, "gate.approve", gate))
    on_receipt = {"type": "message", "is_ephemeral": True, "channel_id": CHANNEL, "message_ts": "9.9"}

    await office.send(click(slack, "gate.take_back", gate, trigger="1.2", container=on_receipt))

    told = (await office.private(2))[1]
    assert told["text"] == "You took back your approval of shop/checkout#1."
    assert told["replace_original"] is True
    assert (await gate_now(office.desk)).approvals == ()


async def test_what_the_engine_was_told_cannot_be_taken_back(office, slack, desk, gate):
    await office.send(click(slack, "gate.approve", gate))
    await office.send(click(slack, "gate.approve", gate, user="U0BOB"))
    assert await desk.asks_again()

    await office.send(click(slack, "gate.take_back", gate))

    told = (await office.private(3))[2]
    assert "already told yes" in told["text"]
    assert told["replace_original"] is False
    assert "blocks" not in told


async def test_a_repeated_approval_tells_the_first_time(office, slack, desk, gate):
    await office.send(click(slack, "gate.approve", gate))
    desk.clock.pass_(minutes=10)

    await office.send(click(slack, "gate.approve", gate, trigger="1.2"))

    first, second = await office.private(2)
    assert first["text"] == second["text"]
    assert (await office.actions()).count("decision.taken") == 1


async def test_a_receipt_goes_to_the_channel_where_slack_gives_no_url(office, slack, gate):
    await office.send(click(slack, "gate.approve", gate, response_url=None))

    (told,) = await office.private()
    assert (told["channel"], told["user"]) == (CHANNEL, "U0ANN")


async def test_a_receipt_goes_to_the_channel_where_the_url_is_used_up(office, slack, gate):
    slack.faults["reply"] = [404]

    await office.send(click(slack, "gate.approve", gate))

    (told,) = await office.private()
    assert told["channel"] == CHANNEL


async def test_what_cannot_be_told_undoes_no_decision(office, slack, gate):
    slack.faults["reply"] = [500]
    slack.faults["chat.postEphemeral"] = ["user_not_in_channel"]

    answer = await office.send(click(slack, "gate.approve", gate))
    await office.made.drain()

    assert answer.status == HTTPStatus.OK
    assert len((await gate_now(office.desk)).approvals) == 1
    assert slack.private == []


async def test_who_may_not_is_told_who_may(office, slack, gate):
    answer = await office.send(click(slack, "gate.approve", gate, user="U0EVE"))

    (told,) = await office.private()
    assert answer.status == HTTPStatus.OK
    assert told["text"] == "You may not approve shop/checkout#1; @sre or bob may."
    assert told["response_type"] == "ephemeral"
    assert "decision.refused" in await office.actions()


async def test_a_stranger_is_on_record_with_what_was_tried(office, slack, release, gate):
    await office.send(click(slack, "gate.approve", gate, user="U0GUEST"))

    (told,) = await office.private()
    assert "guest" in told["text"]
    line = (await office.record())[-1]
    assert (line["actor"], line["action"], line["decision"]) == ("unknown:U0GUEST", "decision.refused", "approve")
    assert (line["release"], line["gate"], line["name"]) == (release.id, gate, "checkout")


async def test_who_is_not_known_in_time_decides_nothing_and_is_on_record(office, slack, gate):
    office.connection.people.patience = 0.02
    slack.faults["users.info"] = ["hang"]

    answer = await office.send(click(slack, "gate.approve", gate))

    assert answer.status == HTTPStatus.OK
    assert "in time" in (await office.private())[0]["text"]
    assert (await office.record())[-1]["actor"] == "unknown:U0ANN"
    assert (await gate_now(office.desk)).approvals == ()
    slack.over.set()


async def test_pause_and_resume_need_no_dialog(office, slack, desk, release):
    await office.send(click(slack, "release.pause", release.id))
    paused = (await desk.release()).paused

    await office.send(click(slack, "release.resume", release.id))

    assert paused is not None
    assert paused.by == ANN
    assert (await desk.release()).paused is None
    assert [told["text"].split(" at ")[0] for told in await office.private(2)] == [
        "You paused shop/checkout#1",
        "You resumed shop/checkout#1.",
    ]


@pytest.mark.parametrize(
    "action", ["gate.override", "gate.", "gate", "", "release.approve", "x.approve", "\0", "a" * 255]
)
async def test_an_unknown_button_is_answered_and_decides_nothing(office, slack, gate, action):
    answer = await office.send(click(slack, action, gate))

    (told,) = await office.private()
    assert answer.status == HTTPStatus.OK
    assert "not known" in told["text"]
    assert "decision.taken" not in await office.actions()


@pytest.mark.parametrize("subject", ["", "01KTA0G8V3J3D5ZK6Y8T9QW2EX", "x" * 2000, "'; drop table gate; --", "\0"])
@pytest.mark.parametrize("action", ["gate.approve", "release.roll_back", "card.details"])
async def test_a_button_of_what_is_not_there_says_so(office, slack, release, action, subject):
    answer = await office.send(click(slack, action, subject))

    (told,) = await office.private()
    assert answer.status == HTTPStatus.OK
    assert "not known here any more" in told["text"]


async def test_a_record_that_goes_away_meanwhile_is_told_privately(office, slack, gate, monkeypatch):
    async def away(*_args, **_more):
        raise RecordsUnavailableError("the database is away")

    monkeypatch.setattr(type(office.desk.people.decide), "__call__", away)

    answer = await office.send(click(slack, "gate.approve", gate))

    (told,) = await office.private()
    assert answer.status == HTTPStatus.OK
    assert "Try again" in told["text"]


async def test_an_answer_in_a_thread_stays_in_the_thread(office, slack, gate):
    container = {"type": "message", "message_ts": "1000.1", "thread_ts": "999.9", "channel_id": CHANNEL}

    await office.send(click(slack, "gate.approve", gate, container=container))

    assert (await office.private())[0]["thread_ts"] == "999.9"
