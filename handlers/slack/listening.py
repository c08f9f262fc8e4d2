"""Bolt's app, which hands to each listener what is meant for it."""

import logging
import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from handlers.metrics import Metrics, Where
from handlers.slack.connection import Connection

log = structlog.get_logger(__name__)

LOST = re.compile("^(app_uninstalled|tokens_revoked)$")
ANY = re.compile("")


def make_app(connection: Connection, metrics: Metrics) -> AsyncApp:
    """Make an app that sees only what was proved, and answers when its listener has ended.

    Answered later, a listener that fails right after its `ack` would keep Slack waiting for three seconds.
    """
    quiet = logging.getLogger("slack_bolt")
    quiet.setLevel(logging.ERROR)  # Its warnings print what people wrote.

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        """Say that the team is ours, which was made sure of before.  Bolt's own way would ask Slack at each start."""
        token = connection.settings.bot_token
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        name="pointsman",
        logger=quiet,
        client=connection.web,
        signing_secret="",  # Bolt would read it from the environment; the signature was looked at before.
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )
    _listen_to_events(app)
    _count_faults(app, metrics)
    return app


def _listen_to_events(app: AsyncApp) -> None:
    @app.event(LOST)
    async def on_lost(event: dict[str, Any]) -> None:
        log.error("slack_app_lost", kind=event.get("type"), remedy="install the app again, and give its new token")

    @app.event(ANY)
    async def on_other() -> None:
        return


def _count_faults(app: AsyncApp, metrics: Metrics) -> None:
    @app.error
    async def on_fault(error: Exception) -> BoltResponse:
        log.error("slack_listener_fault", exc_info=error)
        metrics.count_fault(Where.SLACK)
        return BoltResponse(status=500, body="")
