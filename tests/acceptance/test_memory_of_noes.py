"""An unchanged wait is answered without a query; whatever opens a gate is read from the record at that moment."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.domain.messages.lapsing import SILENCE
from handlers.flagger.memory import UNASKED_SECONDS
from tests.support.running import running_bot

PROMOTION = "flagger/confirm-promotion"


@pytest.fixture
def statements(bot):
    """Collect every statement that reaches the database."""
    seen = []
    for engine in (bot.core.database.writer, bot.core.database.reader):
        event.listen(
            engine.sync_engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: seen.append(statement)
        )
    return seen


async def test_an_unchanged_wait_costs_no_query(bot, body, statements):
    await bot.ask(PROMOTION, body())
    await bot.ask(PROMOTION, body())
    await bot.refresh()
    statements.clear()

    assert [await bot.ask(PROMOTION, body()) for _ in range(5)] == [403] * 5
    assert statements == []


async def test_the_memory_is_not_used_when_the_head_was_not_read_within_a_second(bot, body, statements):
    await bot.ask(PROMOTION, body())
    await bot.ask(PROMOTION, body())
    await bot.refresh()
    bot.monotonic[0] += 1.1
    statements.clear()

    assert await bot.ask(PROMOTION, body()) == 403
    assert statements != []


async def test_what_is_decided_here_is_known_at_once(bot, body):
    await bot.ask(PROMOTION, body())
    await bot.ask(PROMOTION, body())
    await bot.refresh()
    await bot.approve()

    assert await bot.ask(PROMOTION, body()) == 200


async def test_what_another_replica_decided_is_known_when_the_head_is_read(postgres_url, body):
    async with running_bot(postgres_url) as here, running_bot(postgres_url) as there:
        for bot in (here, there):
            await bot.refresh()
        for _ in range(2):
            await here.ask(PROMOTION, body())
        await here.refresh()
        assert await here.ask(PROMOTION, body()) == 403

        await there.approve()
        await here.refresh()

        assert await here.ask(PROMOTION, body()) == 200
        assert await there.ask(PROMOTION, body()) == 200
        assert (await here.actions()).count("gate.answered") == 1


async def test_two_hooks_with_the_same_body_have_answers_of_their_own(bot, body):
    for _ in range(2):
        await bot.ask(PROMOTION, body())
    await bot.refresh()
    for _ in range(2):
        answer = await (await bot.hook("flagger/rollback", body())).json()
        assert answer["rollback"] == "no"

    await bot.roll_back()

    assert await bot.ask(PROMOTION, body()) == 403
    assert await bot.ask("flagger/rollback", body()) == 200


async def test_an_event_that_changes_nothing_costs_no_query(bot, body, event, statements):
    said = "Rollback hook pointsman-rollback not signaling a rollback"
    await bot.ask(PROMOTION, body())
    for seconds in range(2):
        await bot.ask("flagger/event", event(said, seconds=seconds))
    await bot.refresh()
    statements.clear()

    for seconds in range(2, 6):
        assert await bot.ask("flagger/event", event(said, seconds=seconds)) == 200
    assert statements == []


async def test_a_second_restart_within_a_minute_is_not_taken_for_the_first(bot, body, event):
    said = "New revision detected! Restarting analysis for checkout.shop"
    await bot.ask(PROMOTION, body())
    await bot.refresh()

    for seconds in (10, 10, 20, 20):
        await bot.ask("flagger/event", event(said, seconds=seconds))

    assert [release.state for release in await bot.releases()] == ["progressing", "superseded", "superseded"]


async def test_that_a_workload_was_heard_is_kept_at_most_once_a_minute(bot, body, statements):
    await bot.refresh()
    for second in range(180):
        bot.monotonic[0] = float(second)
        bot.core.changes.read_at = float(second)
        bot.clock.pass_(seconds=1)
        await bot.ask(PROMOTION, body())
        await bot.core.hearing.write(float(second))

    heard = [statement for statement in statements if statement.startswith("UPDATE workload")]
    assert len(heard) <= 4


def test_what_is_remembered_is_asked_anew_before_a_silence_is_judged():
    assert timedelta(seconds=UNASKED_SECONDS) <= SILENCE / 2
