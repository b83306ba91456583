"""Groups: spaces of a space, and who is in each."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def _to(target: str, column: str, *, index: bool = False) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(column, sa.Uuid(), link, nullable=False, index=index, primary_key=True)


def _add_link(table: str, column: str, target: str) -> None:
    """A nullable link in a table that exists, with its name (see 0002)."""
    kind = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} "
        f"CONSTRAINT fk_{table}_{column}_{target} REFERENCES {target} (id)"
    )


def upgrade() -> None:
    _add_link("space", "parent_id", "space")
    op.create_index("ix_space_parent_id", "space", ["parent_id"])
    op.add_column("space", sa.Column("group_no", sa.Integer()))
    op.create_table("group_member", _to("space", "group_id"), _to("user_account", "user_id", index=True))
    op.add_column(
        "chat_message", sa.Column("announced", sa.Boolean(), nullable=False, server_default=sa.false())
    )
