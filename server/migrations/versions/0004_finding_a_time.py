"""Lessons are planned: rows of them and what waits for a yes, calendars, mail, reminders."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)
OPEN = "status = 'open'"


def _id() -> sa.Column[UUID]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def _to(
    target: str, column: str, *, index: bool = False, key: bool = False, nullable: bool = False,
    ondelete: str | None = "CASCADE",
) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), link, nullable=nullable, index=index, primary_key=key)


def upgrade() -> None:
    _planning()
    _telling()


def _planning() -> None:
    op.create_table(
        "lesson_series",
        _id(),
        _to("space", "space_id", index=True),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        _to("user_account", "created_by_id", ondelete=None),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    # In place: Alembic cannot write a named link into a table of SQLite that exists.
    kind = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(
        f"ALTER TABLE lesson ADD COLUMN series_id {kind} "
        "CONSTRAINT fk_lesson_series_id_lesson_series REFERENCES lesson_series (id)"
    )
    op.create_index("ix_lesson_series_id", "lesson", ["series_id"])
    op.add_column("lesson", sa.Column("place_at", MOMENT))
    op.create_table(
        "lesson_ask",
        _id(),
        _to("lesson_series", "series_id", index=True),
        _to("lesson", "lesson_id", nullable=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("all_to_come", sa.Boolean(), nullable=False),
        sa.Column("starts_at", MOMENT),
        sa.Column("ends_at", MOMENT),
        _to("school", "school_id"),
        _to("user_account", "asked_by_id", ondelete=None),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("closed_at", MOMENT),
    )
    op.create_index(
        "uq_lesson_ask_open", "lesson_ask", ["series_id"], unique=True, sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "lesson_answer",
        _to("lesson_ask", "ask_id", key=True),
        _to("school", "school_id", key=True),
        _to("user_account", "user_id", ondelete=None),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "lesson_notice",
        _to("lesson", "lesson_id", key=True),
        sa.Column("kind", WORD, primary_key=True),
        sa.Column("starts_at", MOMENT, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
    )


def _telling() -> None:
    op.create_table(
        "calendar_feed",
        _to("user_account", "user_id", key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "reminder_choice",
        _to("user_account", "user_id", key=True),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "outgoing_mail",
        _id(),
        _to("user_account", "user_id", index=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, index=True),
        sa.Column("lease_until", MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT),
    )
    op.create_table(
        "push_subscription",
        _id(),
        _to("user_account", "user_id", index=True),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("endpoint_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("p256dh", sa.String(120), nullable=False),
        sa.Column("auth", sa.String(60), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
    )
