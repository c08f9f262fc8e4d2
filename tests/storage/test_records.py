"""What is saved together, is there together, comes back as it was, and is told after it was saved."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.audit import Action, Entry
from bot.domain.decision import Mark, Principal, Surface, Verb
from bot.domain.effects import ReleaseId
from bot.domain.errors import NotFoundError
from bot.domain.policy import Stage
from bot.domain.release import Outcome
from bot.domain.run import Facts, Signal
from bot.ports import ReleaseFilter
from storage import chain, tables
from storage.reading import SqlReader
from tests.domain.conftest import ANN, BOB, NOON, WORKLOAD, policy_of, rights_of
from tests.storage.conftest import opened


def full(world):
    """A release with much to remember."""
    world.rights = rights_of(policy_of(quorum=2))
    world.hears(Signal.SCALING_UP, at=1, line="Scaling up", facts=Facts(text="ü <b>", channel="slack:C1"))
    world.asks(Stage.TRAFFIC)
    world.approves(ANN, reason="fine")
    world.approves(BOB)
    world.asks(Stage.TRAFFIC)
    world.advances(20, at=5)
    world.asks(Stage.PROMOTION)
    world.approves(BOB)
    world.decides(Verb.PAUSE)
    world.rejects(ANN)
    return Outcome(
        releases=(replace(world.release, authors=frozenset({ANN}), before={"app": "a:1"}, after={"app": "a:2"}),),
        audit=tuple(world.record),
        effects=tuple(world.effects),
    )


async def test_a_release_comes_back_as_it_was(store, world):
    outcome = full(world)
    await store.keep(outcome)

    reader = SqlReader(store.database)
    assert await reader.release(outcome.release.id) == outcome.release
    assert await reader.release_of(outcome.release.gates[0].id) == outcome.release
    async with store.open() as records:
        known = await records.known(WORKLOAD)
    assert known.latest == outcome.release


async def test_what_an_earlier_version_knew_besides_is_passed_by(store, world):
    outcome = full(world)
    await store.keep(outcome)
    columns = tables.release.c
    async with store.database.transaction() as connection:
        row = (await connection.execute(select(columns.run, columns.roll_back))).one()
        besides = {"run": row.run | {"scale": None}, "roll_back": row.roll_back | {"void": False}}
        await connection.execute(update(tables.release).values(besides))

    assert await SqlReader(store.database).release(outcome.release.id) == outcome.release


async def test_what_changes_is_changed_and_what_is_taken_back_is_gone(store, world):
    outcome = full(world)
    await store.keep(outcome)
    gate = outcome.release.gates[1]
    changed = outcome.release.with_gate(replace(gate, approvals=(Mark(ANN, NOON, "x", Surface.API),), overdue=True))

    await store.keep(Outcome(releases=(changed,)))

    assert await SqlReader(store.database).release(changed.id) == changed


async def test_a_fault_in_the_middle_saves_and_tells_nothing(store, world):
    outcome = full(world)

    async def save_and_fail():
        async with store.open() as records:
            await records.known(WORKLOAD)
            await records.save(outcome)
            raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        await save_and_fail()

    assert store.announced == []
    assert (await SqlReader(store.database).releases(ReleaseFilter())).items == ()
    assert await chain.verify(store.database) == await SqlReader(store.database).head()
    assert (await SqlReader(store.database).head()).seq == 0


async def test_a_change_is_told_with_the_head_it_has_led_to(store, world):
    outcome = full(world)
    await store.keep(outcome)
    await store.keep(outcome)  # Nothing changes, and nothing but the record's lines is told.

    assert store.announced[0] == ({WORKLOAD}, len(outcome.audit))


async def test_one_release_of_a_workload_is_open_at_the_most(store, world):
    world.asks(Stage.PROMOTION)
    await store.keep(Outcome(releases=(world.release,)))
    second = replace(world.release, id="0" * 25 + "9", number=2, gates=())

    with pytest.raises(IntegrityError):
        await store.keep(Outcome(releases=(second,)))


async def test_what_is_not_there_is_said(store):
    with pytest.raises(NotFoundError):
        await SqlReader(store.database).release(ReleaseId("0" * 26))
    with pytest.raises(NotFoundError):
        async with store.open() as records:
            await records.release_of("0" * 26)


async def test_who_was_heard_is_kept_for_many_at_once(store):
    workloads = [replace(WORKLOAD, name=f"app-{number}") for number in range(50)]
    async with store.open() as records:
        for workload in workloads:
            await records.heard(workload, hooks=frozenset({"event"}), at=NOON)
    async with store.open() as records:
        await records.heard_of({workloads[0]: 30, workloads[1]: None}, at=NOON.replace(hour=13))

    reader = SqlReader(store.database)
    first, second, third = [await reader.known(workload) for workload in workloads[:3]]
    later = NOON.replace(hour=13)
    assert (first.usual_gap, first.heard_at, sorted(first.hooks)) == (30, later, ["event"])
    assert (second.usual_gap, second.heard_at) == (None, later)
    assert third.heard_at == NOON


async def test_two_replicas_meet_the_same_new_workload(postgres_url, clock):
    async with opened(postgres_url, clock) as here, opened(postgres_url, clock) as there:

        async def hear(store):
            async with store.open() as records:
                await records.heard(WORKLOAD, hooks=frozenset({"event"}), at=NOON)

        await asyncio.gather(*(hear(store) for store in (here, there) for _ in range(10)))

        assert (await SqlReader(here.database).known(WORKLOAD)).hooks == {"event"}


async def test_the_chain_stays_whole_under_many_writers(database_url, clock):
    line = Entry(actor=Principal("ann@example.com"), action=Action.HOOK_NOTED, surface=Surface.HOOK)
    async with opened(database_url, clock) as here, opened(database_url, clock) as there:
        stores = (here, there) if "postgresql" in database_url else (here, here)

        async def write(store):
            for _ in range(10):
                async with store.open() as records:
                    await records.append(line, line)

        await asyncio.gather(*(write(store) for store in stores for _ in range(4)))

        assert (await chain.verify(here.database)).seq == 160


async def test_pages_go_from_the_newest_to_the_end(store, world):
    for number in range(1, 8):
        world.asks(Stage.PROMOTION, checksum=str(number))
        world.hears(Signal.FAILED, at=number)
    await store.keep(Outcome(releases=tuple(world.past.values()), audit=tuple(world.record)))
    reader = SqlReader(store.database)

    seen, after = [], None
    while True:
        page = await reader.releases(ReleaseFilter(namespace="shop"), after=after, limit=3)
        seen += [release.number for release in page.items]
        if (after := page.next) is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert [r.number for r in (await reader.releases(ReleaseFilter(number=4))).items] == [4]
    assert (await reader.releases(ReleaseFilter(open=True))).items == ()
    assert len((await reader.releases(ReleaseFilter(state="rolled_back"))).items) == 7

    lines = await reader.audit(limit=2)
    assert [line["seq"] for line in lines.items] == [len(world.record), len(world.record) - 1]
    assert (await reader.audit(after=lines.next, limit=1)).items[0]["seq"] == len(world.record) - 2
    for after in ("x", "-1", "1 OR 1=1", ""):
        with pytest.raises(ValueError, match="cursor"):
            await reader.audit(after=after)


async def test_many_workloads_are_asked_for_in_one_read(store, world):
    await store.keep(full(world))
    async with store.open() as records:
        await records.heard(WORKLOAD, hooks=frozenset({"event", "rollback"}), at=NOON)
    stranger = replace(WORKLOAD, name="never-heard-of")
    reader = SqlReader(store.database)

    found = await reader.habits({WORKLOAD, stranger})

    known = await reader.known(WORKLOAD)
    assert set(found) == {WORKLOAD}
    assert (found[WORKLOAD].hooks, found[WORKLOAD].usual_gap) == (known.hooks, known.usual_gap)
    assert await reader.habits(()) == {}


async def test_those_whose_gate_waits_are_told_from_the_others(store, world):
    world.asks(Stage.PROMOTION)
    await store.keep(Outcome(releases=(world.release,)))
    reader = SqlReader(store.database)

    async def many(*, waiting):
        return len((await reader.releases(ReleaseFilter(waiting=waiting))).items)

    assert (await many(waiting=True), await many(waiting=False)) == (1, 0)
