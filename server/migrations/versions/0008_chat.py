"""Replies, reactions, changes of messages, and what they said before.

The tables that exist are altered in place, column by column (see 0002).
"""

import unicodedata
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)
BATCH = 1000


def _to(target: str, column: str, *, index: bool = False, key: bool = False) -> sa.Column[UUID]:
    link = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(column, sa.Uuid(), link, nullable=False, index=index, primary_key=key)


def upgrade() -> None:
    for column in (
        sa.Column("changed_seq", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("search_text", sa.Text(), nullable=False, server_default=""),
        sa.Column("edited_at", MOMENT),
        sa.Column("deleted_at", MOMENT),
        sa.Column("pinned_at", MOMENT),
        sa.Column("reply_to_id", sa.Uuid()),
        sa.Column("deleted_by_id", sa.Uuid()),
    ):
        op.add_column("chat_message", column)
    op.execute("UPDATE chat_message SET changed_seq = seq")
    _fill_search_texts()
    op.create_index("ix_chat_message_reply_to_id", "chat_message", ["reply_to_id"])
    op.create_index("ix_chat_message_changed", "chat_message", ["space_id", "changed_seq"])
    op.create_table(
        "chat_reaction",
        _to("chat_message", "message_id", key=True),
        _to("user_account", "user_id", key=True, index=True),
        sa.Column("kind", sa.String(24), primary_key=True),
        sa.Column("reacted_at", MOMENT, nullable=False),
    )
    op.create_table(
        "chat_former_text",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _to("chat_message", "message_id", index=True),
        _to("space", "space_id", index=True),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=False),
    )


def _fill_search_texts() -> None:
    """As `server.chat.rules.search_text` did when this was written."""
    message = sa.table(
        "chat_message", sa.column("id", sa.Uuid()), sa.column("text"), sa.column("search_text")
    )
    connection = op.get_bind()
    last: UUID | None = None
    while True:
        some = sa.select(message.c.id, message.c.text).order_by(message.c.id).limit(BATCH)
        rows = connection.execute(some if last is None else some.where(message.c.id > last)).all()
        if not rows:
            return
        last = rows[-1][0]
        connection.execute(
            sa.update(message)
            .where(message.c.id == sa.bindparam("message_id", type_=sa.Uuid()))
            .values(search_text=sa.bindparam("found")),
            [{"message_id": id_, "found": _search_text(text)} for id_, text in rows],
        )


def _search_text(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())
