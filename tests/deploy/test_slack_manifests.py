"""Slack takes both manifests: held against the limits and forms that its own schema gives."""

from pathlib import Path

import jsonschema
import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "deploy" / "slack"
URL = "https://pointsman.example.com/slack/events"
SCOPES = [
    "commands",
    "chat:write",
    "users:read",
    "users:read.email",
    "usergroups:read",
    "channels:read",
    "groups:read",
    "channels:history",
    "groups:history",
    "files:write",
]


def text(longest, shortest=1, **more):
    return {"type": "string", "minLength": shortest, "maxLength": longest, **more}


def section(required=(), **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "minProperties": 1,
    }


FLAG = {"type": "boolean"}
LINK = text(500, pattern="^https://")
COMMAND = section(
    ("command", "description"),
    command=text(32, 2, pattern="^/[a-z_-]+$"),
    url=LINK,
    description=text(2000),
    usage_hint=text(1000),
    should_escape=FLAG,
)
# Source: the app manifest reference of docs.slack.dev; only what we use.
SCHEMA = section(
    ("display_information",),
    _metadata=section(major_version={"enum": [1, 2]}),
    display_information=section(
        ("name",),
        name=text(35),
        description=text(140),
        long_description=text(4000, 175),
        background_color=text(7, pattern="^#([0-9a-fA-F]{3}){1,2}$"),
    ),
    features=section(
        bot_user=section(("display_name",), display_name=text(80, pattern="^[A-Za-z0-9._ -]+$"), always_online=FLAG),
        slash_commands={"type": "array", "minItems": 1, "maxItems": 50, "items": COMMAND},
    ),
    oauth_config=section(scopes=section(bot={"type": "array", "items": {"type": "string"}, "uniqueItems": True})),
    settings=section(
        event_subscriptions=section(request_url=LINK, bot_events={"type": "array", "items": {"type": "string"}}),
        interactivity=section(("is_enabled",), is_enabled=FLAG, request_url=LINK),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)


def read(mode):
    return yaml.safe_load((FOLDER / f"manifest-{mode}.yaml").read_text())


def links(manifest):
    (command,) = manifest["features"]["slash_commands"]
    settings = manifest["settings"]
    return [
        command.get("url"),
        settings["event_subscriptions"].get("request_url"),
        settings["interactivity"].get("request_url"),
    ]


both = pytest.mark.parametrize("mode", ["socket", "http"])


@both
def test_the_manifest_keeps_to_the_forms_and_limits_of_slack(mode):
    jsonschema.validate(read(mode), SCHEMA)


@both
def test_the_app_may_do_what_it_does_and_no_more(mode):
    manifest = read(mode)

    assert manifest["oauth_config"]["scopes"] == {"bot": SCOPES}
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_uninstalled", "tokens_revoked"]


@both
def test_people_type_release_and_slack_says_who_they_mean(mode):
    (command,) = read(mode)["features"]["slash_commands"]

    assert (command["command"], command["should_escape"]) == ("/release", True)


def test_in_socket_mode_nothing_has_an_address():
    manifest = read("socket")

    assert manifest["settings"]["socket_mode_enabled"]
    assert links(manifest) == [None, None, None]


def test_over_http_everything_comes_in_at_one_address():
    manifest = read("http")

    assert not manifest["settings"]["socket_mode_enabled"]
    assert links(manifest) == [URL, URL, URL]


def test_but_for_how_they_are_reached_both_apps_are_the_same():
    socket, http = read("socket"), read("http")
    http["features"]["slash_commands"][0].pop("url")
    http["settings"]["event_subscriptions"].pop("request_url")
    http["settings"]["interactivity"].pop("request_url")
    http["settings"]["socket_mode_enabled"] = True

    assert socket == http
