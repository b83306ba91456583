"""Lessons: planned and running, how the room is run, who was there."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)


def _to(target: str, column: str, *, index: bool = False, key: bool = False) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(column, sa.Uuid(), link, nullable=False, index=index, primary_key=key)


def upgrade() -> None:
    op.add_column("space", sa.Column("works_alone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("board", sa.Column("drawn_at", MOMENT))
    # When that was is not known any more; from now on is the longest it can be kept.
    op.execute("UPDATE board SET drawn_at = CURRENT_TIMESTAMP WHERE last_seq > 0")
    op.create_table(
        "lesson",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("space", "space_id", index=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False, index=True),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("host_school_id", sa.Uuid(), sa.ForeignKey("school.id")),
        sa.Column("created_by_id", sa.Uuid(), sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("ended_at", MOMENT),
    )
    live = sa.text("status = 'live'")
    op.create_index(
        "uq_lesson_live", "lesson", ["space_id"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_table(
        "lesson_over",
        _to("lesson", "lesson_id", key=True),
        _to("school", "school_id", key=True),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "lesson_room",
        _to("space", "space_id", key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("lesson", "lesson_id"),
        _to("user_account", "user_id", index=True),
        _to("school", "school_id"),
        sa.Column("came_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT),
        sa.UniqueConstraint("lesson_id", "user_id", "came_at"),
    )
