"""Files of a space."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)


def _to(
    target: str, column: str, *, index: bool = False, nullable: bool = False, ondelete: str = "CASCADE"
) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete=ondelete)
    return sa.Column(column, sa.Uuid(), link, nullable=nullable, index=index)


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("space", "space_id"),
        _to("user_account", "uploader_id"),
        _to("lesson", "lesson_id", index=True, nullable=True, ondelete="SET NULL"),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("scan", WORD, nullable=False),
        sa.Column("needs_adult", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        _to("user_account", "decided_by_id", nullable=True, ondelete="SET NULL"),
        sa.Column("deleted_at", MOMENT),
        _to("user_account", "deleted_by_id", nullable=True, ondelete="SET NULL"),
    )
    op.create_index("ix_stored_file_space_id_created_at", "stored_file", ["space_id", "created_at"])
    op.create_index("ix_stored_file_uploader_id_created_at", "stored_file", ["uploader_id", "created_at"])
