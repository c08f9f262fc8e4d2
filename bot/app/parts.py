"""The parts that the core is made of: what is kept, what follows engines, and what people do."""

import secrets
from dataclasses import dataclass

from ulid import ULID

import storage
from bot import config
from bot.app import mapping
from bot.app.sights import Sights
from bot.domain.decision import Decision
from bot.domain.errors import Refusal
from bot.ports import Groups, Storage
from bot.usecases.answer_hook import AnswerHook
from bot.usecases.changes import Changes
from bot.usecases.follow_sight import FollowSight
from bot.usecases.last_looks import LastLooks
from bot.usecases.learn_who import LearnWho
from bot.usecases.operate import Operate
from bot.usecases.people import People, serve_people
from bot.usecases.who_may import WhoMay
from handlers.metrics import Metrics
from storage.database import Database


def new_id() -> str:
    return str(ULID())


def new_key() -> bytes:
    return secrets.token_bytes(32)


def kept(settings: config.Settings, database: Database, changes: Changes) -> Storage:
    return storage.assemble(database, routes=mapping.routes(settings), announce=changes.announce, new_key=new_key)


def who_may(settings: config.Settings, groups: Groups) -> WhoMay:
    return WhoMay(
        policies=mapping.policies(settings),
        groups=groups,
        settings=config.digest(settings),
        permits=mapping.permits(settings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """What hears engines, looks at them, and tells them."""

    answer_hook: AnswerHook
    follow_sight: FollowSight
    operate: Operate
    learn_who: LearnWho


def engines(
    kept: Storage, who_may: WhoMay, clusters: Sights, last_looks: LastLooks, *, several_clusters: bool
) -> Engines:
    records, reader = kept.open_records, kept.reader
    follow_sight = FollowSight(
        open_records=records,
        reader=reader,
        who_may=who_may,
        new_id=new_id,
        clusters=clusters,
        last_looks=last_looks,
    )
    return Engines(
        answer_hook=AnswerHook(
            open_records=records,
            reader=reader,
            who_may=who_may,
            new_id=new_id,
            clusters=clusters,
            several_clusters=several_clusters,
        ),
        follow_sight=follow_sight,
        operate=Operate(
            open_records=records,
            reader=reader,
            follow_sight=follow_sight,
            who_may=who_may,
            engine_of=clusters.told_of,
        ),
        learn_who=LearnWho(open_records=records, reader=reader, witness=clusters),
    )


def people(kept: Storage, who_may: WhoMay, clusters: Sights, metrics: Metrics, *, several_clusters: bool) -> People:
    def note(decision: Decision, refusal: Refusal | None) -> None:
        metrics.decisions.labels(decision.verb, "refused" if refusal else "taken").inc()

    return serve_people(kept, who_may, new_id=new_id, clusters=clusters, several_clusters=several_clusters, note=note)
