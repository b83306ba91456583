"""Notes: a page of another kind in every space, and its versions."""

from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(24)


def _to(target: str, column: str, *, index: bool = False) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(column, sa.Uuid(), link, nullable=False, index=index, primary_key=True)


def _seq() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False)


def upgrade() -> None:
    op.add_column("board", sa.Column("kind", WORD, nullable=False, server_default="board"))
    where = sa.text("kind = 'notes'")
    op.create_index(
        "uq_board_notes", "board", ["space_id"], unique=True, sqlite_where=where, postgresql_where=where
    )
    _every_space_has_notes()
    op.create_table(
        "note_version",
        _to("board", "board_id"),
        _seq(),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("reason", WORD, nullable=False),
    )
    op.create_table(
        "note_version_author",
        _to("board", "board_id"),
        _seq(),
        _to("user_account", "user_id", index=True),
    )
    op.create_table("note_editor", _to("board", "board_id"), _to("user_account", "user_id", index=True))


def _every_space_has_notes() -> None:
    connection = op.get_bind()
    space = sa.table("space", sa.column("id", sa.Uuid()))
    board = sa.table(
        "board", sa.column("id", sa.Uuid()), sa.column("space_id", sa.Uuid()), sa.column("title"),
        sa.column("position"), sa.column("last_seq"), sa.column("kind"),
    )
    spaces = connection.execute(sa.select(space.c.id)).scalars().all()
    for space_id in spaces:
        connection.execute(
            board.insert().values(
                id=uuid4(), space_id=space_id, title="", position=0, last_seq=0, kind="notes"
            )
        )
