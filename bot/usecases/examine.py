"""Look at everything that a person can get wrong: one part after the other, whatever one of them does."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass

from bot.domain.errors import UnavailableError
from bot.domain.finding import Finding, Grade

PATIENCE_SECONDS = 30.0
"""An examination that finds nothing for so long is given up."""

Findings = AsyncGenerator[Finding, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One part.

    Args:
        area: what is told while it is looked at, and where a fault of the examination itself is told.
        look: yields what it finds, one by one; it opens and closes what it needs.
    """

    area: str
    look: Callable[[], Findings]


async def examine(
    examinations: Iterable[Examination],
    *,
    began: Callable[[str], None],
    patience: float = PATIENCE_SECONDS,
) -> Findings:
    """Tell findings as they come.  What breaks an examination is a finding too, and the next one begins."""
    for examination in examinations:
        began(examination.area)
        async with aclosing(_to_its_end(examination, patience)) as findings:
            async for finding in findings:
                yield finding


async def _to_its_end(examination: Examination, patience: float) -> Findings:
    try:
        async with aclosing(examination.look()) as findings:
            while (found := await _next(findings, patience)) is not None:
                yield found
    except TimeoutError:
        yield _unknown(examination, f"nothing was heard for {patience:g} seconds")
    except UnavailableError as error:
        yield _unknown(examination, str(error))
    except Exception as error:  # noqa: BLE001 -- What comes after it is looked at all the same.
        yield _unknown(examination, type(error).__name__)  # Its text may hold a secret.


async def _next(findings: Findings, patience: float) -> Finding | None:
    async with asyncio.timeout(patience):
        return await anext(findings, None)


def _unknown(examination: Examination, why: str) -> Finding:
    return Finding(area=examination.area, grade=Grade.UNKNOWN, says=f"Could not be looked at to its end: {why}.")
