"""What happened in a period: figures, and the releases and lines of the record behind them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.domain.audit import Action, stamp
from bot.domain.decision import Principal
from bot.domain.effects import ReleaseId
from bot.domain.figures.insights import Insights, Period
from bot.domain.figures.recap import Noted
from bot.domain.release import Release
from storage import insights
from storage.codec import to_workload
from storage.database import Database
from storage.loading import RELEASES, load_releases
from storage.tables import audit, release


@dataclass(frozen=True, slots=True)
class SqlFigures:
    """Implements `bot.ports.Figures`."""

    database: Database

    async def insights(self, period: Period) -> Insights:
        async with self.database.reading() as connection:
            return await insights.compute(connection, period)

    async def ended(self, period: Period, *, limit: int) -> tuple[Release, ...]:
        query = RELEASES.where(release.c.ended_at >= period.start, release.c.ended_at < period.end)
        query = query.order_by(release.c.ended_at.desc(), release.c.id.desc()).limit(limit)
        async with self.database.reading() as connection:
            return await load_releases(connection, query)

    async def noted(self, *actions: Action, period: Period, limit: int) -> tuple[Noted, ...]:
        columns = (audit.c.at, audit.c.actor, audit.c.stage, audit.c.decision, audit.c.reason)
        about = (audit.c.cluster, audit.c.kind, audit.c.namespace, audit.c.name)
        query = (
            select(release.c.id, release.c.number, *columns, *about)
            .join(release, release.c.id == audit.c.release)
            .where(audit.c.action.in_(actions), audit.c.at >= stamp(period.start), audit.c.at < stamp(period.end))
            .order_by(audit.c.seq.desc())
            .limit(limit)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Noted(
                release=ReleaseId(row.id),
                workload=to_workload(row),
                number=row.number,
                at=datetime.fromisoformat(row.at),
                by=Principal(row.actor),
                stage=row.stage,
                decision=row.decision,
                why=row.reason or "",
            )
            for row in rows
        )
