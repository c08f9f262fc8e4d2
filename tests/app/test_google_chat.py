"""What the settings say of Google Chat, as the bot uses it."""

import pytest

from bot.app import StartError, mapping
from bot.app.surfaces import connections
from tests.support.google_chat import key_file
from tests.support.running import EPOCH, SETTINGS, settings_of

KEY = {"CHAT_KEY": key_file("http://127.0.0.1:1/token")}
ADDRESS = "http://127.0.0.1:8080/google-chat/events"
AGENT = "service-12@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"


def read(chat, *, secrets=KEY):
    text = f"{SETTINGS}chats: {{google_chat: {{service_account: {{env: CHAT_KEY}}, project_number: '12'{chat}}}}}\n"
    text += "routes: [{to: [google_chat:spaces/A]}, {to: [google_chat:spaces/B]}]\n"
    return settings_of(text, "sqlite+aiosqlite:///x", secrets)


def meant(chat):
    settings = read(chat)
    return mapping.google_chat_settings(settings, settings.chats.google_chat)


@pytest.mark.parametrize(
    ("chat", "audience", "agent"),
    [
        pytest.param("", ADDRESS, AGENT, id="an add-on"),
        pytest.param(", agent: me@example.com", ADDRESS, "me@example.com", id="an add-on with another account"),
        pytest.param(", audience: 'https://x/y'", "https://x/y", AGENT, id="an add-on at another address"),
        pytest.param(", dialect: classic", "12", AGENT, id="a classic app"),
        pytest.param(", dialect: classic, audience: 'https://x/y'", "https://x/y", AGENT, id="classic, by address"),
    ],
)
def test_what_tokens_must_say_comes_from_the_settings(chat, audience, agent):
    found = meant(chat)

    assert (found.audience, found.agent, found.endpoint) == (audience, agent, ADDRESS)


def test_the_spaces_of_the_routes_count_and_direct_messages():
    found = meant("")

    assert (found.spaces, found.direct) == ({"spaces/A", "spaces/B"}, True)


def test_spaces_that_are_named_count_alone():
    found = meant(", spaces: [spaces/C]")

    assert (found.spaces, found.direct) == ({"spaces/C"}, False)


async def test_a_key_that_is_none_keeps_the_bot_from_running_and_is_not_repeated():
    settings = read("", secrets={"CHAT_KEY": "not-a-key-but-a-secret"})

    with pytest.raises(StartError, match=r"chats\.google_chat\.service_account: not JSON") as told:
        async with connections(settings, now=lambda: EPOCH, monotonic=lambda: 0.0):
            pass

    assert "secret" not in str(told.value)
