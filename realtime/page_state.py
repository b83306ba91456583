"""What stands on a stored page, for the records, which have its bytes and may not read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pycrdt import Doc, Map

from realtime.board_guard import ROOT
from server.boards.figures import FIELDS


def merge(updates: Sequence[bytes]) -> bytes:
    """One update of them all (`server.boards.content.Merge`): of what was deleted it has traces, no words."""
    return _document(updates).get_update()


def read_page(updates: Sequence[bytes]) -> list[tuple[str, dict[str, Any]]]:
    """The objects of a board page (`server.boards.objects.ReadPage`)."""
    elements = _document(updates).get(ROOT, type=Map)
    found: list[tuple[str, dict[str, Any]]] = []
    for element_id, element in elements.items():
        if not isinstance(element, Map) or element.get("gone") is True:
            continue
        stored = element.to_py() or {}
        found.append((element_id, {name: stored[name] for name in FIELDS if name in stored}))
    return found


def write_page(objects: Mapping[str, Mapping[str, Any]], client_id: int) -> bytes:
    """The update that puts objects on a board page (`server.boards.objects.WritePage`)."""
    doc: Doc = Doc(client_id=client_id)
    elements = doc.get(ROOT, type=Map)
    with doc.transaction():
        for element_id, fields in objects.items():
            # Whole numbers would be read as big ones by browsers, which know no others from here.
            elements[element_id] = Map(
                {name: float(each) if type(each) is int else each for name, each in fields.items()}
            )
    return doc.get_update()


def _document(updates: Sequence[bytes]) -> Doc:
    doc: Doc = Doc()
    for each in updates:
        doc.apply_update(each)
    return doc
