"""What every test can have: a database of its own, real ones both; a browser; and a machine without a way out."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.async_api import Browser, Page
from sqlalchemy import make_url

from storage import sqlite
from storage.database import open_database
from storage.migrating import upgrade
from tests.support import network
from tests.support.apart import run_apart
from tests.support.browser import open_browser, watched_page
from tests.support.postgres import Postgres, running_postgres
from tests.support.running import Bot, running_bot

SQLITE = "sqlite+aiosqlite:///"
STRIPPED = ("POINTSMAN_", "SLACK_")


def pytest_configure() -> None:
    """Take away what would let a test pass, or fail, on one machine alone."""
    for name in list(os.environ):
        if name.startswith(STRIPPED) or name.upper().endswith("_PROXY"):
            del os.environ[name]
    network.shut()
    hypothesis.settings.register_profile("any machine", deadline=None)
    hypothesis.settings.load_profile("any machine")
    # No test cuts the power; a third of the time would go into waiting for the disk.
    sqlite.DURABLE = "synchronous=OFF"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Iterator[str]:
    """Name a database with all tables, to be copied: copying takes a tenth of the time of migrating."""
    with postgres.new_database() as url:
        run_apart(migrate(url))
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template = tmp_path_factory.mktemp("template") / "pointsman.db"
    run_apart(migrate(f"{SQLITE}{template}"))
    return template


async def migrate(url: str) -> None:
    database = open_database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    with postgres.new_database(template=postgres_template) as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    copy: Path = shutil.copyfile(sqlite_template, tmp_path / "pointsman.db")
    return f"{SQLITE}{copy}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice, on a new database of each kind that has all tables."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Run the test twice, on a new database of each kind that has no table."""
    if request.param == "sqlite":
        yield f"{SQLITE}{tmp_path / 'empty.db'}"
    else:
        with request.getfixturevalue("postgres").new_database() as url:
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


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[Bot]:
    """Run the whole bot on SQLite, in this process; a test that must run on both databases says so."""
    async with running_bot(sqlite_url) as running:
        yield running
