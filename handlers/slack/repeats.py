"""What Slack, or somebody who recorded it, sends again."""

from collections.abc import Awaitable
from dataclasses import dataclass

import structlog

from bot.domain.decision import Principal
from bot.domain.errors import UnavailableError
from bot.ports import Answers, Once

log = structlog.get_logger(__name__)

DONE = 200


@dataclass(frozen=True, slots=True)
class Repeats:
    """Claims each delivery in the database, so that of all replicas one acts on it, once.

    What failed, or whose process died, is no longer claimed: when Slack sends it again, it is done then.
    """

    answers: Answers

    async def claim(self, key: str) -> bool:
        """False: it came before, and was done or is at work.

        Raises:
            RecordsUnavailableError: nobody can tell.
        """
        return await self.answers.claim(_once(key)) is None

    async def settle(self, key: str, *, done: bool) -> None:
        once = _once(key)
        await _quietly(self.answers.keep(once, status=DONE, answer="") if done else self.answers.forget(once))


def _once(key: str) -> Once:
    return Once(principal=Principal("slack"), path="/slack/events", key=key, body="")


async def _quietly(writing: Awaitable[None]) -> None:
    try:
        await writing
    except UnavailableError as error:
        log.warning("slack_repeat_unsaved", why=str(error))  # What was decided stands, and a repeat changes nothing.
