"""A port that was free a moment ago may be taken by now."""

import socket

import pytest

from tests.support import process
from tests.support.process import EndedError, serving


async def test_a_port_that_somebody_took_meanwhile_is_not_the_end(tmp_path, sqlite_url, monkeypatch):
    free_port = process.free_port
    with socket.socket() as another:
        another.bind(("127.0.0.1", 0))
        given = [another.getsockname()[1]]
        monkeypatch.setattr(process, "free_port", lambda: given.pop() if given else free_port())
        async with serving(tmp_path, sqlite_url) as bot:
            assert await bot.status("/readyz") == 200
    assert given == []


async def test_why_it_ended_is_told(tmp_path):
    with pytest.raises(EndedError, match="database"):
        async with serving(tmp_path, "mysql://nowhere"):
            pass
