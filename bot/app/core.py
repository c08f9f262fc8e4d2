"""The parts that every surface is joined to: the record, and what the bot does with it."""

import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from ulid import ULID

from bot import config
from bot.app import mapping
from bot.app.sights import Sights
from bot.delivery import Carrier
from bot.domain.decision import Decision
from bot.domain.errors import Refusal
from bot.domain.figures.plan import Plan
from bot.domain.tokens import ApiTokens
from bot.ports import ChatPlatform, Figures, Groups, NewId, Now, OpenRecords
from bot.usecases.answer_command import AnswerCommand
from bot.usecases.answer_hook import AnswerHook
from bot.usecases.answer_question import AnswerQuestion
from bot.usecases.changes import Changes
from bot.usecases.count_refusals import CountRefusals
from bot.usecases.decide_on_gate import DecideOnGate
from bot.usecases.decide_on_release import DecideOnRelease
from bot.usecases.find_releases import FindReleases
from bot.usecases.follow_sight import FollowSight
from bot.usecases.keep_hearing import KeepHearing
from bot.usecases.last_looks import LastLooks
from bot.usecases.learn_who import LearnWho
from bot.usecases.look import Look
from bot.usecases.note_decision import NoteDecision
from bot.usecases.operate import Operate
from bot.usecases.owe_summary import OweSummary
from bot.usecases.pass_time import PassTime
from bot.usecases.refuse_decision import RefuseDecision
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
from storage.figures import SqlFigures
from storage.reading import SqlReader
from storage.records import forget, sql_records
from storage.schedules import SqlSchedules
from storage.sessions import SqlSessions
from storage.signing import SqlSigningKey


def clock() -> datetime:
    """Return the time of this process."""
    return datetime.now(UTC)


def new_id() -> str:
    return str(ULID())


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def new_key() -> bytes:
    return secrets.token_bytes(32)


class Deciding(TypedDict):
    """What every decision of a person needs."""

    open_records: OpenRecords
    reader: SqlReader
    who_may: WhoMay
    new_id: NewId
    note: NoteDecision


class Looking(TypedDict):
    """What following a cluster needs."""

    open_records: OpenRecords
    reader: SqlReader
    who_may: WhoMay
    new_id: NewId
    clusters: Sights


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
    decide_on_gate: DecideOnGate
    decide_on_release: DecideOnRelease
    refuse_decision: RefuseDecision
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
            forget=lambda seen_for: forget(self.database, seen_for=seen_for),
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
    changes, metrics = Changes(), Metrics()
    open_records: OpenRecords = sql_records(database, routes=mapping.routes(settings), announce=changes.announce)
    reader = SqlReader(database)
    who_may = WhoMay(
        policies=mapping.policies(settings),
        groups=groups,
        settings=config.digest(settings),
        acts=mapping.acts(settings),
    )
    several = len(settings.clusters) > 1

    def note(decision: Decision, refusal: Refusal | None) -> None:
        metrics.decisions.labels(decision.verb, "refused" if refusal else "taken").inc()

    deciding: Deciding = {
        "open_records": open_records,
        "reader": reader,
        "who_may": who_may,
        "new_id": new_id,
        "note": note,
    }
    look = Look(reader=reader, who_may=who_may, several_clusters=several, clusters=clusters)
    looking: Looking = {
        "open_records": open_records,
        "reader": reader,
        "who_may": who_may,
        "new_id": new_id,
        "clusters": clusters,
    }
    last_looks = LastLooks(reader=reader, changes=changes, monotonic=monotonic)
    follow_sight = FollowSight(**looking, last_looks=last_looks)
    figures = SqlFigures(database)
    summarise = Summarise(reader=reader, figures=figures, look=look)
    return Core(
        now=now,
        monotonic=monotonic,
        database=database,
        open_records=open_records,
        reader=reader,
        outbox=SqlOutbox(database),
        sessions=SqlSessions(database),
        answers=SqlAnswers(database),
        figures=figures,
        summarise=summarise,
        owe_summary=OweSummary(reader=reader, schedules=SqlSchedules(database)),
        plans=mapping.plans(settings),
        picture_links=PictureLinks(
            signing_key=SqlSigningKey(database, new_key), now=now, public_url=settings.server.public_url
        ),
        changes=changes,
        metrics=metrics,
        tokens=mapping.api_tokens(settings),
        who_may=who_may,
        look=look,
        answer_hook=AnswerHook(**looking, several_clusters=several),
        follow_sight=follow_sight,
        operate=Operate(
            open_records=open_records,
            reader=reader,
            follow_sight=follow_sight,
            who_may=who_may,
            engine_of=clusters.told_of,
        ),
        learn_who=LearnWho(open_records=open_records, reader=reader, witness=clusters),
        pass_time=PassTime(open_records=open_records, reader=reader),
        refusals=CountRefusals(open_records=open_records),
        hearing=KeepHearing(open_records=open_records),
        several_clusters=several,
        **_people(deciding, look, TellFigures(reader=reader, figures=figures, summarise=summarise)),
    )


class People(TypedDict):
    """What people ask for and decide."""

    decide_on_gate: DecideOnGate
    decide_on_release: DecideOnRelease
    refuse_decision: RefuseDecision
    answer_command: AnswerCommand
    tell_figures: TellFigures


def _people(deciding: Deciding, look: Look, tell_figures: TellFigures) -> People:
    reader = deciding["reader"]
    find = FindReleases(reader=reader)
    on_gate, on_release = DecideOnGate(**deciding), DecideOnRelease(**deciding)
    refuse = RefuseDecision(**deciding)
    return {
        "decide_on_gate": on_gate,
        "decide_on_release": on_release,
        "refuse_decision": refuse,
        "answer_command": AnswerCommand(
            find=find,
            look=look,
            answer_question=AnswerQuestion(reader=reader, look=look, find=find, tell_figures=tell_figures),
            decide_on_gate=on_gate,
            decide_on_release=on_release,
            refuse_decision=refuse,
        ),
        "tell_figures": tell_figures,
    }
