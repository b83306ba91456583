"""Reads one object out of a stored board page, for those who keep how it was (`server.boards.objects`)."""

from __future__ import annotations

import base64
import math
from collections import defaultdict
from typing import Any
from uuid import UUID

from pycrdt import Doc, Map

from realtime import yjs_update
from realtime.board_guard import AUTHOR_FIELD, ROOT
from realtime.board_ranges import Ranges
from realtime.yjs_update import DELETED, TYPE, Id, Item
from server.boards.objects import BoardObject
from server.boards.service import Log

WORDS_FIELD = "text"
WORDS_LIMIT = 2_000
POINTS_LIMIT_BYTES = 40_000
"""More than the longest stroke that a page of ours draws; of a longer one the beginning is kept."""
_NUMBERS = ("x", "y", "w", "h", "dx", "dy", "size")


def read_object(log: Log, element_id: str) -> BoardObject | None:
    """An object of a page (`server.boards.objects.ReadObject`)."""
    parts = [*([log.snapshot] if log.snapshot else []), *(data for _, _, data in log.updates)]
    key = element_id.encode()
    if not any(key in part for part in parts):
        return None  # soon told: an id that is made up costs next to nothing
    doc = Doc()
    for part in parts:
        doc.apply_update(part)
    elements = doc.get(ROOT, type=Map)
    if element_id not in elements or not isinstance(found := elements[element_id], Map):
        return None
    values = found.to_py() or {}
    return BoardObject(
        _shown(values), _person(values.get(AUTHOR_FIELD)),
        _words_by(doc.get_update(), log.writers, element_id) if values.get(WORDS_FIELD) else None,
        values.get("gone") is True,
    )


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Pages write what they like into these fields: what is of no use to show the object is left out."""
    shown: dict[str, Any] = {
        name: float(value)
        for name in _NUMBERS
        if isinstance(value := values.get(name), (int, float)) and math.isfinite(value)
    }
    for name, limit in (("kind", 20), ("colour", 20), (WORDS_FIELD, WORDS_LIMIT)):
        if isinstance(value := values.get(name), str):
            shown[name] = value[:limit]
    if isinstance(points := values.get("points"), (bytes, bytearray)):
        shown["points"] = base64.b64encode(points[:POINTS_LIMIT_BYTES]).decode()
    return shown


def _person(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _words_by(whole: bytes, writers: dict[int, UUID], element_id: str) -> UUID | None:
    """Whose the present words are: of all that were ever set in the field, one is not deleted.

    Args:
        whole: the page as one update, with everything that is deleted in it.
    """
    update = yjs_update.read_stored(whole)
    deleted = Ranges()
    for deletion in update.deletions:
        deleted.add(*deletion)
    element: Id | None = None
    after: defaultdict[Id, list[Item]] = defaultdict(list)
    """What was set later, by the value that it names."""
    for item in update.items:
        if item.content == TYPE and item.parent_root == ROOT and item.key == element_id:
            element = Id(item.client, item.clock)
        if item.origin is not None:
            after[item.origin].append(item)
    waiting = [each for each in update.items if each.parent_id == element and each.key == WORDS_FIELD]
    while waiting:  # each names one value before it, so none comes twice
        item = waiting.pop()
        if item.content != DELETED and not deleted.has(Id(item.client, item.clock + item.length - 1)):
            return writers.get(item.client)
        for clock in range(item.clock, item.clock + item.length):
            waiting += after.get(Id(item.client, clock), ())
    return None
