"""The auditor's report answers alone: what went out without approval, by whom, under which rule."""

import asyncio
import csv
import io
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.audit import audit
from bot.domain.decision import Surface, Verdict
from bot.domain.figures.report import COLUMNS
from bot.domain.run import Facts, Signal
from tests.support.deciding import decide_on_gate
from tests.support.desk import ANN, BOB, CART, CHECKOUT, LEDGER, STAGING, open_desk
from tests.support.scenes import HEARD

DOCUMENT = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")
DAY = ["--from", "2026-11-24", "--to", "2026-11-24"]


async def played(url):
    """Four releases: approved by two, rolled back by Bob, skipped past its gate, and one that nobody had."""
    async with open_desk(url) as desk:
        await approved(desk, CHECKOUT, ANN, BOB)
        await desk.asks_again(CHECKOUT)
        await desk.ended(Signal.COMPLETED, CHECKOUT)

        gate = (await desk.asks(CART)).gates[-1]
        await desk.answer_hook(hear(CART, Signal.NOTE, weight=20))
        await decide_on_gate(
            desk.people.decide,
            gate.id,
            verdict=Verdict.REJECT,
            by=BOB,
            surface=Surface.CONSOLE,
            reason="=SUM(A1) is wrong",
        )
        await desk.asks_back(CART)
        await desk.ended(Signal.FAILED, CART)

        await desk.asks(LEDGER)
        await desk.ended(Signal.COMPLETED, LEDGER)

        await desk.started(STAGING)
        await desk.ended(Signal.FAILED, STAGING)


async def approved(desk, workload, *people):
    gate = (await desk.asks(workload)).gates[-1]
    for by in people:
        desk.clock.pass_(minutes=2)
        await decide_on_gate(
            desk.people.decide, gate.id, verdict=Verdict.APPROVE, by=by, surface=Surface.SLACK, reason=""
        )


def hear(workload, signal, **facts):
    return type(HEARD)(workload=workload, engine="flagger", hook="event", signal=signal, facts=Facts(**facts))


@pytest.fixture(scope="module")
def record(sqlite_template, tmp_path_factory):
    """A record with its settings; read by every test, changed by none."""
    folder = tmp_path_factory.mktemp("report")
    shutil.copyfile(sqlite_template, folder / "pointsman.db")
    url = f"sqlite+aiosqlite:///{folder}/pointsman.db"
    asyncio.run(played(url))
    settings = folder / "pointsman.yaml"
    settings.write_text(f"database: {{url: '{url}'}}\n")
    return str(settings)


@pytest.fixture
def run(record):
    return lambda *args: CliRunner().invoke(audit, ["report", "--config", record, *args])


@pytest.fixture
def rows(run):
    return {row["name"] + "." + row["namespace"]: row for row in csv.DictReader(io.StringIO(run(*DAY).stdout))}


def test_each_release_that_reached_users_has_a_row_and_no_other(rows):
    assert list(rows) == ["checkout.shop", "cart.shop", "ledger.payments"]


def test_a_row_tells_who_approved_by_which_rule_and_who_could_have(rows):
    row = rows["checkout.shop"]

    assert row["decided_by"] == "people"
    assert row["approved_by"] == f"promotion: {ANN}, {BOB}"
    assert (row["rules"], row["quorums"]) == ("promotion: shop-prod", "promotion: 2")
    assert row["could_have"] == "promotion: carl@example.com"
    assert (row["waited_seconds"], row["undecided_why"]) == ("240", "")
    assert (row["state"], row["revision"], row["number"]) == ("promoted", "a1", "1")


def test_what_went_out_without_an_approval_says_so_and_why(rows):
    row = rows["ledger.payments"]

    assert (row["decided_by"], row["approved_by"], row["rules"]) == ("nobody", "", "")
    assert row["undecided_why"] == "promoted though the gate had not said yes"
    assert row["records"]


def test_how_it_ended_is_told_with_the_reason_which_no_spreadsheet_runs(rows):
    row = rows["cart.shop"]

    assert (row["state"], row["cause"], row["ended_by"]) == ("rolled_back", "person", BOB)
    assert row["ended_why"] == "'=SUM(A1) is wrong"


def test_the_columns_are_those_that_are_documented(run):
    heading = run(*DAY).stdout.splitlines()[0]

    assert heading == ",".join(COLUMNS)
    assert all(f"`{column}`" in DOCUMENT for column in COLUMNS)


def test_it_ends_with_how_many_and_the_head_of_the_record(run):
    assert run(*DAY).stderr.startswith("3 releases, record 2")


@pytest.mark.parametrize(
    ("start", "end", "releases"),
    [
        pytest.param("2026-11-23", "2026-11-23", 0, id="the day before"),
        pytest.param("2026-11-25", "2026-11-30", 0, id="the days after"),
        pytest.param("2026-11-01", "2026-11-30", 3, id="the month"),
        pytest.param("2026-11-24T02:00Z", "2026-11-24T02:01Z", 1, id="a minute"),
        pytest.param("2026-11-24T03:00+01:00", "2026-11-24T03:01+01:00", 1, id="the same minute elsewhere"),
    ],
)
def test_the_period_is_what_was_under_way_in_it(run, start, end, releases):
    found = run("--from", start, "--to", end)

    assert found.stderr.startswith(f"{releases} release")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(["--from", "2026-11-24"], "Missing option '--to'", id="no end"),
        pytest.param(["--from", "yesterday", "--to", "2026-11-24"], "is not a day, such as", id="a word"),
        pytest.param(["--from", "2026-02-30", "--to", "2026-11-24"], "is not a day, such as", id="no such day"),
        pytest.param(["--from", "2026-11-24T02:00", "--to", "2026-11-25"], "has no zone", id="a time of nowhere"),
        pytest.param(["--from", "2026-11-25", "--to", "2026-11-24"], "must come after --from", id="backwards"),
        pytest.param([*DAY, "--format", "xls"], "'xls' is not", id="another format"),
    ],
)
def test_a_mistake_is_said_in_one_line(run, args, told):
    found = run(*args)

    assert (found.exit_code, told in found.stderr, found.stdout) == (2, True, "")
