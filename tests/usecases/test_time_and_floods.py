"""What is kept of what was heard, and of those who proved nothing."""

from datetime import timedelta

import pytest

from bot.domain.audit import Action
from bot.domain.decision import Surface
from bot.domain.errors import RecordsUnavailableError
from bot.domain.gate import GateState
from bot.domain.workload import Workload
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import MANY, SOURCES_A_MINUTE, CountRefusals
from bot.usecases.keep_hearing import KeepHearing
from tests.domain.conftest import NOON, WORKLOAD
from tests.support.running import SETTINGS, running_bot


class Lines:
    """The record, as far as these use cases need it; it can be away."""

    def __init__(self):
        self.lines, self.heard, self.away = [], [], False

    def __call__(self):
        return self

    async def __aenter__(self):
        if self.away:
            raise RecordsUnavailableError("away")
        return self

    async def __aexit__(self, *_):
        return None

    async def append(self, *entries):
        self.lines += entries

    async def now(self):
        return NOON

    async def heard_of(self, gaps, *, at):
        self.heard.append(gaps)


@pytest.fixture
def lines():
    return Lines()


def note(refusals, *, source="10.0.0.1", seconds=0, surface=Surface.HOOK):
    refusals.note(surface=surface, action=Action.HOOK_REFUSED, source=source, now=NOON + timedelta(seconds=seconds))


async def test_one_line_for_each_source_surface_and_minute(lines):
    refusals = CountRefusals(open_records=lines)
    for seconds in (0, 1, 59, 60):
        note(refusals, seconds=seconds)
    note(refusals, source="10.0.0.2")
    note(refusals, surface=Surface.API)

    assert await refusals.write(NOON + timedelta(seconds=59)) == 0
    assert await refusals.write(NOON + timedelta(seconds=61)) == 3
    assert [(line.surface, line.details["source"], line.details["times"]) for line in lines.lines] == [
        ("hook", "10.0.0.1", 3),
        ("hook", "10.0.0.2", 1),
        ("api", "10.0.0.1", 1),
    ]
    assert await refusals.write(NOON, all_of_them=True) == 1


async def test_a_flood_from_everywhere_takes_no_more_memory_than_it_may(lines):
    refusals = CountRefusals(open_records=lines)
    for number in range(SOURCES_A_MINUTE * 5):
        note(refusals, source=f"10.0.{number // 250}.{number % 250}")

    assert await refusals.write(NOON + timedelta(minutes=1)) == SOURCES_A_MINUTE + 1
    assert sum(line.details["times"] for line in lines.lines) == SOURCES_A_MINUTE * 5
    assert [line.details["times"] for line in lines.lines if line.details["source"] == MANY] == [SOURCES_A_MINUTE * 4]


async def test_what_could_not_be_written_is_written_later(lines):
    refusals = CountRefusals(open_records=lines)
    note(refusals)
    lines.away = True
    with pytest.raises(RecordsUnavailableError):
        await refusals.write(NOON + timedelta(minutes=1))
    note(refusals)
    lines.away = False

    assert await refusals.write(NOON + timedelta(minutes=1)) == 1
    assert lines.lines[0].details["times"] == 2


async def test_hearing_is_kept_once_a_minute_with_the_usual_gap(lines):
    hearing = KeepHearing(open_records=lines)
    for tick in range(0, 120, 30):
        for moment in (0, 0.1, 0.2):
            hearing.note(WORKLOAD, tick + moment)
        await hearing.write(tick + 1)

    assert lines.heard == [{WORKLOAD: 30}]
    assert await hearing.write(1000) == 1
    assert await hearing.write(2000) == 0  # Not heard since.


async def test_a_change_made_here_is_told_once():
    changes = Changes()
    told: list[Workload | None] = []
    stop = changes.listen(told.append)
    changes.announce([WORKLOAD], 5)
    changes.found(WORKLOAD, 4)
    changes.found(WORKLOAD, 5)
    changes.found(WORKLOAD, 6)
    changes.found(None, 7)
    stop()
    changes.announce([WORKLOAD], 8)

    assert told == [WORKLOAD, WORKLOAD, None]


async def test_time_expires_what_waits(sqlite_url):
    text = SETTINGS.replace("reason: never", "reason: never, expires_after: 1h, on_expiry: reject")
    async with running_bot(sqlite_url, settings=text) as bot:
        body = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "a"}
        await bot.hook("flagger/event", body)
        await bot.ask("flagger/confirm-promotion", body)
        assert await bot.core.pass_time.due(silent_too=False) == ()
        bot.clock.pass_(minutes=50)
        (workload,) = await bot.core.pass_time.due(silent_too=False)
        await bot.core.pass_time(workload)
        bot.clock.pass_(minutes=10)
        await bot.core.pass_time(workload)
        await bot.core.pass_time(workload)

        release = await bot.newest()
        assert release.gates[0].state in {GateState.EXPIRED, GateState.WITHDRAWN}
        assert not release.gates[0].undecided
        assert await bot.ask("flagger/confirm-promotion", body) == 403


async def test_a_silent_workload_is_looked_at(bot):
    body = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "a"}
    await bot.ask("flagger/confirm-promotion", body)
    bot.clock.pass_(minutes=11)

    (workload,) = await bot.core.pass_time.due(silent_too=True)
    await bot.core.pass_time(workload)

    assert (await bot.newest()).state == "ended"
    assert await bot.core.pass_time.due(silent_too=True) == ()


async def test_answers_name_the_cluster_where_there_are_several(sqlite_url):
    second = "  - {name: prod-us, hook_tokens: [{env: CI_TOKEN}]}\npolicies:"
    text = SETTINGS.replace("policies:", second).replace(
        "  - {name: ci, token: {env: CI_TOKEN}", "  - {name: ci, token: {env: ANN_TOKEN}"
    )
    text = text.replace("  - {name: ann, token: {env: ANN_TOKEN}, may: [read, decide], email: ann@example.com}\n", "")
    async with running_bot(sqlite_url, settings=text) as bot:
        body = {"name": "checkout", "namespace": "shop", "phase": "Progressing", "checksum": "a"}
        said = await (await bot.hook("flagger/confirm-promotion", body)).json()

    assert said["release"] == "prod-eu/shop/checkout#1"
