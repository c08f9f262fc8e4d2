"""Calls of Slack's Web API, with its faults sorted by who acts on them."""

from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError

TIMEOUT_SECONDS = 10

DEFAULT_PAUSE = 30.0
"""Seconds, where Slack asks to slow down without saying how long."""

AFTER_A_BAD_TOKEN = 60.0
"""Seconds.  Somebody must mend the app; Slack has also said this by mistake in its own bad hours."""

GONE = frozenset(
    {"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed", "tombstone_not_found"},
)
"""The card cannot be drawn anew: deleted, posted by an app of before, or too old for the workspace's rules."""

PASSING = frozenset(
    {
        *("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"),
        *("org_login_required", "accesslimited", "timeout", "deadline_exceeded"),
    },
)

BAD_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})

SERVER_ERROR = 500
TOO_MANY = 429
NO_SUCH_METHOD = 404


class UnansweredError(ChatUnavailableError):
    """No answer came: Slack may have done it all the same."""


async def answer(call: Awaitable[Any]) -> dict[str, Any]:
    """Wait for a call of the Web API.

    Raises:
        UnansweredError: it may have been done.
        ChatUnavailableError: it was not done; it may be later.
        ChatRefusedError: it never will be.
        CardGoneError: the message it was about is not there.
    """
    try:
        response = await call
    except SlackApiError as error:
        raise sorted_out(error) from error
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnansweredError(f"Slack did not answer: {type(error).__name__}") from error
    found: dict[str, Any] = response.data
    return found


def sorted_out(error: SlackApiError) -> Exception:
    """Tell which of our faults an answer of Slack is."""
    status = _status(error.response)
    body = getattr(error.response, "data", None)
    word = body.get("error", "") if isinstance(body, dict) else ""
    if status == TOO_MANY or word in {"ratelimited", "rate_limited"}:
        return ChatUnavailableError("Slack asks to slow down", retry_after=_pause(error))
    if status == NO_SUCH_METHOD:
        return ChatRefusedError("Slack's API is not at this address, or does not know the method")
    if status >= SERVER_ERROR or not isinstance(body, dict):
        return UnansweredError(f"Slack answered {status}")
    if word in PASSING:
        return ChatUnavailableError(f"Slack answered {word}")
    if word in BAD_TOKEN:
        return ChatUnavailableError(f"Slack does not accept the bot token: {word}", retry_after=AFTER_A_BAD_TOKEN)
    if word in GONE:
        return CardGoneError(word)
    return ChatRefusedError(f"Slack answered {word or status}")


def _status(response: Any) -> int:
    """An answer that is no JSON comes as aiohttp's own, which names it otherwise."""
    return int(getattr(response, "status_code", 0) or getattr(response, "status", SERVER_ERROR))


def _pause(error: SlackApiError) -> float:
    """The header's seconds; whatever else stands there is no time."""
    text = str(error.response.headers.get("Retry-After", ""))
    return max(float(text), 1.0) if text.isascii() and text.isdigit() else DEFAULT_PAUSE


def web_client(session: aiohttp.ClientSession, *, token: str, api_url: str) -> AsyncWebClient:
    """Make a client that tries once: whether to try again is decided where it is known what was done.

    Its own handler of broken connections would post a card twice.
    """
    return AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[])
