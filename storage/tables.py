"""The tables.  State may be corrected by later transactions; the record only grows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    },
)

_OPEN = ("'waiting'", "'refused'", "'progressing'", "'promoting'", "'rolling_back'")
OPEN_RELEASE = f"state IN ({', '.join(_OPEN)})"
OPEN_CARD = "kind = 'show' AND state = 'open'"


class Utc(TypeDecorator[datetime]):
    """A point in time, aware and in UTC; SQLite would give it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_Key = BigInteger().with_variant(Integer, "sqlite")


def _json(name: str, **more: Any) -> Column[Any]:
    return Column(name, _Json, **more)


workload = Table(
    "workload",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("cluster", String(253), nullable=False),
    Column("kind", String(63), nullable=False),
    Column("namespace", String(63), nullable=False),
    Column("name", String(253), nullable=False),
    _json("hooks", nullable=False),
    Column("heard_at", Utc),
    Column("usual_gap", Integer),
    UniqueConstraint("cluster", "kind", "namespace", "name"),
)

release = Table(
    "release",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("workload_id", _Key, ForeignKey("workload.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("engine", String(32), nullable=False),
    Column("strategy", String(32)),
    Column("state", String(16), nullable=False),
    Column("cause", String(16)),
    Column("revision", String(253)),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    _json("paused"),
    _json("roll_back"),
    _json("run", nullable=False),
    _json("authors", nullable=False),
    _json("before", nullable=False),
    _json("after", nullable=False),
    Column("changed_at", Utc),
    UniqueConstraint("workload_id", "number"),
    Index(
        "one_open_release",
        "workload_id",
        unique=True,
        sqlite_where=text(OPEN_RELEASE),
        postgresql_where=text(OPEN_RELEASE),
    ),
    Index("ix_release_state", "state", "id"),
    Index("ix_release_ended_at", "ended_at"),
)

is_open = release.c.state.in_([literal_column(state) for state in _OPEN])
"""As it stands in the index of the open releases: a database knows it again by its words, not by bound values."""

gate = Table(
    "gate",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("release_id", String(26), ForeignKey("release.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("step", String(253), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("policy", Text),
    Column("quorum", Integer, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("expires_at", Utc),
    Column("on_expiry", String(16), nullable=False),
    Column("reached_at", Utc, nullable=False),
    Column("told_at", Utc),
    Column("spent", Boolean, nullable=False),
    Column("overdue", Boolean, nullable=False),
    Column("reminded", Boolean, nullable=False),
    Column("halted", Boolean, nullable=False),
    Column("asked_under", String(253)),
    _json("settled"),
    _json("reopened"),
    Column("answered_at", Utc),
    _json("evidence"),
    UniqueConstraint("release_id", "stage", "step", "occurrence"),
    Index("ix_gate_expires_at", "state", "expires_at"),
    Index("ix_gate_answered_at", "answered_at"),
)

approval = Table(
    "approval",
    metadata,
    Column("gate_id", String(26), ForeignKey("gate.id"), primary_key=True),
    Column("principal", String(320), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("reason", Text, nullable=False),
    Column("surface", String(16), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", _Key, primary_key=True, autoincrement=False),
    Column("at", String(24), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String(48), nullable=False),
    Column("cluster", String(253)),
    Column("kind", String(63)),
    Column("namespace", String(63)),
    Column("name", String(253)),
    Column("release", String(26)),
    Column("gate", String(26)),
    Column("stage", String(16)),
    Column("revision", String(253)),
    Column("surface", String(16), nullable=False),
    Column("decision", String(32)),
    Column("reason", Text),
    Column("text", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_release", "release", "seq"),
    Index("ix_audit_action", "action", "seq"),
    Index("ix_audit_action_at", "action", "at", "surface"),
)

effect = Table(
    "effect",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("release_id", String(26), ForeignKey("release.id")),
    Column("platform", String(16), nullable=False),
    Column("address", String(253), nullable=False),
    _json("tell"),
    _json("summary"),
    Column("urgency", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("error", Text),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("due_at", Utc),  # When it was to be carried out first; null: it has not failed, `next_at` says it.
    Column("lease_until", Utc),
    Column("worker", String(64)),
    Index(
        "one_open_card",
        "release_id",
        "platform",
        "address",
        unique=True,
        sqlite_where=text(OPEN_CARD),
        postgresql_where=text(OPEN_CARD),
    ),
    Index("ix_effect_next_at", "state", "next_at"),
)

card = Table(
    "card",
    metadata,
    Column("release_id", String(26), ForeignKey("release.id"), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("address", String(253), primary_key=True),
    Column("posted_as", String(253)),
    Column("posted_at", Utc),
    Column("reposted", Boolean, nullable=False),
)

# Nothing reads or writes it any more, but the version before clears it each hour: a later release may drop it.
seen = Table(
    "seen",
    metadata,
    Column("key", String(253), primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)

answer = Table(
    "answer",
    metadata,
    Column("principal", String(320), primary_key=True),
    Column("path", String(512), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("body", String(64), nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    Column("at", Utc, nullable=False, index=True),
)

session = Table(
    "session",
    metadata,
    Column("secret", String(64), primary_key=True),
    Column("token", Text, nullable=False),
    Column("csrf", String(128), nullable=False),
    Column("over_at", Utc, nullable=False, index=True),
)

schedule = Table(
    "schedule",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("slot", String(16), nullable=False),
    Column("due_at", Utc, nullable=False),
)

signing_key = Table(
    "signing_key",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(64), nullable=False),
)
