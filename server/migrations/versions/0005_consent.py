"""Consent, ground rules, opening hours."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)


def _to(
    target: str, column: str, *, index: bool = False, key: bool = False, nullable: bool = False,
    ondelete: str = "CASCADE",
) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), link, nullable=nullable, index=index, primary_key=key)


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("user_account", "user_id", index=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("giver", WORD, nullable=False),
        sa.Column("paper", sa.String(80), nullable=False),
        _to("user_account", "recorded_by_id", nullable=True, ondelete="SET NULL"),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
    )
    now = sa.text("until IS NULL")
    op.create_index(
        "uq_consent_now", "consent", ["user_id", "kind"], unique=True, sqlite_where=now, postgresql_where=now
    )
    op.create_table(
        "ground_rules_accepted",
        _to("user_account", "user_id", key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("wording", sa.String(12), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
    )
    op.create_table(
        "school_day",
        _to("school", "school_id", key=True),
        sa.Column("starts_at", MOMENT, primary_key=True),
        sa.Column("ends_at", MOMENT, nullable=False),
    )
    op.create_table(
        "space_opening",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("space", "space_id"),
        _to("school", "school_id"),
        _to("user_account", "opened_by_id", nullable=True, ondelete="SET NULL"),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
    )
    op.create_index(
        "ix_space_opening_space_id_school_id", "space_opening", ["space_id", "school_id", "ends_at"]
    )
