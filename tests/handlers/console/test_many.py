"""More open releases than one page shows: all are found, and looking at many costs no more reads than at one."""

import re

import pytest
from sqlalchemy import event

from bot.ports import ReleaseFilter
from bot.usecases.look import Look
from bot.usecases.who_may import WhoMay
from tests.handlers.console.world import POLICY, Groups, checkout, gate
from tests.support.desk import InSight


def names(page):
    return re.findall(r'href="/releases/[0-9A-Z]+">(\S+) ', page)


@pytest.fixture
async def crowd(world, monkeypatch):
    """Five that wait and five that move, the oldest first; a page shows two of each."""
    monkeypatch.setattr("handlers.console.board.MOST_OPEN", 2)
    for number in range(5):
        await world.add(checkout(gate(), name=f"waits-{number}"))
        await world.add(checkout(name=f"moves-{number}"))


async def test_every_open_release_is_reached_page_by_page(world, crowd, ann):
    page = await ann.page("/")
    assert names(page) == ["waits-4", "waits-3", "moves-4", "moves-3"]

    for kind in ("waits", "moves"):
        found, older = [], re.search(rf'href="(/open/{kind}\?after=[0-9A-Z]+)"', page)
        while older:
            more = await ann.page(older[1])
            found += names(more)
            older = re.search(r'rel="next" href="([^"]+)"', more)

        assert found == [f"{kind}-{number}" for number in (2, 1, 0)]


@pytest.mark.parametrize(
    "path", ["/open/waits", "/open/waits?after=x", "/open/others?after=01K9CCCCCCCCCCCCCC00000001"]
)
async def test_what_names_no_page_is_not_here(ann, path):
    assert (await ann.get(path)).status == 404


async def test_a_decision_can_be_taken_on_a_later_page(world, crowd, ann):
    older = re.search(r'href="(/open/waits\?after=[0-9A-Z]+)"', await ann.page("/"))
    assert older

    assert 'name="decision" value="approve"' in await ann.page(older[1])


async def test_looking_at_ten_costs_no_more_reads_than_looking_at_one(world, crowd):
    who_may = WhoMay(policies=(POLICY,), groups=Groups(), settings="d" * 64)
    look = Look(reader=world.storage.reader, who_may=who_may, several_clusters=False, clusters=InSight())
    reads = []
    event.listen(world.database.reader.sync_engine, "before_cursor_execute", lambda *args: reads.append(args[2]))
    every = (await world.storage.reader.releases(ReleaseFilter(open=True))).items

    async def cost(releases):
        reads.clear()
        assert len(await look.at_all(releases)) == len(releases)
        return len(reads)

    assert await cost(every) == await cost(every[:1]) > 0


async def test_those_that_wait_are_told_from_those_that_do_not(world, crowd):
    async def found(**wanted):
        return {one.workload.name[:5] for one in (await world.storage.reader.releases(ReleaseFilter(**wanted))).items}

    assert await found(waiting=True) == {"waits"}
    assert await found(waiting=False) == {"moves"}
    assert await found() == {"waits", "moves"}
