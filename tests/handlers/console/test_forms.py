"""Forms that did not come from our page, or ask for what there is not, change nothing."""

import pytest

from bot.domain.gate import GateState
from tests.handlers.console.world import checkout, gate, somebody


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/releases/other"])
async def test_a_form_leads_to_no_place_that_it_names_itself(world, ann, back):
    waiting = gate()
    release = await world.add(checkout(waiting))

    answer = await ann.approve(waiting, back=back)

    assert answer.headers["Location"] == f"/?receipt={release.id}"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"csrf": ""}, id="none"),
        pytest.param({"csrf": "guessed"}, id="a wrong one"),
        pytest.param({"csrf": "sécret"}, id="one that no token of ours could be"),
    ],
)
async def test_without_its_csrf_token_a_form_changes_nothing(world, ann, change):
    waiting = gate(quorum=1)
    release = await world.add(checkout(waiting))

    answer = await ann.approve(waiting, **change)

    assert answer.status == 403
    assert (await world.release(release)).gate(waiting.id).state is GateState.CLOSED


async def test_the_csrf_token_of_another_session_is_not_good_enough(world, ann):
    waiting = gate(quorum=1)
    await world.add(checkout(waiting))

    async with somebody(world) as bob:
        await bob.sign_in("bob-secret")
        assert (await bob.approve(waiting, csrf=ann.csrf)).status == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://console.example.evil.example"])
async def test_a_form_from_a_foreign_page_changes_nothing(world, ann, origin):
    waiting = gate(quorum=1)
    release = await world.add(checkout(waiting))

    answer = await ann.post(
        f"/gates/{waiting.id}/decisions", {"csrf": ann.csrf, "decision": "approve"}, headers={"Origin": origin}
    )

    assert answer.status == 403
    assert (await world.release(release)).gate(waiting.id).state is GateState.CLOSED


async def test_a_form_from_our_own_page_names_our_own_origin(world, ann):
    waiting = gate(quorum=1)
    await world.add(checkout(waiting))
    fields = {"csrf": ann.csrf, "decision": "approve"}

    for origin in (world.url, "http://console.example"):
        answer = await ann.post(f"/gates/{waiting.id}/decisions", fields, headers={"Origin": origin})
        assert answer.status == 303


@pytest.mark.parametrize("decision", ["", "open", "roll_back", "approve\n"])
async def test_a_decision_that_there_is_not_is_not_guessed_at(world, ann, decision):
    waiting = gate(quorum=1)
    await world.add(checkout(waiting))

    assert (await ann.decide(waiting, decision)).status == 400


async def test_a_decision_about_nothing_is_not_found(ann):
    assert (await ann.approve(gate())).status == 404
    assert (await ann.decide(checkout(), "pause")).status == 404


async def test_no_post_means_yes_or_leads_on_without_a_cause(stranger):
    """A redirect in front of a gate was seen to approve a release."""
    for path in (
        "/",
        "/audit",
        "/live",
        "/releases/1",
        "/sign-in",
        "/sign-out",
        "/static/console.js",
        "/x",
        "//",
        "/sign-in/",
    ):
        for fields in ({}, {"token": "wrong"}):
            answer = await stranger.post(path, fields)
            assert answer.status >= 400, path
