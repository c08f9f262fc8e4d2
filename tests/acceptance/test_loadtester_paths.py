"""The paths of flagger-loadtester: the same answers, without its one gate for everything."""

from http import HTTPStatus

import pytest

from bot.domain.decision import REASON_LENGTH
from bot.domain.release import ReleaseState

ANN = {"Authorization": "Bearer ann-token-of-the-tests"}
CI = {"Authorization": "Bearer ci-token-of-the-tests"}
READER = {"Authorization": "Bearer reader-token-of-the-tests"}


@pytest.mark.parametrize("phase", ["Initialized", "Succeeded", "Failed", "Waiting"])
async def test_before_the_start_a_check_asks_the_start(bot, body, phase):
    assert await bot.ask("gate/check", body(phase=phase)) == HTTPStatus.FORBIDDEN

    assert [gate.stage for gate in (await bot.newest()).gates] == ["start"]


@pytest.mark.parametrize("phase", ["Progressing", "WaitingPromotion", "SomethingNew"])
async def test_after_it_a_check_asks_the_promotion(bot, body, phase):
    assert await bot.ask("gate/check", body(phase=phase)) == HTTPStatus.FORBIDDEN

    assert [gate.stage for gate in (await bot.newest()).gates] == ["promotion"]


async def test_a_check_without_a_phase_reads_the_newest_gate(bot, body):
    plain = body(phase=None, checksum=None)
    assert await bot.ask("gate/check", plain) == HTTPStatus.FORBIDDEN
    assert await bot.releases() == ()

    await bot.ask("gate/check", body())
    assert await bot.ask("gate/check", plain) == HTTPStatus.FORBIDDEN
    await bot.approve()
    assert await bot.ask("gate/check", plain) == HTTPStatus.OK


async def test_opening_is_a_decision_and_needs_a_token_of_somebody_who_may(bot, body):
    assert (await bot.hook("gate/open", body(), headers=ANN)).status == HTTPStatus.CONFLICT
    await bot.ask("gate/check", body())

    assert (await bot.hook("gate/open", body())).status == HTTPStatus.UNAUTHORIZED
    assert (await bot.hook("gate/open", body(), headers={"Authorization": "Bearer x"})).status == 401
    assert (await bot.hook("gate/open", body(), headers=READER)).status == HTTPStatus.FORBIDDEN
    assert (await bot.hook("gate/open", body(), headers=CI)).status == HTTPStatus.FORBIDDEN
    assert await bot.ask("gate/check", body()) == HTTPStatus.FORBIDDEN

    assert (await bot.hook("gate/open", body(), headers=ANN)).status == HTTPStatus.ACCEPTED
    assert await bot.ask("gate/check", body()) == HTTPStatus.OK
    taken = next(line for line in await bot.record() if line["action"] == "decision.taken")
    assert (taken["actor"], taken["surface"], taken["decision"]) == ("ann@example.com", "hook", "approve")


@pytest.mark.parametrize(("path", "decision"), [("gate/open", "approve"), ("rollback/open", "roll_back")])
async def test_a_token_that_only_reads_opens_nothing_and_that_is_on_record(bot, body, path, decision):
    await bot.ask("gate/check", body())
    before = await bot.newest()

    assert (await bot.hook(path, body(reason="hurry"), headers=READER)).status == HTTPStatus.FORBIDDEN

    refused = (await bot.record())[-1]
    assert (refused["action"], refused["actor"]) == ("decision.refused", "token:reader")
    assert (refused["surface"], refused["decision"], refused["details"]["said"]) == ("hook", decision, "hurry")
    assert await bot.newest() == before


@pytest.mark.parametrize("path", ["gate/open", "rollback/open"])
@pytest.mark.parametrize("reason", ["x" * (REASON_LENGTH + 1), 7, ["looks good"]])
async def test_a_reason_that_is_none_opens_nothing(bot, body, path, reason):
    await bot.ask("gate/check", body())
    before = await bot.record()

    assert (await bot.hook(path, body(reason=reason), headers=ANN)).status == HTTPStatus.BAD_REQUEST

    assert await bot.record() == before


@pytest.mark.parametrize("path", ["gate/open", "rollback/open"])
async def test_a_reason_comes_on_record_as_one_line(bot, body, path):
    await bot.ask("gate/check", body())

    await bot.hook(path, body(reason="errors:\n\n  none\tin sight\r\n"), headers=ANN)

    taken = next(line for line in await bot.record() if line["action"] == "decision.taken")
    assert taken["reason"] == "errors: none in sight"


