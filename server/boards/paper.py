"""Board pages on paper: the same shapes in the same colours as on a screen with a light background.

A page is drawn as large as it is, or smaller so that all of it fits, by the rules of
`client/src/board/shapes.ts`. Who drew what is not on it. Paper has an end: what is beyond the bounds below is
counted, and said under the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from server.boards import pen
from server.boards.figures import (
    NOTE_COLOURS,
    SAMPLES_LIMIT,
    Box,
    Figure,
    Kind,
    box_of,
    stroke_of,
)
from server.boards.writing import LINE_HEIGHT, NOTE_PADDING, font_pixels, wrap
from server.drawing import Frame, Picture
from server.printing import Colour, Paper

PIXEL_MM = 25.4 / 96
"""Nothing is drawn larger than this, as on the screen."""
SMALLEST = 0.05
"""And nothing smaller than this share of it."""
AIR_MM = 4.0
LEAST_HEIGHT_MM = 30.0
UPRIGHT_MM = (170.0, 215.0)
"""The room for a page of the board on a page of the paper, below its name: width and height."""
WIDE_MM = (257.0, 125.0)
"""And on one that lies on its long side."""
READABLE = 0.45
"""What would be smaller than this gets a page that lies, where that makes it larger by `WORTH_TURNING`."""
WORTH_TURNING = 1.2

FIGURES_DRAWN = 8_000
"""On all pages of a paper together, as all of these."""
LETTERS_DRAWN = 20_000
LETTERS_AT_LEAST = 10
"""Setting one letter takes as long as setting so many."""
CORNERS_DRAWN = 120_000
"""Of the outlines of strokes. What comes after them has a line of one width."""
SAMPLES_OUTLINED = 2_000
"""Our own pages cut strokes that are longer (`CUT_POINTS` of the client)."""
SAMPLES_DRAWN = 250_000
"""Points of strokes."""
FINE_MM = 0.2
"""How hard a pen was pressed nobody sees where it is finer than this: its line has one width."""
NEAR_MM = 0.12
"""Of a line of one width, points nearer than this to the one before are passed over."""

INK: MappingProxyType[str, Colour] = MappingProxyType({
    "ink": (0x1D, 0x23, 0x30), "grey": (0x6B, 0x72, 0x80), "red": (0xC8, 0x28, 0x1F),
    "orange": (0xC6, 0x5D, 0x00), "yellow": (0xA6, 0x7C, 0x00), "green": (0x1B, 0x7A, 0x43),
    "blue": (0x17, 0x63, 0xC6), "purple": (0x7A, 0x3F, 0xB8), "pink": (0xBF, 0x35, 0x79),
    "brown": (0x7A, 0x4A, 0x21),
})
"""`--board-*` of `client/src/styles/tokens.css`."""
NOTE: MappingProxyType[str, Colour] = MappingProxyType({
    "yellow": (0xFF, 0xF0, 0xB3), "blue": (0xD9, 0xEB, 0xFF), "green": (0xD8, 0xF3, 0xDD),
    "pink": (0xFF, 0xE0, 0xEC),
})
NOTE_INK = INK["ink"]
NOTE_EDGE: Colour = (0x85, 0x80, 0x6F)
"""`--line-strong`."""
NOTE_RADIUS = 6


class Arranged(NamedTuple):
    """What of a page goes onto paper, and how."""

    figures: list[Figure]
    box: Box
    """What of the board is shown; it holds every one of them."""
    zoom: float
    far: int
    """How many stand too far from the others."""


def arranged(
    figures: Sequence[Figure], size_mm: tuple[float, float] = UPRIGHT_MM
) -> Arranged | None:
    """All that fits onto a part of a paper, scaled so that it does. What would make everything else too small
    to see is left out, the farthest first.

    Args:
        figures: of one page, in their order.
        size_mm: width and height of the part, with some air around what is drawn.

    Returns:
        None: nothing is to be seen, or there is not one that fits.
    """
    wide, high = ((each - 2 * AIR_MM) / PIXEL_MM for each in size_mm)
    boxes = [box_of(each) for each in figures]
    if not boxes:
        return None
    centre_x = median((each.left + each.right) / 2 for each in boxes)
    centre_y = median((each.top + each.bottom) / 2 for each in boxes)

    def distance(at: int) -> float:
        box = boxes[at]
        return max(
            (box.right - centre_x) / wide, (centre_x - box.left) / wide, (box.bottom - centre_y) / high,
            (centre_y - box.top) / high,
        )

    kept: set[int] = set()
    whole: Box | None = None
    for at in sorted(range(len(boxes)), key=distance):
        more = boxes[at] if whole is None else whole.with_box(boxes[at])
        if more.width * SMALLEST <= wide and more.height * SMALLEST <= high:
            whole = more
            kept.add(at)
    if whole is None:
        return None
    zoom = min(1.0, wide / whole.width, high / whole.height)
    shown = [each for at, each in enumerate(figures) if at in kept]
    return Arranged(shown, whole, zoom, len(figures) - len(shown))


class Ink:
    """How much may still be drawn on a paper."""

    def __init__(self) -> None:
        self.figures = FIGURES_DRAWN
        self.letters = LETTERS_DRAWN
        self.corners = CORNERS_DRAWN
        self.samples = SAMPLES_DRAWN

    def takes(self, figure: Figure) -> bool:
        """Whether there is enough for this one; it is then taken off."""
        has_words = figure.text and figure.kind in {Kind.TEXT, Kind.NOTE}
        letters = max(LETTERS_AT_LEAST, len(figure.text)) if has_words else 0
        samples = min(SAMPLES_LIMIT, len(figure.points) // 2)
        if self.figures < 1 or letters > self.letters or samples > self.samples:
            return False
        self.figures -= 1
        self.letters -= letters
        self.samples -= samples
        return True


class Page(NamedTuple):
    """What of a page is drawn."""

    arranged: Arranged | None
    figures: list[Figure]
    height_mm: float
    left_out: int
    is_wide: bool
    """It wants a page that lies on its long side."""


def planned(figures: Sequence[Figure], ink: Ink) -> Page:
    """What of a page will be drawn, and how much room it takes; the ink for it is taken.

    Args:
        figures: of one page, in their order.
    """
    found, is_wide = arranged(figures), False
    if found is None or found.zoom < READABLE:
        lying = arranged(figures, WIDE_MM)
        if lying is not None and (found is None or lying.zoom >= found.zoom * WORTH_TURNING):
            found, is_wide = lying, True
    if found is None:
        return Page(None, [], 0.0, len(figures), is_wide)
    drawn = [each for each in found.figures if ink.takes(each)]
    height = max(LEAST_HEIGHT_MM, found.box.height * found.zoom * PIXEL_MM + 2 * AIR_MM)
    return Page(found, drawn, height, len(figures) - len(drawn), is_wide)


def draw(paper: Paper, page: Page, ink: Ink) -> None:
    """Draw a page where the paper has got to, across its whole width, within a thin frame. The paper lies or
    stands as it wants, and has room for `page.height_mm`."""
    if page.arranged is None:
        return
    box, mm = page.arranged.box, page.arranged.zoom * PIXEL_MM
    frame = Frame(paper.margin_mm, paper.pdf.y, paper.width_mm, page.height_mm)
    left = (box.left + box.right) / 2 - frame.width / mm / 2
    top = (box.top + box.bottom) / 2 - frame.height / mm / 2
    picture = Picture(paper, frame, mm, left, top)
    with picture.shown():
        for each in page.figures:
            _draw(picture, each, mm, ink)


def _draw(picture: Picture, figure: Figure, mm: float, ink: Ink) -> None:
    x, y, w, h = figure.x, figure.y, figure.w, figure.h
    colour = INK[figure.colour]
    match figure.kind:
        case Kind.PEN:
            _draw_stroke(picture, figure, mm, ink)
        case Kind.RECT:
            picture.rect(x, y, w, h, figure.size, colour)
        case Kind.ELLIPSE:
            picture.ellipse(x, y, w, h, figure.size, colour)
        case Kind.LINE:
            picture.line([(x, y), (x + w, y + h)], figure.size, colour)
        case Kind.ARROW:
            picture.line([(x, y), (x + w, y + h)], figure.size, colour)
            picture.line(arrow_head(figure), figure.size, colour)
        case Kind.TEXT:
            _write(picture, figure, x, y, w, colour)
        case Kind.NOTE:
            left, top, wide, high = min(x, x + w), min(y, y + h), abs(w), abs(h)
            fill = NOTE[figure.colour if figure.colour in NOTE_COLOURS else "yellow"]
            picture.sheet(left, top, wide, high, NOTE_RADIUS, fill, NOTE_EDGE)
            with picture.within(left, top, wide, high):
                inside = wide - 2 * NOTE_PADDING
                _write(picture, figure, left + NOTE_PADDING, top + NOTE_PADDING, inside, NOTE_INK)


def _draw_stroke(picture: Picture, figure: Figure, mm: float, ink: Ink) -> None:
    samples, has_pressure = stroke_of(figure)
    colour = INK[figure.colour]
    if figure.size * mm >= FINE_MM and len(samples) <= SAMPLES_OUTLINED and ink.corners > 0:
        corners = pen.outline(samples, figure.size, has_pressure=has_pressure)
        ink.corners -= len(corners)
        picture.blot(corners, colour)
        return
    near, points = (NEAR_MM / mm) ** 2, [(x, y) for x, y, _ in samples[:1]]
    for x, y, _ in samples:
        if (x - points[-1][0]) ** 2 + (y - points[-1][1]) ** 2 >= near:
            points.append((x, y))
    picture.line(points, figure.size, colour)


def arrow_head(figure: Figure) -> list[tuple[float, float]]:
    """The head of an arrow as a line: from one side over the tip to the other."""
    tip_x, tip_y = figure.x + figure.w, figure.y + figure.h
    angle = math.atan2(figure.h, figure.w)
    length = min(figure.size * 2.5 + 8, math.hypot(figure.w, figure.h))
    sides = [
        (tip_x - length * math.cos(angle + turn), tip_y - length * math.sin(angle + turn))
        for turn in (-0.5, 0.5)
    ]
    return [sides[0], (tip_x, tip_y), sides[1]]


def _write(
    picture: Picture, figure: Figure, x: float, y: float, width: float, colour: Colour
) -> None:
    size = font_pixels(figure.size)
    lines = wrap(figure.text, width, lambda line: picture.width_of(line, size))
    picture.words(lines, x, y, width, size, LINE_HEIGHT, colour)
