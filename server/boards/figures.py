"""What stands on a board page: the kinds, their fields, and how stored ones are read. Pure.

The same rules as on the screen (`client/src/board/elements.ts` and `strokes.ts`). What is stored was written
by people's browsers: a field of the wrong type gets its default, what makes no sense is not there, and
nothing here raises.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

PAPER_LIMIT = 1_000_000
"""The endless paper ends here."""
Z_LIMIT = 2**40
WORDS_LIMIT = 2_000
ID_LIMIT = 64
SAMPLES_LIMIT = 10_000
"""More points than this are not read of one stroke."""
UNITS = 4
"""Steps of a stroke are quarters of a pixel."""
STEP_BYTES = 4

COLOURS = frozenset(
    {"ink", "red", "orange", "green", "blue", "purple", "yellow", "pink", "grey", "brown"}
)
NOTE_COLOURS = frozenset({"yellow", "blue", "green", "pink"})


class Kind(StrEnum):
    PEN = "pen"
    RECT = "rect"
    ELLIPSE = "ellipse"
    LINE = "line"
    ARROW = "arrow"
    TEXT = "text"
    NOTE = "note"


KINDS = frozenset(each.value for each in Kind)


class Box(NamedTuple):
    """A part of the board, in pixels of it at its own size."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def with_box(self, other: Box) -> Box:
        """The smallest that holds both."""
        return Box(
            min(self.left, other.left), min(self.top, other.top), max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A thing on a page that is to be seen, without who made it. Lengths are in pixels of the board."""

    id: str
    kind: Kind
    x: float
    """Where it stands now, moves included; `w` and `h` may be negative."""
    y: float
    w: float
    h: float
    dx: float
    """How far it was moved: the points of a stroke are from before."""
    dy: float
    colour: str
    size: float
    text: str
    z: float
    points: bytes


FIELDS = ("kind", "x", "y", "w", "h", "dx", "dy", "colour", "size", "text", "z", "gone", "points")
"""What is stored of a figure, besides who made it."""


def figure_of(figure_id: str, stored: Mapping[str, Any]) -> Figure | None:
    """A figure as it is stored; None: it was removed, or is nothing that can be shown."""
    kind, points = stored.get("kind"), stored.get("points")
    if len(figure_id) > ID_LIMIT or stored.get("gone") is True:
        return None
    if not isinstance(kind, str) or kind not in KINDS:
        return None
    is_stroke = kind == Kind.PEN
    if is_stroke and not isinstance(points, (bytes, bytearray)):
        return None
    place = {name: _number(stored.get(name), 0, PAPER_LIMIT) for name in ("x", "y", "w", "h", "dx", "dy")}
    colour, text = stored.get("colour"), stored.get("text")
    size = _number(stored.get("size"), 4, PAPER_LIMIT)
    return Figure(
        id=figure_id, kind=Kind(kind),
        x=place["x"] + place["dx"], y=place["y"] + place["dy"], w=place["w"], h=place["h"],
        dx=place["dx"], dy=place["dy"],
        colour=colour if isinstance(colour, str) and colour in COLOURS else "ink",
        size=min(64.0, max(1.0, size)),
        text=text[:WORDS_LIMIT] if isinstance(text, str) else "",
        z=_number(stored.get("z"), 0, Z_LIMIT),
        points=bytes(points) if is_stroke and isinstance(points, (bytes, bytearray)) else b"",
    )


def _number(value: object, fallback: float, limit: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return fallback
    if isinstance(value, float) and not math.isfinite(value):
        return fallback
    return float(min(limit, max(-limit, value)))


def in_order(figures: Iterable[Figure]) -> list[Figure]:
    """The lowest first, the same for everyone where two stand equally high."""
    return sorted(figures, key=lambda each: (each.z, each.id))


def box_of(figure: Figure) -> Box:
    """What a figure covers, with room for the width of its line."""
    x, y, w, h = figure.x, figure.y, figure.w, figure.h
    match figure.kind:
        case Kind.TEXT:
            room = 2.0
        case Kind.NOTE:
            room = 8.0
        case Kind.ARROW:
            room = figure.size * 3 + 10
        case _:
            room = figure.size * 1.5 + 2
    return Box(min(x, x + w) - room, min(y, y + h) - room, max(x, x + w) + room, max(y, y + h) + room)


class Stroke(NamedTuple):
    """Where a pen was: x, y, and how hard it was pressed (0 to 1)."""

    samples: list[tuple[float, float, float]]
    has_pressure: bool


def stroke_of(figure: Figure, limit: int = SAMPLES_LIMIT) -> Stroke:
    """The points of a stroke, moves included. Bytes that are no stroke give those up to where they stop
    making sense.

    Args:
        limit: so many points are read.
    """
    data = figure.points
    if not data or data[0] > 1:
        return Stroke([], has_pressure=False)
    has_pressure = data[0] == 1
    samples: list[tuple[float, float, float]] = []
    at, end, far = 1, len(data), PAPER_LIMIT * UNITS
    x = y = 0
    while at < end and len(samples) < limit:
        across, at = _step(data, at)
        down, at = _step(data, at)
        if at < 0 or (has_pressure and at >= end):
            break
        x, y = min(far, max(-far, x + across)), min(far, max(-far, y + down))
        force = 64
        if has_pressure:
            force, at = min(data[at], 127), at + 1
        samples.append((x / UNITS + figure.dx, y / UNITS + figure.dy, force / 127))
    return Stroke(samples, has_pressure)


def stroke_bytes(points: Iterable[tuple[float, float]]) -> bytes:
    """A stroke without pressure, as it is stored: the opposite of `stroke_of`."""
    data, before = bytearray([0]), (0, 0)
    for x, y in points:
        now = round(x * UNITS), round(y * UNITS)
        for step in (now[0] - before[0], now[1] - before[1]):
            zigzag = -step * 2 - 1 if step < 0 else step * 2
            while zigzag > 0x7F:
                data.append(zigzag & 0x7F | 0x80)
                zigzag >>= 7
            data.append(zigzag)
        before = now
    return bytes(data)


def _step(data: bytes, at: int) -> tuple[int, int]:
    """A number of a stroke, and where the next one begins; below 0: it is cut off, or too long."""
    if at < 0:
        return 0, at
    zigzag = 0
    for place, byte in enumerate(data[at : at + STEP_BYTES]):
        zigzag |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return (-((zigzag + 1) // 2) if zigzag & 1 else zigzag // 2), at + place + 1
    return 0, -1
