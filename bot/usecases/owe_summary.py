"""A summary's time may have come: owe it to its channels, once among all replicas."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.figures.plan import Plan
from bot.ports import Reader, Schedules


@dataclass(slots=True, kw_only=True)
class OweSummary:
    """Owes the newest summary of a plan to its channels once its time has come; a slot that was owed is not owed again.

    It is called every few seconds, and goes by the database's clock alone, so that a jump of ours does nothing.

    Raises:
        RecordsUnavailableError: the database is away; the slot is owed when it is back.
    """

    reader: Reader
    schedules: Schedules
    _asked: dict[str, datetime | None] = field(default_factory=dict)

    async def __call__(self, plan: Plan) -> bool:
        """True: it is owed now, by us."""
        slot = plan.slot(await self.reader.now())
        if plan.rule in self._asked and self._asked[plan.rule] == slot:
            return False  # Whoever came first at this slot, it is settled.
        owed = await self.schedules.owe(plan)
        self._asked[plan.rule] = slot
        return owed
