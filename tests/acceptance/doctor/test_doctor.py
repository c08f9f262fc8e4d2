"""Doctor finds what was planted, and says how to mend it; of what is right it finds nothing wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.app import doctor
from bot.domain.finding import Grade
from storage.database import open_database
from tests.acceptance.doctor.patient import SECRETS
from tests.acceptance.doctor.plants import FAULTS, answering, elsewhere, no_file


async def test_of_what_is_right_nothing_is_broken(patient):
    found = await patient.findings()

    assert [f.says for f in found if f.grade is Grade.BROKEN] == []
    assert [f.says for f in found if f.grade is Grade.CAUTION and f.area != "prod-eu"] == [
        f"public_url is {patient.public_url}: links on cards lead nowhere for anybody else."
    ]
    assert {"settings", "database", "server", "slack"} <= {f.area for f in found if f.grade is Grade.GOOD}


@pytest.mark.parametrize(("plant", "area", "says"), FAULTS)
async def test_a_planted_fault_is_found_with_its_mend(patient, plant, area, says):
    planted = plant(patient)
    if planted is not None and hasattr(planted, "__await__"):
        await planted

    found = await patient.findings()

    (fault,) = [finding for finding in found if says in finding.says]
    assert fault.area == area
    assert fault.grade is not Grade.GOOD
    assert fault.mend or area == "settings"


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        pytest.param(
            answering("/slack/events", 404), "is not the bot's (status 404)", id="the path does not lead here"
        ),
        pytest.param(answering("/slack/events", 302), "is not the bot's (status 302)", id="a sign-in page before it"),
        pytest.param(elsewhere, "Slack's requests reach nobody", id="nobody there"),
    ],
)
async def test_a_way_in_for_slacks_requests_that_is_shut_is_found(patient, plant, says):
    patient.http_mode()
    plant(patient)

    assert any(says in finding.says for finding in await patient.findings())


@pytest.mark.parametrize(("minutes", "grade"), [(1, Grade.CAUTION), (6, Grade.BROKEN)])
async def test_a_clock_that_is_wrong_is_found(patient, monkeypatch, minutes, grade):
    monkeypatch.setattr(doctor, "clock", lambda: datetime.now(UTC) + timedelta(minutes=minutes))

    found = await patient.findings()

    (of_slack,) = [finding for finding in found if finding.area == "slack" and "clock" in finding.says]
    (of_database,) = [finding for finding in found if finding.area == "database" and "clock" in finding.says]
    assert (of_slack.grade, of_database.grade) == (grade, Grade.CAUTION)


async def test_nothing_is_left_changed(patient):
    await patient.findings()
    database = open_database(patient.environ["DATABASE_URL"])
    async with database.reading() as connection:
        rows = (await connection.execute(text("SELECT count(*) FROM session"))).scalar_one()
    await database.close()

    assert rows == 0


async def test_a_database_that_is_not_there_is_not_made(patient):
    no_file(patient)

    found = await patient.findings()

    assert any("What was heard of it is not known" in finding.says for finding in found if finding.area == "prod-eu")
    assert not (patient.folder / "none.db").exists()


async def test_no_secret_is_told(patient):
    patient.slack.faults["auth.test"].append("invalid_auth")

    told = " ".join(f"{finding.says} {finding.mend}" for finding in await patient.findings())

    assert not any(secret in told for secret in SECRETS.values())
