import asyncpg
import pytest
from sqlalchemy import make_url, text

from storage.database import open_database
from storage.migrating import is_current


async def run(url, statement):
    database = open_database(url)
    try:
        async with database.transaction() as connection:
            await connection.execute(text(statement))
    finally:
        await database.close()


async def has_all_tables(url):
    database = open_database(url)
    try:
        return await is_current(database)
    finally:
        await database.close()


async def test_a_test_gets_both_kinds_of_database_with_all_tables(database_url):
    assert await has_all_tables(database_url)


async def test_a_test_of_migrations_gets_them_without(empty_database_url):
    assert not await has_all_tables(empty_database_url)


@pytest.mark.parametrize("time", ["first", "second"])
async def test_what_one_test_wrote_no_other_finds(database_url, time):
    await run(database_url, "CREATE TABLE only_once (id INTEGER)")


def test_a_test_without_a_loop_gets_them_too(database_url):
    assert make_url(database_url).database


async def test_who_is_still_connected_does_not_keep_a_database_alive(postgres):
    with postgres.new_database() as url:
        name = make_url(url).database
        left_open = await asyncpg.connect(host=str(postgres.folder), user="postgres", database=name)
    left_open.terminate()

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(host=str(postgres.folder), user="postgres", database=name)
