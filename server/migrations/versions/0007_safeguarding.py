"""Chat modes, what waits for an adult, reports, removals."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)


def _to(
    target: str, column: str, *, index: bool = False, key: bool = False, gone: str = "CASCADE"
) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete=gone)
    return sa.Column(
        column, sa.Uuid(), link, nullable=gone == "SET NULL", index=index, primary_key=key
    )


def upgrade() -> None:
    op.add_column("space", sa.Column("chat_mode", WORD, nullable=False, server_default="filtered"))
    op.create_table(
        "removal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("space", "space_id"),
        _to("user_account", "user_id", index=True),
        _to("user_account", "by_id"),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("lifted_at", MOMENT),
        _to("user_account", "lifted_by_id", gone="SET NULL"),
    )
    op.create_index("ix_removal_space_id_user_id", "removal", ["space_id", "user_id"])
    op.create_table(
        "held_message",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("space", "space_id"),
        _to("user_account", "author_id", index=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("post", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        _to("user_account", "decided_by_id", gone="SET NULL"),
        sa.Column("decided_at", MOMENT),
        sa.Column("message_id", sa.Uuid()),
        sa.UniqueConstraint("space_id", "author_id", "client_id"),
    )
    op.create_index("ix_held_message_space_id_state", "held_message", ["space_id", "state", "created_at"])
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("space", "space_id", index=True, gone="SET NULL"),
        _to("partnership", "partnership_id", index=True, gone="SET NULL"),
        _to("user_account", "reporter_id", index=True, gone="SET NULL"),
        _to("user_account", "about_user_id", index=True, gone="SET NULL"),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.String(80), nullable=False),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
    )
    op.create_table(
        "report_receipt",
        _to("report", "report_id", key=True),
        _to("school", "school_id", key=True, index=True),
        sa.Column("has_lead", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", MOMENT),
        _to("user_account", "acknowledged_by_id", gone="SET NULL"),
        sa.Column("reminded_at", MOMENT),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("closed_at", MOMENT),
        _to("user_account", "closed_by_id", gone="SET NULL"),
    )
