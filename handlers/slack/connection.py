"""What both directions share: one session and client, who people are, and who is in which group."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from bot.domain.decision import Principal
from handlers.chats.pace import Pace
from handlers.slack.calls import TIMEOUT_SECONDS, web_client
from handlers.slack.groups import SlackGroups
from handlers.slack.home import Home
from handlers.slack.people import SlackPeople


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """What the settings say of Slack.

    Args:
        app_token: of Socket Mode; None: Slack sends requests, signed with `signing_secret`.
        addresses: the main address of each further one.
        usergroups: Slack's id of a group, by its name in the settings.
        groups: addresses of a group that stand in the settings.
    """

    bot_token: str = field(repr=False)
    team: str
    app: str | None
    api_url: str
    signing_secret: str | None = field(repr=False)
    app_token: str | None = field(repr=False)
    addresses: Mapping[str, Principal]
    usergroups: Mapping[str, str]
    groups: Mapping[str, frozenset[Principal]]


class Connection:
    """Made before the core, which asks it for groups."""

    def __init__(
        self,
        settings: SlackSettings,
        session: aiohttp.ClientSession,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.session = session
        self.web = web_client(session, token=settings.bot_token, api_url=settings.api_url)
        self.home = Home(self.web, team=settings.team, app=settings.app)
        self.people = SlackPeople(web=self.web, home=self.home, alias=self._alias, clock=monotonic)
        self.groups = SlackGroups(
            static=settings.groups,
            usergroups=settings.usergroups,
            web=self.web,
            people=self.people,
            clock=monotonic,
        )
        self.pace = Pace(monotonic)

    def _alias(self, address: str) -> Principal:
        return self.settings.addresses.get(address, Principal(address))


def new_session() -> aiohttp.ClientSession:
    """Make the session of every call; it trusts no proxy variable, and waits for no answer longer than it says."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS), trust_env=False)
