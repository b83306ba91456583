"""The plan of a lesson in steps; pages of a board that are prepared, or were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("board", sa.Column("is_prepared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("board", sa.Column("removed_at", MOMENT))
    op.create_table(
        "lesson_plan",
        sa.Column(
            "lesson_id", sa.Uuid(), sa.ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
    )
