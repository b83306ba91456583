"""Opens one file that somebody sent, in a process of its own: `python -m server.files.examiner`.

What reads pictures and documents has had faults, and will have some. A file that crashes, fills the memory
or never ends takes this process along and nothing else. It is told the directory, and the ending that the
file is called by; there it finds `upload`, and writes `content` and, of pictures and PDFs, `thumbnail`.
One line of JSON on standard output says what it is, or why not.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from server.files import rules
from server.files.rules import Kind
from server.files.verdict import Refused, Verdict

MEMORY_BYTES = 1536 * rules.MIB
CPU_S = 30
OPEN_FILES = 64

_MAGIC = (
    (b"\xff\xd8\xff", Kind.PICTURE), (b"\x89PNG\r\n\x1a\n", Kind.PICTURE), (b"GIF8", Kind.PICTURE),
    (b"%PDF-", Kind.PDF), (b"PK\x03\x04", Kind.DOCUMENT), (b"OggS", Kind.SOUND), (b"ID3", Kind.SOUND),
)


def sniffed(head: bytes) -> Kind | None:
    """The kind of a file by its first bytes; None where they do not say."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": Kind.PICTURE, b"WAVE": Kind.SOUND}.get(head[8:12])
    if head[4:8] == b"ftyp" or (head[:1] == b"\xff" and head[1:2] and head[1] & 0xE6 == 0xE2):
        return Kind.SOUND
    return None


def examine(place: Path, called: rules.FileType) -> Verdict:
    """Look at `upload` in this directory.

    Raises:
        Refused: it is not taken.
    """
    source, content, thumbnail = place / "upload", place / "content", place / "thumbnail"
    with source.open("rb") as opened:
        kind = sniffed(opened.read(16))
    if kind is None and called.kind is Kind.TEXT:
        kind = Kind.TEXT
    if kind is not called.kind:
        raise Refused("file_mismatch")
    if kind is Kind.PICTURE:
        from server.files import pictures

        verdict = pictures.rewrite(source, content, thumbnail)
    elif kind is Kind.PDF:
        from server.files import pdfs  # pdfium is loaded for PDFs only

        verdict = pdfs.rebuild(source, content, thumbnail)
    elif kind is Kind.DOCUMENT:
        from server.files import documents

        verdict = documents.check(source)
    elif kind is Kind.SOUND:
        from server.files import sounds

        verdict = sounds.check(source)
    else:
        from server.files import texts

        verdict = texts.check(source, called.ending, content)
    if not rules.fits(called, rules.TYPES[verdict.ending]):
        raise Refused("file_mismatch")
    return verdict


def _limit_itself() -> None:
    """This process may use so much and no more."""
    with contextlib.suppress(ImportError):  # Windows has no such limits; the time limit holds there too
        import resource

        for what, most in (
            (resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S),
            (resource.RLIMIT_NOFILE, OPEN_FILES), (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 4 * rules.UPLOAD_LIMIT_BYTES),
        ):
            resource.setrlimit(what, (most, most))


def main() -> int:
    """Examine, and say what came of it."""
    _limit_itself()
    place, ending = Path(sys.argv[1]), sys.argv[2]
    try:
        said = examine(place, rules.TYPES[ending])._asdict()
    except Refused as refused:
        said = {"refused": refused.code}
    except MemoryError:
        said = {"refused": "file_unreadable"}
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