@pytest.mark.parametrize("path", ["gate/open", "rollback/open"])
@pytest.mark.parametrize("header", ["ann-token-of-the-tests", "Basic ann-token-of-the-tests", "Bearer"])
async def test_what_shows_no_bearer_token_opens_nothing(bot, body, path, header):
    await bot.ask("gate/check", body())

    assert (await bot.hook(path, body(), headers={"Authorization": header})).status == HTTPStatus.UNAUTHORIZED

    assert "decision.taken" not in await bot.actions()


async def test_a_reason_of_null_is_none(bot, body):
    await bot.ask("gate/check", body())

    assert (await bot.hook("gate/open", body() | {"reason": None}, headers=ANN)).status == HTTPStatus.ACCEPTED


async def test_opening_where_nobody_is_asked_is_refused_on_record(bot, body):
    await bot.hook("flagger/rollout", body())

    assert (await bot.hook("gate/open", body(), headers=ANN)).status == HTTPStatus.CONFLICT

    refused = (await bot.record())[-1]
    assert (refused["action"], refused["actor"], refused["gate"]) == ("decision.refused", "ann@example.com", None)


async def test_opening_the_rollback_rolls_back(bot, body):
    assert (await bot.hook("rollback/open", body(), headers=ANN)).status == HTTPStatus.CONFLICT
    assert await bot.ask("rollback/check", body()) == HTTPStatus.FORBIDDEN

    assert (await bot.hook("rollback/open", body(), headers=ANN)).status == HTTPStatus.ACCEPTED

    assert await bot.ask("rollback/check", body()) == HTTPStatus.OK
    assert await bot.ask("gate/check", body()) == HTTPStatus.FORBIDDEN


async def test_an_opened_gate_does_not_let_the_next_release_pass(bot, body):
    await bot.ask("gate/check", body(phase="Waiting"))
    await bot.approve()
    assert await bot.ask("gate/check", body(phase="Waiting")) == HTTPStatus.OK
    assert await bot.ask("gate/check", body()) == HTTPStatus.FORBIDDEN  # The promotion is asked for itself.
    await bot.approve()
    assert await bot.ask("gate/check", body()) == HTTPStatus.OK
    await bot.hook("flagger/post-rollout", body(phase="Succeeded"))

    assert await bot.ask("gate/check", body(phase="Succeeded", checksum="other")) == HTTPStatus.FORBIDDEN
    assert (await bot.newest()).number == 2


@pytest.mark.parametrize("path", ["gate/close", "rollback/close"])
async def test_closing_is_noted_and_undoes_nobodys_decision(bot, body, path):
    await bot.ask("gate/check", body())
    await bot.approve()

    assert (await bot.hook(path, body(phase=None))).status == HTTPStatus.ACCEPTED
    assert (await bot.hook(path, body())).status == HTTPStatus.FORBIDDEN  # With a phase it is Flagger asking.

    assert await bot.ask("gate/check", body()) == HTTPStatus.OK
    assert (await bot.actions()).count("hook.noted") == 1


async def test_halt_keeps_it_shut_and_the_card_says_so(bot, body):
    assert await bot.ask("gate/halt", body()) == HTTPStatus.FORBIDDEN
    await bot.approve()

    assert await bot.ask("gate/halt", body()) == HTTPStatus.FORBIDDEN
    card = await bot.core.people.look.card((await bot.newest()).id)
    assert not any(button.verb == "approve" for button in card.buttons)


async def test_the_manifests_yes_is_on_record_and_its_own(bot, body):
    assert await bot.ask("gate/approve", body()) == HTTPStatus.OK

    record = await bot.record()
    assert [line["action"] for line in record] == ["release.started", "gate.reached", "gate.opened", "gate.answered"]
    assert record[2]["reason"] == "decided by the manifest"
    assert await bot.ask("flagger/confirm-promotion", body()) == HTTPStatus.FORBIDDEN  # Another path asks for itself.
    assert await bot.ask("gate/check", body()) == HTTPStatus.FORBIDDEN


async def test_the_manifests_yes_ends_when_people_roll_back(bot, body):
    await bot.ask("gate/approve", body())
    await bot.roll_back()

    assert await bot.ask("gate/approve", body()) == HTTPStatus.FORBIDDEN
    assert (await bot.newest()).state is ReleaseState.ROLLING_BACK


async def test_without_a_phase_the_manifest_decides_nothing(bot, body):
    assert await bot.ask("gate/approve", body(phase=None)) == HTTPStatus.FORBIDDEN
    assert await bot.ask("gate/halt", body(phase=None)) == HTTPStatus.FORBIDDEN
    assert await bot.record() == []
