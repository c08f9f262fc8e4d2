"""Faults to plant in a bot's surroundings, and what doctor says of each."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.doctor.patient import Patient
from tests.support.process import free_port
from tests.support.slack import CHANNEL

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
    patient.change(f"127.0.0.1:{patient.public_url.rpartition(':')[2]}", f"127.0.0.1:{free_port()}")


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
