"""What was seen last of every workload: all at once as one by one."""

from dataclasses import replace

from bot.domain.looks.waking import LastLook, last_look
from bot.domain.policy import Stage
from bot.domain.release import Outcome
from bot.domain.sight import Standing
from bot.domain.workload import Workload
from storage import reading
from storage.reading import SqlReader
from tests.domain.conftest import World


def releases_of(name, world):
    """Its releases as those of another workload."""
    workload = Workload("prod-eu", "Canary", "shop", name)
    found = (replace(one, id=f"{name}{one.number}", workload=workload, gates=()) for one in world.past.values())
    return Outcome(releases=tuple(found))


def begun_twice():
    world = World()
    for applied in ("first", "second"):
        world.sees(Standing.PROMOTED, applied="as before")
        world.sees(Standing.PROGRESSING, applied=applied)
        if applied == "first":
            world.sees(Standing.PROMOTED, applied=applied)
    return world


async def test_all_at_once_is_what_each_one_says(store, monkeypatch):
    monkeypatch.setattr(reading, "WORKLOADS_AT_ONCE", 2)
    heard = World()
    heard.asks(Stage.PROMOTION)
    await store.keep(releases_of("heard", heard))
    world = begun_twice()
    await store.keep(releases_of("open", world))
    world.sees(Standing.PROMOTED, applied="second")
    await store.keep(releases_of("ended", world))
    reader = SqlReader(store.database)

    found = await reader.last_looks()

    assert {workload.name: look for workload, look in found.items()} == {
        "heard": LastLook(open=True),
        "open": LastLook(open=True, uid="u1", applied="second"),
        "ended": LastLook(uid="u1", applied="second"),
    }
    assert all([look == last_look(await reader.known(workload)) for workload, look in found.items()])
