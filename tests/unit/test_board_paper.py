"""Board pages on paper: the same shapes as on a screen, and nothing that a page may hold breaks them."""

from __future__ import annotations

import io
import json
import math
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map

from realtime.page_state import read_page
from server import printing
from server.boards import figures, paper, pen, writing
from server.boards.figures import COLOURS, KINDS, NOTE_COLOURS, Figure, Kind, figure_of, stroke_of
from server.boards.paper import Ink, arranged, planned
from server.printing import Paper

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "client" / "src"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def packed(samples: list[tuple[float, float, float]], *, has_pressure: bool) -> bytes:
    """As `client/src/board/strokes.ts` writes a stroke."""
    found, before = [int(has_pressure)], [0, 0]
    for x, y, force in samples:
        now = [round(x * 4), round(y * 4)]
        for step in (now[0] - before[0], now[1] - before[1]):
            zigzag = -step * 2 - 1 if step < 0 else step * 2
            while zigzag > 127:
                found.append(zigzag & 127 | 128)
                zigzag >>= 7
            found.append(zigzag)
        if has_pressure:
            found.append(round(force * 127))
        before = now
    return bytes(found)


def figure(kind: str, figure_id: str = "a", **fields: Any) -> Figure:
    found = figure_of(figure_id, {"kind": kind, **fields})
    assert found is not None
    return found


def printed(*shown: Figure) -> bytes:
    """A sheet with these on a page of the board."""
    sheet = Paper("A page", made_at=NOON, is_numbered=False)
    ink = Ink()
    paper.draw(sheet, planned(shown, ink), ink)
    return sheet.bytes()


def words_of(body: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(body)).pages
    found = " ".join(page.extract_text() for page in pages)
    return " ".join(found.replace(printing.NOTHING_SEEN, "").split())


# --- the shapes of a screen


def test_the_outline_of_a_stroke_is_the_one_of_the_screen() -> None:
    """`pen_outlines.json` was made by perfect-freehand 1.2.3, with the options of the client."""
    for each in json.loads((HERE / "pen_outlines.json").read_text()):
        samples = [(x, y, force) for x, y, force in each["samples"]]
        found = pen.outline(samples, each["size"], has_pressure=each["has_pressure"])
        assert len(found) == each["corners"]
        for at, x, y in each["some"]:
            assert found[at] == pytest.approx((x, y), abs=0.01)


def test_kinds_and_colours_are_those_of_the_client() -> None:
    source = (CLIENT / "board" / "elements.ts").read_text()

    def listed(name: str) -> set[str]:
        match = re.search(rf"const {name} = \[(.*?)\]", source, re.DOTALL)
        assert match
        return set(re.findall(r'"(\w+)"', match[1]))

    assert (listed("KINDS"), listed("COLOURS"), listed("NOTE_COLOURS")) == (KINDS, COLOURS, NOTE_COLOURS)
    light = (CLIENT / "styles" / "tokens.css").read_text().split("@media")[0]

    def tokens(prefix: str, names: set[str]) -> dict[str, tuple[int, ...]]:
        found = {name: re.search(rf"{prefix}{name}: #(\w{{6}});", light) for name in names}
        return {name: tuple(bytes.fromhex(match[1])) for name, match in found.items() if match}

    assert tokens("--board-", set(COLOURS)) == dict(paper.INK)
    assert tokens("--board-note-", set(NOTE_COLOURS)) == dict(paper.NOTE)
    assert tokens("--", {"line-strong"})["line-strong"] == paper.NOTE_EDGE


def letters_wide(line: str) -> float:
    return float(len(line))


def test_words_are_wrapped_as_on_the_screen() -> None:
    assert writing.wrap("the river is long", 9, letters_wide) == ["the river", "is long"]
    assert writing.wrap("abcdefgh ij", 3, letters_wide) == ["abc", "def", "gh", "ij"]
    assert writing.wrap("a\n\n  b", 9, letters_wide) == ["a", "", "  b"]
    assert writing.wrap("", 9, letters_wide) == [""]


@given(st.text(max_size=400), st.floats(-5, 60))
def test_wrapped_words_are_all_there_and_no_line_is_too_wide(text: str, width: float) -> None:
    lines = writing.wrap(text, width, letters_wide)
    assert len(lines) <= writing.LINES_LIMIT
    assert all(len(line) <= max(1, width) for line in lines) or len(lines) == writing.LINES_LIMIT
    whole, shown = "".join(text.split()), "".join("".join(lines).split())
    assert shown == whole or (len(lines) == writing.LINES_LIMIT and whole.startswith(shown[:-1]))


