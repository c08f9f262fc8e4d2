"""A request sent again gets the answer of the first."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.policy import Stage
from handlers.api.once import OnlyOnce
from handlers.api.problems import ProblemError, Said
from tests.handlers.api.calling import application, served
from tests.support.desk import ANN, CART, open_desk

KEY = {"Idempotency-Key": "8d0a"}
OK = Said(status=200, body='{"done": true}', kept=True)


@pytest.fixture
def decide(desk, api):
    """Decide on the newest gate, with the same key each time."""

    async def post(decision, by="ann", headers=KEY, **body):
        gate = (await desk.release()).gates[-1]
        return await api.post(f"/gates/{gate.id}/decisions", {"decision": decision, **body}, by=by, headers=headers)

    return post


@pytest.fixture
def once(desk):
    """Answer as ann on one path and with one key; a test names what it is about."""

    def ask(answer, body: Any = None, patience: float = 10):
        only_once = OnlyOnce(answers=desk.storage.answers, patience=patience)
        return only_once(ANN, "/here", "key", body or {}, answer)

    return ask


@dataclass(slots=True)
class Slow:
    """Answers when it is let go."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    times: int = 0

    async def __call__(self) -> Said:
        self.times += 1
        self.begun.set()
        await self.go.wait()
        return OK


async def test_the_first_answer_is_repeated_whatever_came_between(decide, desk):
    await desk.asks()
    first = await decide("approve")
    await decide("take_back", headers={})

    again = await decide("approve")

    assert (again.status, again.text) == (200, first.text)
    assert (await desk.release()).gates[0].approvals == ()


async def test_the_same_value_written_another_way_is_the_same(desk, api):
    release = await desk.asks()
    path = f"/gates/{release.gates[0].id}/decisions"
    first = await api.post(path, data='{"decision": "approve", "reason": "ok \\u00e9"}', headers=KEY)

    again = await api.post(path, data='{ "reason":"ok é","decision" :"approve"}', headers=KEY)

    assert (again.status, again.text) == (200, first.text)


async def test_another_body_with_the_same_key_is_not_of_form(decide, desk):
    release = await desk.asks()
    await decide("approve")
    written = await desk.actions(release)

    answer = await decide("take_back")

    assert (answer.status, answer.json["field"]) == (422, "Idempotency-Key")
    assert await desk.actions(release) == written


async def test_a_key_is_each_persons_own(decide, desk):
    await desk.asks()
    await decide("approve", "ann")

    assert (await decide("approve", "bob")).json["state"] == "open"


async def test_a_key_is_each_paths_own(desk, api):
    for release in (await desk.asks(), await desk.asks(CART)):
        answer = await api.post(f"/releases/{release.id}/decisions", {"decision": "pause"}, headers=KEY)

        assert answer.json["id"] == release.id


async def test_an_answer_outlives_the_process(database_url):
    async with open_desk(database_url) as desk, served(application(desk)) as api:
        path = f"/gates/{(await desk.asks()).gates[0].id}/decisions"
        first = await api.post(path, {"decision": "approve"}, headers=KEY)
    async with open_desk(database_url) as desk, served(application(desk)) as api:
        desk.clock.pass_(hours=1)

        again = await api.post(path, {"decision": "approve"}, headers=KEY)

    assert again.text == first.text


async def test_a_conflict_is_repeated_though_it_is_none_any_more(decide, desk):
    await desk.asks()
    first = await decide("take_back")
    await decide("approve", headers={})

    again = await decide("take_back")

    assert (again.status, again.text) == (409, first.text)
    assert again.headers["Content-Type"].startswith("application/problem+json")


async def test_forbidden_is_repeated_and_stands_on_record_once(decide, desk):
    release = await desk.asks()

    answers = [await decide("approve", "eve"), await decide("approve", "eve")]

    assert [answer.status for answer in answers] == [403, 403]
    assert (await desk.actions(release)).count("decision.refused") == 1


async def test_a_missing_reason_is_repeated_and_stands_on_record_once(decide, desk):
    release = await desk.asks()

    answers = [await decide("reject"), await decide("reject")]

    assert [answer.status for answer in answers] == [422, 422]
    assert (await desk.actions(release)).count("decision.refused") == 1


async def test_what_is_not_of_form_uses_up_no_key(decide, desk):
    await desk.asks()

    assert (await decide("aprove")).status == 422
    assert (await decide("approve")).status == 200


async def test_what_is_not_found_uses_up_no_key(desk, api):
    assert (await api.post("/commands", {"text": "approve checkout"}, headers=KEY)).status == 404
    await desk.asks(stage=Stage.START)

    assert (await api.post("/commands", {"text": "approve checkout"}, headers=KEY)).status == 200


@pytest.mark.parametrize("id_", ["%00", "%F0%9F%9A%82", "x" * 4000, "%25"])
async def test_a_path_that_no_thing_can_have_reaches_no_database(api, id_):
    assert (await api.post(f"/gates/{id_}/decisions", {"decision": "approve"}, headers=KEY)).status == 404


async def test_a_typed_decision_is_taken_once(desk, api):
    release = await desk.asks()
    first = await api.post("/commands", {"text": "pause checkout"}, headers=KEY)
    await api.post("/commands", {"text": "resume checkout"})

    again = await api.post("/commands", {"text": "pause checkout"}, headers=KEY)

    assert again.text == first.text
    assert (await desk.release()).paused is None
    assert (await desk.actions(release)).count("release.paused") == 1


async def test_a_kept_answer_is_for_who_shows_the_token(decide, desk):
    await desk.asks()
    await decide("approve")

    assert (await decide("approve", "nobody")).status == 401


@pytest.mark.parametrize("key", ["", "x" * 256, "sch\u00f6n", "tab\there"])
async def test_a_key_of_another_form_is_refused(api, key):
    answer = await api.post("/commands", {"text": "help"}, headers={"Idempotency-Key": key})

    assert (answer.status, answer.json["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("key", ["x", "x" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "with a blank"])
async def test_a_key_is_any_printable_ascii(api, key):
    assert (await api.post("/commands", {"text": "help"}, headers={"Idempotency-Key": key})).status == 200


async def test_two_keys_are_refused(api):
    answer = await api.post("/commands", {"text": "help"}, headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "b")])

    assert (answer.status, answer.json["field"]) == (422, "Idempotency-Key")


async def test_a_repeat_waits_for_the_first_and_is_not_done_again(once):
    slow = Slow()
    first = asyncio.create_task(once(slow))
    await slow.begun.wait()
    again = asyncio.create_task(once(slow))
    slow.go.set()

    assert [(await said).body for said in (first, again)] == [OK.body, OK.body]
    assert slow.times == 1


async def test_a_repeat_waits_no_longer_than_its_patience(once):
    slow = Slow()
    first = asyncio.create_task(once(slow))
    await slow.begun.wait()

    with pytest.raises(ProblemError, match="still at work") as caught:
        await once(slow, patience=0)
    slow.go.set()

    assert caught.value.status == 409
    assert await first == OK


async def test_another_body_does_not_wait(once):
    slow = Slow()
    first = asyncio.create_task(once(slow))
    await slow.begun.wait()

    with pytest.raises(ProblemError, match="another body"):
        await once(slow, body={"other": 1})
    slow.go.set()

    assert await first == OK


async def test_a_first_that_broke_leaves_the_next_to_be_the_first(once):
    async def broken() -> Said:
        raise ZeroDivisionError

    async def whole() -> Said:
        return OK

    with pytest.raises(ZeroDivisionError):
        await once(broken)

    assert await once(whole) == OK
