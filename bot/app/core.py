"""The parts that every surface is joined to: the record, and what the bot does with it."""

import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot import config
from bot.app import mapping, parts
from bot.app.parts import Engines
from bot.app.sights import Sights
from bot.delivery import Carrier
from bot.domain.figures.plan import Plan
from bot.domain.tokens import ApiTokens
from bot.ports import ChatPlatform, Groups, Now, Storage
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.keep_hearing import KeepHearing
from bot.usecases.last_looks import LastLooks
from bot.usecases.owe_summary import OweSummary
from bot.usecases.pass_time import PassTime
from bot.usecases.people import People
from bot.usecases.visit_engine import VisitEngine
from handlers.metrics import Metrics
from handlers.pictures import PictureLinks
from handlers.schedule import Schedule
from storage.database import Database
from storage.records import forget


def clock() -> datetime:
    """Return the time of this process."""
    return datetime.now(UTC)


def new_secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What the surfaces are joined to.

    Args:
        monotonic: seconds of a clock that never goes back.
    """

    now: Now
    monotonic: Callable[[], float]
    database: Database
    storage: Storage
    people: People
    engines: Engines
    changes: Changes
    metrics: Metrics
    tokens: ApiTokens
    picture_links: PictureLinks
    plans: tuple[Plan, ...]
    owe_summary: OweSummary
    pass_time: PassTime
    refusals: CountRefusals
    hearing: KeepHearing

    def carrier(self, platforms: dict[str, ChatPlatform]) -> Carrier:
        return Carrier(
            outbox=self.storage.outbox,
            platforms=platforms,
            draw=self.people.look.card,
            operate=VisitEngine(operate=self.engines.operate, learn_who=self.engines.learn_who),
            summarise=self.people.summarise,
            worker=f"{socket.gethostname()[:40]}-{secrets.token_hex(4)}",
            jitter=lambda seconds: seconds * random.uniform(0.5, 1.0),  # noqa: S311  It spreads load, no secret.
            changed=self.changes.wait,
            told=self.metrics.count_delivery,
        )

    def schedule(self) -> Schedule:
        return Schedule(
            pass_time=self.pass_time,
            refusals=self.refusals,
            hearing=self.hearing,
            owe_summary=self.owe_summary,
            plans=self.plans,
            forget=lambda: forget(self.database),
            oldest_due=self.storage.outbox.oldest_due,
            reader=self.storage.reader,
            changes=self.changes,
            metrics=self.metrics,
            now=self.now,
            monotonic=self.monotonic,
        )


def make_core(
    settings: config.Settings,
    database: Database,
    groups: Groups,
    clusters: Sights,
    *,
    now: Now,
    monotonic: Callable[[], float],
) -> Core:
    """Join the record to what the bot does with it.  Nothing is connected yet."""
    changes, metrics, several = Changes(), Metrics(), len(settings.clusters) > 1
    metrics.head_age_seconds.set_function(lambda: monotonic() - changes.read_at)
    kept, who_may = parts.kept(settings, database, changes), parts.who_may(settings, groups)
    last_looks = LastLooks(reader=kept.reader, changes=changes, monotonic=monotonic)
    return Core(
        now=now,
        monotonic=monotonic,
        database=database,
        storage=kept,
        people=parts.people(kept, who_may, clusters, metrics, several_clusters=several),
        engines=parts.engines(kept, who_may, clusters, last_looks, several_clusters=several),
        changes=changes,
        metrics=metrics,
        tokens=mapping.api_tokens(settings),
        picture_links=PictureLinks(signing_key=kept.signing_key, now=now, public_url=settings.server.public_url),
        plans=mapping.plans(settings),
        owe_summary=OweSummary(reader=kept.reader, schedules=kept.schedules),
        pass_time=PassTime(open_records=kept.open_records, reader=kept.reader),
        refusals=CountRefusals(open_records=kept.open_records),
        hearing=KeepHearing(open_records=kept.open_records),
    )
