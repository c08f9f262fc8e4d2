"""Which release is meant by a name, a number, or both; where two could be, nothing is decided."""

from dataclasses import replace

import pytest

from bot.domain.decision import Surface, Verb, Verdict
from tests.support.desk import ANN, CART, CHECKOUT, STAGING, open_desk

AMERICA = replace(CHECKOUT, cluster="prod-us")
ROLLOUT = replace(CHECKOUT, kind="Rollout")


async def test_a_name_that_two_workloads_have_lists_both_and_decides_nothing(desk, say):
    gate = (await desk.asks()).gates[0]
    await desk.started(STAGING)

    reply = await say("approve checkout")

    assert [item.label for item in reply.items] == ["shop/checkout#1", "staging/checkout#1"]
    assert "approve shop/checkout#1 · " in reply.text
    assert [(button.verb, button.subject) for button in reply.buttons] == [(Verdict.APPROVE, gate.id)]
    assert gate.approvals == (await desk.release()).gates[0].approvals


async def test_a_workload_that_waits_is_not_meant_just_because_it_waits(desk, say):
    await desk.started(STAGING)
    await desk.ended(workload=STAGING)
    await desk.asks()

    reply = await say("approve checkout")

    assert len(reply.items) == 2


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        pytest.param("shop/checkout", STAGING, id="by its namespace"),
        pytest.param("prod-eu/shop/checkout", AMERICA, id="by its cluster"),
        pytest.param("canary:shop/checkout", ROLLOUT, id="by its kind"),
        pytest.param("CANARY:checkout", ROLLOUT, id="by its kind in capitals"),
    ],
)
async def test_workloads_of_one_name_are_told_apart(desk, say, typed, other):
    release = await desk.asks()
    await desk.asks(other)

    reply = await say(f"status {typed}")

    assert [item.release for item in reply.items] == [release.id]


async def test_candidates_with_the_same_label_are_listed_by_their_whole_names(desk, say):
    await desk.asks()
    await desk.asks(AMERICA)

    reply = await say("reject checkout bad")

    assert "reject canary:prod-eu/shop/checkout#1 · " in reply.text
    assert [button.text.partition(" · ")[2] for button in reply.buttons] == [
        "canary:prod-eu/shop/checkout#1",
        "canary:prod-us/shop/checkout#1",
    ]


async def test_a_list_of_candidates_offers_what_was_asked(desk, say):
    await desk.asks()
    await say("approve shop/checkout")
    await desk.started(STAGING)

    offered = {verb: [b.verb for b in (await say(f"{verb} checkout")).buttons] for verb in ("takeback", "pause", "why")}

    assert offered == {"takeback": [Verdict.TAKE_BACK], "pause": [Verb.PAUSE, Verb.PAUSE], "why": []}


async def test_a_number_alone_is_enough_where_it_is_the_only_one(desk, say):
    release = await desk.asks()

    assert (await say("status #1")).items[0].release == release.id


async def test_a_number_means_the_release_that_is_open(desk, say):
    await desk.started(CART)
    await desk.ended(workload=CART)
    release = await desk.asks()

    assert [item.release for item in (await say("status #1")).items] == [release.id]


async def test_a_number_that_two_open_releases_have_lists_both(desk, say):
    await desk.asks()
    await desk.asks(CART)

    assert len((await say("approve #1")).items) == 2


async def test_a_number_finds_a_release_that_has_ended(desk, say):
    old = await desk.started()
    await desk.ended()
    await desk.asks(checksum="b2")

    assert [item.release for item in (await say("status shop/checkout #1")).items] == [old.id]
    assert [item.label for item in (await say("status shop/checkout")).items] == ["shop/checkout#2"]


async def test_a_decision_on_a_number_that_is_over_is_not_taken_on_the_newer_one(desk, refused):
    await desk.started()
    await desk.ended()
    new = await desk.asks(checksum="b2")

    refusal = await refused("approve shop/checkout#1")

    assert refusal.state == "promoted"
    assert "decision.taken" not in await desk.actions(new)


@pytest.mark.parametrize("text", ["approve nosuch", "why #99", "status shop/nosuch", "who rollout:checkout"])
async def test_what_is_not_known_is_not_found(desk, say, text):
    await desk.asks()

    reply = await say(text)

    assert not reply.found
    assert reply.text == f"No release of “{text.partition(' ')[2]}” is known here."


async def test_a_workload_is_found_among_many_releases_of_others_with_its_name(desk, short_pages, say):
    old = await desk.started(STAGING)
    await desk.ended(workload=STAGING)
    for number in range(4):
        await desk.started(checksum=f"c{number}")
        await desk.ended()

    reply = await say("status checkout")

    assert [item.label for item in reply.items] == ["shop/checkout#4", old.label]


async def test_names_carry_their_cluster_where_there_are_several(sqlite_url):
    async with open_desk(sqlite_url, several_clusters=True) as desk:
        await desk.asks()

        reply = await desk.people.answer_command("approve checkout", by=ANN, surface=Surface.CONSOLE, may_decide=True)

    assert reply.text.startswith("You approved prod-eu/shop/checkout#1 at ")
    assert reply.items[0].label == "prod-eu/shop/checkout#1"
