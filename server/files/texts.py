"""Plain text and tables: readable as UTF-8, and no page or program that calls itself text."""

from __future__ import annotations

import re
from pathlib import Path

from server.files.verdict import Refused, Verdict

_MARKUP = re.compile(
    r"\s*(<!--.*?-->\s*)*<(!doctype|html|head|body|script|svg|iframe|object|embed|meta|\?xml|\?php)\b|\s*#!|MZ",
    re.IGNORECASE | re.DOTALL,
)


def check(source: Path, ending: str, content: Path) -> Verdict:
    """Write it as UTF-8 without a byte order mark.

    Args:
        ending: "txt" or "csv", as it is called.

    Raises:
        Refused: it is no plain text.
    """
    stored = source.read_bytes()
    encoding = "utf-16" if stored[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = stored.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("file_unreadable") from error
    if any(each < " " and each not in "\t\n\r\f" for each in text) or _MARKUP.match(text):
        raise Refused("file_mismatch")
    content.write_bytes(text.encode())
    return Verdict(ending)
