"""The grammar over HTTP."""

import pytest

from bot.domain.decision import REASON_LENGTH
from tests.support.desk import CHECKOUT, STAGING


@pytest.fixture
def say(api):
    def type_it(text, by="ann", **more):
        return api.post("/commands", {"text": text}, by=by, **more)

    return type_it


async def test_a_question_is_answered_in_words_with_what_it_is_about(desk, say):
    release = await desk.asks()

    answer = await say("why shop/checkout")

    assert answer.status == 200
    assert answer.json["text"].startswith("shop/checkout#1 is ready for promotion: waits for 2 of 2 approvals.")
    assert [(item["release"], item["label"]) for item in answer.json["items"]] == [(release.id, "shop/checkout#1")]


async def test_a_decision_is_taken(desk, say):
    await desk.asks()

    answer = await say("approve shop/checkout looks good")

    assert answer.status == 200
    assert answer.json["text"].startswith("You approved shop/checkout#1")
    assert len((await desk.release()).gates[0].approvals) == 1


@pytest.mark.parametrize("text", ["", "help", "waiting", "status"])
async def test_what_needs_no_release_is_answered_where_there_is_none(say, text):
    assert (await say(text)).status == 200


async def test_several_that_may_be_meant_are_listed(desk, say):
    await desk.asks(CHECKOUT)
    await desk.asks(STAGING)

    answer = await say("approve checkout")

    assert answer.status == 200
    assert [item["label"] for item in answer.json["items"]] == ["shop/checkout#1", "staging/checkout#1"]
    assert (await desk.release()).gates[0].approvals == ()


@pytest.mark.parametrize("text", ["aprove checkout", "approve", "why a/b/c/d", "reject x " + "x" * (REASON_LENGTH + 1)])
async def test_what_is_not_understood_is_not_of_form(say, text):
    answer = await say(text)

    assert (answer.status, answer.json["field"]) == (422, "text")


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "text"), ({"text": None}, "text"), ({"text": 1}, "text"), ({"text": "help", "by": "bob"}, "by"), ([], "")],
)
async def test_a_body_that_is_not_of_form_is_told_by_its_field(api, body, field):
    answer = await api.call("POST", "/commands", json=body)

    assert (answer.status, answer.json["field"]) == (422, field)


async def test_a_line_as_long_as_a_body_may_be_is_not_of_form(say):
    answer = await say("approve " * 130_000)

    assert (answer.status, answer.json["field"]) == (422, "text")


@pytest.mark.parametrize("text", ["approve nosuch", "why nosuch", "status #99"])
async def test_what_is_not_known_is_not_found(say, text):
    assert (await say(text)).status == 404


async def test_a_refused_decision_answers_as_its_own_call_would(desk, say, api):
    release = await desk.asks()
    path = f"/gates/{release.gates[0].id}/decisions"

    typed = await say("approve checkout", by="eve")
    called = await api.post(path, {"decision": "approve"}, by="eve")

    assert (typed.status, typed.json) == (403, called.json)


async def test_a_conflict_and_a_missing_reason_are_told_as_such(desk, say):
    await desk.asks()
    missing = await say("reject checkout")
    await say("reject checkout orders are wrong")
    late = await say("approve checkout", by="bob")

    assert (missing.status, missing.json["field"]) == (422, "reason")
    assert (late.status, late.json["state"], late.json["by"]) == (409, "refused", "ann@example.com")


async def test_a_token_that_only_reads_asks_and_does_not_decide(desk, say):
    release = await desk.asks()

    assert (await say("why checkout", by="reader")).status == 200
    assert (await say("approve checkout", by="reader")).status == 403
    assert (await desk.release()) == release


@pytest.mark.parametrize(("header", "surface"), [({}, "api"), ({"Pointsman-Surface": "cli"}, "cli")])
async def test_the_record_says_where_it_was_typed(desk, api, header, surface):
    await desk.asks()

    await api.post("/commands", {"text": "approve checkout"}, headers=header)

    taken = (await desk.storage.reader.audit(limit=1)).items[0]
    assert (taken["action"], taken["surface"]) == ("decision.taken", surface)


@pytest.mark.parametrize("header", ["slack", "", "CLI", "cli, api"])
async def test_no_other_surface_can_be_claimed(desk, api, header):
    await desk.asks()

    answer = await api.post("/commands", {"text": "approve checkout"}, headers={"Pointsman-Surface": header})

    assert (answer.status, answer.json["field"]) == (422, "Pointsman-Surface")
