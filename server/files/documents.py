"""Office documents are zip files: no macros, no carried programs, nothing fetched from outside, no bombs.

They are stored as they came. Runs in the examiner only.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from server.files import rules
from server.files.verdict import Refused, Verdict

_LARGE_PART_BYTES = 8 * rules.MIB
"""Of a part that describes others; more of it is not looked at, and the file refused."""
_ODT_MEDIA_TYPE = rules.TYPES["odt"].media_type.encode()
_MAIN = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml", "xlsx": "xl/workbook.xml"}
_ACTING = re.compile(
    r"vbaproject|vbadata|macrosheets|activex|oleobject|(^|/)(basic|scripts)/"
    r"|^object \d+$|\.(bin|exe|dll|com|bat|cmd|scr|vbs|js|jse|wsf|hta|jar|lnk|msi|ps1|swf|html?|svg)$",
    re.IGNORECASE,
)
"""Parts with programs, or other files. Printer settings (`.bin`) are harmless, and let through below."""
_CARRIED = re.compile(r"/embeddings/", re.IGNORECASE)
"""The table behind a chart is a document of its own, and looked through as one."""
_DEPTH = 2
_END_BYTES = 22
"""Of the record that ends a zip file, when it has no comment."""
_HARMLESS = re.compile(r"printersettings\d*\.bin$|^docprops/|/media/[^/]+\.svg$", re.IGNORECASE)
_ACTIVE_TYPES = re.compile(rb"macroenabled|vbaproject|activex|application/x-ms|oleobject", re.IGNORECASE)
_OUTSIDE = re.compile(
    rb"<(?:\w+:)?Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)(?![^>]*/hyperlink[\"'])[^>]*>",
    re.IGNORECASE,
)
"""Templates and pictures fetched from elsewhere as the document opens. A link waits for a click."""
_DDE = re.compile(rb"\bDDE(AUTO)?\b|ddeLink", re.IGNORECASE)


def check(source: Path) -> Verdict:
    """Look through every part of the document.

    Raises:
        Refused: it is damaged, locked, too big when unpacked, or has something in it that acts.
    """
    with source.open("rb") as opened:
        if opened.read(4) != b"PK\x03\x04":
            raise Refused("file_mismatch")
        opened.seek(max(0, opened.seek(0, 2) - _END_BYTES))
        if opened.read(4) != b"PK\x05\x06":
            raise Refused("file_unreadable")  # something else follows
    try:
        with zipfile.ZipFile(source) as packed:
            return Verdict(_looked_through(packed, _Budget(rules.ZIP_UNPACKED_BYTES)))
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError,
            EOFError, UnicodeDecodeError) as error:
        raise Refused("file_unreadable") from error


class _Budget:
    """How much may still be unpacked, in bytes: of the document and of all that it carries."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise Refused("file_unreadable")


def _looked_through(packed: zipfile.ZipFile, budget: _Budget, depth: int = 1) -> str:
    parts = packed.infolist()
    names = [each.filename for each in parts]
    if len(parts) > rules.ZIP_ENTRIES or len(set(names)) < len(names):
        raise Refused("file_unreadable")
    if packed.comment or min((each.header_offset for each in parts), default=1):
        raise Refused("file_unreadable")  # something else stands before it
    if any(each.flag_bits & 1 for each in parts):
        raise Refused("file_locked")
    if any(each.startswith("/") or ".." in each.split("/") or "\\" in each for each in names):
        raise Refused("file_unsafe")
    if any(_ACTING.search(each) and not _HARMLESS.search(each) for each in names):
        raise Refused("file_unsafe")
    if sum(each.file_size for each in parts) > rules.ZIP_UNPACKED_BYTES:
        raise Refused("file_unreadable")
    for part in parts:  # what the headers say of sizes may be a lie
        with packed.open(part) as opened:
            while piece := opened.read(rules.MIB):
                budget.take(len(piece))
        if _CARRIED.search(part.filename) and not part.is_dir():
            if depth == _DEPTH or rules.type_called(part.filename) is None:
                raise Refused("file_unsafe")
            with packed.open(part) as opened, zipfile.ZipFile(opened) as carried:
                _looked_through(carried, budget, depth + 1)
    return _kind(packed, names)


def _kind(packed: zipfile.ZipFile, names: list[str]) -> str:
    if "mimetype" in names:
        if names[0] != "mimetype" or packed.read("mimetype").strip() != _ODT_MEDIA_TYPE:
            raise Refused("file_type")
        for part in _texts(packed, [each for each in names if each.endswith((".xml", ".rdf"))]):
            if re.search(rb"<(?:script:|\w*:?event-listener|presentation:event)|vnd\.sun\.star", part):
                raise Refused("file_unsafe")
        return "odt"
    kinds = [ending for ending, main in _MAIN.items() if main in names]
    if "[Content_Types].xml" not in names or len(kinds) != 1:
        raise Refused("file_type")
    for part in _texts(packed, ["[Content_Types].xml"]):
        if _ACTIVE_TYPES.search(part):
            raise Refused("file_unsafe")
    for part in _texts(packed, [each for each in names if each.endswith(".rels")]):
        if _OUTSIDE.search(part):
            raise Refused("file_unsafe")
    if kinds == ["docx"]:
        words = [each for each in names if each.startswith("word/") and each.endswith(".xml")]
        for part in _texts(packed, words):
            if re.search(rb"<w:(?:instrText|fldSimple)[^>]*(?:>|instr\s*=\s*[\"'])[^<]*\bDDE", part):
                raise Refused("file_unsafe")
    elif kinds == ["xlsx"] and any(each.startswith("xl/externalLinks/") for each in names):
        for part in _texts(packed, [each for each in names if each.startswith("xl/externalLinks/")]):
            if _DDE.search(part):
                raise Refused("file_unsafe")
    return kinds[0]


def _texts(packed: zipfile.ZipFile, names: list[str]) -> Iterator[bytes]:
    for name in names:
        part = packed.read(name) if packed.getinfo(name).file_size <= _LARGE_PART_BYTES else None
        if part is None:
            if name.endswith(".rels") or name.startswith("["):
                raise Refused("file_unreadable")
            continue
        # UTF-16 would hide a word from the search.
        yield part.replace(b"\0", b"") if part[:2] in (b"\xff\xfe", b"\xfe\xff") else part
