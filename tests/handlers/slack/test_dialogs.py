"""A dialog asks for the reason before anything is decided, or shows the details."""

import json
from dataclasses import replace
from http import HTTPStatus

import pytest

from bot.domain.commands.listing import STORY_LINES
from bot.domain.decision import REASON_LENGTH, Surface, Verb
from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from handlers.slack.dialogs import details
from handlers.slack.payload import Place, metadata_of
from tests.handlers.slack.conftest import gate_now, words
from tests.support.cards import FULL, stuffed_history
from tests.support.deciding import decide_on_release
from tests.support.desk import ANN, LEDGER
from tests.support.slack import CHANNEL
from tests.support.slack_events import click, submission
from tests.support.slack_limits import VIEW_BYTES, check_view


async def test_a_decision_that_needs_a_reason_asks_for_it_first(office, slack, gate):
    await office.send(click(slack, "gate.reject", gate))

    (opened,) = slack.called("views.open")
    assert opened["trigger_id"] == "1.1"
    (view,) = slack.views
    assert view["submit"]["text"] == "Roll back"
    assert "Users return to the version before." in words(view["blocks"])
    assert (await gate_now(office.desk)).state is GateState.CLOSED

    answer = await office.send(submission(view, "p99 doubled"))

    assert (answer.status, await answer.text()) == (HTTPStatus.OK, "")
    settled = (await gate_now(office.desk)).settled
    assert settled is not None
    assert (settled.by, settled.reason) == (ANN, "p99 doubled")
    (told,) = await office.private()
    assert told["text"] == "You rejected shop/checkout#1 at 02:00:00 UTC."


async def test_an_approval_can_need_a_reason_too(office, slack, desk):
    gate = (await desk.asks(LEDGER)).gates[-1].id

    await office.send(click(slack, "gate.approve", gate))
    await office.send(submission(slack.views[0], "looks good"))

    assert [mark.reason for mark in (await desk.release(LEDGER)).gates[-1].approvals] == ["looks good"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        pytest.param("", "needs a reason", id="nothing"),
        pytest.param(" \n\t ", "needs a reason", id="blanks"),
        pytest.param("x" * (REASON_LENGTH + 1), "at most 2,000 characters", id="too long"),
    ],
)
async def test_a_reason_that_is_none_is_shown_in_the_dialog(office, slack, gate, said, fault):
    await office.send(click(slack, "gate.reject", gate))

    answer = await (await office.send(submission(slack.views[0], said))).json()

    assert answer["response_action"] == "errors"
    assert fault in answer["errors"]["reason"]
    assert (await gate_now(office.desk)).state is GateState.CLOSED


async def test_a_dialog_sent_off_too_late_is_refused_privately(office, slack, desk, gate):
    await office.send(click(slack, "gate.reject", gate))
    await decide_on_release(
        desk.people.decide, (await desk.release()).id, verb=Verb.ROLL_BACK, by=ANN, surface=Surface.API, reason="faster"
    )

    answer = await office.send(submission(slack.views[0], "p99 doubled", user="U0BOB"))

    assert await answer.text() == ""
    (told,) = await office.private()
    assert "withdrawn" in told["text"]


async def test_somebody_elses_dialog_counts_for_who_sent_it_off(office, slack, gate):
    await office.send(click(slack, "gate.reject", gate))

    await office.send(submission(slack.views[0], "p99 doubled", user="U0EVE"))

    (told,) = await office.private()
    assert told["text"].startswith("You may not reject")
    assert (await gate_now(office.desk)).state is GateState.CLOSED


@pytest.mark.parametrize("fault", ["expired_trigger_id", "exchanged_trigger_id", "missing_scope", 500])
async def test_a_dialog_that_slack_does_not_open_decides_nothing_and_says_so(office, slack, gate, fault):
    slack.faults["views.open"] = [fault]

    answer = await office.send(click(slack, "gate.reject", gate))

    (told,) = await office.private()
    assert answer.status == HTTPStatus.OK
    assert "press the button again" in told["text"]
    assert (await gate_now(office.desk)).state is GateState.CLOSED


async def test_a_whole_release_is_rolled_back_by_its_own_button(office, slack, desk):
    release = await desk.started()

    await office.send(click(slack, "release.roll_back", release.id))
    await office.send(submission(slack.views[0], "errors everywhere"))

    assert (await desk.release()).state is ReleaseState.ROLLING_BACK
    (told,) = await office.private()
    assert told["text"] == "You decided to roll back shop/checkout#1 at 02:00:00 UTC."


async def test_a_roll_back_before_the_start_tells_when_it_was_decided_and_what_follows(office, slack, desk):
    release = await desk.asks(stage=Stage.START)
    await office.send(click(slack, "gate.reject", release.gates[-1].id))
    of_another_card = slack.views[0] | {
        "private_metadata": metadata_of(f"release.roll_back:{release.id}", Place(user="U0ANN", channel=CHANNEL))
    }

    await office.send(submission(of_another_card, "not today"))

    assert (await desk.release()).state is ReleaseState.REFUSED
    (told,) = await office.private()
    assert told["text"] == "You decided to roll back shop/checkout#1 at 02:00:00 UTC."
    said = told["blocks"][0]["text"]["text"]
    assert said.splitlines()[0].endswith(" at <!date^1795485600^{time_secs}|02:00:00 UTC>.")
    assert "not today" in said


async def test_a_refused_start_is_asked_again(office, slack, desk):
    gate = (await desk.asks(stage=Stage.START)).gates[-1].id
    await office.send(click(slack, "gate.reject", gate))
    await office.send(submission(slack.views[0], "not today"))

    await office.send(click(slack, "gate.reopen", gate))

    assert (await desk.release()).state is ReleaseState.WAITING
    assert (await office.private(2))[1]["text"] == "You asked again for the start of shop/checkout#1 at 02:00:00 UTC."


async def test_details_show_gates_approvals_and_what_happened(office, slack, release, gate):
    await office.send(click(slack, "gate.approve", gate))

    await office.send(click(slack, "card.details", release.id))

    (view,) = slack.views
    shown = words(view)
    assert "promotion" in shown
    assert "ann approved" in shown
    assert "the promotion gate asked" in shown
    assert f"<https://pointsman.example.com/releases/{release.id}|shop/checkout#1 in the console>" in shown


@pytest.mark.parametrize("text", ["<&>" * 900, "\N{PILE OF POO}" * 2000, "*_~`:a:" * 300, "a"])
async def test_the_details_of_a_long_history_are_no_more_than_slack_takes(desk, release, text):
    seen = await desk.people.look(release.id)
    many = replace(seen, release=replace(seen.release, gates=seen.release.gates * 300))
    history = stuffed_history(text, many=STORY_LINES)

    view = details(FULL, many, history, link="https://pointsman.example.com/releases/1")

    check_view(view)
    assert len(json.dumps(view, ensure_ascii=False).encode()) <= VIEW_BYTES
    shown = words(view)
    assert "|… and 260 earlier in the console>" in shown
    assert f"|… and more than {STORY_LINES} earlier in the console>" in shown


async def test_details_are_for_members_alone(office, slack, release):
    await office.send(click(slack, "card.details", release.id, user="U0GUEST"))

    (told,) = await office.private()
    assert "guest" in told["text"]
    assert slack.views == []
