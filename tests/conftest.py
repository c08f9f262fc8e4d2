"""What every test can have: a database of its own, real ones both; a browser; and a machine without a way out."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.support import network
from tests.support.browser import open_browser, watched_page
from tests.support.postgres import Postgres, running_postgres

STRIPPED = ("POINTSMAN_", "SLACK_")


def pytest_configure() -> None:
    """Take away what would let a test pass, or fail, on one machine alone."""
    for name in list(os.environ):
        if name.startswith(STRIPPED) or name.upper().endswith("_PROXY"):
            del os.environ[name]
    network.shut()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
async def postgres_url(postgres: Postgres) -> AsyncIterator[str]:
    """Lend an empty PostgreSQL database of the test's own."""
    async with postgres.new_database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Name a file, not there yet, for an SQLite database."""
    return f"sqlite+aiosqlite:///{tmp_path / 'pointsman.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Run the test twice, on an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'pointsman.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    async with postgres.new_database() as url:
        yield url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """Open a page; the test fails if the page logs an error, even one that nobody sees."""
    async with watched_page(browser) as page:
        yield page
