"""The bot as a process: it starts, stops, survives, and says what is wrong in one line."""

import asyncio
import signal
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app.practice.engines import ENGINES
from bot.domain.audit import Head
from storage import chain
from storage.database import open_database
from tests.support.process import (
    BODY,
    TOKEN,
    Bridge,
    log_lines,
    pointsman,
    serving,
    start,
    three_free_ports,
    write_settings,
)
from tests.support.slack import running_slack

WITH_SLACK = """
chats:
  slack: {{bot_token: {{env: HOOK_TOKEN}}, signing_secret: {{env: SLACK_SECRET}}, mode: http, team: T0TEAM, app: A0APP,
          api_url: "{url}/api/"}}
routes: [{{to: ["slack:C0RELEASES"]}}]
"""


async def test_it_stops_in_order_while_it_is_asked(tmp_path, sqlite_url):
    async with serving(tmp_path, sqlite_url) as bot:
        answers = []

        async def ask():
            while True:
                try:
                    answers.append(await bot.hook())
                except OSError:
                    return

        asking = [asyncio.create_task(ask()) for _ in range(8)]
        while len(answers) < 50:
            await asyncio.sleep(0.01)
        await bot.hook(token="a-wrong-token-with-many-signs")
        bot.process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(bot.process.communicate(), 15)
        await asyncio.gather(*asking, return_exceptions=True)

    assert bot.process.returncode == 0, err.decode()
    assert set(answers) == {403}
    logged = log_lines(out.decode())
    assert [line["event"] for line in logged][-1] == "stopping"
    assert TOKEN not in out.decode()
    assert "wrong-token" not in out.decode()
    database = open_database(sqlite_url)
    head = await chain.verify(database)
    await database.close()
    assert head.seq == 3  # The flood of wrong tokens was written at the end.


async def test_what_was_decided_before_a_kill_stands_and_what_was_not_told_is_told(tmp_path, sqlite_url):
    async with running_slack() as slack:
        more = WITH_SLACK.format(url=slack.url)
        slack.faults["chat.postMessage"] = [500] * 50
        async with serving(tmp_path, sqlite_url, more=more) as bot:
            await bot.hook()
            assert await bot.decide() == 200
            bot.process.kill()
            await bot.process.communicate()
        assert slack.cards() == []
        slack.faults.clear()
        await half_a_minute_passes(sqlite_url)

        async with serving(tmp_path, sqlite_url, more=more) as bot:
            assert await bot.hook() == 200
            async with asyncio.timeout(45):
                while not slack.cards():
                    await asyncio.sleep(0.05)
        assert len(slack.cards()) == 1


async def half_a_minute_passes(url):
    """For the effects that wait: what the dead process had claimed is not its own any more."""
    database = open_database(url)
    async with database.transaction() as connection:
        long_ago = "datetime('now', '-1 minute')"
        await connection.execute(text(f"UPDATE effect SET next_at = {long_ago}, lease_until = {long_ago}"))
    await database.close()


async def test_two_replicas_answer_as_one(tmp_path, postgres_url):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    async with serving(tmp_path / "here", postgres_url) as here, serving(tmp_path / "there", postgres_url) as there:
        assert [await bot.hook() for bot in (here, there) * 3] == [403] * 6
        assert await here.decide() == 200

        async with asyncio.timeout(2):
            while await there.hook() != 200:
                await asyncio.sleep(0.02)
        assert await here.hook() == 200

    database = open_database(postgres_url)
    assert (await chain.verify(database)).seq == 5
    await database.close()


@pytest.fixture
def bridge(postgres):
    with tempfile.TemporaryDirectory(prefix="bridge-") as folder:
        yield Bridge(postgres.folder, Path(folder))


GATES = ("confirm-rollout", "confirm-traffic-increase", "confirm-promotion", "rollback")


async def test_with_the_database_away_it_says_no_and_goes_on_when_it_comes(tmp_path, postgres_url, bridge):
    async with serving(tmp_path, bridge.url(postgres_url), ready=False) as bot:

        async def answers():
            hooks = (*GATES, "event", "post-rollout", "pre-rollout", "rollout")
            return {hook: await bot.hook(f"flagger/{hook}") for hook in hooks}

        away = dict.fromkeys((*GATES, "event", "post-rollout"), 503) | {"pre-rollout": 200, "rollout": 200}
        assert await answers() == away
        assert (await bot.status("/healthz"), await bot.status("/readyz")) == (200, 503)

        await bridge.up()
        await bot.until("/readyz", 200)
        assert await bot.hook() == 403
        assert await bot.decide() == 200
        assert await bot.hook() == 200

        await bridge.down()
        await bot.until("/readyz", 503)
        assert await answers() == away

        await bridge.up()
        await bot.until("/readyz", 200)
        assert await bot.hook() == 200
        await bridge.down()


