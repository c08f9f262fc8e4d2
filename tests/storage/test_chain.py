"""The record in SQL: nobody edits it, and who does it behind its back is found."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.audit import Action, BrokenChainError, Entry, Head
from bot.domain.decision import Principal, Surface
from storage import chain
from tests.domain.conftest import NOON
from tests.storage.conftest import opened

LINE = Entry(actor=Principal("ann@example.com"), action=Action.HOOK_NOTED, surface=Surface.HOOK, reason="why not")


@pytest.fixture
async def kept(store):
    async with store.open() as records:
        await records.append(*[LINE] * 5)
    return store.database


async def run(database, *statements):
    async with database.transaction() as connection:
        for statement in statements:
            await connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'eve'", "DELETE FROM audit", "DELETE FROM audit WHERE seq = 5"]
)
async def test_the_database_refuses_every_edit(kept, statement):
    with pytest.raises(DBAPIError, match="never changed"):
        await run(kept, statement)

    assert (await chain.verify(kept)).seq == 5


async def test_postgresql_refuses_to_empty_it(postgres_url, clock):
    async with opened(postgres_url, clock) as store:
        with pytest.raises(DBAPIError, match="never changed"):
            await run(store.database, "TRUNCATE audit")


async def unguard(database):
    """What somebody could do who owns the database."""
    if database.is_sqlite:
        await run(database, "DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete")
    else:
        await run(database, "DROP TRIGGER audit_no_change ON audit")


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        pytest.param("UPDATE audit SET actor = 'eve@example.com' WHERE seq = 3", 3, id="a column"),
        pytest.param("UPDATE audit SET reason = NULL WHERE seq = 2", 2, id="a column emptied"),
        pytest.param("UPDATE audit SET text = replace(text, 'ann', 'eve') WHERE seq = 4", 4, id="the text"),
        pytest.param("UPDATE audit SET hash = 'x' WHERE seq = 5", 5, id="the last hash"),
        pytest.param("DELETE FROM audit WHERE seq = 2", 2, id="a line gone"),
        pytest.param("DELETE FROM audit WHERE seq = 1", 1, id="the first line gone"),
    ],
)
async def test_an_edit_is_found_with_its_place(kept, statement, seq):
    await unguard(kept)
    await run(kept, statement)

    with pytest.raises(BrokenChainError) as broken:
        await chain.verify(kept)
    assert broken.value.seq == seq


async def test_a_cut_tail_is_found_by_a_published_head(kept):
    async with kept.reading() as connection:
        published = await chain.read_head(connection)
    assert await chain.verify(kept, heads=[published, Head()]) == published
    await unguard(kept)
    await run(kept, "DELETE FROM audit WHERE seq > 3")

    assert (await chain.verify(kept)).seq == 3
    with pytest.raises(BrokenChainError) as broken:
        await chain.verify(kept, heads=[published])
    assert broken.value.seq == 4


async def test_a_published_head_of_another_chain_is_told(kept):
    with pytest.raises(BrokenChainError, match="published"):
        await chain.verify(kept, heads=[Head(3, "0" * 64)])


async def test_times_are_the_databases_and_exact_to_the_millisecond(kept):
    async with kept.reading() as connection:
        row = (await connection.execute(text("SELECT at FROM audit WHERE seq = 1"))).one()
    assert row.at == NOON.strftime("%Y-%m-%dT%H:%M:%S.000Z")
