"""The first records: programmes, schools, people, partnerships, spaces, chat and boards.

Constraint names follow the convention in `server.db`.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)
"""One of a few words; the models list them."""


def _id() -> sa.Column[UUID]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def _to(
    target: str, column: str, *, index: bool = False, key: bool = False, cascade: bool = True
) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE" if cascade else None)
    return sa.Column(column, sa.Uuid(), link, nullable=False, index=index, primary_key=key)


def upgrade() -> None:
    op.create_table(
        "programme",
        _id(),
        sa.Column("slug", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
    )
    op.create_table(
        "school",
        _id(),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("short_name", sa.String(24), nullable=False),
        sa.Column("country", sa.String(2), nullable=False, index=True),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("phase", WORD, nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("verified_at", MOMENT),
    )
    op.create_table(
        "school_class",
        _id(),
        _to("school", "school_id", index=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("school_year", sa.String(9), nullable=False),
        sa.Column("code", sa.String(8), nullable=False, unique=True),
    )
    _people()
    _partnerships()
    _spaces()


def _people() -> None:
    op.create_table(
        "user_account",
        _id(),
        sa.Column("kind", WORD, nullable=False),
        _to("school", "school_id", index=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("avatar", sa.String(24), nullable=False),
        sa.Column("email", sa.String(254), unique=True),
        sa.Column("secret_hash", sa.String(160)),
        sa.Column("verified_at", MOMENT),
        sa.Column("disabled_at", MOMENT),
        sa.CheckConstraint("kind = 'staff' OR email IS NULL", name="students_have_no_email"),
    )
    op.create_table(
        "staff_post",
        _id(),
        _to("user_account", "user_id", index=True),
        sa.Column("role", WORD, nullable=False),
        sa.UniqueConstraint("user_id", "role"),
    )
    op.create_table(
        "roster_entry",
        _id(),
        _to("school_class", "class_id"),
        _to("user_account", "user_id", index=True),
        sa.Column("role", WORD, nullable=False),
        sa.UniqueConstraint("class_id", "user_id"),
    )
    op.create_table(
        "login_session",
        _id(),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        _to("user_account", "user_id", index=True),
        sa.Column("device", sa.String(80), nullable=False),
        sa.Column("signed_in_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("window_start", MOMENT, primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
    )


def _partnerships() -> None:
    op.create_table(
        "partnership",
        _id(),
        _to("programme", "programme_id", cascade=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("status_reason", sa.String(500), nullable=False),
        sa.Column("status_changed_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "membership",
        _id(),
        _to("partnership", "partnership_id"),
        _to("school", "school_id", index=True, cascade=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("left_at", MOMENT),
        sa.UniqueConstraint("partnership_id", "school_id"),
    )
    op.create_table(
        "coordinator",
        _id(),
        _to("partnership", "partnership_id"),
        _to("user_account", "user_id", index=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.UniqueConstraint("partnership_id", "user_id"),
    )
    op.create_table(
        "ban",
        _id(),
        _to("partnership", "partnership_id"),
        _to("user_account", "user_id", index=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("banned_at", MOMENT, nullable=False),
        sa.UniqueConstraint("partnership_id", "user_id"),
    )


def _spaces() -> None:
    op.create_table(
        "space",
        _id(),
        _to("partnership", "partnership_id", index=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("archived_at", MOMENT),
    )
    op.create_table(
        "enrolment",
        _to("space", "space_id", key=True),
        _to("school_class", "class_id", key=True, index=True),
        sa.Column("enrolled_at", MOMENT, nullable=False),
    )
    op.create_table(
        "chat_message",
        _id(),
        _to("space", "space_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        _to("user_account", "author_id", index=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.UniqueConstraint("space_id", "seq"),
        sa.UniqueConstraint("space_id", "author_id", "client_id"),
    )
    op.create_table(
        "board",
        _id(),
        _to("space", "space_id", index=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
    )
    op.create_table(
        "board_update",
        _to("board", "board_id", key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        _to("user_account", "author_id"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
    )
    op.create_table(
        "board_snapshot",
        _to("board", "board_id", key=True),
        sa.Column("upto_seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "board_writer",
        _to("board", "board_id", key=True),
        sa.Column("client_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        _to("user_account", "user_id"),
    )
