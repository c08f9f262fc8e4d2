"""The same request sent again gets the answer of the first: also while that one is at work, and over restarts."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.domain.decision import Principal
from bot.domain.errors import RecordsUnavailableError
from bot.ports import Answers, Once
from handlers.api.problems import ProblemError, Said, not_of_form

PATIENCE_SECONDS = 10.0
"""So long a repeat waits for the first."""

FIRST_LOOK_SECONDS = 0.02
LAST_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyOnce:
    """Keeps answers by who asked, where, and the key they gave."""

    answers: Answers
    patience: float = PATIENCE_SECONDS

    async def __call__(
        self, principal: Principal, path: str, key: str, body: Any, answer: Callable[[], Awaitable[Said]]
    ) -> Said:
        once = Once(principal=principal, path=path, key=key, body=_digest(body))
        if (kept := await self._claim(once)) is not None:
            return kept
        try:
            said = await answer()
        except BaseException:
            await self.answers.forget(once)
            raise
        with suppress(RecordsUnavailableError):  # What was decided stands, and is told; a repeat finds it decided.
            if said.kept:
                await self.answers.keep(once, status=said.status, answer=said.body)
            else:
                await self.answers.forget(once)
        return said

    async def _claim(self, once: Once) -> Said | None:
        """The answer of the first; None: this is the first."""
        waited, look = 0.0, FIRST_LOOK_SECONDS
        while (kept := await self.answers.claim(once)) is not None:
            if not kept.same:
                raise not_of_form("Idempotency-Key", "This key came with another body before.")
            if kept.status is not None and kept.answer is not None:
                return Said(status=kept.status, body=kept.answer, kept=True)
            if waited >= self.patience:
                raise ProblemError(
                    409,
                    "The first request with this key is still at work; try again later.",
                    more={"state": "at_work", "by": once.principal, "at": None},
                )
            await asyncio.sleep(look)
            waited, look = waited + look, min(2 * look, LAST_LOOK_SECONDS)
        return None


def _digest(body: Any) -> str:
    """Equal for the same JSON value, however it was written."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
