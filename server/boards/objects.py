"""The objects of a board page, as they are stored.

The records keep a page as bytes; what stands in them is for the live half to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import msgspec

from server.boards.service import Log


class BoardObject(msgspec.Struct, frozen=True):
    """An object as the page's log has it.

    Attributes:
        fields: what is needed to show it, as JSON; the points of a stroke in base64.
        made_by: who put it there. The live half lets nobody write another name.
        words_by: who wrote the words that stand in it now; None: it has none, or it cannot be told.
        is_deleted: it was taken off the page.
    """

    fields: dict[str, Any]
    made_by: UUID | None
    words_by: UUID | None
    is_deleted: bool


class ReadPage(Protocol):
    """Reads what stands on a page. The live half of the product provides it, as `app.state.read_page`."""

    def __call__(self, updates: Sequence[bytes]) -> list[tuple[str, dict[str, Any]]]:
        """By its id, the fields of each object that was not taken off, but who made it. Takes up to a second
        for a full page: call it in a thread."""
        ...


class WritePage(Protocol):
    """Makes the update that puts objects on a page. The live half of the product provides it."""

    def __call__(self, objects: Mapping[str, Mapping[str, Any]], client_id: int) -> bytes:
        """
        Args:
            objects: the fields of each by its id, with who made it.
            client_id: the number under which they work on the page.
        """
        ...


class ReadObject(Protocol):
    """Finds an object in a page. The live half of the product provides it, as `app.state.read_object`."""

    def __call__(self, log: Log, element_id: str) -> BoardObject | None:
        """Takes up to a second for a full page: call it in a thread. None: there is no such object."""
        ...
