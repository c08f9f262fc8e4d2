"""The parts that every surface is joined to: the record, and what the bot does with it."""

import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot import config
from bot.app import mapping, parts
from bot.app.sights import Sights
from bot.delivery import Carrier
from bot.domain.figures.plan import Plan
from bot.domain.tokens import ApiTokens
from bot.ports import ChatPlatform, Figures, Groups, Now, OpenRecords
from bot.usecases.answer_command import AnswerCommand
from bot.usecases.answer_hook import AnswerHook
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.decide import Decide
from bot.usecases.follow_sight import FollowSight
from bot.usecases.keep_hearing import KeepHearing
from bot.usecases.last_looks import LastLooks
from bot.usecases.learn_who import LearnWho
from bot.usecases.look import Look
from bot.usecases.operate import Operate
from bot.usecases.owe_summary import OweSummary
from bot.usecases.pass_time import PassTime
from bot.usecases.press_button import PressButton
from bot.usecases.summarise import Summarise
from bot.usecases.tell_figures import TellFigures
from bot.usecases.visit_engine import VisitEngine
from bot.usecases.who_may import WhoMay
from handlers.metrics import Metrics
from handlers.pictures import PictureLinks
from handlers.schedule import Schedule
from storage.answers import SqlAnswers
from storage.database import Database
from storage.effects import SqlOutbox
from storage.reading import SqlReader
from storage.records import forget
from storage.sessions import SqlSessions


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
    open_records: OpenRecords
    reader: SqlReader
    outbox: SqlOutbox
    sessions: SqlSessions
    answers: SqlAnswers
    changes: Changes
    metrics: Metrics
    tokens: ApiTokens
    who_may: WhoMay
    look: Look
    answer_hook: AnswerHook
    follow_sight: FollowSight
    operate: Operate
    learn_who: LearnWho
    decide: Decide
    press: PressButton
    answer_command: AnswerCommand
    figures: Figures
    summarise: Summarise
    tell_figures: TellFigures
    owe_summary: OweSummary
    plans: tuple[Plan, ...]
    picture_links: PictureLinks
    pass_time: PassTime
    refusals: CountRefusals
    hearing: KeepHearing
    several_clusters: bool

    def carrier(self, platforms: dict[str, ChatPlatform]) -> Carrier:
        return Carrier(
            outbox=self.outbox,
            platforms=platforms,
            draw=self.look.card,
            operate=VisitEngine(operate=self.operate, learn_who=self.learn_who),
            summarise=self.summarise,
            worker=f"{socket.gethostname()[:40]}-{secrets.token_hex(4)}",
            jitter=lambda seconds: seconds * random.uniform(0.5, 1.0),  # noqa: S311  It spreads load, no secret.
            changed=self.changes.wait,
            told=lambda platform, how: self.metrics.deliveries.labels(platform, how).inc(),
        )

    def schedule(self) -> Schedule:
        return Schedule(
            pass_time=self.pass_time,
            refusals=self.refusals,
            hearing=self.hearing,
            owe_summary=self.owe_summary,
            plans=self.plans,
            forget=lambda: forget(self.database),
            oldest_due=self.outbox.oldest_due,
            reader=self.reader,
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
    kept = parts.kept(settings, database, changes, now)
    records, reader = kept["open_records"], kept["reader"]
    who_may = parts.who_may(settings, groups)
    look = Look(reader=reader, who_may=who_may, several_clusters=several, clusters=clusters)
    last_looks = LastLooks(reader=reader, changes=changes, monotonic=monotonic)
    summarise = Summarise(reader=reader, figures=kept["figures"], look=look)
    tell_figures = TellFigures(reader=reader, figures=kept["figures"], summarise=summarise)
    return Core(
        now=now,
        monotonic=monotonic,
        database=database,
        changes=changes,
        metrics=metrics,
        plans=mapping.plans(settings),
        tokens=mapping.api_tokens(settings),
        who_may=who_may,
        look=look,
        summarise=summarise,
        pass_time=PassTime(open_records=records, reader=reader),
        refusals=CountRefusals(open_records=records),
        hearing=KeepHearing(open_records=records),
        several_clusters=several,
        **kept,
        **parts.engines(kept, who_may, clusters, last_looks, several_clusters=several),
        **parts.people(kept, who_may, metrics, look, tell_figures),
    )
