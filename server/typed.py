"""What people type into a line or a box, made ready to be kept. Both databases then hold the same."""

from __future__ import annotations

import unicodedata

from server.errors import Invalid

IN_A_BOX = frozenset("\n\r\t")


def line(typed: str) -> str:
    """A name: without the space around it; may be empty then.

    Raises:
        Invalid: it holds control characters, of which PostgreSQL cannot keep every one (400).
    """
    return _checked(typed, frozenset())


def text(typed: str) -> str:
    """A reason or a message, which may have several lines: without the space around it; may be empty then.

    Raises:
        Invalid: it holds other control characters (400).
    """
    return _checked(typed, IN_A_BOX)


def _checked(typed: str, fine: frozenset[str]) -> str:
    if any(unicodedata.category(each) == "Cc" and each not in fine for each in typed):
        raise Invalid("There are signs in it that nobody can read. Type it anew. Nothing was changed.")
    return typed.strip()
