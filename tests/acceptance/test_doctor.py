"""Doctor finds what was planted, and says how to mend it; of what is right it finds nothing wrong."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import make_url, text

from bot.app import doctor
from bot.domain.finding import Grade
from bot.usecases.examine import examine
from storage.database import open_database
from tests.support.process import free_port
from tests.support.slack import CHANNEL, SECRET, Slack, running_slack

SETTINGS = """
server: {public_url: PUBLIC}
database: {url: {env: DATABASE_URL}}
clusters: [{name: prod-eu, hook_tokens: [{env: HOOK_TOKEN}]}]
chats:
  slack:
    bot_token: {env: BOT_TOKEN}
    signing_secret: {env: SIGNING_SECRET}
    app_token: {env: APP_TOKEN}
    mode: socket
    team: T0TEAM
    api_url: SLACK/api/
groups: {sre: {emails: [ann@example.com], slack_usergroup: S0SRE}}
policies: [{name: shop, approvers: [group:sre, bob@example.com]}]
routes: [{match: {namespace: shop}, to: [slack:C0RELEASES]}]
api_tokens: [{name: ann, token: {env: ANN_TOKEN}, may: [read, decide], email: ann@example.com}]
"""
SECRETS = {
    "HOOK_TOKEN": "hook-token-of-the-tests",
    "ANN_TOKEN": "ann-token-of-the-tests",
    "BOT_TOKEN": "xoxb-of-the-tests",
    "APP_TOKEN": "xapp-of-the-tests",
    "SIGNING_SECRET": SECRET,
}


@dataclass
class Patient:
    """A bot's surroundings, where something can be wrong.

    Attributes:
        answers: what the public address answers, by path: status and body.
    """

    folder: Any
    slack: Slack
    text: str
    environ: dict[str, str]
    answers: dict[str, tuple[int, Any]] = field(
        default_factory=lambda: {
            "/version": (200, {"version": version("pointsman")}),
            "/readyz": (200, {"ready": True, "parts": {"database": True, "slack": True}}),
            "/slack/events": (405, {}),
        }
    )

    def change(self, old: str, new: str) -> None:
        assert old in self.text
        self.text = self.text.replace(old, new)

    def http_mode(self) -> None:
        self.change("mode: socket", "mode: http")

    @property
    def database(self) -> str:
        return make_url(self.environ["DATABASE_URL"]).database or ""

    async def execute(self, *statements: str) -> None:
        database = open_database(self.environ["DATABASE_URL"])
        async with database.transaction() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await database.close()

    async def findings(self):
        path = self.folder / "pointsman.yaml"
        path.write_text(self.text)
        looks = doctor.examinations(path, self.environ)
        return [found async for found in examine(looks, began=lambda _area: None)]


@pytest.fixture
async def patient(tmp_path, sqlite_url):
    held: list[Patient] = []

    async def answer(request: web.Request) -> web.Response:
        status, body = held[0].answers.get(request.path, (404, {}))
        headers = {"Location": "https://login.example.com/"} if status == 302 else {}
        return web.json_response(body, status=status, headers=headers)

    app = web.Application()
    app.add_routes([web.get("/{path:.*}", answer)])
    async with running_slack() as slack, TestServer(app) as public:
        text = SETTINGS.replace("PUBLIC", f"http://127.0.0.1:{public.port}").replace("SLACK/", f"{slack.url}/")
        held.append(Patient(tmp_path, slack, text, SECRETS | {"DATABASE_URL": sqlite_url}))
        yield held[0]


async def test_of_what_is_right_nothing_is_broken(patient):
    found = await patient.findings()

    assert [f.says for f in found if f.grade is Grade.BROKEN] == []
    assert [f.says for f in found if f.grade is Grade.CAUTION and f.area != "prod-eu"] == [
        f"public_url is {_public(patient)}: links on cards lead nowhere for anybody else."
    ]
    assert {"settings", "database", "server", "slack"} <= {f.area for f in found if f.grade is Grade.GOOD}


def _public(patient):
    return patient.text.partition("public_url: ")[2].partition("}")[0]


Plant = Callable[[Patient], Any]


def answering(path: str, status: int, body: Any = None) -> Plant:
    return lambda patient: patient.answers.update({path: (status, body or {})})


def of_channel(**fields: Any) -> Plant:
    return lambda patient: patient.slack.channels[CHANNEL].update(fields)


def failing(method: str, *faults: Any) -> Plant:
    return lambda patient: patient.slack.faults[method].extend(faults)


def lacking(scope: str) -> Plant:
    return lambda patient: patient.slack.scopes.discard(scope)


def elsewhere(patient: Patient) -> None:
    patient.change(f"127.0.0.1:{_public(patient).rpartition(':')[2]}", f"127.0.0.1:{free_port()}")


def no_file(patient: Patient) -> None:
    patient.environ["DATABASE_URL"] = f"sqlite+aiosqlite:///{patient.folder}/none.db"


def no_folder(patient: Patient) -> None:
    patient.environ["DATABASE_URL"] = f"sqlite+aiosqlite:///{patient.folder}/none/none.db"


def no_database(patient: Patient) -> None:
    shutil.copy(__file__, patient.database)


def no_server(patient: Patient) -> None:
    patient.environ["DATABASE_URL"] = f"postgresql+asyncpg://bot@127.0.0.1:{free_port()}/pointsman"


def no_tables(patient: Patient) -> None:
    no_file(patient)
    (patient.folder / "none.db").touch()


async def old_tables(patient: Patient) -> None:
    await patient.execute("UPDATE alembic_version SET version_num = '0001'")


async def later_tables(patient: Patient) -> None:
    await patient.execute("UPDATE alembic_version SET version_num = '9999'")


async def no_triggers(patient: Patient) -> None:
    await patient.execute("DROP TRIGGER audit_no_update")


async def failed_card(patient: Patient) -> None:
    await patient.execute(
        "INSERT INTO effect (platform, address, kind, state, urgency, version, attempts, next_at, error) VALUES"
        " ('slack', 'C0OLD', 'show', 'failed', 1, 1, 1, '2026-01-01 00:00:00', 'Slack answered is_archived')"
    )


async def undelivered_card(patient: Patient) -> None:
    await patient.execute(
        "INSERT INTO effect (platform, address, kind, state, urgency, version, attempts, next_at) VALUES"
        " ('slack', 'C0OLD', 'show', 'open', 1, 1, 0, '2026-01-01 00:00:00')"
    )


FAULTS = [
    pytest.param(
        lambda p: p.change("approvers", "aprovers"),
        "settings",
        "aprovers",
        id="a key misspelt",
    ),
    pytest.param(lambda p: p.environ.pop("BOT_TOKEN"), "settings", "BOT_TOKEN", id="a secret that is not set"),
    pytest.param(
        lambda p: p.change("group:sre, bob", "group:sree, bob"), "settings", "sree", id="a group that is none"
    ),
    pytest.param(
        lambda p: p.environ.update(HOOK_TOKEN="short"), "settings", "it can be guessed", id="a token to guess"
    ),
    pytest.param(no_file, "database", "There is no file", id="no file yet"),
    pytest.param(no_folder, "database", "There is no folder", id="no folder for the file"),
    pytest.param(no_database, "database", "file is not a database", id="a file that is no database"),
    pytest.param(no_server, "database", "It cannot be read", id="no server"),
    pytest.param(no_tables, "database", "has no tables yet", id="no tables"),
    pytest.param(old_tables, "database", "of an earlier version", id="old tables"),
    pytest.param(later_tables, "database", "of a later version", id="tables of a later version"),
    pytest.param(no_triggers, "database", "Nothing keeps the record", id="a record that can be changed"),
    pytest.param(failed_card, "slack", "Nothing arrives at C0OLD: Slack answered is_archived.", id="a card given up"),
    pytest.param(undelivered_card, "database", "was not sent", id="nobody delivers"),
    pytest.param(elsewhere, "server", "Nobody answers", id="nobody at the public address"),
    pytest.param(answering("/version", 302), "server", "sends elsewhere", id="a sign-in page in front"),
    pytest.param(answering("/version", 404), "server", "Somebody else answers", id="somebody else there"),
    pytest.param(
        answering("/version", 200, {"version": "0.0.9"}), "server", "Version 0.0.9 runs", id="another version"
    ),
    pytest.param(
        answering("/readyz", 503, {"parts": {"database": False}}), "server", "not connected: database", id="not ready"
    ),
    pytest.param(failing("auth.test", "invalid_auth"), "slack", "does not accept the bot token", id="a bad token"),
    pytest.param(failing("auth.test", "drop"), "slack", "cannot be reached", id="Slack away"),
    pytest.param(lambda p: p.change("T0TEAM", "T0OTHER"), "slack", "`team` says T0OTHER", id="another workspace"),
    pytest.param(
        lambda p: p.change("team:", "app: A0OTHER\n    team:"), "slack", "`app` says A0OTHER", id="another app"
    ),
    pytest.param(lacking("chat:write"), "slack", "the scope chat:write: no card", id="cannot write"),
    pytest.param(lacking("users:read.email"), "slack", "nobody's address is known", id="knows no addresses"),
    pytest.param(lacking("files:write"), "slack", "summaries have no picture", id="sends no pictures"),
    pytest.param(of_channel(is_member=False), "slack", "no member of #releases", id="not in the channel"),
    pytest.param(of_channel(is_archived=True), "slack", "is archived", id="an archived channel"),
    pytest.param(of_channel(is_ext_shared=True), "slack", "another organisation", id="a shared channel"),
    pytest.param(lambda p: p.slack.channels.clear(), "slack", "no channel C0RELEASES", id="no such channel"),
    pytest.param(failing("apps.connections.open", "invalid_auth"), "slack", "No socket can be opened", id="app token"),
    pytest.param(
        failing("usergroups.users.list", "no_such_subteam"), "slack", "group sre (S0SRE) cannot be told", id="no group"
    ),
    pytest.param(
        lambda p: p.slack.usergroups.update(S0SRE=[]), "slack", "Nobody is in the group sre", id="empty group"
    ),
    pytest.param(lambda p: p.slack.people.pop("U0BOB"), "slack", "bob@example.com is nobody", id="nobody's address"),
]


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


async def test_no_secret_is_told(patient):
    patient.slack.faults["auth.test"].append("invalid_auth")

    told = " ".join(f"{finding.says} {finding.mend}" for finding in await patient.findings())

    assert not any(secret in told for secret in SECRETS.values())
