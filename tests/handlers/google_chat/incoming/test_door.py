"""What comes in over HTTP: proved, of our spaces, readable and new, or it acts on nothing."""

from http import HTTPStatus
from io import BytesIO

import pytest

from bot.domain.errors import RecordsUnavailableError
from handlers.google_chat import Dialect
from handlers.google_chat.certificates import APART_SECONDS
from tests.support.desk import ANN, CHECKOUT
from tests.support.google_chat_events import (
    clicked,
    commanded,
    mentioned,
    removed,
    unheard_of,
    unsigned,
)
from tests.support.google_chat_office import EVENTS, open_office

TAKE_BACK = "gate.take_back"


def approval(office, gate, **what):
    """An approval that needs no dialog: what is sent off."""
    return clicked(office.dialect, verb="gate.approve", subject=gate, dialog="SUBMIT_DIALOG", **what)


async def approvals(desk):
    return [mark.by for mark in (await desk.release(CHECKOUT)).gates[-1].approvals]


async def test_what_google_proved_is_taken(office, gate):
    assert (await office.post(approval(office, gate))).status == HTTPStatus.OK

    assert await approvals(office.desk) == [ANN]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(unsigned, id="alg none"),
        pytest.param(lambda _: "x", id="junk"),
        pytest.param(lambda good: good + "A" * 4000, id="without end"),
    ],
)
async def test_a_spoilt_token_proves_nothing(office, gate, spoil):
    answer = await office.post(approval(office, gate), bearer=spoil(office.token()))

    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert await approvals(office.desk) == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "Basic YTpi"}])
async def test_callers_without_a_token_are_counted_by_the_minute(office, headers):
    for _ in range(3):
        assert (await office.client.post(EVENTS, data="{}", headers=headers)).status == HTTPStatus.UNAUTHORIZED

    await office.desk.refusals.write(office.desk.clock.now(), all_of_them=True)

    (line,) = await office.record()
    assert (line["action"], line["surface"], line["details"]["times"]) == ("event.refused", "google_chat", 3)
    assert line["details"]["source"] == "127.0.0.1"


async def test_nothing_is_read_before_the_token_holds(office):
    answer = await office.post("{", bearer="x")

    assert answer.status == HTTPStatus.UNAUTHORIZED


async def test_why_a_token_is_not_ours_is_logged_and_it_itself_is_not(office, gate, logged):
    wrong = office.token(aud="https://elsewhere.example.com")

    for _ in range(3):
        await office.post(approval(office, gate), bearer=wrong)

    (line,) = [line for line in logged if line["event"] == "google_chat_token_not_ours"]
    assert "made out for 'https://elsewhere.example.com'" in line["why"]
    assert wrong not in str(logged)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half"),
        pytest.param("[]", id="a list"),
        pytest.param("7", id="a number"),
        pytest.param('{"chat": 1, "chat": 2}', id="a key twice"),
        pytest.param("[" * 100_000, id="too deep"),
        pytest.param(b"\xff", id="no UTF-8"),
    ],
)
async def test_what_is_proved_and_unreadable_is_refused(office, body):
    assert (await office.post(body)).status == HTTPStatus.BAD_REQUEST


async def test_an_event_of_the_other_dialect_is_refused_and_logged(office, gate, logged):
    other = Dialect.CLASSIC if office.dialect is Dialect.ADD_ON else Dialect.ADD_ON

    answer = await office.post(clicked(other, verb="gate.approve", subject=gate, dialog="SUBMIT_DIALOG"))

    assert answer.status == HTTPStatus.BAD_REQUEST
    assert f"the settings say {office.dialect}" in str(logged)
    assert await approvals(office.desk) == []


async def test_a_body_beyond_all_measure_is_not_read(office):
    proved = {"Authorization": f"Bearer {office.token()}"}

    answer = await office.client.post(EVENTS, data=BytesIO(b"x" * 2 * 1024**2), headers=proved)

    assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("method", ["get", "put", "delete"])
async def test_only_a_post_is_an_event(office, method):
    assert (await getattr(office.client, method)(EVENTS)).status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_an_event_of_an_unknown_type_is_taken_and_does_nothing(office, logged):
    assert (await office.happens(unheard_of(office.dialect))).nothing

    assert "google_chat_event_passed_by" in {line["event"] for line in logged}


@pytest.mark.parametrize(
    "what",
    [
        pytest.param({"space": "spaces/ELSEWHERE"}, id="a space that is not allowed"),
        pytest.param({"message": "spaces/ELSEWHERE/messages/M1"}, id="a card of another space"),
        pytest.param({"message": "spaces/AAAAB/messages/M1"}, id="a card of a space that begins alike"),
    ],
)
async def test_what_is_of_another_space_is_refused_and_on_record(office, gate, what):
    sent = approval(office, gate, **what)

    assert (await office.post(sent)).status == HTTPStatus.FORBIDDEN
    assert (await office.post(sent)).status == HTTPStatus.FORBIDDEN

    refused = [line for line in await office.record() if line["action"] == "event.refused"]
    assert [(line["actor"], line["surface"]) for line in refused] == [("unknown:users/101", "google_chat")]
    assert await approvals(office.desk) == []


