"""What files a space takes: the kinds, their limits, and how a file may be called. docs/files.md in words.

Pure, and light to import: the examiner (`server.files.examiner`) is a process of its own for each file.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import quote

MIB = 1024 * 1024
SPACE_LIMIT_BYTES = 500 * MIB
"""All files of a space together that are shown or wait."""
DAILY_LIMIT = 50
"""Files that one person may add in 24 hours."""
NAME_LIMIT = 120
PICTURE_SIDE = 2560
"""Pixels; a larger picture is made smaller."""
PICTURE_PIXELS = 50_000_000
"""A picture of more is not opened: a few kB could fill the memory."""
THUMBNAIL_SIDE = 320
PDF_PAGES = 200
ZIP_ENTRIES = 2000
ZIP_UNPACKED_BYTES = 200 * MIB


class Kind(StrEnum):
    PICTURE = "picture"
    PDF = "pdf"
    SOUND = "sound"
    TEXT = "text"
    DOCUMENT = "document"


LIMIT_BYTES = {
    Kind.PICTURE: 10 * MIB, Kind.PDF: 20 * MIB, Kind.SOUND: 20 * MIB, Kind.TEXT: MIB,
    Kind.DOCUMENT: 20 * MIB,
}
UPLOAD_LIMIT_BYTES = max(LIMIT_BYTES.values())
INLINE = frozenset({Kind.PICTURE, Kind.PDF, Kind.SOUND})
"""What a browser shows; everything else it only saves."""


class FileType(NamedTuple):
    """What a file may be. `ending` has no dot."""

    ending: str
    media_type: str
    kind: Kind


_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    each.ending: each
    for each in (
        FileType("jpg", "image/jpeg", Kind.PICTURE),
        FileType("png", "image/png", Kind.PICTURE),
        FileType("gif", "image/gif", Kind.PICTURE),
        FileType("webp", "image/webp", Kind.PICTURE),
        FileType("pdf", "application/pdf", Kind.PDF),
        FileType("mp3", "audio/mpeg", Kind.SOUND),
        FileType("m4a", "audio/mp4", Kind.SOUND),
        FileType("ogg", "audio/ogg", Kind.SOUND),
        FileType("wav", "audio/wav", Kind.SOUND),
        FileType("txt", "text/plain", Kind.TEXT),
        FileType("csv", "text/csv", Kind.TEXT),
        FileType("docx", f"{_OFFICE}.wordprocessingml.document", Kind.DOCUMENT),
        FileType("pptx", f"{_OFFICE}.presentationml.presentation", Kind.DOCUMENT),
        FileType("xlsx", f"{_OFFICE}.spreadsheetml.sheet", Kind.DOCUMENT),
        FileType("odt", "application/vnd.oasis.opendocument.text", Kind.DOCUMENT),
    )
}
_OTHER_NAMES = {"jpeg": "jpg", "jpe": "jpg", "oga": "ogg", "opus": "ogg"}
_BY_MEDIA_TYPE = {each.media_type: each for each in TYPES.values()}
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names that Windows keeps for itself."""


def type_called(name: str) -> FileType | None:
    """What a file of this name says that it is; None for what is not taken."""
    ending = name.rpartition(".")[2].strip().lower()
    return TYPES.get(_OTHER_NAMES.get(ending, ending))


def type_of(media_type: str) -> FileType:
    """The type that is stored as `media_type`."""
    return _BY_MEDIA_TYPE[media_type]


def fits(claimed: FileType, found: FileType) -> bool:
    """Whether a file that is called one thing may be another.

    Pictures are written anew, so one kind of picture may be called another; nobody sees text for what table
    it is.
    """
    return claimed.kind is found.kind if found.kind in (Kind.PICTURE, Kind.TEXT) else claimed == found


def clean_name(typed: str, ending: str) -> str:
    """A name as it is shown: one line, no path, nothing that cannot be seen, and the true ending.

    Args:
        typed: what the person's device said; anything at all.
        ending: of the content that is stored, without its dot.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", typed))[-1]
    stem = unicodedata.normalize("NFC", "".join(map(_shown, last)))
    stem = _without_endings(re.sub(r" +", " ", stem))
    stem = _without_endings(stem[: NAME_LIMIT - len("file ") - len(ending) - 1])
    if stem.casefold() in _DEVICES or not stem:
        stem = f"file {stem}".strip()
    return f"{stem}.{ending}"


def _shown(each: str) -> str:
    category = unicodedata.category(each)
    if category.startswith("Z") or each in "\t\r\n":
        return " "
    if category.startswith("C"):
        # Marks that turn the direction of writing could make "gpj.exe" of "exe.jpg".
        return ""
    return "-" if each in '<>:"|?*' else each


def _without_endings(stem: str) -> str:
    stem = stem.rstrip(" .")
    while "." in stem and type_called(stem):
        stem = stem.rpartition(".")[0].rstrip(" .")
    return stem.strip(" .")


def disposition(name: str, *, inline: bool) -> str:
    """The value of Content-Disposition, for browsers old and new (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", plain).strip() or "file"
    how = "inline" if inline else "attachment"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def byte_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """The first and one past the last byte that a Range header asks for.

    None: the whole, as also for what we do not do (several ranges, other units).

    Raises:
        ValueError: there is no such part.
    """
    found = re.fullmatch(r"bytes=(\d{0,19})-(\d{0,19})", header.strip())
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size_bytes - int(last)), size_bytes
    else:
        start, end = int(first), min(size_bytes, int(last) + 1 if last else size_bytes)
        if last and int(last) < int(first):
            return None
    if start >= end:
        raise ValueError("no such part")
    return start, end
