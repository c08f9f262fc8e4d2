"""The workspace or organisation that the app serves, and which app it is."""

import asyncio

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import ChatRefusedError, UnavailableError
from handlers.slack.calls import answer
from handlers.slack.payload import Sender

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 10.0


class Home:
    """What Slack's signature does not tell: it proves the app's secret, and one app may serve many teams.

    Args:
        team: `T…` of a workspace, or `E…` of an organisation.
        app: `A…`; None: Slack is asked once.
    """

    def __init__(self, web: AsyncWebClient, *, team: str, app: str | None) -> None:
        self._web = web
        self.team = team
        self._app = app
        self._asked = app is not None
        self._asking = asyncio.Lock()

    def is_of(self, team: str | None, enterprise: str | None) -> bool:
        return self.team in {team, enterprise}

    async def sent_here(self, sender: Sender) -> bool:
        """Whether what came is of our team and of our app.

        Raises:
            ChatUnavailableError: which app ours is could not be asked.
        """
        if not self.is_of(sender.team, sender.enterprise):
            return False
        app = await self.app()
        return app is None or sender.app == app

    async def app(self) -> str | None:
        """Which app it is.  None: Slack does not tell; the signing secret or the connection alone speaks for it.

        Raises:
            ChatUnavailableError: Slack is away; ask again.
        """
        async with self._asking:
            if not self._asked:
                try:
                    self._app = await self._ask()
                except ChatRefusedError as error:
                    log.warning("slack_app_unknown", why=str(error))
                self._asked = True
        return self._app

    async def _ask(self) -> str | None:
        own = await answer(self._web.auth_test())
        if not self.is_of(own.get("team_id"), own.get("enterprise_id")):
            log.error("slack_token_of_another_team", team=own.get("team_id"), wanted=self.team)
        if own.get("app_id"):
            return str(own["app_id"])
        if not own.get("bot_id"):
            return None
        bot = (await answer(self._web.bots_info(bot=own["bot_id"])))["bot"]
        return str(bot["app_id"]) if bot.get("app_id") else None

    async def learn(self) -> None:
        """Ask once at the start, and again while Slack is away."""
        while not self._asked:
            try:
                await self.app()
            except UnavailableError as error:
                log.warning("slack_away", why=str(error))
                await asyncio.sleep(AGAIN_SECONDS)

    @property
    def is_known(self) -> bool:
        return self._asked
