"""What stands on a stored page, for `server.boards.content`, which has its bytes and may not read them."""

from __future__ import annotations

from collections.abc import Sequence

from pycrdt import Doc


def merge(updates: Sequence[bytes]) -> bytes:
    """One update of them all (`server.boards.content.Merge`): of what was deleted it has traces, no words."""
    doc: Doc = Doc()
    for each in updates:
        doc.apply_update(each)
    return doc.get_update()
