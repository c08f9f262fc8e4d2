import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

ONLY_ONCE = text("CREATE TABLE only_once (id INTEGER)")


async def create_table(url: str) -> str:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(ONLY_ONCE)
        return engine.dialect.name
    finally:
        await engine.dispose()


async def test_each_kind_of_database_takes_a_table(database_url):
    assert await create_table(database_url) in database_url


async def test_the_next_test_finds_an_empty_database(database_url):
    await create_table(database_url)  # The test before made the same table.


async def test_a_copy_of_a_filled_database_has_its_tables(postgres):
    async with postgres.new_database() as filled:
        await create_table(filled)

        async with postgres.new_database(template=make_url(filled).database) as copy:
            with pytest.raises(ProgrammingError, match="already exists"):
                await create_table(copy)
