"""The app's token: asked for when it is needed, kept while it is good, and never shown."""

import asyncio
import json

import pytest

from bot.domain.errors import ChatUnavailableError
from handlers.google_chat.access import ServiceAccount
from tests.support.google_chat import key_file


@pytest.fixture
def access(connection):
    return connection.api.access


async def test_a_token_is_asked_for_once_however_many_need_it(access, google_chat):
    tokens = await asyncio.gather(*(access.token() for _ in range(20)))

    assert set(tokens) == {"token-1"}
    assert len(google_chat.called("token")) == 1


async def test_a_token_is_replaced_minutes_before_it_ends(access, seconds):
    assert await access.token() == "token-1"
    seconds.pass_(3299)
    assert await access.token() == "token-1"

    seconds.pass_(1)

    assert await access.token() == "token-2"


async def test_a_token_that_chat_does_not_take_is_replaced_at_once(connection, google_chat):
    await connection.api.get("spaces/AAAA")
    google_chat.tokens[:] = ["another"]

    await connection.api.get("spaces/AAAA")

    assert len(google_chat.called("token")) == 2


async def test_a_token_that_was_replaced_meanwhile_is_not_forgotten(access):
    first = await access.token()
    access.forget(first)
    second = await access.token()

    access.forget(first)

    assert await access.token() == second


@pytest.mark.parametrize(
    ("status", "pause"),
    [
        pytest.param(400, 60.0, id="a clock that is wrong, or a key that was deleted"),
        pytest.param(401, 60.0, id="an account that was disabled"),
        pytest.param(429, None, id="too many"),
        pytest.param(503, None, id="Google is away"),
    ],
)
async def test_a_token_that_is_not_given_can_be_asked_for_again(access, google_chat, status, pause):
    google_chat.faults["token"] = [status]

    with pytest.raises(ChatUnavailableError, match=f"{status} invalid_grant") as refused:
        await access.token()

    assert refused.value.retry_after == pause
    assert await access.token() == "token-1"


async def test_nothing_secret_is_shown(access):
    token = await access.token()

    shown = repr(access)
    assert token not in shown
    assert "PRIVATE KEY" not in shown


def without(name):
    key = json.loads(key_file("https://oauth2.googleapis.com/token"))
    del key[name]
    return json.dumps(key)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("secret", "not JSON", id="no JSON"),
        pytest.param("[]", '"type": "service_account"', id="a list"),
        pytest.param('{"type": "authorized_user"}', '"type": "service_account"', id="a person's credentials"),
        *[pytest.param(without(name), f"{name} is missing", id=name) for name in ("client_email", "private_key")],
        pytest.param(
            json.dumps(json.loads(without("private_key")) | {"private_key": "secret"}),
            "private_key is no RSA key",
            id="a key that is none",
        ),
    ],
)
def test_what_is_no_key_file_is_told_without_telling_what_stands_in_it(text, wrong):
    with pytest.raises(ValueError, match=wrong) as mistake:
        ServiceAccount.read(text)

    assert "secret" not in str(mistake.value)
