"""What comes in over HTTP: proved, of our team and app, readable and new, or it acts on nothing."""

import gzip
from contextlib import AsyncExitStack
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlencode

import pytest

from bot.domain.errors import RecordsUnavailableError
from bot.domain.gate import GateState
from handlers.slack import incoming
from handlers.slack.incoming import is_signed
from tests.handlers.slack.conftest import open_office
from tests.support.desk import ANN, CHECKOUT
from tests.support.slack import SECRET
from tests.support.slack_events import click, signed, typed

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def gate(desk):
    return (await desk.asks()).gates[-1].id


async def approvals(desk):
    return [mark.by for mark in (await desk.release(CHECKOUT)).gates[-1].approvals]


@pytest.mark.parametrize(
    ("ago", "status"),
    [
        pytest.param(299, HTTPStatus.OK, id="just in time"),
        pytest.param(-299, HTTPStatus.OK, id="a clock a little ahead"),
        pytest.param(301, HTTPStatus.UNAUTHORIZED, id="too old"),
        pytest.param(-301, HTTPStatus.UNAUTHORIZED, id="too far ahead"),
    ],
)
async def test_a_signature_counts_for_five_minutes(office, slack, gate, ago, status):
    assert (await office.send(click(slack, "gate.approve", gate, user="U0BOB"), ago=ago)).status == status

    assert bool(await approvals(office.desk)) == (status is HTTPStatus.OK)


@pytest.mark.parametrize("stamp", ["", "0x10", "1e9", "-1", "١٢٣", "9" * 400, "1 2"])
def test_a_strange_time_is_no_time(stamp):
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + "0" * 64}

    assert is_signed(headers, b"", secret=SECRET, now=1.0) is False


async def test_the_right_signature_of_another_body_is_none(office, slack, gate):
    stolen = signed(click(slack, "gate.take_back", gate), at=office.desk.clock.now().timestamp())

    answer = await office.client.post("/slack/events", data=click(slack, "gate.approve", gate), headers=stolen)

    assert answer.status == HTTPStatus.UNAUTHORIZED


async def test_the_signature_of_another_app_is_none(office, slack, gate):
    body = click(slack, "gate.approve", gate)

    answer = await office.send(body, **signed(body, at=office.desk.clock.now().timestamp(), secret="another"))

    assert answer.status == HTTPStatus.UNAUTHORIZED


async def test_callers_without_a_proof_are_counted_by_the_minute(office):
    for _ in range(5):
        await office.client.post("/slack/events", data="payload={}")

    await office.desk.refusals.write(office.desk.clock.now(), all_of_them=True)

    (line,) = await office.record()
    assert (line["action"], line["surface"], line["details"]["times"]) == ("event.refused", "slack", 5)
    assert line["details"]["source"] == "127.0.0.1"


async def test_a_body_beyond_all_measure_is_not_read(office):
    answer = await office.client.post("/slack/events", data=BytesIO(b"x" * 2 * 1024**2))

    assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_a_small_body_that_unpacks_to_a_large_one_is_not_read(office):
    packed = gzip.compress(b"x" * 4 * 1024**2)

    answer = await office.client.post("/slack/events", data=packed, headers={"Content-Encoding": "gzip"})

    assert answer.status in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST}


async def test_a_body_that_cannot_be_unpacked_is_refused(office):
    answer = await office.client.post("/slack/events", data=b"not gzip", headers={"Content-Encoding": "gzip"})

    assert answer.status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("body", ["{", "payload={", "payload=7", '["a"]', "payload=%ff%fe{"])
async def test_what_is_signed_and_unreadable_is_refused(office, body):
    assert (await office.send(body)).status in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}


async def test_json_that_is_unsigned_is_refused_unread(office):
    answer = await office.client.post("/slack/events", data="{", headers=JSON)

    assert answer.status == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("method", ["get", "put", "delete"])
async def test_only_a_post_is_an_event(office, method):
    answer = await getattr(office.client, method)("/slack/events", allow_redirects=False)

    assert answer.status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_slack_may_try_the_certificate(office):
    answer = await office.client.post("/slack/events", data="ssl_check=1&token=x")

    assert (answer.status, await answer.text()) == (HTTPStatus.OK, "")


async def test_what_calls_itself_a_try_acts_on_nothing(office, slack, gate):
    body = "ssl_check=1&" + click(slack, "gate.approve", gate)

    assert (await office.client.post("/slack/events", data=body)).status == HTTPStatus.OK

    assert await approvals(office.desk) == []


async def test_slack_may_try_the_address(office):
    tried = '{"type": "url_verification", "challenge": "abc", "token": "x"}'

    answer = await office.send(tried, **JSON)
    assert await answer.json() == {"challenge": "abc"}
    assert (await office.client.post("/slack/events", data=tried, headers=JSON)).status == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked", "message", "something_new"])
async def test_every_event_is_taken(office, kind):
    event = f'{{"type": "event_callback", "team_id": "T0TEAM", "api_app_id": "A0APP", "event": {{"type": "{kind}"}}}}'

    assert (await office.send(event, **JSON)).status == HTTPStatus.OK


