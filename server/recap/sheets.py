"""A lesson as it is taken along: tables for spreadsheets, and paper.

What the product says by itself is in four languages; what people wrote stays as they wrote it. A paper has a
length: what goes beyond it is counted on the paper, not printed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from server.boards import paper as board_paper
from server.boards.figures import Figure
from server.lessons.attendance import Attended, LessonAttendance
from server.partnerships.evidence import cell
from server.polls.models import Poll, PollKind
from server.polls.rules import Results
from server.recap.messages import RecapMessage
from server.recap.reading import RecapRoom
from server.recap.service import RecapCard, RecapSchool
from server.recap.words import COLOURS, EN, WORDS
from server.schools.views import SchoolView

if TYPE_CHECKING:
    from server.printing import Paper

MESSAGES_PRINTED = 200
MESSAGES_IN_TABLE = 20_000
LETTERS_PRINTED = 30_000
"""Characters of all messages together, with what they answer: setting them keeps a core busy for seconds."""
PEOPLE_PRINTED = 300
POLLS_PRINTED = 40
BOARDS_PRINTED = 20
NOTES_PRINTED = 20_000
"""Characters of all notes together."""
BOARD_HEADING_MM, BOARD_TITLE_MM = 20.0, 8.0
UNTIL = "\N{EN DASH}"


class BoardSheet(msgspec.Struct, frozen=True):
    """A board page, and what is to be seen on it, the lowest first; None: it is too large to be read."""

    board_id: UUID
    room_id: UUID
    title: str
    figures: list[Figure] | None = None


class BoardPages(msgspec.Struct, frozen=True, kw_only=True):
    """The board pages of a lesson that are printed, and how many are not."""

    pages: list[BoardSheet]
    left_out: int
    prepared: int
    """How many students do not see yet."""
    is_read: bool = False
    """False: nothing here can tell what is on them."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson, ready to be printed."""

    card: RecapCard
    partnership_name: str
    rooms: list[RecapRoom]
    attendance: LessonAttendance
    messages: list[RecapMessage]
    messages_left_out: int
    polls: list[tuple[Poll, Results]]
    polls_left_out: int
    files: list[str]
    """The names of those that were added."""
    notes: list[tuple[UUID, list[str]]] | None
    """By room, the lines of its notes; None where they cannot be read."""
    boards: BoardPages
    made_at: datetime


# --- tables

MESSAGE_HEADINGS = (
    "lesson", "room", "date", "time (UTC)", "school", "name", "kind", "class", "answers", "text"
)


def messages_csv(
    card: RecapCard, rooms: Sequence[RecapRoom], messages: Iterable[RecapMessage], names: Mapping[UUID, str],
    left_out: int,
) -> bytes:
    """What was said, a row each, in UTF-8 with the mark by which spreadsheets know it.

    Args:
        names: of the schools.
        left_out: how many more there are; said in a last row.
    """
    called = {each.space_id: room_name(each, EN) for each in rooms}
    rows: list[tuple[str, ...]] = [
        (
            card.title, called.get(each.room_id, ""), _utc(each.sent_at, "%Y-%m-%d"),
            _utc(each.sent_at, "%H:%M:%S"), names.get(each.author.school_id, ""), each.author.name,
            each.author.kind, each.author.class_name,
            f"{each.quote.name}: {each.quote.text}" if each.quote else "", each.text,
        )
        for each in messages
    ]
    if left_out:
        rows.append((*[""] * 9, EN["left_out_messages"].format(count=left_out)))
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(MESSAGE_HEADINGS)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def room_name(room: RecapRoom, words: Mapping[str, str]) -> str:
    if not room.is_group:
        return words["everyone"]
    return words["group_number"].format(number=room.number) if room.number else words["group"]


def _utc(moment: datetime, form: str) -> str:
    return moment.astimezone(UTC).strftime(form)


# --- paper


def fitting(messages: Sequence[RecapMessage]) -> list[RecapMessage]:
    """The first of these messages, as many as are printed."""
    letters, found = 0, []
    for each in messages[:MESSAGES_PRINTED]:
        letters += len(each.text) + (len(each.quote.text) if each.quote else 0)
        if letters > LETTERS_PRINTED:
            break
        found.append(each)
    return found


def attendance_pdf(card: RecapCard, found: LessonAttendance, made_at: datetime, language: str) -> bytes:
    """Who was in a lesson, on paper.

    Args:
        language: of the printed words (`en`, `fr`, `ar`, `sw`; English for any other).
    """
    words, paper = _begin(card, made_at, language)
    paper.title(f"{words['attendance']}: {card.title}")
    _when(paper, card, words)
    _who_was_there(paper, card, words)
    _people(paper, found, words)
    return paper.bytes()


