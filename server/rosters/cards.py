"""Login cards to print, cut out and hand to the students of a class: eight on a sheet of A4.

A card holds what a student signs in with and nothing that tells a stranger who they are. The first name
is for the teacher who hands the cards out: it stands on a strip of its own, to be cut off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from server.printing import GREY, INK, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, Align, Paper

DRAWINGS = Path(__file__).resolve().parent / "drawings"
"""Those of client/src/drawings, which is not there at run time. A test holds them against each other."""

COLUMNS, ROWS = 2, 4
MARGIN_MM = 8.0
WIDTH_MM = (PAGE_WIDTH_MM - 2 * MARGIN_MM) / COLUMNS
HEIGHT_MM = (PAGE_HEIGHT_MM - 2 * MARGIN_MM) / ROWS
STRIP_MM = 8.0
"""At the foot of a card: the first name, to be cut off."""
EDGE_MM = 5.0
QR_MM = 30.0
ANIMAL_MM = 21.0
PICTURE_MM = 13.0


class Card(msgspec.Struct, frozen=True):
    """One student's card."""

    id: UUID
    alias: str
    avatar: str
    """A drawing's name in `animals.svg`."""
    given_name: str
    """May be empty; then there is no strip for the teacher."""
    pictures: tuple[str, str, str] | None
    """The three pictures in order, or None when the student knows theirs."""


class Words(NamedTuple):
    """What a card says in one language."""

    how: str
    code: str
    pictures: str
    strip: str


WORDS = {
    "en": Words(
        "Scan the square, or go to {host}", "Class code", "Tap your pictures in this order",
        "For the teacher, to cut off:",
    ),
    "fr": Words(
        "Scanne le carré, ou va sur {host}", "Code de la classe",  # codespell:ignore classe
        "Touche tes images dans cet ordre",
        "Pour l'enseignant, à découper :",
    ),
    "ar": Words(
        "امسح المربع، أو اذهب إلى {host}", "رمز الصف", "المس صورك بهذا الترتيب", "للمعلم، يُقص:",
    ),
    "sw": Words(
        "Skani mraba, au nenda {host}", "Msimbo wa darasa", "Gusa picha zako kwa mpangilio huu",
        "Kwa mwalimu, kata hapa:",
    ),
}


