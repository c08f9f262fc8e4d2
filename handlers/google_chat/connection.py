"""What both directions share: one session, and Chat's API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from bot.domain.decision import Principal
from bot.ports import Now
from handlers.google_chat.access import CHAT, Access, ServiceAccount
from handlers.google_chat.calls import TIMEOUT_SECONDS, Api
from handlers.google_chat.events import Dialect
from handlers.google_chat.pace import Writes


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleChatSettings:
    """What the settings say of Google Chat.

    Args:
        service_account: None: there are only webhooks.
        endpoint: the whole address of `/google-chat/events`.
        agent: whose tokens are believed, in the add-on dialect.
        domains: none: Chat is asked whether somebody is an internal member.
        spaces: those that may use the bot.
        direct: whether direct messages may, too.
        commands: the number of each command, by its name.
        webhooks: the secret address of each, by its name.
        subscription: of Pub/Sub; None: events come as requests.
        api_url: without `/v1`.
        certs_url: None: Google's own, that of the dialect.
        addresses: the main address of each further one.
        groups: addresses of a group that stand in the settings.
    """

    service_account: ServiceAccount | None
    project_number: str | None
    dialect: Dialect
    audience: str
    agent: str
    endpoint: str
    domains: frozenset[str]
    spaces: frozenset[str]
    direct: bool
    commands: Mapping[str, int]
    webhooks: Mapping[str, str] = field(repr=False)
    subscription: str | None
    api_url: str
    certs_url: str | None
    addresses: Mapping[str, Principal]
    groups: Mapping[str, frozenset[Principal]]


class Connection:
    """Made before the core.

    Attributes:
        api: None: there is no app, only webhooks.
    """

    def __init__(
        self,
        settings: GoogleChatSettings,
        session: aiohttp.ClientSession,
        *,
        now: Now,
        monotonic: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.session = session
        self.now = now
        self.monotonic = monotonic
        self.writes = Writes.counted(monotonic)
        self.api = None if settings.service_account is None else self._api()

    def _api(self) -> Api:
        return Api(session=self.session, access=self.access(CHAT), url=self.settings.api_url)

    def access(self, scope: str) -> Access:
        """Raises: ValueError: there is no app."""
        account = self.settings.service_account
        if account is None:
            raise ValueError("without a service account there is no access")
        return Access(account=account, session=self.session, now=self.now, monotonic=self.monotonic, scope=scope)


def new_session() -> aiohttp.ClientSession:
    """Make the session of every call; it trusts no proxy variable, and waits for no answer longer than it says."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS), trust_env=False)
