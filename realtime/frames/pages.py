"""The pages of the board: which there are. What is drawn on them goes as board messages."""

from __future__ import annotations

from uuid import UUID

from realtime.frames import Frame, Record


class BoardInfo(Record):
    """A page of the board, or the notes."""

    id: UUID
    title: str
    position: int
    is_prepared: bool = False
    """Students do not see it yet."""


class PagesChanged(Frame, tag="pages.changed"):
    """The pages of the board: whole, and in order, each time something about them changes.

    Who has one open that is not among them has it open no more; open another one.
    """

    boards: list[BoardInfo]


PagesServerFrame = PagesChanged
