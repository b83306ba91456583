"""What people print: A4 pages in our own typeface, in any script that a school writes in.

Text is set in Atkinson Hyperlegible, as on the screen; letters that it lacks come from Noto Sans and
Noto Naskh Arabic (all under the OFL, in `fonts/`), then from the fonts that the operator names
(`COMMONROOM_PRINT_FONTS`), and a letter that no font has is printed as a visible mark. Right-to-left
text is set as such. See docs/decisions/pdf.md.

Making a document keeps a core busy for some tenths of a second: call it by `in_turn`.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar, cast

from server import clock
from server.errors import TooManyTries

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).resolve().parent / "fonts"
OURS = "AtkinsonHyperlegible"
SPARE = ("NotoSans", "NotoNaskhArabic")
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""Stands for a letter that no font has."""
NOTHING_SEEN = "\N{WORD JOINER}"

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210.0, 297.0
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
INK, GREY, RULE = (28, 32, 44), (96, 100, 112), (200, 202, 208)
POINT_MM = 25.4 / 72

PAGE_OF = {
    "en": "Page {page} of {pages}", "fr": "Page {page} sur {pages}", "ar": "صفحة {page} من {pages}",
    "sw": "Ukurasa {page} kati ya {pages}",
}

SMALLEST = 0.55
"""A line that does not fit is set smaller, down to this share of its size, and then cut."""

Align = Literal["start", "centre", "end"]
Colour = tuple[int, int, int]

P = ParamSpec("P")
R = TypeVar("R")

WAITING_LIMIT = 20
"""So many documents may wait to be drawn: some twenty seconds of work, and then honest refusal."""
_thread = ThreadPoolExecutor(1, thread_name_prefix="printing")
_waiting = 0

_more: list[Path] = []


async def in_turn(draw: Callable[P, R], *args: P.args, **options: P.kwargs) -> R:
    """Draw a document in a thread, one at a time: a class that prints does not slow everyone else down.

    Raises:
        TooManyTries: `WAITING_LIMIT` others are waiting (429).
    """
    global _waiting  # noqa: PLW0603 - one count for the process, as there is one thread
    if _waiting >= WAITING_LIMIT:
        raise TooManyTries("Many documents are being printed at this moment. Try again in a minute.")
    _waiting += 1
    try:
        context = copy_context()  # the clock of who asks
        return await asyncio.get_running_loop().run_in_executor(
            _thread, lambda: context.run(draw, *args, **options)
        )
    finally:
        _waiting -= 1


def use_fonts(paths: Sequence[str]) -> None:
    """Name fonts (TrueType or OpenType files) for letters that ours lack, Chinese for instance.

    Raises:
        ValueError: one of them is not there; the message names it.
    """
    fonts = [Path(path) for path in paths]
    for font in fonts:
        if not font.is_file():
            raise ValueError(f"The font {font} for printing is not there.")
    _more[:] = fonts


