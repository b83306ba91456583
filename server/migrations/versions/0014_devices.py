"""Shared devices: several students at one device, and devices of a class-room."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

MOMENT = sa.DateTime(timezone=True)


def _to(target: str, column: str) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(column, sa.Uuid(), link, nullable=False, index=True)


def _add_link(table: str, column: str, target: str) -> None:
    """A nullable link in a table that exists, with its name (see 0002)."""
    kind = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
        f"CONSTRAINT fk_{table}_{column}_{target} REFERENCES {target} (id)"
    )


def upgrade() -> None:
    op.create_table(
        "classroom_device",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("school", "school_id"),
        _to("school_class", "class_id"),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("made_by_id", sa.Uuid(), sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
    )
    op.add_column("login_session", sa.Column("ends_at", MOMENT))
    _add_link("login_session", "device_id", "classroom_device")
    op.create_index("ix_login_session_device_id", "login_session", ["device_id"])
    op.create_table(
        "session_companion",
        sa.Column(
            "session_id", sa.Uuid(), sa.ForeignKey("login_session.id", ondelete="CASCADE"),
            nullable=False, primary_key=True,
        ),
        sa.Column(
            "user_id", sa.Uuid(), sa.ForeignKey("user_account.id", ondelete="CASCADE"),
            nullable=False, primary_key=True, index=True,
        ),
        sa.Column("since", MOMENT, nullable=False),
    )
