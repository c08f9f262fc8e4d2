"""All that a release still wants of its engine: that something is done, and to know who did something elsewhere."""

from dataclasses import dataclass

from bot.domain.effects import ReleaseId
from bot.usecases.learn_who import LearnWho
from bot.usecases.operate import Operate


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEngine:
    """Does one after the other what is wanted of an engine.

    It raises as both of them do; what was done by then is done, and twice does no harm.
    """

    operate: Operate
    learn_who: LearnWho

    async def __call__(self, release: ReleaseId) -> float | None:
        """Return the seconds until there is more to do, None when there is not."""
        pauses = [await self.operate(release), await self.learn_who(release)]
        return min((pause for pause in pauses if pause is not None), default=None)
