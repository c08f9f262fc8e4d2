"""Settings of a practice: the chat and the people of the real ones, and nothing else of them."""

import json
from collections.abc import Iterator

from bot import config
from bot.app.practice.place import Place
from bot.domain.effects import Destination


class PracticeError(Exception):
    """It cannot be practised with these settings; the text says why."""


def practice_settings(real: config.Settings, to: Destination, place: Place, cluster: str) -> config.Settings:
    """Make settings whose record is in the folder of a practice, and whose ports only this machine reaches.

    Args:
        cluster: what they say of the practice cluster: an entry of the list, in YAML.

    Raises:
        PracticeError: the chat cannot bring clicks here, or nobody may decide.
    """
    _check(real, to)
    approvers = tuple(dict.fromkeys(_who_decides(real)))
    if not approvers:
        raise PracticeError("no policy names anybody who may approve, so nobody could press a button")
    written = {
        "server": {"host": "127.0.0.1", "port": place.port, "metrics_port": place.metrics_port},
        "database": {"url": f"sqlite+aiosqlite:///{place.folder.resolve()}/practice.db"},
        "groups": {name: {} for name in real.groups},
        "policies": [{"name": place.name, "approvers": approvers}],
    }
    made = _parsed(json.dumps(written), place)
    route = _parsed(json.dumps({"routes": [{"to": [f"{to.platform}:{to.address}"]}]}), place).routes
    more = {"chats": real.chats.model_copy(update={"google_chat": None}), "groups": real.groups, "people": real.people}
    there = {"clusters": _parsed(f"clusters:\n{cluster}", place).clusters, "routes": route}
    return made.model_copy(update=more | there | {"api_tokens": real.api_tokens})


def _parsed(text: str, place: Place) -> config.Settings:
    return config.parse(text, name=place.name, environ={}, base=place.folder)


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
