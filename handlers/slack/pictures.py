"""The picture of a summary, as a file in its thread."""

import asyncio

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import CardGoneError, ChatRefusedError, ChatUnavailableError
from bot.domain.figures.insights import Insights
from handlers.metrics import Metrics, Where
from handlers.pictures import picture_of
from handlers.slack.calls import answer

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 8
"""With the post before it, within the time that one delivery may take."""

ALT_LENGTH = 1000
"""Characters.  Source: files.getUploadURLExternal."""


async def share_picture(web: AsyncWebClient, figures: Insights, *, channel: str, thread: str, metrics: Metrics) -> None:
    """Show the figures as a picture.  Whatever fails is logged and left: the summary stands, and says it all in words.

    To try again would post the summary twice where Slack does not let us look back.
    """
    if not figures.outcomes.total:
        return
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _upload(web, figures, channel=channel, thread=thread)
    except (ChatUnavailableError, ChatRefusedError, CardGoneError, TimeoutError) as error:
        log.warning("slack_picture_not_shown", channel=channel, why=str(error) or "no answer in time")
    except Exception:
        metrics.count_fault(Where.SLACK)
        log.exception("slack_picture_fault", channel=channel)


async def _upload(web: AsyncWebClient, figures: Insights, *, channel: str, thread: str) -> None:
    picture = await picture_of(figures)
    await answer(
        web.files_upload_v2(
            file=picture.png,
            filename="releases.png",
            title=picture.title,
            alt_txt=picture.alt[:ALT_LENGTH],
            channel=channel,
            thread_ts=thread,
        )
    )
