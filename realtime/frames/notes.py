"""The notes of a space. What is written in them goes as board messages (`realtime.board_wire`)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from realtime.frames import Frame, Ref


class NotesRestore(Frame, tag="notes.restore"):
    """About to bring an old version back: keep the notes as they are first, and note who does it.

    The page that asks has the notes open, and writes what the version holds as any other change.
    """

    ref: Ref
    version: Annotated[int, Meta(ge=1, le=2**31)]
    """Its `seq` in the history."""


NotesClientFrame = NotesRestore
