"""What the examiner says of a file."""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    """It may be stored."""

    ending: str
    """Of what it is now, without a dot."""
    width: int | None = None
    height: int | None = None
    """Of a picture, in pixels."""


class Refused(Exception):
    """It may not. `code` is one of `server.files.errors`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
