"""What waits, what is open, and how long lists are read to their end."""

from dataclasses import replace

import pytest

from tests.support.desk import CART, CHECKOUT, LEDGER


async def test_what_waits_is_listed_with_why_and_until_when(desk, say):
    await desk.asks()
    await desk.started(CART)

    reply = await say("waiting")

    assert reply.text == (
        "shop/checkout#1 · checkout revision a1 · prod-eu · ready for promotion:"
        " waits for 2 of 2 approvals. Due by 24 Nov 04:00:00 UTC."
    )


async def test_every_open_release_has_a_line_in_the_status(desk, say):
    await desk.asks()
    await desk.started(CART)
    await desk.started(LEDGER)
    await desk.ended(workload=LEDGER)

    reply = await say("status")

    assert [item.label for item in reply.items] == ["shop/cart#1", "shop/checkout#1"]
    assert reply.text.splitlines() == [item.line for item in reply.items]


@pytest.mark.parametrize(
    ("text", "told"), [("waiting", "Nothing waits for people."), ("status", "No release is open.")]
)
async def test_a_list_with_nothing_in_it_says_so(say, text, told):
    assert (await say(text)).text == told


@pytest.fixture
async def many(desk, short_pages):
    """Releases that run, and every second of them waits; the newest is last."""
    workloads = [replace(CHECKOUT, name=f"app-{number}") for number in range(8)]
    for place, workload in enumerate(workloads):
        await (desk.asks if place % 2 else desk.started)(workload)
    return [f"shop/{workload.name}#1" for workload in workloads]


async def read_on(say, text):
    """Read a list to its end, as its last lines say."""
    pages = [await say(text)]
    while "… more: " in pages[-1].text:
        pages.append(await say(pages[-1].text.rpartition("… more: ")[2]))
    return [[item.label for item in page.items] for page in pages]


@pytest.mark.parametrize(("text", "step"), [("status", 1), ("waiting", 2)])
async def test_a_long_list_is_read_page_by_page(many, say, text, step):
    pages = await read_on(say, text)

    assert [label for page in pages for label in page] == many[::-1][::step]
    assert {len(page) for page in pages[:-1]} == {3}


async def test_a_page_goes_on_where_a_release_has_ended_meanwhile(desk, many, say):
    first = await say("status")
    await desk.ended(workload=replace(CHECKOUT, name=first.items[-1].label.removeprefix("shop/").removesuffix("#1")))

    second = await say(first.text.rpartition("… more: ")[2])

    assert [item.label for item in second.items] == many[::-1][3:6]


async def test_a_page_behind_nothing_known_is_not_found(say):
    assert not (await say("status --after shop/nosuch#1")).found