def recap_pdf(sheet: Sheet, language: str) -> bytes:
    """The whole lesson on paper. Arguments as `attendance_pdf`."""
    words, paper = _begin(sheet.card, sheet.made_at, language)
    paper.title(sheet.card.title)
    paper.paragraph(f"{sheet.card.space_name} · {sheet.partnership_name}")
    _when(paper, sheet.card, words)
    _who_was_there(paper, sheet.card, words)
    _people(paper, sheet.attendance, words)
    _drawn(paper, sheet, words)
    _said(paper, sheet, words)
    _asked(paper, sheet, words)
    _noted(paper, sheet, words)
    if sheet.files:
        paper.heading(words["files"])
        for name in sheet.files:
            paper.paragraph(f"· {_line(name)}", after_mm=0.5)
    return paper.bytes()


def _begin(card: RecapCard, made_at: datetime, language: str) -> tuple[Mapping[str, str], Paper]:
    from server.printing import Paper  # here: what prints is heavy to load

    words = WORDS.get(language, EN)
    paper = Paper(card.title, language if language in WORDS else "en", made_at=made_at)
    made = words["made"].format(moment=_utc(made_at, "%Y-%m-%d %H:%M"))
    # A line runs as its first letter does: that is one of the language's own.
    paper.foot = " · ".join([made, _line(card.title)] if paper.is_mirrored else [_line(card.title), made])
    return words, paper


def _when(paper: Paper, card: RecapCard, words: Mapping[str, str]) -> None:
    """The clock of every school: those that read alike share a line."""
    lines: dict[str, list[str]] = {}
    for each in card.schools:
        zone = ZoneInfo(each.school.timezone)
        start = card.started_at.astimezone(zone)
        end = card.ended_at.astimezone(zone) if card.ended_at else None
        until = f"{end:%H:%M}" if end else words["goes_on"]
        lines.setdefault(f"{start:%Y-%m-%d %H:%M}{UNTIL}{until}", []).append(each.school.name)
    if not lines:
        lines[f"{_utc(card.started_at, '%Y-%m-%d %H:%M')} UTC"] = []
    paper.table([[times, ", ".join(schools)] for times, schools in lines.items()], (2, 4), is_headed=False)


def _who_was_there(paper: Paper, card: RecapCard, words: Mapping[str, str]) -> None:
    paper.heading(words["schools"])
    rows = [
        [each.school.name, words[COLOURS[each.school.colour % len(COLOURS)]],
         *([str(each.students), str(each.staff)] if each.students or each.staff else [words["nobody"], ""]),
         _there(each)]
        for each in card.schools
    ]
    head = [words[name] for name in ("school", "colour", "students", "adults", "times")]
    paper.table([head, *rows], (5, 3, 2, 2, 3))


def _there(school: RecapSchool) -> str:
    if school.came_at is None:
        return ""
    zone = ZoneInfo(school.school.timezone)
    left = f"{school.left_at.astimezone(zone):%H:%M}" if school.left_at else ""
    return f"{school.came_at.astimezone(zone):%H:%M}{UNTIL}{left}"


def _people(paper: Paper, found: LessonAttendance, words: Mapping[str, str]) -> None:
    zones = {each.school_id: ZoneInfo(each.timezone) for each in found.lesson.schools}
    names = {each.school_id: each.short_name for each in found.lesson.schools}
    shown = found.people[:PEOPLE_PRINTED]
    if not shown:
        return
    paper.heading(words["attendance"])
    rows = [
        [each.name, each.class_name if each.kind == "student" else words["adult"], names[each.school_id],
         _stretches(each, zones[each.school_id]), str(each.minutes)]
        for each in shown
    ]
    head = [words[name] for name in ("name", "class", "school", "times", "minutes")]
    paper.table([head, *rows], (4, 2, 3, 4, 2))
    _left_out(paper, words, "left_out_people", len(found.people) - len(shown))
    paper.paragraph(words["own_clock"], size_pt=9)


def _stretches(person: Attended, zone: ZoneInfo) -> str:
    return ", ".join(
        f"{each.came_at.astimezone(zone):%H:%M}{UNTIL}"
        + (f"{each.left_at.astimezone(zone):%H:%M}" if each.left_at else "")
        for each in person.stretches
    )