COORDINATES = st.integers(-40_000, 40_000).map(lambda each: each / 4)
SAMPLES = st.lists(
    st.tuples(COORDINATES, COORDINATES, st.integers(0, 127).map(lambda each: each / 127)), max_size=60
)


@given(SAMPLES, st.booleans(), st.integers(-100, 100))
def test_strokes_are_read_as_they_were_written(
    samples: list[tuple[float, float, float]], has_pressure: bool, moved: int
) -> None:
    shown = figure("pen", points=packed(samples, has_pressure=has_pressure), dx=moved, dy=-moved)
    found = stroke_of(shown)
    expected = [
        (x + moved, y - moved, force if has_pressure else 64 / 127) for x, y, force in samples
    ]
    assert found.samples == expected
    corners = pen.outline(found.samples, shown.size, has_pressure=found.has_pressure)
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in corners)


def test_a_stroke_that_makes_no_sense_ends_where_it_does() -> None:
    for points, count in (
        (b"", 0), (b"\x02\x04\x04", 0), (b"\x00\x04", 0), (b"\x00\x04\x04", 1), (b"\x01\x04\x04", 0),
        (b"\x00\x04\x04\xff\xff\xff\xff\x01\x04", 1), (b"\x00" * 50_000, figures.SAMPLES_LIMIT),
    ):
        assert len(stroke_of(figure("pen", points=points)).samples) == count


# --- whatever a page may hold


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.binary(max_size=60),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
NUMBERS = st.one_of(
    st.integers(-2000, 2000), st.sampled_from([0, -1, 1e6, -1e6, 1e300, 2**70, math.inf, math.nan, 1e-300])
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["النهر الطويل 12", "河 means river", "a" * 300, "\n" * 250, "🙂 \u200f"]),
)
STORED = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(sorted(KINDS))},
        optional={
            **dict.fromkeys(("x", "y", "w", "h", "dx", "dy", "size", "z"), NUMBERS),
            "colour": st.one_of(st.sampled_from(sorted(COLOURS)), ANYTHING), "text": TEXTS,
            "points": st.one_of(
                st.binary(max_size=200), SAMPLES.map(lambda each: packed(each, has_pressure=False))
            ),
        },
    ),
    st.dictionaries(st.sampled_from(figures.FIELDS), ANYTHING),
)


FAR_OFF = packed([(-5000, -5000, 0), (5000, 5000, 0)], has_pressure=False)
"""Nowhere near where such a stroke says that it stands."""


def page_of(stored: list[dict[str, Any]]) -> list[Figure]:
    read = (figure_of(str(at), each) for at, each in enumerate(stored))
    return figures.in_order(each for each in read if each)


@given(st.lists(STORED, max_size=6))
@example([{"kind": "text", "text": "line\n" * 100, "w": 300, "h": 20}])
@example([{"kind": "pen", "w": 9, "h": 9, "points": FAR_OFF}])
@example([{"kind": "note", "w": -20, "h": -20, "size": 64, "text": "words " * 40}])
@settings(max_examples=60, deadline=None)
def test_whatever_is_stored_is_drawn_within_its_frame(stored: list[dict[str, Any]]) -> None:
    shown = page_of(stored)
    sheet = Paper("A page", made_at=NOON, is_numbered=False)
    ink = Ink()
    page = planned(shown, ink)
    if page.is_wide:
        sheet.new_page(is_wide=True)
    height_mm, number = (210, 1) if page.is_wide else (297, 0)
    sheet.pdf.y = top_mm = height_mm - 25 - page.height_mm  # as far down as it fits
    assert len(page.figures) + page.left_out == len(shown)
    paper.draw(sheet, page, ink)
    sheet.new_page()  # and what comes after it is not drawn into it
    sheet.paragraph("After")
    with pypdfium2.PdfDocument(sheet.bytes()) as document:
        assert len(document) == number + 2
        picture = document[number].render(grayscale=True).to_pil()
        dot_mm = height_mm / picture.height
        left, top = math.floor(20 / dot_mm) - 2, math.floor(top_mm / dot_mm) - 2
        inside = (left, top, picture.width - left, math.ceil((top_mm + page.height_mm) / dot_mm) + 2)
        picture.paste(255, inside)
        assert picture.getextrema() == (255, 255)
        assert "After" in document[number + 1].get_textpage().get_text_range()


