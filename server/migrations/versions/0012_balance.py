"""What each school gave to a lesson."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "lesson_contribution",
        sa.Column(
            "lesson_id", sa.Uuid(), sa.ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "school_id", sa.Uuid(), sa.ForeignKey("school.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("talk_s", sa.Float(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
    )