def _drawn(paper: Paper, sheet: Sheet, words: Mapping[str, str]) -> None:
    """The board pages as they look now, without who drew what."""
    boards = sheet.boards
    if not (boards.pages or boards.left_out or boards.prepared):
        return
    if not boards.is_read:
        paper.heading(words["board"])
        paper.paragraph(words["no_pictures"])
        return
    rooms = {each.space_id: each for each in sheet.rooms}
    ink = board_paper.Ink()
    is_first = True
    for each in boards.pages:
        if each.figures == []:
            continue  # everything was taken off it again
        page = board_paper.planned(each.figures or [], ink)
        height_mm = page.height_mm + (BOARD_HEADING_MM if is_first else 0) + BOARD_TITLE_MM
        if page.is_wide != paper.is_wide or paper.pdf.will_page_break(height_mm):
            paper.new_page(is_wide=page.is_wide)
        if is_first:
            paper.heading(words["board"])
            paper.paragraph(words["board_now"], size_pt=9)
            is_first = False
        room = rooms.get(each.room_id)
        title = words["board_page"].format(title=_line(each.title))
        if room is not None and room.is_group:
            title = words["board_page_of"].format(group=room_name(room, words), title=_line(each.title))
        paper.paragraph(title, bold=True, after_mm=1)
        if each.figures is None:
            paper.paragraph(words["large_page"])
            continue
        board_paper.draw(paper, page, ink)
        paper.space(2)
        _left_out(paper, words, "left_out_marks", page.left_out)
        paper.space(2)
    if paper.is_wide:
        paper.new_page()
    _left_out(paper, words, "left_out_boards", boards.left_out)
    _left_out(paper, words, "prepared_boards", boards.prepared)


def _said(paper: Paper, sheet: Sheet, words: Mapping[str, str]) -> None:
    paper.heading(words["chat"])
    if not sheet.messages:
        paper.paragraph(words["nothing_said"])
    schools: dict[UUID, SchoolView] = {each.school.id: each.school for each in sheet.card.schools}
    called = {each.space_id: room_name(each, words) for each in sheet.rooms}
    room_id: UUID | None = None
    for each in sheet.messages:
        if each.room_id != room_id:
            room_id = each.room_id
            if len(sheet.rooms) > 1:
                paper.paragraph(called.get(room_id, words["group"]), bold=True, after_mm=1)
        paper.keep_together(12)
        paper.paragraph(_speaker(each, schools), size_pt=9, bold=True, after_mm=0)
        if each.quote:
            quoted = words["answers"].format(name=each.quote.name)
            paper.paragraph(f"{quoted} {_line(each.quote.text)}", size_pt=9, after_mm=0)
        paper.paragraph(each.text, after_mm=2)
    _left_out(paper, words, "left_out_messages", sheet.messages_left_out)


def _speaker(message: RecapMessage, schools: Mapping[UUID, SchoolView]) -> str:
    """The name, the school, and the time of day at that school and in UTC."""
    author = message.author
    school = schools.get(author.school_id)
    there = f"{_utc(message.sent_at, '%H:%M')} UTC"
    if school:
        there = f"{message.sent_at.astimezone(ZoneInfo(school.timezone)):%H:%M} ({there})"
    parts = [author.name, author.class_name, school.short_name if school else "", there]
    return " · ".join(part for part in parts if part)


def _asked(paper: Paper, sheet: Sheet, words: Mapping[str, str]) -> None:
    if not sheet.polls and not sheet.polls_left_out:
        return
    names = {each.school.id: each.school.short_name for each in sheet.card.schools}
    paper.keep_together(50)  # with the first question
    paper.heading(words["polls"])
    for poll, results in sheet.polls:
        paper.keep_together(25)
        paper.paragraph(_line(poll.question), bold=True, after_mm=1)
        head = [words["answer"], *(names.get(each, "?") for each in results.schools), words["all"]]
        rows = [
            [_answer(poll, place, count.word, words), *map(str, count.counts), str(sum(count.counts))]
            for place, count in enumerate(results.counts) if not count.held
        ]
        voters = [words["answered"], *map(str, results.voters), str(sum(results.voters))]
        paper.table([head, *rows, voters], (5, *[2] * len(results.schools), 2))
    _left_out(paper, words, "left_out_polls", sheet.polls_left_out)


def _answer(poll: Poll, place: int, word: str, words: Mapping[str, str]) -> str:
    if poll.kind is PollKind.SCALE:
        end = {0: poll.low, 4: poll.high}.get(place, "")
        return f"{place + 1} ({end})" if end else str(place + 1)
    shown = _line(word or poll.options[place])
    is_right = poll.right_options is not None and place in poll.right_options
    return f"{shown} ({words['right']})" if is_right else shown


def _noted(paper: Paper, sheet: Sheet, words: Mapping[str, str]) -> None:
    called = {each.space_id: room_name(each, words) for each in sheet.rooms}
    left = NOTES_PRINTED
    for room_id, lines in sheet.notes or []:
        if not any(lines):
            continue
        title = words["notes"] if len(sheet.rooms) == 1 else f"{words['notes']}: {called.get(room_id, '')}"
        paper.heading(title)
        for line in lines:
            if shown := line[: max(0, left)]:
                paper.paragraph(shown, after_mm=1)
            left -= len(line)
        if left < 0:
            paper.paragraph(words["left_out_notes"], bold=True)
            return
    if sheet.notes is None:
        paper.heading(words["notes"])
        paper.paragraph(words["no_notes"])


def _left_out(paper: Paper, words: Mapping[str, str], key: str, count: int) -> None:
    if count > 0:
        paper.paragraph(words[key].format(count=count), bold=True)


def _line(text: str) -> str:
    return " ".join(text.split())
