"""What people get wrong about Slack: the token, its scopes and its app, the way in, the clock."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import ChatUnavailableError
from bot.domain.figures.lengths import in_words
from bot.domain.finding import Finding, broken, caution, good, unknown
from bot.ports import Now
from bot.usecases.examine import Findings
from handlers.slack.calls import answer, sorted_out, web_client
from handlers.slack.connection import SlackSettings, new_session
from handlers.slack.surroundings import AREA, FAULTS, look_at_channel, look_at_group, look_at_people

# What each scope is for, told where it is missing.
NEEDED = {
    "chat:write": "no card can be posted",
    "commands": "there is no /release",
    "users:read": "nobody can be told from a guest or a bot, so that nobody may decide",
    "users:read.email": "nobody's address is known, so that nobody may decide",
}
WANTED = {
    "usergroups:read": "groups of Slack's have no members",
    "channels:read": "channels cannot be looked at",
    "groups:read": "private channels cannot be looked at",
    "channels:history": "a card whose posting got no answer may be posted twice",
    "groups:history": "a card whose posting got no answer may be posted twice in a private channel",
    "files:write": "summaries have no picture",
}
REINSTALL = "Add it to the app's bot scopes, and install the app anew."
SKEW, TOO_MUCH = timedelta(seconds=30), timedelta(minutes=5)
"""Slack's requests are refused beyond five minutes."""


async def examine(
    settings: SlackSettings, *, channels: Iterable[str], people: Collection[str], public_url: str, now: Now
) -> Findings:
    """Look at the app and at every place the settings name.

    Args:
        channels: where routes and summaries lead.
        people: addresses that the settings name.
    """
    async with new_session() as session:
        web = web_client(session, token=settings.bot_token, api_url=settings.api_url)
        try:
            own = await web.auth_test()
        except SlackApiError as error:
            yield _refused(sorted_out(error))
            return
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            says = f"Slack cannot be reached ({type(error).__name__})."
            yield broken(AREA, says, "Let this machine reach https://slack.com and wss://wss-primary.slack.com.")
            return
        for finding in (_home(own, settings), _time(own.headers, now), *_scopes(own.headers)):
            yield finding
        yield await _app(web, own, settings)
        yield await _way_in(web, session, settings, public_url)
        for channel in sorted(set(channels)):
            yield await look_at_channel(web, channel)
        for name, usergroup in settings.usergroups.items():
            yield await look_at_group(web, name, usergroup)
        async for finding in look_at_people(web, people):
            yield finding


def _refused(error: Exception) -> Finding:
    if isinstance(error, ChatUnavailableError) and "token" not in str(error):
        return unknown(AREA, f"{error}.", "Try again in a minute.")
    return broken(AREA, f"{error}.", "Take the bot token (xoxb-…) from the app's page “OAuth & Permissions”.")


def _home(own: Any, settings: SlackSettings) -> Finding:
    if settings.team not in {own.get("team_id"), own.get("enterprise_id")}:
        says = f"The token is of {own.get('team_id')} ({own.get('team')}), and `team` says {settings.team}."
        return broken(AREA, says, "Mend `chats.slack.team`, or take the token of that workspace.")
    if not own.get("bot_id"):
        return broken(AREA, "The token is a person's, not a bot's.", "Take the one that begins with xoxb-.")
    return good(AREA, f"The token is good for {own.get('team') or settings.team}.")


def _time(headers: Any, now: Now) -> Finding:
    try:
        skew = now() - parsedate_to_datetime(str(_header(headers, "Date")))
    except ValueError:
        return unknown(AREA, "Slack did not say its time.")
    if abs(skew) > SKEW:
        says = f"This machine's clock differs from Slack's by {in_words(abs(skew))}."
        tell = broken if abs(skew) >= TOO_MUCH else caution
        return tell(AREA, says, "Let it follow a time server (NTP); beyond 5 min every click is refused.")
    return good(AREA, "This machine's clock agrees with Slack's.")


def _scopes(headers: Any) -> Iterable[Finding]:
    told = str(_header(headers, "x-oauth-scopes") or "")
    has = {scope.strip() for scope in told.split(",")}
    if not told:
        yield unknown(AREA, "Slack did not say which scopes the app has.")
        return
    for scope, without in NEEDED.items():
        if scope not in has:
            yield broken(AREA, f"The app lacks the scope {scope}: {without}.", REINSTALL)
    for scope, without in WANTED.items():
        if scope not in has:
            yield caution(AREA, f"The app lacks the scope {scope}: {without}.", REINSTALL)
    if has.issuperset({*NEEDED, *WANTED}):
        yield good(AREA, "The app has every scope that it needs.")


def _header(headers: Any, name: str) -> str | None:
    return next((value for key, value in dict(headers).items() if key.casefold() == name.casefold()), None)


async def _app(web: AsyncWebClient, own: Any, settings: SlackSettings) -> Finding:
    try:
        bot = (await answer(web.bots_info(bot=own.get("bot_id"))))["bot"]
    except FAULTS as error:
        return unknown(AREA, f"Slack did not say which app it is: {error}.", "Set `chats.slack.app`.")
    if settings.app is not None and bot.get("app_id") != settings.app:
        says = f"The token is of the app {bot.get('app_id')}, and `app` says {settings.app}: every click is refused."
        return broken(AREA, says, "Mend `chats.slack.app`, or leave it out.")
    return good(AREA, f"The app is {bot.get('app_id') or 'known'}.")


async def _way_in(
    web: AsyncWebClient, session: aiohttp.ClientSession, settings: SlackSettings, public_url: str
) -> Finding:
    """What can be seen of it from here; whether the command and the buttons lead here, only a try shows."""
    if settings.app_token is not None:
        try:
            await answer(web.apps_connections_open(app_token=settings.app_token))
        except FAULTS as error:
            mend = "Turn Socket Mode on, and make an app-level token with the scope connections:write."
            return broken(AREA, f"No socket can be opened: {error}.", mend)
        return good(AREA, "A socket can be opened.")
    url = f"{public_url}/slack/events"
    try:
        async with session.get(url, allow_redirects=False) as response:
            there = response.status == aiohttp.web.HTTPMethodNotAllowed.status_code
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        says = f"Slack's requests reach nobody at {url} ({type(error).__name__})."
        return unknown(AREA, says, "Start `pointsman serve`; try from outside too, as Slack does.")
    if not there:
        says = f"{url} is not the bot's (status {status}): commands and clicks get lost."
        return broken(AREA, says, "Let the path pass every proxy; put it into the app's Interactivity and Commands.")
    return good(AREA, f"{url} is the bot's; type `/release help` to see that Slack sends there.")
