"""What tells a gate's wait from any other, for engines that are watched.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.add_column("gate", sa.Column("evidence", json, nullable=True))


def downgrade() -> None:
    op.drop_column("gate", "evidence")