async def test_a_port_in_use_ends_it_with_the_reason(tmp_path, sqlite_url):
    async with serving(tmp_path, sqlite_url):
        code, out, err = await pointsman("serve", "--config", tmp_path / "pointsman.yaml", url=sqlite_url)

    assert code == 1
    assert err.strip().startswith("cannot listen on 127.0.0.1:")
    assert "Traceback" not in out + err


async def test_wrong_settings_end_it_with_a_line_for_each_mistake(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text("server: {port: 99999}\nclusterz: []\n")

    code, out, err = await pointsman("--config", path, "serve")

    assert (code, out) == (1, "")
    assert [line.split(" ")[0] for line in err.splitlines()] == [f"{path.name}:1:", f"{path.name}:2:"] or len(
        err.splitlines()
    ) == 2


async def test_the_record_is_verified_cited_and_exported(tmp_path, sqlite_url):
    path, _ = write_settings(tmp_path)
    assert (await pointsman("audit", "verify", "--config", path, url="sqlite+aiosqlite:////nowhere/x.db"))[0] == 2
    assert (await pointsman("db", "upgrade", "--config", path, url=sqlite_url))[0] == 0
    assert (await pointsman("audit", "head", "--config", path, url=sqlite_url))[1].strip() == str(Head())
    async with serving(tmp_path, sqlite_url) as bot:
        await bot.hook()
        await bot.hook(body=BODY | {"name": "basket"})

    path = tmp_path / "pointsman.yaml"
    code, said, _ = await pointsman("audit", "verify", "--config", path, url=sqlite_url)
    _, head, _ = await pointsman("--config", path, "audit", "head", url=sqlite_url)
    assert (code, said) == (0, f"whole: 4 records, head {head}")
    code, _, err = await pointsman("audit", "verify", "--config", path, "--head", f"9:{'0' * 64}", url=sqlite_url)
    assert (code, err.startswith("broken: record 5")) == (1, True)
    _, lines, _ = await pointsman("audit", "export", "--config", path, url=sqlite_url)
    assert [line["seq"] for line in log_lines(lines)] == [1, 2, 3, 4]
    _, table, _ = await pointsman("audit", "export", "--format", "csv", "--config", path, url=sqlite_url)
    assert table.splitlines()[0].startswith("seq,at,actor,action")
    assert len(table.splitlines()) == 5


async def test_the_small_commands(tmp_path, sqlite_url):
    path, _ = write_settings(tmp_path)
    code, said, _ = await pointsman("config", "check", "--config", path, url=sqlite_url)
    assert (code, "is right: 1 cluster, 1 policy" in said) == (0, True)
    assert (await pointsman("config", "schema"))[1].lstrip().startswith("{")
    assert (await pointsman("version"))[1].strip() == "0.1.0"
    code, said, err = await pointsman("nothing")
    assert (code, "I do not know “nothing”" in err, "Traceback" in said + err) == (2, True, False)
    assert "pointsman demo" in (await pointsman("--help"))[1]
    code, _, err = await pointsman("audit", "verify", "--head", "x", "--config", path, url=sqlite_url)
    assert (code, "SEQ:HASH" in err) == (2, True)


@pytest.mark.parametrize("engine", ENGINES)
async def test_the_demo_shows_a_card_within_seconds(tmp_path, engine):
    port = three_free_ports()
    folder = tmp_path / "demo"
    process = await start("demo", "--port", port, "--folder", folder, "--tick", "0.2", "--engine", engine)
    try:
        database = None
        async with asyncio.timeout(40):
            while database is None or (await _head(database)).seq < 2:
                await asyncio.sleep(0.2)
                if (folder / "pointsman.db").exists() and database is None:
                    database = open_database(f"sqlite+aiosqlite:///{folder}/pointsman.db")
        await database.close()
    finally:
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), 15)

    assert process.returncode == 0, err.decode()
    assert f"http://localhost:{port}" in out.decode()
    code, said, _ = await pointsman("audit", "verify", "--config", folder / "pointsman.yaml")
    assert (code, said.startswith("whole:")) == (0, True)


async def _head(database):
    from bot.domain.errors import RecordsUnavailableError

    try:
        async with database.reading() as connection:
            return await chain.read_head(connection)
    except RecordsUnavailableError:
        return Head()
