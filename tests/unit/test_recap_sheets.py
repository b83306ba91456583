"""A lesson as tables and on paper: nothing that a spreadsheet runs, each language, and bounds that say so."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from realtime.notes_text import NotesReader
from server.boards import paper as board_paper
from server.boards.figures import figure_of
from server.lessons.attendance import LessonAttendance, LessonCount
from server.recap import sheets
from server.recap.export import NotesText
from server.recap.messages import Quote, RecapMessage, Speaker
from server.recap.reading import RecapRoom
from server.recap.service import RecapCard, RecapSchool
from server.recap.sheets import BoardPages, BoardSheet, Sheet, messages_csv, recap_pdf
from server.recap.words import COLOURS, EN, WORDS
from server.schools.views import SchoolView

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
SPACE, WILLOW = UUID(int=1), UUID(int=2)
ROOM = RecapRoom(SPACE, None, False, 1)
GROUP = RecapRoom(UUID(int=3), 2, True, 0)


def said(text: str, quote: str | None = None, name: str = "Zebra") -> RecapMessage:
    return RecapMessage(
        id=uuid4(), seq=1, room_id=SPACE, text=text, sent_at=NOON, edited_at=None, pinned=False,
        author=Speaker(uuid4(), name, "student", "zebra", WILLOW, "5W"), is_reply=quote is not None,
        quote=None if quote is None else Quote(name, quote),
    )


def card(title: str = "Rivers") -> RecapCard:
    school = SchoolView(WILLOW, "Willow Primary", "Willow", "GB", "Europe/London", 7)
    return RecapCard(
        lesson_id=uuid4(), space_id=SPACE, space_name="A space", title=title, started_at=NOON,
        ended_at=NOON + timedelta(hours=1),
        schools=[RecapSchool(school=school, students=0, staff=0, came_at=None, left_at=None)],
    )


def sheet(
    messages: list[RecapMessage], left_out: int = 0, notes: list[str] | None = None,
    boards: BoardPages | None = None,
) -> Sheet:
    counted = LessonCount(
        lesson_id=uuid4(), title="Rivers", starts_at=NOON, started_at=NOON, ended_at=None,
        host_school_id=None, schools=[],
    )
    return Sheet(
        card=card(), partnership_name="A partnership", rooms=[ROOM, GROUP], messages=messages,
        attendance=LessonAttendance(lesson=counted, people=[], may_export=True), messages_left_out=left_out,
        polls=[], polls_left_out=3, files=["a.pdf"], made_at=NOON,
        notes=None if notes is None else [(SPACE, notes)],
        boards=boards or BoardPages(pages=[], left_out=0, prepared=0, is_read=True),
    )


def printed(body: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(body)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


TEXTS = st.text(max_size=40) | st.builds(
    lambda start, rest: start + rest, st.sampled_from(["=", "+", "-", "@", "\t=", "\n@", " +", "\uff1d"]),
    st.text(max_size=10),
)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_cell_is_run_and_none_breaks_its_row(title: str, name: str, quote: str, text: str) -> None:
    body = messages_csv(card(title), [ROOM], [said(text, quote, name)], {WILLOW: name}, 0)
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert [len(row) for row in rows] == [10, 10]
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) for cell in rows[1])


def test_a_table_that_is_not_whole_says_so() -> None:
    body = messages_csv(card(), [ROOM], [said("Hello")], {}, 7).decode("utf-8-sig")
    assert EN["left_out_messages"].format(count=7) in body.splitlines()[-1]


def test_every_language_says_the_same_things() -> None:
    def names(words: str) -> set[str]:
        return set(re.findall(r"\{[a-z]+\}", words))

    for language, words in WORDS.items():
        assert words.keys() == EN.keys(), language
        for key, text in words.items():
            assert text.strip()
            assert names(text) == names(EN[key]), (language, key)
    assert len(COLOURS) == 8
    assert set(COLOURS) <= EN.keys()


def test_paper_counts_what_is_not_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "NOTES_PRINTED", 12)
    found = printed(recap_pdf(sheet([said("Hello"), said("A\nB", "Hello")], 9, ["One line", "x" * 50]), "en"))
    for words in (
        "9 more messages", "3 more questions", "The notes go on", "to Zebra: Hello", "purple", "a.pdf",
        "Zebra · 5W · Willow · 12:00 (12:00 UTC)",
    ):
        assert words in found, words
    assert "x" * 13 not in found
    assert EN["no_notes"] in printed(recap_pdf(sheet([]), "en"))
    assert EN["nothing_said"] in printed(recap_pdf(sheet([], notes=[]), "xx"))


def board_page(title: str, room: RecapRoom, *words: str) -> BoardSheet:
    shown = [figure_of(text, {"kind": "text", "text": text, "w": 300, "h": 30}) for text in words]
    return BoardSheet(uuid4(), room.space_id, title, [each for each in shown if each])


def test_board_pages_stand_on_it_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_paper, "LETTERS_DRAWN", 30)
    pages = [
        board_page("Plan", ROOM, "The source"), board_page("Emptied", ROOM),
        board_page("Plan", GROUP, "The mouth", "Too many words for here"),
        BoardSheet(uuid4(), SPACE, "Huge", None),
    ]
    boards = BoardPages(pages=pages, left_out=4, prepared=2, is_read=True)
    found = printed(recap_pdf(sheet([], boards=boards), "en"))
    order = [
        EN["board"], EN["board_now"], "Page Plan", "The source", "Group 2, page Plan", "The mouth",
        EN["left_out_marks"].format(count=1), "Page Huge", EN["large_page"],
        EN["left_out_boards"].format(count=4), EN["prepared_boards"].format(count=2), EN["chat"],
    ]
    places = [found.index(each) for each in order]
    assert places == sorted(places)
    assert "Emptied" not in found
    assert "Too many" not in found


def test_a_lesson_without_a_board_says_nothing_of_it_and_one_that_cannot_be_read_says_so() -> None:
    assert EN["board"] not in printed(recap_pdf(sheet([]), "en"))
    unread = BoardPages(pages=[board_page("Plan", ROOM)], left_out=0, prepared=0)
    assert EN["no_pictures"] in printed(recap_pdf(sheet([], boards=unread), "en"))


def test_a_wide_board_page_has_a_page_that_lies_to_itself() -> None:
    row = [
        figure_of(str(at), {"kind": "note", "text": "Wide", "x": at * 200, "w": 176, "h": 176})
        for at in range(12)
    ]
    wide = BoardSheet(uuid4(), SPACE, "Long", [each for each in row if each])
    pages = [wide, board_page("Plan", ROOM, "The source"), wide, wide]
    body = recap_pdf(sheet([], boards=BoardPages(pages=pages, left_out=0, prepared=0, is_read=True)), "en")
    found = [
        (page.mediabox.width > page.mediabox.height, page.extract_text())
        for page in pypdf.PdfReader(io.BytesIO(body)).pages
    ]
    assert [lies for lies, _ in found] == [False, True, False, True, False]
    expected = ("Rivers", EN["board"], "The source", "Page Long", EN["chat"])
    for (_, text), words in zip(found, expected, strict=True):
        assert words in text


def test_a_paper_has_a_length() -> None:
    assert len(sheets.fitting([said("Hello")] * 500)) == sheets.MESSAGES_PRINTED
    long = sheets.fitting([said("x" * 1800, "y" * 200)] * 100)
    assert len(long) == sheets.LETTERS_PRINTED // 2000


def test_notes_are_read_as_lines() -> None:
    doc: Doc = Doc()
    notes = doc.get("notes", type=XmlFragment)

    def block(tag: str, *inside: XmlElement | XmlText) -> XmlElement:
        return XmlElement(tag, {}, list(inside))

    notes.children.append(block("heading", XmlText("Rivers")))
    first = doc.get_update()
    notes.children.append(
        block(
            "ordered_list", block("list_item", block("paragraph", XmlText("Nile"))),
            block(
                "list_item", block("paragraph", XmlText("Tana")),
                block("bullet_list", block("list_item", block("paragraph", XmlText("brown")))),
            ),
        )
    )
    notes.children.append(block("paragraph"))
    reader = NotesReader()
    assert isinstance(reader, NotesText)
    # In any order, and more than once.
    assert reader.lines([doc.get_update(), first, first]) == ["Rivers", "1. Nile", "2. Tana", "   · brown"]
    assert reader.lines([]) == []
