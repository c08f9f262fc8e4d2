"""What is allowed of chats and routes, and yet hardly meant."""

import json
from collections.abc import Iterator

from bot.config.chats import GoogleChat
from bot.config.mistakes import Place
from bot.config.models import Settings
from bot.config.policies import Route, Summary

Found = tuple[Place, str]
"""Where, and what is doubtful."""

WEBHOOKS = "https://chat.googleapis.com/"


def of_chats(settings: Settings) -> Iterator[Found]:
    chats = settings.chats
    if (chats.slack or chats.google_chat) and "public_url" not in settings.server.model_fields_set:
        yield ("server", "public_url"), f"is left out: links on cards lead to {settings.server.public_url}"
    yield from _slack(settings)
    if chats.google_chat:
        yield from _google_chat(settings, chats.google_chat)
    yield from _routes(settings)


def _slack(settings: Settings) -> Iterator[Found]:
    slack, place = settings.chats.slack, ("chats", "slack")
    if slack is None:
        return
    if "xoxb-" not in slack.bot_token.reveal():
        yield (*place, "bot_token"), "does not begin with xoxb-, as Slack's bot tokens do"
    if slack.app_token and not slack.app_token.reveal().startswith("xapp-"):
        yield (*place, "app_token"), "does not begin with xapp-, as Slack's app-level tokens do"


def _google_chat(settings: Settings, chat: GoogleChat) -> Iterator[Found]:
    place: Place = ("chats", "google_chat")
    if chat.service_account is None and not chat.webhooks:
        yield place, "has neither a service account nor a webhook, so nothing is posted there"
    if chat.service_account and not _is_key(chat.service_account.reveal()):
        yield (*place, "service_account"), "is not the key file of a service account"
    for name, webhook in chat.webhooks.items():
        if not webhook.reveal().startswith(WEBHOOKS):
            yield (*place, "webhooks", name), f"does not begin with {WEBHOOKS}, as the webhooks of spaces do"
    if chat.pubsub and chat.dialect == "add-on":
        yield (*place, "dialect"), "must be classic for pubsub: Google publishes no events of add-ons"
    calls = chat.service_account and chat.pubsub is None and chat.audience is None
    if calls and not settings.server.public_url.startswith("https://"):
        yield ("server", "public_url"), "does not begin with https://, and Google Chat calls no other addresses"


def _is_key(text: str) -> bool:
    try:
        key = json.loads(text)
    except ValueError:
        return False
    return isinstance(key, dict) and {"client_email", "private_key", "token_uri"} <= set(key)


def _routes(settings: Settings) -> Iterator[Found]:
    slack, chat = settings.chats.slack, settings.chats.google_chat
    destinations = [to for route in settings.routes for to in route.to]
    if slack and not any(to.startswith("slack:") for to in destinations):
        yield ("routes",), "none leads to Slack, so cards are shown in the console alone"
    if chat and not any(to.startswith("google_chat:") for to in destinations):
        yield ("routes",), "none leads to Google Chat, so no cards are shown there"
    sections: tuple[tuple[str, tuple[Route | Summary, ...]], ...] = (
        ("routes", settings.routes),
        ("summaries", settings.summaries),
    )
    for section, posted in sections:
        for index, item in enumerate(posted):
            for at, to in enumerate(item.to):
                if missing := _missing(settings, to):
                    yield (section, index, "to", at), f"{missing} is left out, so nothing is posted there"


def _missing(settings: Settings, to: str) -> str:
    """What a destination lacks; empty: nothing."""
    chat = settings.chats.google_chat
    if to.startswith("slack:") and settings.chats.slack is None:
        return "chats.slack"
    if to.startswith("google_chat:spaces/") and (chat is None or chat.service_account is None):
        return "chats.google_chat.service_account"
    return ""
