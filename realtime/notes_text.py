"""The text of shared notes, for paper: `server.recap` has their bytes and may not read them itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

ROOT = "notes"
DEEPEST = 12
"""As `realtime.notes_guard` allows."""


class NotesReader:
    """`server.recap.export.NotesText`, with a document of its own for each call."""

    def lines(self, updates: Sequence[bytes]) -> list[str]:
        """A line for each paragraph and heading; those of lists are set in, with a dot or their number."""
        doc: Doc = Doc()
        notes = doc.get(ROOT, type=XmlFragment)
        for each in updates:
            doc.apply_update(each)
        return [line for line in _lines(notes, "", 0) if line.strip()]


def _lines(parent: XmlFragment | XmlElement, lead: str, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    number = 0
    for child in parent.children:
        if not isinstance(child, XmlElement):
            continue
        match child.tag:
            case "bullet_list" | "ordered_list":
                yield from _lines(child, lead, depth + 1)
            case "list_item":
                number += 1
                is_counted = isinstance(parent, XmlElement) and parent.tag == "ordered_list"
                first, *rest = list(_lines(child, "", depth + 1)) or [""]
                yield f"{lead}{f'{number}.' if is_counted else '·'} {first}"
                yield from (f"{lead}   {line}" for line in rest)
            case _:
                yield lead + _text(child)


def _text(block: XmlElement) -> str:
    return "".join(
        str(value) for child in block.children if isinstance(child, XmlText) for value, _ in child.diff()
    )
