"""Who somebody is: from what Slack says of a signed id, or nobody."""

import asyncio

import pytest

from bot.domain.errors import StrangerError
from handlers.slack.people import FRESH_SECONDS
from tests.support.desk import ANN, BOB

STRANGERS = [
    pytest.param({"is_restricted": True}, "guest", id="guest"),
    pytest.param({"is_ultra_restricted": True}, "guest", id="guest of one channel"),
    pytest.param({"is_bot": True}, "Bots", id="bot"),
    pytest.param({"is_workflow_bot": True}, "Bots", id="workflow"),
    pytest.param({"deleted": True}, "deactivated", id="deactivated"),
    pytest.param({"is_stranger": True}, "another organisation", id="stranger"),
    pytest.param({"team_id": "T0OTHER"}, "another organisation", id="another team"),
    pytest.param({"profile": {}}, "e-mail", id="no address"),
    pytest.param({"profile": {"email": "ann"}}, "e-mail", id="no real address"),
    pytest.param({"profile": None}, "e-mail", id="no profile"),
]


@pytest.fixture
def people(connection):
    return connection.people


async def test_a_member_is_the_lower_case_address(people):
    assert await people.identify("U0ANN") == ANN


async def test_a_further_address_means_the_same_person(people, slack):
    slack.people["U0LEE"] = {"profile": {"email": "Ann.Lee@Example.co.uk"}}

    assert await people.identify("U0LEE") == ANN


@pytest.mark.parametrize(("is_", "why"), STRANGERS)
async def test_who_is_no_full_member_is_nobody_and_hears_why(people, slack, is_, why):
    slack.people["U0ANN"] |= is_

    with pytest.raises(StrangerError, match=why):
        await people.identify("U0ANN")


async def test_in_an_organisation_a_member_of_the_workspace_counts_wherever_the_account_was_made(people, slack):
    slack.people["U0ANN"] |= {"team_id": "T0OTHER", "enterprise_user": {"enterprise_id": "E1", "teams": ["T0TEAM"]}}

    assert await people.identify("U0ANN") == ANN


async def test_a_member_is_asked_for_once_in_five_minutes(people, slack, connection):
    await people.identify("U0ANN")
    await people.identify("U0ANN")
    assert len(slack.called("users.info")) == 1

    people.clock.pass_(FRESH_SECONDS)
    slack.people["U0ANN"] |= {"deleted": True}
    with pytest.raises(StrangerError):
        await people.identify("U0ANN")


async def test_a_stranger_is_asked_for_each_time(people, slack):
    slack.people["U0ANN"] |= {"is_restricted": True}
    with pytest.raises(StrangerError):
        await people.identify("U0ANN")

    slack.people["U0ANN"] |= {"is_restricted": False}
    assert await people.identify("U0ANN") == ANN


async def test_everybody_who_asks_at_the_same_time_waits_for_one_call(people, slack):
    assert set(await asyncio.gather(*[people.identify("U0ANN") for _ in range(20)])) == {ANN}

    assert len(slack.called("users.info")) == 1


@pytest.mark.parametrize("fault", ["user_not_found", "invalid_auth", "missing_scope", 429, 500, "fatal_error"])
async def test_where_slack_does_not_say_it_is_nobody(people, slack, fault):
    slack.faults["users.info"] = [fault]

    with pytest.raises(StrangerError, match="Nothing was decided"):
        await people.identify("U0ANN")


async def test_an_answer_that_comes_too_late_for_one_click_is_there_for_the_next(people, slack):
    people.patience = 0.02
    slack.faults["users.info"] = ["hang"]
    with pytest.raises(StrangerError, match="in time"):
        await people.identify("U0ANN")

    slack.over.set()
    await asyncio.wait(tuple(people._asking.values()))
    assert await people.identify("U0ANN") == ANN
    assert len(slack.called("users.info")) == 1


async def test_somebody_is_called_by_the_id_that_has_the_address(people, slack):
    assert await people.call(BOB) == "U0BOB"
    assert await people.call("nobody@example.com") is None
    assert await people.call(BOB) == "U0BOB"

    assert len(slack.called("users.lookupByEmail")) == 2


async def test_a_look_up_that_failed_is_tried_again(people, slack):
    slack.faults["users.lookupByEmail"] = [500]

    assert await people.call(BOB) is None
    assert await people.call(BOB) == "U0BOB"
