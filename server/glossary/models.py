"""The glossary of a partnership: what a thing is called in each of its languages (docs/glossary.md)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified


class GlossaryEntry(Identified):
    """One thing, with its word in some languages. It belongs to the schools together and to nobody alone."""

    __tablename__ = "glossary_entry"
    __table_args__ = (Index("ix_glossary_entry_sorted", "partnership_id", "sort_key", "id"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"))
    words: Mapped[list[list[str]]] = mapped_column(JSON)
    """Pairs of a language (BCP 47) and the word in it, in the order in which they were given."""
    note: Mapped[str] = mapped_column(String(300), default="")
    """What it means; empty: nothing is said."""
    sort_key: Mapped[str] = mapped_column(String(80))
    """The first word, as lists are sorted by it."""
    search_text: Mapped[str] = mapped_column(Text)
    """Every word and the note, as they are looked for."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows by one with every change."""
    added_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None, index=True
    )
    added_at: Mapped[datetime]
    changed_by_school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    """The school of whoever wrote it last."""
    changed_at: Mapped[datetime]
