"""How words stand on a board: wrapped to a width, as `client/src/board/writing.ts` wraps them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

LINE_HEIGHT = 1.3
NOTE_PADDING = 14
LINES_LIMIT = 200
_PIECES = re.compile(r"\S*\s|\S+")


def font_pixels(size: float) -> int:
    """Thin, medium and thick stand for small, middle and large letters."""
    return 18 if size <= 2 else 24 if size <= 4 else 36


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break words to lines no wider than `width`; a word that is too long is broken itself.

    Args:
        measure: how wide a line is, in the unit of `width`.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECES.findall(paragraph):
            if line and measure((line + piece).rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece
            while len(line) > 1 and len(lines) < LINES_LIMIT and measure(line.rstrip()) > width:
                fits = _longest_fit(line, width, measure)
                lines.append(line[:fits])
                line = line[fits:]
            if len(lines) >= LINES_LIMIT:
                break
        lines.append(line.rstrip())
        if len(lines) >= LINES_LIMIT:
            break
    return lines[:LINES_LIMIT]


def _longest_fit(line: str, width: float, measure: Callable[[str], float]) -> int:
    """How many letters of a line fit, at least one. In time for as many as fit, however many there are."""
    low, high, last = 1, 2, len(line) - 1
    while high < last and measure(line[:high]) <= width:
        low, high = high, 2 * high
    high = min(high, last)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(line[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
