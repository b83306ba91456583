"""A picture on a printed page: lines, shapes and words in lengths of its own, cut off at its frame.

For board pages on paper (`server.boards.paper`); what it draws on is `server.printing.Paper`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from server.printing import OURS, POINT_MM, RULE, Colour, Paper, is_right_to_left

Point = tuple[float, float]

FARTHEST_PT = 14_000.0
"""Readers take no coordinates beyond this; what is so far off shows nowhere anyway."""
THINNEST_PT = 0.25
"""A finer line would be lost in some prints."""
NEAREST_PT = 0.3
ROUND = 0.5523
"""How far the handles of a curve stand that looks like a quarter of a circle."""
MEASURED_PT = 12
LINE_SHARE = 1.25
LONG_WORD = 40
_WORDS = re.compile(r"\s+|\S+")


class Frame(NamedTuple):
    """Where a picture stands on its page, in mm from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Picture:
    """Draws into a frame of the page that is being made. Use it within `shown`.

    Args:
        mm_a_unit: how long one unit of the picture is.
        left, top: what stands in the upper left corner of the frame, in units.
    """

    def __init__(
        self, paper: Paper, frame: Frame, mm_a_unit: float, left: float, top: float
    ) -> None:
        self._paper = paper
        self._frame = frame
        self._mm = mm_a_unit
        self._points = mm_a_unit / POINT_MM
        self._left, self._top = left, top
        self._x_pt = frame.x / POINT_MM
        self._y_pt = paper.pdf.h / POINT_MM - frame.y / POINT_MM
        self._widths: dict[str, float] = {}

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Within the block is drawn, and nothing of it shows outside of the frame. Then comes the frame."""
        pdf, frame = self._paper.pdf, self._frame
        pdf.set_auto_page_break(False)  # words near the foot belong to this page
        with pdf.local_context(), pdf.rect_clip(*frame):
            yield
        pdf.set_auto_page_break(True, self._paper.margin_mm + 5)
        with pdf.local_context(draw_color=RULE, line_width=0.2):
            pdf.rect(*frame)
        pdf.set_xy(self._paper.margin_mm, frame.y + frame.height)

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line through these points, with round ends."""
        if points:
            self._stroke(self._through(points if len(points) > 1 else [*points, *points]), width, colour)

    def rect(self, x: float, y: float, w: float, h: float, width: float, colour: Colour) -> None:
        corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
        self._stroke(f"{self._through(corners)} h", width, colour)

    def ellipse(self, x: float, y: float, w: float, h: float, width: float, colour: Colour) -> None:
        """The one that fits into a rectangle."""
        self._stroke(self._rounded(x, y, w, h, abs(w) / 2, abs(h) / 2), width, colour)

    def sheet(
        self, x: float, y: float, w: float, h: float, radius: float, colour: Colour, edge: Colour
    ) -> None:
        """A filled rectangle with round corners and a thin edge; `w` and `h` are not negative."""
        shape = self._rounded(x, y, w, h, min(radius, w / 2), min(radius, h / 2))
        self._paper.operators(
            f"q {_rgb(colour)} rg {_rgb(edge)} RG {self._width(1):.2f} w\n{shape} B\nQ"
        )

    def blot(self, corners: Sequence[Point], colour: Colour) -> None:
        """A filled shape. Its edge is a smooth curve through the middles between these corners."""
        if not corners:
            return
        places = _apart([self._place(x, y) for x, y in corners])
        now_x, now_y = places[0]
        parts = [f"q {_rgb(colour)} rg\n{now_x:.2f} {now_y:.2f} m"]
        for at, (x, y) in enumerate(places):
            next_x, next_y = places[(at + 1) % len(places)]
            to_x, to_y = (x + next_x) / 2, (y + next_y) / 2
            # A curve with one handle, written as PDF has it, with two.
            parts.append(
                f"{(now_x + 2 * x) / 3:.2f} {(now_y + 2 * y) / 3:.2f} {(to_x + 2 * x) / 3:.2f} "
                f"{(to_y + 2 * y) / 3:.2f} {to_x:.2f} {to_y:.2f} c"
            )
            now_x, now_y = to_x, to_y
        parts.append("f\nQ")
        self._paper.operators("\n".join(parts))

    @contextmanager
    def within(self, x: float, y: float, w: float, h: float) -> Iterator[None]:
        """What is drawn in the block shows only in this part of the picture."""
        across, down = self._mm_of(x, y)
        pdf = self._paper.pdf
        with pdf.local_context(), pdf.rect_clip(across, down, w * self._mm, h * self._mm):
            yield

    def words(self, lines: Sequence[str], x: float, y: float, width: float, size: float, line_height: float,
              colour: Colour) -> None:
        """Lines one under the other, from the side that their first letter begins at.

        Args:
            size: of the letters.
            line_height: from one line to the next, in sizes.
        """
        pdf, size_pt = self._paper.pdf, size * self._points
        is_backwards = is_right_to_left("".join(lines))
        pdf.set_font(OURS, "", size_pt)
        pdf.set_text_color(*colour)
        high = size_pt * POINT_MM * LINE_SHARE
        for at, line in enumerate(lines):
            across, middle = self._mm_of(
                x + width if is_backwards else x, y + (at + 0.5) * size * line_height
            )
            if not line.strip() or not self._is_seen(middle, high):
                continue
            shown = self._paper.fitted(line)
            pdf.set_text_shaping(direction="rtl" if is_backwards else "ltr")
            pdf.set_xy(across - 1 if is_backwards else across, middle - high / 2)
            pdf.cell(1, high, shown, align="R" if is_backwards else "L")

    def width_of(self, text: str, size: float) -> float:
        """How wide a line is. A word is measured once, and one beyond reason letter by letter: setting takes
        its time."""
        found = 0.0
        for word in _WORDS.findall(text):
            found += self._word_width(word) if len(word) <= LONG_WORD else sum(map(self._word_width, word))
        return found * size

    def _word_width(self, word: str) -> float:
        known = self._widths.get(word)
        if known is None:
            pdf = self._paper.pdf
            pdf.set_font(OURS, "", MEASURED_PT)
            shown = self._paper.fitted(word)
            pdf.set_text_shaping(direction="rtl" if is_right_to_left(shown) else "ltr")
            known = self._widths[word] = pdf.get_string_width(shown) / (MEASURED_PT * POINT_MM)
        return known

    def _is_seen(self, middle_mm: float, high_mm: float) -> bool:
        top, foot = self._frame.y, self._frame.y + self._frame.height
        return top - high_mm < middle_mm < foot + high_mm

    def _stroke(self, shape: str, width: float, colour: Colour) -> None:
        self._paper.operators(f"q {_rgb(colour)} RG {self._width(width):.2f} w 1 J 1 j\n{shape} S\nQ")

    def _width(self, width: float) -> float:
        return max(THINNEST_PT, width * self._points)

    def _through(self, points: Sequence[Point]) -> str:
        return "\n".join(
            f"{x:.2f} {y:.2f} {'l' if at else 'm'}"
            for at, (x, y) in enumerate(self._place(*each) for each in points)
        )

    def _rounded(self, x: float, y: float, w: float, h: float, across: float, down: float) -> str:
        """A closed rectangle whose corners are quarters of an ellipse."""
        left, right, top, foot = min(x, x + w), max(x, x + w), min(y, y + h), max(y, y + h)
        near_x, near_y = across * (1 - ROUND), down * (1 - ROUND)

        def at(px: float, py: float) -> str:
            to_x, to_y = self._place(px, py)
            return f"{to_x:.2f} {to_y:.2f}"

        return "\n".join([
            f"{at(left + across, top)} m {at(right - across, top)} l",
            f"{at(right - near_x, top)} {at(right, top + near_y)} {at(right, top + down)} c",
            f"{at(right, foot - down)} l",
            f"{at(right, foot - near_y)} {at(right - near_x, foot)} {at(right - across, foot)} c",
            f"{at(left + across, foot)} l",
            f"{at(left + near_x, foot)} {at(left, foot - near_y)} {at(left, foot - down)} c",
            f"{at(left, top + down)} l",
            f"{at(left, top + near_y)} {at(left + near_x, top)} {at(left + across, top)} c h",
        ])

    def _place(self, x: float, y: float) -> Point:
        """In points from the lower left corner of the page, as PDF counts."""
        across = self._x_pt + (x - self._left) * self._points
        up = self._y_pt - (y - self._top) * self._points
        return min(FARTHEST_PT, max(-FARTHEST_PT, across)), min(FARTHEST_PT, max(-FARTHEST_PT, up))

    def _mm_of(self, x: float, y: float) -> Point:
        return self._frame.x + (x - self._left) * self._mm, self._frame.y + (y - self._top) * self._mm


def _apart(places: Sequence[Point]) -> list[Point]:
    """Without those so near to the one before that no print shows it."""
    found = [places[0]]
    for x, y in places:
        last_x, last_y = found[-1]
        if abs(x - last_x) + abs(y - last_y) >= NEAREST_PT:
            found.append((x, y))
    return found if len(found) > 2 else list(places)


def _rgb(colour: Colour) -> str:
    return " ".join(f"{each / 255:.3f}" for each in colour)
