"""What a chat, or somebody who recorded it, sends again."""

from collections.abc import Awaitable
from dataclasses import dataclass

import structlog

from bot.domain.decision import Principal, Surface
from bot.domain.errors import UnavailableError
from bot.ports import Answers, Once

log = structlog.get_logger(__name__)

DONE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Claims each delivery in the database, so that of all replicas one acts on it, once.

    What failed, or whose process died, is no longer claimed: when the chat sends it again, it is done then.

    Args:
        path: where the chat sends to.
    """

    answers: Answers
    chat: Surface
    path: str

    async def claim(self, key: str) -> bool:
        """False: it came before, and was done or is at work.

        Raises:
            RecordsUnavailableError: nobody can tell.
        """
        return await self.answers.claim(self._once(key)) is None

    async def settle(self, key: str, *, done: bool) -> None:
        once = self._once(key)
        await self._quietly(self.answers.keep(once, status=DONE, answer="") if done else self.answers.forget(once))

    def _once(self, key: str) -> Once:
        return Once(principal=Principal(self.chat), path=self.path, key=key, body="")

    async def _quietly(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except UnavailableError as error:
            # What was decided stands, and a repeat changes nothing.
            log.warning("repeat_unsaved", chat=self.chat, why=str(error))