@lru_cache(maxsize=2)
def _symbols(file: str) -> dict[str, str]:
    """The shapes of a file's drawings, by name."""
    text = (DRAWINGS / file).read_text()
    return dict(re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', text, re.DOTALL))


def _draw(paper: Paper, file: str, name: str, x: float, y: float, size_mm: float) -> None:
    symbols = _symbols(file)
    is_round = "url(#disc)" in (body := symbols.get(name) or symbols.get("someone", ""))
    # The PDF library does not know what a drawing refers to: the disc is cut out here.
    body = body.replace(' clip-path="url(#disc)"', "")
    frame = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="{size_mm}mm" height="{size_mm}mm"'
    with paper.pdf.round_clip(x, y, size_mm) if is_round else nullcontext():
        paper.drawing(f"<svg {frame}>{body}</svg>", x, y)


class _Place(NamedTuple):
    """A card's place on the page. Distances across count from where its language begins."""

    paper: Paper
    x: float
    y: float

    def across(self, distance_mm: float, width_mm: float) -> float:
        """The left edge of something this wide, this far from the card's beginning."""
        if self.paper.is_mirrored:
            return self.x + WIDTH_MM - distance_mm - width_mm
        return self.x + distance_mm

    def write(
        self, text: str, across_mm: float, down_mm: float, width_mm: float, size_pt: float, *,
        bold: bool = False, grey: bool = False, align: Align = "start",
    ) -> None:
        self.paper.write(
            text, self.across(across_mm, width_mm), self.y + down_mm, width_mm, size_pt, bold=bold,
            align=align, colour=GREY if grey else INK,
        )

    def draw(self, file: str, name: str, across_mm: float, down_mm: float, size_mm: float) -> None:
        _draw(self.paper, file, name, self.across(across_mm, size_mm), self.y + down_mm, size_mm)


def cards_pdf(
    origin: str, school_name: str, class_name: str, code: str, cards: Sequence[Card], language: str
) -> bytes:
    """The cards of a class, with lines to cut along.

    Args:
        origin: where the pages are served from (`https://commonroom.example`).
        code: of the class, as it is typed; it is shown as it comes.
        language: `en`, `fr`, `ar` or `sw`; English for any other.
    """
    words = WORDS.get(language, WORDS["en"])
    host = urlsplit(origin).netloc or origin
    paper = Paper(
        f"{school_name}, {class_name}", language if language in WORDS else "en", margin_mm=MARGIN_MM,
        is_numbered=False,
    )
    paper.pdf.set_auto_page_break(False)
    for number, card in enumerate(cards):
        on_page = number % (COLUMNS * ROWS)
        if number and not on_page:
            paper.new_page()
        if not on_page:
            _cut_lines(paper)
        column, row = on_page % COLUMNS, on_page // COLUMNS
        if paper.is_mirrored:
            column = COLUMNS - 1 - column
        place = _Place(paper, MARGIN_MM + column * WIDTH_MM, MARGIN_MM + row * HEIGHT_MM)
        _card(place, card, words, host, f"{school_name} · {class_name}", code)
        paper.qr(
            f"{origin}/card#{code}/{card.id}", QR_MM,
            (place.across(WIDTH_MM - QR_MM - 2, QR_MM), place.y + HEIGHT_MM - STRIP_MM - QR_MM),
        )
    return paper.bytes()


def _cut_lines(paper: Paper) -> None:
    for column in range(COLUMNS + 1):
        x = MARGIN_MM + column * WIDTH_MM
        paper.line(x, MARGIN_MM, x, PAGE_HEIGHT_MM - MARGIN_MM, is_dashed=True)
    for row in range(ROWS + 1):
        y = MARGIN_MM + row * HEIGHT_MM
        paper.line(MARGIN_MM, y, PAGE_WIDTH_MM - MARGIN_MM, y, is_dashed=True)


def _card(place: _Place, card: Card, words: Words, host: str, where: str, code: str) -> None:
    beside = EDGE_MM + ANIMAL_MM + 3.5
    wide = WIDTH_MM - 2 * EDGE_MM
    narrow = WIDTH_MM - EDGE_MM - QR_MM - 3
    place.draw("animals.svg", card.avatar, EDGE_MM, EDGE_MM - 0.5, ANIMAL_MM)
    place.write(card.alias, beside, EDGE_MM + 2, WIDTH_MM - beside - EDGE_MM, 22, bold=True)
    place.write(where, beside, EDGE_MM + 12.5, WIDTH_MM - beside - EDGE_MM, 10, grey=True)
    place.write(words.how.format(host=host), EDGE_MM, 27, wide, 8.5, grey=True)
    place.write(words.code, EDGE_MM, 32.5, narrow, 8.5, grey=True)
    # Without pictures there is room for a larger code.
    place.write(code, EDGE_MM, 35.5, narrow, 17 if card.pictures else 24, bold=True)
    if card.pictures:
        place.write(words.pictures, EDGE_MM, 43, narrow, 8.5, grey=True)
        for number, name in enumerate(card.pictures):
            place.draw("pictures.svg", name, EDGE_MM + number * (PICTURE_MM + 3), 47, PICTURE_MM)
    if card.given_name:
        top = HEIGHT_MM - STRIP_MM
        place.paper.line(place.x, place.y + top, place.x + WIDTH_MM, place.y + top, is_dashed=True)
        place.write(words.strip, EDGE_MM, top + 2.2, 38, 8, grey=True)
        place.write(card.given_name, EDGE_MM + 40, top + 1.8, wide - 40, 10)