async def test_a_copy_of_a_request_is_taken_and_does_nothing(office, slack, gate):
    approve, back = click(slack, "gate.approve", gate), click(slack, "gate.take_back", gate)
    await office.send(approve)
    await office.send(back)

    answer = await office.send(approve)

    assert (answer.status, await answer.text()) == (HTTPStatus.OK, "")
    assert await approvals(office.desk) == []


async def test_a_copy_does_nothing_in_another_replica_either(office, slack, gate):
    await office.send(click(slack, "gate.approve", gate))
    await office.send(click(slack, "gate.take_back", gate))

    async with open_office(office.desk, slack) as other:
        assert (await other.send(click(slack, "gate.approve", gate))).status == HTTPStatus.OK

    assert await approvals(office.desk) == []


async def test_what_failed_is_done_when_it_is_sent_again(office, slack, gate, monkeypatch):
    body = click(slack, "gate.approve", gate)
    with monkeypatch.context() as broken:
        broken.setattr(type(office.desk.people.decide), "__call__", _raises)
        assert (await office.send(body)).status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert await approvals(office.desk) == []
    assert office.metrics.faults.labels("slack")._value.get() == 1

    assert (await office.send(body)).status == HTTPStatus.OK

    assert await approvals(office.desk) == [ANN]


async def _raises(*_args, **_more):
    raise ZeroDivisionError


async def test_of_copies_at_the_same_time_one_acts(office, slack, gate):
    body = click(slack, "gate.approve", gate)
    async with AsyncExitStack() as offices:
        others = [await offices.enter_async_context(open_office(office.desk, slack)) for _ in range(3)]
        answers = [await one.send(body) for one in [office, *others]]

    assert {answer.status for answer in answers} == {HTTPStatus.OK}
    assert (await office.actions()).count("decision.taken") == 1


async def test_while_the_record_is_away_nothing_is_taken_and_the_person_hears_so(office, slack, gate, monkeypatch):
    async def away(*_args):
        raise RecordsUnavailableError("the database is away")

    monkeypatch.setattr(type(office.desk.storage.answers), "claim", away)

    answer = await office.send(click(slack, "gate.approve", gate))

    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    (told,) = await office.private()
    assert "nothing is known to have been decided" in told["text"]
    assert await approvals(office.desk) == []


async def test_which_app_it_is_is_asked_once(office, slack, gate):
    for trigger in ("1.1", "1.2", "1.3"):
        await office.send(click(slack, "gate.approve", gate, trigger=trigger))

    assert len(slack.called("auth.test")) == 1
    assert office.made.ready()


async def test_while_slack_cannot_say_which_app_it_is_nothing_is_taken(office, slack, gate):
    slack.faults["auth.test"] = [500]

    assert (await office.send(click(slack, "gate.approve", gate))).status == HTTPStatus.SERVICE_UNAVAILABLE
    assert not office.made.ready()

    assert (await office.send(click(slack, "gate.approve", gate))).status == HTTPStatus.OK


async def test_a_named_app_is_not_asked_for(desk, slack, gate):
    async with open_office(desk, slack, app="A0NAMED") as office:
        body = click(slack, "gate.approve", gate)
        assert (await office.send(body)).status == HTTPStatus.FORBIDDEN
        assert (await office.send(body)).status == HTTPStatus.FORBIDDEN
        assert (await office.send(click(slack, "gate.approve", gate, api_app_id="A0NAMED"))).status == HTTPStatus.OK

    assert slack.called("auth.test") == []
    assert (await office.actions()).count("event.refused") == 1  # A copy is no second attempt.


async def test_without_a_signing_secret_there_is_no_door(desk, slack):
    with pytest.raises(ValueError, match="signing secret"):
        async with open_office(desk, slack, signing_secret=None):
            pass


async def test_a_command_from_another_team_is_refused(office, slack):
    body = typed(slack, "waiting").replace("T0TEAM", "T0OTHER")

    assert (await office.send(body)).status == HTTPStatus.FORBIDDEN


async def test_in_an_organisation_its_id_counts(desk, slack, gate):
    async with open_office(desk, slack, team="E0ORG") as office:
        slack.people["U0BOB"] |= {"team_id": "T0ANY", "enterprise_user": {"enterprise_id": "E0ORG"}}
        sent = click(slack, "gate.approve", gate, user="U0BOB", enterprise={"id": "E0ORG"})
        assert (await office.send(sent)).status == HTTPStatus.OK
        assert (await office.send(click(slack, "gate.approve", gate))).status == HTTPStatus.FORBIDDEN

    release = await desk.release(CHECKOUT)
    assert release.gates[-1].state is GateState.CLOSED  # One of two approvals.
    assert [mark.by for mark in release.gates[-1].approvals] == ["bob@example.com"]


async def test_a_form_without_end_is_refused(office):
    assert (await office.send(urlencode([("a", "b")] * 500))).status == HTTPStatus.BAD_REQUEST


def test_five_minutes_are_slacks_own_measure():
    assert incoming.OLDEST_SECONDS == 5 * 60
