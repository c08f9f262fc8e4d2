"""Settings of a practice: the chat and the people of the real ones, and nothing else of them."""

import json
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

from bot import config
from bot.domain.effects import Destination

CLUSTER = "practice"


class PracticeError(Exception):
    """It cannot be practised with these settings; the text says why."""


def practice_settings(real: config.Settings, to: Destination, folder: Path) -> tuple[config.Settings, str]:
    """Make settings whose record is in a folder, and whose ports only this machine reaches.

    Returns:
        The settings, and the token of the practice engine's hooks.

    Raises:
        PracticeError: the chat cannot bring clicks here, or nobody may decide.
    """
    _check(real, to)
    approvers = tuple(dict.fromkeys(_who_decides(real)))
    if not approvers:
        raise PracticeError("no policy names anybody who may approve, so nobody could press a button")
    token = secrets.token_urlsafe(32)
    port, metrics_port = _free_ports()
    written = {
        "server": {"host": "127.0.0.1", "port": port, "metrics_port": metrics_port},
        "database": {"url": f"sqlite+aiosqlite:///{folder.resolve()}/practice.db"},
        "clusters": [{"name": CLUSTER, "hook_tokens": [{"env": "TOKEN"}]}],
        "groups": {name: {} for name in real.groups},
        "policies": [{"name": CLUSTER, "approvers": approvers}],
    }
    made = config.parse(json.dumps(written), name="practice", environ={"TOKEN": token}, base=folder)
    route = config.parse(
        json.dumps({"routes": [{"to": [f"{to.platform}:{to.address}"]}]}), name="practice", environ={}, base=folder
    ).routes
    more = {"chats": real.chats.model_copy(update={"google_chat": None}), "groups": real.groups, "people": real.people}
    return made.model_copy(update=more | {"routes": route, "api_tokens": real.api_tokens}), token


def _check(real: config.Settings, to: Destination) -> None:
    if to.platform != "slack":
        raise PracticeError(f"{to.platform} cannot be practised in yet; name a channel as slack:C…")
    if real.chats.slack is None:
        raise PracticeError("chats.slack is left out of the settings, so there is no app to post with")
    if real.chats.slack.mode != "socket":
        raise PracticeError(
            "chats.slack.mode is http, so that clicks go to public_url and not here;"
            " practise with an app of its own in Socket Mode"
        )


def _who_decides(real: config.Settings) -> Iterator[str]:
    """Everybody whom any policy names; a token is no person who could press."""
    for policy in real.policies:
        for name in (*policy.approvers, *(name for side in policy.require for name in side.of)):
            if not name.startswith("token:"):
                yield name


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