@given(st.lists(STORED, max_size=12), st.sampled_from([paper.UPRIGHT_MM, paper.WIDE_MM]))
def test_what_is_shown_fits_onto_its_part_of_the_paper(
    stored: list[dict[str, Any]], size_mm: tuple[float, float]
) -> None:
    shown = page_of(stored)
    found = arranged(shown, size_mm)
    if found is None:
        return
    assert found.far + len(found.figures) == len(shown)
    assert 0 < found.zoom <= 1
    for each in found.figures:
        box = figures.box_of(each)
        assert found.box.with_box(box) == found.box
    scale = found.zoom * paper.PIXEL_MM
    assert found.box.width * scale <= size_mm[0] - 2 * paper.AIR_MM + 1e-6
    assert found.box.height * scale <= size_mm[1] - 2 * paper.AIR_MM + 1e-6


# --- what is on it


def test_a_stored_page_is_read_without_who_made_what() -> None:
    doc: Doc = Doc()
    elements = doc.get("elements", type=Map)
    elements["a"] = Map(
        {"kind": "note", "text": "Here", "by": "a person", "points": [1, {"x": [2]}], "extra": 1}
    )
    elements["b"] = Map({"kind": "note", "text": "Gone", "gone": True})
    elements["c"] = "no element"
    first = doc.get_update()
    elements["d"] = Map({"kind": "pen", "points": b"\x00\x04\x04", "z": -1, "gone": "no"})
    found = read_page([doc.get_update(), first])
    assert {key: sorted(fields) for key, fields in found} == {
        "a": ["kind", "points", "text"], "d": ["gone", "kind", "points", "z"],
    }
    shown = figures.in_order(each for each in (figure_of(*one) for one in found) if each)
    assert [(each.id, each.kind) for each in shown] == [("d", Kind.PEN), ("a", Kind.NOTE)]
    assert read_page([]) == []


def test_what_was_taken_off_is_not_drawn_and_nobody_is_named() -> None:
    assert figure_of("a", {"kind": "text", "text": "Gone", "gone": True}) is None
    assert figure_of("a", {"kind": "cat"}) is None
    assert figure_of("a", {"kind": "pen"}) is None
    assert figure_of("a" * 65, {"kind": "rect"}) is None
    assert not {"by", "author"} & {*Figure.__struct_fields__, *figures.FIELDS}


def test_words_of_the_page_can_be_read_and_copied() -> None:
    body = printed(
        figure("text", text="How does it flow?", w=300, h=30, x=10),
        figure("note", "b", text="النهر الطويل", y=60, w=176, h=176),
        figure("note", "c", text="河 is a river", x=200, y=60, w=176, h=176),
    )
    found = words_of(body)
    for words in ("How does it flow?", "النهر", "الطويل", f"{printing.UNKNOWN} is a river"):
        assert words in found, words


def test_shapes_stand_where_they_stand_on_the_screen_in_their_colours() -> None:
    """A red frame with a blue dot in its upper half, then a green line right through its lower half."""
    body = printed(
        figure("rect", x=0, y=0, w=400, h=300, colour="red", size=8),
        figure("pen", "b", points=packed([(200, 75, 0.5)], has_pressure=False), x=200, y=75, colour="blue",
               size=8),
        figure("line", "c", x=400, y=225, w=-400, h=0, colour="green", size=8),
    )
    with pypdfium2.PdfDocument(body) as document:
        picture = document[0].render(scale=2).to_pil().convert("RGB")
    dot = picture.width / 210
    box_mm = figures.box_of(figure("rect", w=400, h=300, size=8))
    top_mm = 20 + paper.AIR_MM - box_mm.top * paper.PIXEL_MM

    def colour_at(x: float, y: float) -> tuple[int, ...]:
        left_mm = 105 - 200 * paper.PIXEL_MM
        place = ((left_mm + x * paper.PIXEL_MM) * dot, (top_mm + y * paper.PIXEL_MM) * dot)
        found = picture.getpixel((round(place[0]), round(place[1])))
        assert isinstance(found, tuple)
        return found

    def is_like(found: tuple[int, ...], name: str) -> bool:
        return all(abs(one - other) < 12 for one, other in zip(found, paper.INK[name], strict=True))

    for x, y, name in ((0, 150, "red"), (400, 20, "red"), (200, 300, "red"), (200, 75, "blue"),
                       (100, 225, "green"), (300, 225, "green")):
        assert is_like(colour_at(x, y), name), (x, y, name)
    assert colour_at(100, 75) == (255, 255, 255)


