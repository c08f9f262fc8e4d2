"""A console for each test, and people in front of it."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.console.world import Person, World, running_console, somebody


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    async with running_console(sqlite_url) as world:
        yield world


@pytest.fixture
async def stranger(world: World) -> AsyncIterator[Person]:
    """Somebody who has not signed in."""
    async with somebody(world) as person:
        yield person


@pytest.fixture
async def ann(world: World) -> AsyncIterator[Person]:
    """An approver, signed in."""
    async with somebody(world) as person:
        await person.sign_in("ann-secret")
        yield person