async def test_a_line_from_another_space_is_refused(office):
    for sent in (commanded, mentioned):
        answer = await office.post(sent(office.dialect, "waiting", space="spaces/ELSEWHERE"))
        assert answer.status == HTTPStatus.FORBIDDEN


async def test_direct_messages_count_unless_the_settings_name_the_spaces(desk, chat, google, dialect):
    typed = commanded(dialect, "waiting", space="spaces/DM")
    async with open_office(desk, chat, google, dialect) as office:
        assert (await office.post(typed)).status == HTTPStatus.OK
    async with open_office(desk, chat, google, dialect, direct=False) as office:
        assert (await office.post(commanded(dialect, "help", space="spaces/DM"))).status == HTTPStatus.FORBIDDEN


async def test_an_event_that_is_sent_again_acts_once(office, gate):
    sent = approval(office, gate)
    back = clicked(office.dialect, verb=TAKE_BACK, subject=gate, at="2026-11-24T02:00:09Z")
    await office.happens(sent)
    await office.happens(back)

    again = await office.post(sent, bearer=office.token(jti="a new token"))

    assert (again.status, await again.json()) == (HTTPStatus.OK, {})
    assert await approvals(office.desk) == []


async def test_the_same_click_at_another_time_is_another_one(office, gate):
    for at in ("2026-11-24T02:00:01Z", "2026-11-24T02:00:03Z"):
        await office.happens(approval(office, gate, at=at))
        assert await approvals(office.desk) == [ANN]
        await office.happens(clicked(office.dialect, verb=TAKE_BACK, subject=gate, at=at))
        assert await approvals(office.desk) == []


async def test_an_event_that_names_no_time_is_known_again_by_its_token(office, gate):
    sent = approval(office, gate, at="")
    await office.happens(sent)
    await office.happens(clicked(office.dialect, verb=TAKE_BACK, subject=gate))

    await office.post(sent)

    assert await approvals(office.desk) == []


async def test_an_event_acts_once_whichever_replica_has_it(office, gate):
    await office.happens(approval(office, gate))
    await office.happens(clicked(office.dialect, verb=TAKE_BACK, subject=gate))

    async with open_office(office.desk, office.chat, office.google, office.dialect) as other:
        assert (await other.happens(approval(office, gate))).nothing

    assert await approvals(office.desk) == []


async def test_what_failed_is_done_when_it_is_sent_again(office, gate, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(type(office.desk.people.decide), "__call__", _raises)
        assert (await office.post(approval(office, gate))).status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert office.metrics.faults.labels("google_chat")._value.get() == 1

    assert (await office.post(approval(office, gate))).status == HTTPStatus.OK

    assert await approvals(office.desk) == [ANN]


async def _raises(*_args, **_more):
    raise ZeroDivisionError


async def test_while_the_record_is_away_nothing_is_taken_and_google_may_send_it_again(office, gate, monkeypatch):
    async def away(*_args):
        raise RecordsUnavailableError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(type(office.desk.storage.answers), "claim", away)
        assert (await office.post(approval(office, gate))).status == HTTPStatus.SERVICE_UNAVAILABLE
    assert await approvals(office.desk) == []

    assert (await office.post(approval(office, gate))).status == HTTPStatus.OK
    assert await approvals(office.desk) == [ANN]


async def test_it_is_ready_when_what_comes_can_be_judged(office, google):
    google.away = True
    await office.post("{}")
    assert not office.made.ready()

    google.away = False
    office.seconds.pass_(APART_SECONDS)
    await office.post("{}")

    assert office.made.ready()


async def test_while_the_certificates_are_away_nothing_is_believed_but_by_known_keys(office, google, gate):
    google.away = True
    assert (await office.post(approval(office, gate))).status == HTTPStatus.UNAUTHORIZED
    google.away = False
    office.seconds.pass_(APART_SECONDS)
    assert (await office.post(approval(office, gate))).status == HTTPStatus.OK

    google.away = True
    back = clicked(office.dialect, verb=TAKE_BACK, subject=gate)
    assert (await office.post(back, bearer=office.token(key="k2"))).status == HTTPStatus.UNAUTHORIZED
    assert (await office.post(back)).status == HTTPStatus.OK
    assert await approvals(office.desk) == []


async def test_a_removal_is_taken(office, logged):
    assert (await office.happens(removed(office.dialect))).nothing

    assert "google_chat_removed_from_space" in {line["event"] for line in logged}
