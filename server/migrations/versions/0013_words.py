"""The glossary of a partnership."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "glossary_entry",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column(
            "partnership_id", sa.Uuid(), sa.ForeignKey("partnership.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("sort_key", sa.String(80), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "added_by_id", sa.Uuid(), sa.ForeignKey("user_account.id", ondelete="SET NULL"), nullable=True,
            index=True,
        ),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column(
            "changed_by_school_id", sa.Uuid(), sa.ForeignKey("school.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_index("ix_glossary_entry_sorted", "glossary_entry", ["partnership_id", "sort_key", "id"])