@lru_cache(maxsize=16)
def _letters(font: Path) -> frozenset[int]:
    """The code points that a font can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(font, fontNumber=0, lazy=True) as opened:
        return frozenset(opened.getBestCmap() or {})


@lru_cache(maxsize=1)
def _engine() -> type[FPDF]:
    """The library, loaded with the first document: it would slow every start of the server."""
    from fpdf import FPDF

    class Engine(FPDF):
        def _render_styled_text_line(self, *args: Any, **options: Any) -> bool:
            # A line that begins with a letter of a spare font would set the size inside of what is undone
            # after the line, and the text after it would come out in a size of before.
            if not self.current_font_is_set_on_page and self.current_font is not None:
                self._out(self._set_font_for_page(self.current_font, self.font_size_pt))
            return super()._render_styled_text_line(*args, **options)

    return Engine


def is_right_to_left(text: str, language: str = "en") -> bool:
    """Which way a text runs: as its first letter does; the language decides when it has none."""
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "R" | "AL":
                return True
            case "L":
                return False
    return language in RIGHT_TO_LEFT


class Paper:
    """A document that grows downwards from the top of its first page.

    Args:
        title: names the document in a reader's window and list.
        language: of the document as a whole (`en`, `fr`, `ar`, `sw`): which side text begins at.
        made_at: the moment that the file carries; with the same one, the same calls make the same bytes.
        margin_mm: white space on every side.
        is_numbered: whether each page says its number at the foot.
    """

    def __init__(
        self, title: str, language: str = "en", *, made_at: datetime | None = None, margin_mm: float = 20,
        is_numbered: bool = True,
    ) -> None:
        self.language = language
        self.margin_mm = margin_mm
        self.pdf = _engine()(format="A4")
        self._families: dict[str, Path] = {}
        self._load(OURS)
        self.pdf.set_text_shaping()
        self.pdf.set_margin(margin_mm)
        self.pdf.c_margin = 0  # a text begins exactly where it is put
        self.pdf.set_auto_page_break(True, margin_mm + 5)
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        self.pdf.set_creator("Commonroom")
        self.pdf.set_creation_date(made_at or clock.now())
        self._fits: dict[tuple[str, float, float, bool], tuple[str, float]] = {}
        """Lines that were written before, with the size they were set in."""
        self.foot = ""
        """Stands at the foot of each page, beside its number."""
        self._is_numbered = is_numbered
        self.pdf.add_page()

    @property
    def width_mm(self) -> float:
        """Between the margins."""
        return (PAGE_HEIGHT_MM if self.is_wide else PAGE_WIDTH_MM) - 2 * self.margin_mm

    @property
    def is_wide(self) -> bool:
        """This page lies on its long side."""
        return self.pdf.w > self.pdf.h

    @property
    def is_mirrored(self) -> bool:
        """The document as a whole runs from right to left."""
        return self.language in RIGHT_TO_LEFT

    def title(self, text: str) -> None:
        self._block(text, 22, bold=True, after_mm=4)

    def heading(self, text: str) -> None:
        """A heading. It is not left alone at the foot of a page."""
        self.keep_together(22)
        self.space(3)
        self._block(text, 14, bold=True, after_mm=1.5)

    def paragraph(
        self, text: str, *, size_pt: float = 11, bold: bool = False, colour: Colour = INK, after_mm: float = 2
    ) -> None:
        self._block(text, size_pt, bold=bold, colour=colour, after_mm=after_mm)

    def space(self, height_mm: float = 5) -> None:
        self.pdf.ln(height_mm)

    def rule(self) -> None:
        """A thin line across the page."""
        self.pdf.set_draw_color(*RULE)
        self.pdf.set_line_width(0.2)
        self.pdf.line(self.margin_mm, self.pdf.y, PAGE_WIDTH_MM - self.margin_mm, self.pdf.y)
        self.space(2)

    def table(
        self, rows: Sequence[Sequence[str]], widths: Sequence[float], *, is_headed: bool = True,
        size_pt: float = 10,
    ) -> None:
        """Rows of cells; the first is the heading, and stands again on each page that the table reaches.

        Args:
            widths: of the columns, as shares of the page's width.
            is_headed: False: the first row is like the others.
        """
        from fpdf.enums import TableBordersLayout
        from fpdf.fonts import FontFace

        # The engine finds each cell's own direction; the columns follow the document's.
        turn = -1 if self.is_mirrored else 1
        cells = [[self.fitted(cell) for cell in row][::turn] for row in rows]
        self._style(size_pt, INK)
        self.pdf.set_draw_color(*RULE)
        self.pdf.set_line_width(0.2)
        self.pdf.set_text_shaping()
        if not cells:
            return
        with self.pdf.table(
            cells, width=self.width_mm, col_widths=tuple(widths)[::turn], padding=1.4,
            line_height=size_pt * POINT_MM * 1.4, text_align="RIGHT" if self.is_mirrored else "LEFT",
            first_row_as_headings=is_headed, borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", fill_color=(240, 241, 244)),
        ):
            pass
        self.space(2)

    def qr(self, text: str, size_mm: float, at: tuple[float, float] | None = None) -> None:
        """A QR code, drawn as rectangles so that it is sharp in any print.

        Args:
            size_mm: of its side, with the white border that a reader needs.
            at: its upper left corner from the page's, in mm; None: here, and the text goes on below.
        """
        import segno

        if at is None:
            self.keep_together(size_mm)
        x, y = at or (self.margin_mm, self.pdf.y)
        code = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
        dot = size_mm / len(code)
        self.pdf.set_fill_color(0)
        for down, row in enumerate(code):
            across = 0
            while across < len(row):
                run = across
                while run < len(row) and row[run]:
                    run += 1
                if run > across:
                    self.pdf.rect(x + across * dot, y + down * dot, (run - across) * dot, dot, style="F")
                across = run + 1
        if at is None:
            self.pdf.y = y + size_mm

    def line(self, x1: float, y1: float, x2: float, y2: float, *, is_dashed: bool = False) -> None:
        """A thin line between two places of the page, in mm from its upper left corner."""
        self.pdf.set_draw_color(*RULE)
        self.pdf.set_line_width(0.2)
        self.pdf.set_dash_pattern(*((1.5, 1.5) if is_dashed else (0, 0)))
        self.pdf.line(x1, y1, x2, y2)
        self.pdf.set_dash_pattern()

    def write(
        self, text: str, x: float, y: float, width_mm: float, size_pt: float, *, bold: bool = False,
        align: Align = "start", colour: Colour = INK,
    ) -> None:
        """One line in a place of the page; a text too long for it is set smaller, and at last cut."""
        self._style(size_pt, colour, bold=bold)
        line = text, size_pt, width_mm, bold
        if line not in self._fits:  # cards repeat most of theirs
            self._fits[line] = self._fit(text, size_pt, width_mm)
        shown, size_pt_fit = self._fits[line]
        self.pdf.set_font_size(size_pt_fit)
        self.pdf.set_text_shaping(direction="rtl" if is_right_to_left(shown, self.language) else "ltr")
        start, end = ("R", "L") if self.is_mirrored else ("L", "R")
        side = {"start": start, "centre": "C", "end": end}[align]
        self.pdf.set_xy(x, y)
        self.pdf.cell(width_mm, size_pt * POINT_MM * 1.25, shown, align=side)

    def _fit(self, text: str, size_pt: float, width_mm: float) -> tuple[str, float]:
        """A line in the current font as it fits: the text, perhaps cut, and its size."""
        shown = self.fitted(" ".join(text.split()))
        self.pdf.set_text_shaping(direction="rtl" if is_right_to_left(shown, self.language) else "ltr")
        wide = self.pdf.get_string_width(shown)
        size = size_pt
        while wide > width_mm and size > size_pt * SMALLEST:  # the width grows with the size
            size, wide = size * 0.95, wide * 0.95
        if wide <= width_mm:
            return shown, size
        self.pdf.set_font_size(size)
        # Halving: measuring a text takes as long as it is.
        fits, too_long = 0, len(shown)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            if self.pdf.get_string_width(shown[:middle].rstrip() + "…") <= width_mm:
                fits = middle
            else:
                too_long = middle
        return shown[:fits].rstrip() + "…", size

    def drawing(self, svg: str, x: float, y: float) -> None:
        """A drawing with a width and a height of its own, its upper left corner at this place of the page."""
        from fpdf.svg import SVGObject

        SVGObject(svg).draw_to_page(self.pdf, x, y)

    def operators(self, text: str) -> None:
        """Put operators of PDF on the page as they are. A board page has thousands of curves, and the
        library's own paths take ten times as long."""
        self.pdf._out(text)

    def new_page(self, *, is_wide: bool = False) -> None:
        self.pdf.add_page("landscape" if is_wide else "portrait")

    def bytes(self) -> bytes:
        """The finished document. Nothing can be added afterwards."""
        if self._is_numbered:
            self._number_pages()
        for font in self.pdf.fonts.values():
            for glyph in [each for each, _ in cast("Any", font).subset.items()]:
                # A dot that the shaping sets apart from its letter: without a meaning of its own,
                # readers would copy it out as a control character.
                if glyph is not None and glyph.unicode == ():
                    glyph.unicode = (ord(NOTHING_SEEN),)
        return bytes(self.pdf.output())

    def fitted(self, text: str) -> str:
        """The text with the fonts it needs made ready, and a mark for each letter that none has."""
        shown: list[str] = []
        for letter in unicodedata.normalize("NFC", text):
            if letter == "\n":
                shown.append(letter)
            elif unicodedata.category(letter) in {"Cc", "Zs", "Zl", "Zp"}:
                shown.append(" ")
            elif self._reach(ord(letter)):
                shown.append(letter)
            elif unicodedata.category(letter) not in {"Cf", "Mn"}:
                # What no font has and nobody would see (a joiner, an accent, a direction mark) goes.
                self._load(SPARE[0])
                shown.append(UNKNOWN)
        return "".join(shown)

    def _reach(self, letter: int) -> bool:
        if any(letter in _letters(font) for font in self._families.values()):
            return True
        for family in SPARE:
            if letter in _letters(FONTS / f"{family}-Regular.ttf"):
                self._load(family)
                return True
        for font in _more:
            if letter in _letters(font):
                self._load(font.stem, font)
                return True
        return False

    def _load(self, family: str, font: Path | None = None) -> None:
        """Make a family usable; those after the first stand in for letters that the first lacks."""
        if family in self._families:
            return
        regular = font or FONTS / f"{family}-Regular.ttf"
        bold = font or FONTS / f"{family}-Bold.ttf"
        self.pdf.add_font(family, "", regular)
        self.pdf.add_font(family, "B", bold)
        self._families[family] = regular
        self.pdf.set_fallback_fonts(list(self._families)[1:])

    def _style(self, size_pt: float, colour: Colour, *, bold: bool = False) -> None:
        self.pdf.set_font(OURS, "B" if bold else "", size_pt)
        self.pdf.set_text_color(*colour)

    def _block(
        self, text: str, size_pt: float, *, bold: bool = False, colour: Colour = INK, after_mm: float = 0
    ) -> None:
        shown = self.fitted(text)
        backwards = is_right_to_left(shown, self.language)
        self._style(size_pt, colour, bold=bold)
        self.pdf.set_text_shaping(direction="rtl" if backwards else "ltr")
        # A short text in another script stands where the document's own lines begin; a long one at its side.
        is_short = "\n" not in shown and self.pdf.get_string_width(shown) < self.width_mm
        from_right = self.is_mirrored if is_short else backwards
        self.pdf.set_x(self.margin_mm)
        self.pdf.multi_cell(
            self.width_mm, size_pt * POINT_MM * 1.4, shown, align="R" if from_right else "L",
            new_x="LMARGIN", new_y="NEXT", padding=0,
        )
        self.space(after_mm)

    def keep_together(self, height_mm: float) -> None:
        """Go on to the next page unless there is so much room on this one."""
        if self.pdf.will_page_break(height_mm):
            self.pdf.add_page()

    def _number_pages(self) -> None:
        """Done last, when it is known how many there are."""
        self.pdf.set_auto_page_break(False)
        words = PAGE_OF.get(self.language, PAGE_OF["en"])
        for page in range(1, self.pdf.pages_count + 1):
            self.pdf.page = page
            width, height = (each * POINT_MM for each in self.pdf.pages[page].dimensions())
            self.pdf.w, self.pdf.h = width, height
            self.pdf.current_font_is_set_on_page = False  # whatever this page was left with
            foot, number = self.margin_mm, width - self.margin_mm - 40
            if self.is_mirrored:
                foot, number = foot + 45, foot
            y = height - self.margin_mm + 2
            self.write(self.foot, foot, y, self.width_mm - 45, 8, colour=GREY)
            shown = words.format(page=page, pages=self.pdf.pages_count)
            self.write(shown, number, y, 40, 8, align="end", colour=GREY)
