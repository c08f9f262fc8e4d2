"""How a release stands, why it waits and who may decide; help where a line is not understood."""

import pytest

from bot.domain.workload import Workload
from tests.support.desk import CARL


async def test_what_is_not_understood_tells_what_would_have_been_right(say):
    reply = await say("aprove checkout")

    assert not reply.understood
    assert "approve <workload|#number> [reason]" in reply.text


@pytest.mark.parametrize(
    ("text", "taught"),
    [
        pytest.param("", "    approve shop/checkout looks good · say yes at the gate that waits", id="nothing"),
        pytest.param("help", "    approve shop/checkout looks good · say yes at the gate that waits", id="all of it"),
        pytest.param("help approve", "approve <workload|#number> [reason]", id="one verb"),
    ],
)
async def test_help_teaches_what_can_be_typed(say, text, taught):
    assert taught in (await say(text)).text


async def test_the_status_of_a_release_is_what_its_card_says(desk, say):
    release = await desk.asks()
    card = await desk.people.look.card(release.id)

    reply = await say("status checkout")

    assert reply.text.splitlines()[0] == f"shop/checkout#1 · {card.title}"
    assert "Needs 2 of @sre or bob." in reply.text
    assert reply.buttons == card.buttons


async def test_why_is_one_line(desk, say):
    await desk.asks()
    await say("approve checkout")

    assert (await say("why checkout")).text == (
        "shop/checkout#1 is ready for promotion: waits for 1 of 2 approvals."
        " Needs 1 more of @sre or bob. Due by 24 Nov 04:00:00 UTC."
    )


async def test_why_of_what_does_not_wait_tells_what_happens_instead(desk, say):
    await desk.asks()
    await say("reject checkout too\nslow")

    text = (await say("why checkout")).text

    assert text.startswith("shop/checkout#1: ann decided to roll back at 24 Nov 02:00:00 UTC: too slow. ")
    assert "\n" not in text


async def test_why_tells_of_a_gate_that_the_manifest_keeps_shut(desk, say):
    await desk.halted()

    assert "the manifest keeps this gate shut" in (await say("why checkout")).text


async def test_who_names_the_rule_and_the_people_of_now(desk, say):
    await desk.asks()
    await say("approve checkout", CARL)

    assert (await say("who checkout")).text.splitlines()[1:] == [
        "Promotion: 2 of @sre or bob (rule shop-prod). Now that is ann@example.com, bob@example.com, carl@example.com.",
        "carl approved 24 Nov 02:00:00 UTC.",
        "Needs 1 more of @sre or bob.",
        "May stop it: ann@example.com, bob@example.com, carl@example.com.",
    ]


async def test_who_of_what_asks_nobody_names_every_rule_once(desk, say):
    await desk.started()

    lines = (await say("who checkout")).text.splitlines()

    assert [line.partition(":")[0] for line in lines[1:]] == [
        "Start, traffic, step, analysis",
        "Promotion",
        "May stop it",
    ]


async def test_who_says_where_nobody_may(desk, say):
    await desk.asks(Workload("prod-eu", "Canary", "lab", "toy"))

    assert "No policy lets anybody approve it." in (await say("who toy")).text
