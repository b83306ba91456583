"""Polls and quizzes."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)


def _to(
    target: str, column: str, *, index: bool = False, key: bool = False, nullable: bool = False
) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete="SET NULL" if nullable else "CASCADE")
    return sa.Column(column, sa.Uuid(), link, nullable=nullable, index=index, primary_key=key)


def upgrade() -> None:
    op.create_table(
        "poll",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("space", "space_id"),
        _to("lesson", "lesson_id", nullable=True, index=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("question", sa.String(300), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("low", sa.String(40), nullable=False),
        sa.Column("high", sa.String(40), nullable=False),
        sa.Column("right_options", sa.JSON()),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("user_account", "created_by_id", nullable=True, index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT),
        sa.Column("closed_at", MOMENT),
    )
    op.create_index("ix_poll_space_created", "poll", ["space_id", "created_at"])
    op.create_table(
        "poll_vote",
        _to("poll", "poll_id", key=True),
        _to("user_account", "user_id", key=True, index=True),
        _to("school", "school_id"),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