def test_what_lies_far_off_does_not_make_the_rest_too_small_to_see() -> None:
    near = [figure("note", str(at), x=at * 200, w=176, h=176) for at in range(4)]
    found = arranged([*near, figure("rect", "far", x=900_000, w=10, h=10)])
    assert found is not None
    assert (found.figures, found.far) == (near, 1)
    assert arranged([figure("rect", x=-1e6, w=1e6)]) is None
    page = planned([figure("rect", x=-1e6, w=1e6)], Ink())
    assert (page.arranged, page.figures, page.left_out) == (None, [], 1)


def test_a_wide_board_gets_a_page_that_lies_and_what_comes_after_stands_again() -> None:
    row = [figure("note", str(at), x=at * 200, w=176, h=176, text="Here") for at in range(10)]
    assert planned(row, Ink()).is_wide
    assert not planned(row[:6], Ink()).is_wide
    column = [figure("note", str(at), y=at * 300, w=176, h=176) for at in range(10)]
    assert not planned(column, Ink()).is_wide
    sheet, ink = Paper("A page", made_at=NOON), Ink()
    sheet.new_page(is_wide=True)
    assert sheet.width_mm == 257
    paper.draw(sheet, planned(row, ink), ink)
    sheet.new_page()
    sheet.paragraph("After")
    found = pypdf.PdfReader(io.BytesIO(sheet.bytes())).pages
    assert [page.mediabox.width > page.mediabox.height for page in found] == [False, True, False]
    for number, page in enumerate(found, start=1):
        places: list[tuple[str, float, float]] = []

        def note(text: str, _: Any, place: Any, __: Any, ___: Any, to: Any = places) -> None:
            to.append((text, place[4], place[5]))

        page.extract_text(visitor_text=note)
        (foot,) = [each for each in places if f"Page {number} of 3" in each[0]]
        assert 0 < foot[1] < page.mediabox.width
        assert 20 < foot[2] < 57  # in the margin below


def test_a_paper_has_ink_for_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "FIGURES_DRAWN", 3)
    ink = Ink()
    rects = [figure("rect", str(at)) for at in range(5)]
    assert planned(rects, ink).left_out == 2
    assert planned(rects, ink).left_out == 5  # of the next page of the same paper
    monkeypatch.setattr(paper, "LETTERS_DRAWN", 25)
    texts = [figure("text", str(at), text=text) for at, text in enumerate(("a" * 12, "b" * 14, "c" * 13, ""))]
    drawn = planned([*texts, rects[0]], Ink())
    assert [each.text[:1] for each in drawn.figures] == ["a", "c", ""]
    monkeypatch.setattr(paper, "SAMPLES_DRAWN", 10)
    stroke = figure("pen", points=packed([(at, 0, 0.5) for at in range(8)], has_pressure=False))
    assert planned([stroke, stroke], Ink()).left_out == 1


def test_strokes_beyond_what_can_be_outlined_are_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    points = packed([(at * 3.0, 20 * math.sin(at / 5), 0.5) for at in range(100)], has_pressure=False)
    strokes = [figure("pen", str(at), points=points, dy=at * 50, w=300, h=40) for at in range(3)]
    outlined = printed(*strokes)
    monkeypatch.setattr(paper, "CORNERS_DRAWN", 1)
    plain = printed(*strokes)
    assert outlined.startswith(b"%PDF")

    def operators(body: bytes) -> list[str]:
        contents = pypdf.PdfReader(io.BytesIO(body)).pages[0].get_contents()
        assert contents is not None
        return contents.get_data().decode("latin1").split()

    assert operators(outlined).count("c") > 300
    assert 100 < operators(plain).count("c") < 300  # the first one still has its outline
    assert operators(plain).count("l") > operators(outlined).count("l") + 100


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_leaves_ink(kind: str) -> None:
    points = packed([(0, 0, 0.5), (60, 30, 0.5), (90, 10, 0.5)], has_pressure=False)
    shown = figure(kind, w=90, h=60, text="Words", points=points)
    with pypdfium2.PdfDocument(printed(shown)) as document:
        picture = document[0].render(scale=1).to_pil().convert("L")
    inside = picture.crop((70, 62, picture.width - 70, 130))  # within the frame
    assert inside.getextrema()[0] < 160, Kind(kind)
