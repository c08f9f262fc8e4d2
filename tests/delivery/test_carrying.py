"""Saved effects are carried outside at least once, and in order."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.effects import ShowCard, Urgency
from bot.domain.errors import ChatUnavailableError
from bot.domain.policy import Stage
from bot.domain.release import Outcome
from tests.delivery.conftest import C1, C2
from tests.domain.conftest import World


async def test_a_card_is_posted_once_and_then_drawn_anew(office):
    await office.change()
    await office.carry()
    await office.change()
    await office.carry()

    assert [(posted, retry) for _, posted, _, retry, _ in office.chat.shown] == [(None, False), ("C1-1", False)]
    assert office.results == ["done", "done"]


async def test_however_many_changes_wait_one_drawing_tells_them_all(office):
    for _ in range(5):
        await office.change()
    await office.carry()

    assert len(office.chat.shown) == 1


async def test_what_changes_while_it_is_drawn_is_drawn_again(office):
    await office.change()
    office.chat.during = office.change
    await office.carry()

    assert len(office.chat.shown) == 2


async def test_progress_waits_a_moment_and_a_decision_does_not(office):
    await office.change(urgency=Urgency.PROGRESS)
    await office.carry()
    assert office.chat.shown == []
    await office.change(urgency=Urgency.ASKS)
    await office.carry()
    assert len(office.chat.shown) == 1
    await office.change(urgency=Urgency.PROGRESS)
    await office.carry(seconds=2)
    assert len(office.chat.shown) == 2


async def test_final_states_go_first(office):
    await office.change(urgency=Urgency.ASKS)
    other = World()
    other.asks(Stage.PROMOTION)
    ended = replace(
        other.release,
        id="0" * 25 + "9",
        workload=replace(other.release.workload, name="basket"),
        gates=(),
    )
    async with office.open() as records:
        await records.known(ended.workload)
        effects = (ShowCard(release=ended.id, urgency=Urgency.ENDED),)
        await records.save(Outcome(releases=(ended,), effects=effects))

    claimed = await office.outbox.claim(worker="w", limit=10, but=frozenset())
    assert [delivery.release for delivery in claimed] == [ended.id, office.release.id]


async def test_lines_keep_their_order_behind_the_card(office):
    await office.change(ShowCard(release=office.release.id, urgency=Urgency.ASKS), office.line("1"), office.line("2"))
    await office.change(office.line("3"))
    office.chat.faults["C1"] = [ChatUnavailableError("away")]
    await office.carry()
    assert office.chat.told == []
    await office.carry(seconds=5)

    assert [line for *_, line in office.chat.told] == ["1", "2", "3"]
    assert {posted for _, posted, _ in office.chat.told} == {"C1-1"}


async def test_what_the_posting_of_the_card_says_is_not_said_again(office):
    await office.change(
        ShowCard(release=office.release.id, urgency=Urgency.ASKS), office.line("asks", card_says_it=True)
    )
    await office.carry()
    assert office.chat.told == []

    office.clock.now += timedelta(minutes=1)
    await office.change(office.line("asks again", card_says_it=True))
    await office.carry()
    assert [line for *_, line in office.chat.told] == ["asks again"]


async def test_two_carriers_carry_each_effect_once(office):
    office.places = (C1, C2)
    await office.change()
    carriers = [office.carrier("one"), office.carrier("two")]
    await asyncio.gather(*(carrier.once() for carrier in carriers))
    for carrier in carriers:
        await carrier.idle()

    assert sorted(to for to, *_ in office.chat.shown) == ["C1", "C2"]
