"""Figures and summaries: when people had answered, what is owed to which channel, a key to sign links with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql")
_OPEN_CARD = "kind = 'show' AND state = 'open'"


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("slot", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_schedule")),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.add_column("release", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_release_ended_at", "release", ["ended_at"])
    op.add_column("gate", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    _find_answers()
    op.create_index("ix_gate_answered_at", "gate", ["answered_at"])
    op.create_index("ix_audit_action_at", "audit", ["action", "at", "surface"])
    _let_effects_be_about_no_release()


def _find_answers() -> None:
    """Gates that were answered before this version get their time: the last approval, or the no."""
    last = "SELECT max(approval.at) FROM approval WHERE approval.gate_id = gate.id"
    op.execute(f"UPDATE gate SET answered_at = ({last}) WHERE state = 'open'")  # noqa: S608  Nothing comes from outside.
    if op.get_bind().dialect.name == "sqlite":  # As SQLAlchemy writes a time there, to the microsecond.
        said = "strftime('%Y-%m-%d %H:%M:%f000', json_extract(settled, '$.at'))"
    else:
        said = "(settled ->> 'at')::timestamptz"
    op.execute(f"UPDATE gate SET answered_at = {said} WHERE state = 'refused' AND settled IS NOT NULL")  # noqa: S608


def _let_effects_be_about_no_release() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.add_column("effect", sa.Column("summary", _JSON, nullable=True))
        op.alter_column("effect", "release_id", nullable=True)
        return
    op.drop_index("one_open_card", "effect")  # SQLite makes the table anew, and would lose the condition of this one.
    with op.batch_alter_table("effect") as batch_op:
        batch_op.add_column(sa.Column("summary", _JSON, nullable=True))
        batch_op.alter_column("release_id", existing_type=sa.String(length=26), nullable=True)
    op.create_index(
        "one_open_card",
        "effect",
        ["release_id", "platform", "address"],
        unique=True,
        sqlite_where=sa.text(_OPEN_CARD),
    )
