"""The parts that the core is made of: what is kept, what follows engines, and what people decide."""

import secrets
from typing import TypedDict

from ulid import ULID

from bot import config
from bot.app import mapping
from bot.app.sights import Sights
from bot.domain.decision import Decision
from bot.domain.errors import Refusal
from bot.ports import Groups, NewId, Now, OpenRecords
from bot.usecases.answer_command import AnswerCommand
from bot.usecases.answer_hook import AnswerHook
from bot.usecases.answer_question import AnswerQuestion
from bot.usecases.changes import Changes
from bot.usecases.decide import Decide
from bot.usecases.find_releases import FindReleases
from bot.usecases.follow_sight import FollowSight
from bot.usecases.last_looks import LastLooks
from bot.usecases.learn_who import LearnWho
from bot.usecases.look import Look
from bot.usecases.operate import Operate
from bot.usecases.owe_summary import OweSummary
from bot.usecases.press_button import PressButton
from bot.usecases.record_stranger import RecordStranger
from bot.usecases.tell_figures import TellFigures
from bot.usecases.who_may import WhoMay
from handlers.metrics import Metrics
from handlers.pictures import PictureLinks
from storage.answers import SqlAnswers
from storage.database import Database
from storage.effects import SqlOutbox
from storage.figures import SqlFigures
from storage.reading import SqlReader
from storage.records import sql_records
from storage.schedules import SqlSchedules
from storage.sessions import SqlSessions
from storage.signing import SqlSigningKey


def new_id() -> str:
    return str(ULID())


def new_key() -> bytes:
    return secrets.token_bytes(32)


class Kept(TypedDict):
    """What the record keeps, and everything that reads it."""

    open_records: OpenRecords
    reader: SqlReader
    outbox: SqlOutbox
    sessions: SqlSessions
    answers: SqlAnswers
    figures: SqlFigures
    owe_summary: OweSummary
    picture_links: PictureLinks


def kept(settings: config.Settings, database: Database, changes: Changes, now: Now) -> Kept:
    reader, key = SqlReader(database), SqlSigningKey(database, new_key)
    return {
        "open_records": sql_records(database, routes=mapping.routes(settings), announce=changes.announce),
        "reader": reader,
        "outbox": SqlOutbox(database),
        "sessions": SqlSessions(database),
        "answers": SqlAnswers(database),
        "figures": SqlFigures(database),
        "owe_summary": OweSummary(reader=reader, schedules=SqlSchedules(database)),
        "picture_links": PictureLinks(signing_key=key, now=now, public_url=settings.server.public_url),
    }


def who_may(settings: config.Settings, groups: Groups) -> WhoMay:
    return WhoMay(
        policies=mapping.policies(settings),
        groups=groups,
        settings=config.digest(settings),
        acts=mapping.acts(settings),
    )


class Engines(TypedDict):
    """What hears engines, looks at them, and tells them."""

    answer_hook: AnswerHook
    follow_sight: FollowSight
    operate: Operate
    learn_who: LearnWho


class Looking(TypedDict):
    """What following a cluster needs."""

    open_records: OpenRecords
    reader: SqlReader
    who_may: WhoMay
    new_id: NewId
    clusters: Sights


def engines(kept: Kept, who_may: WhoMay, clusters: Sights, last_looks: LastLooks, *, several_clusters: bool) -> Engines:
    records, reader = kept["open_records"], kept["reader"]
    looking: Looking = {
        "open_records": records,
        "reader": reader,
        "who_may": who_may,
        "new_id": new_id,
        "clusters": clusters,
    }
    follow_sight = FollowSight(**looking, last_looks=last_looks)
    return {
        "answer_hook": AnswerHook(**looking, several_clusters=several_clusters),
        "follow_sight": follow_sight,
        "operate": Operate(
            open_records=records,
            reader=reader,
            follow_sight=follow_sight,
            who_may=who_may,
            engine_of=clusters.told_of,
        ),
        "learn_who": LearnWho(open_records=records, reader=reader, witness=clusters),
    }


class People(TypedDict):
    """What people ask for and decide."""

    decide: Decide
    press: PressButton
    answer_command: AnswerCommand
    tell_figures: TellFigures


def people(kept: Kept, who_may: WhoMay, metrics: Metrics, look: Look, tell_figures: TellFigures) -> People:
    def note(decision: Decision, refusal: Refusal | None) -> None:
        metrics.decisions.labels(decision.verb, "refused" if refusal else "taken").inc()

    reader = kept["reader"]
    decide = Decide(open_records=kept["open_records"], reader=reader, who_may=who_may, new_id=new_id, note=note)
    find = FindReleases(reader=reader)
    return {
        "decide": decide,
        "press": PressButton(
            decide=decide,
            reader=reader,
            look=look,
            record_stranger=RecordStranger(open_records=kept["open_records"]),
        ),
        "answer_command": AnswerCommand(
            find=find,
            look=look,
            answer_question=AnswerQuestion(reader=reader, look=look, find=find, tell_figures=tell_figures),
            decide=decide,
        ),
        "tell_figures": tell_figures,
    }
