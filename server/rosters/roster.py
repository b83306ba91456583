"""What a roster file says, in one form whatever it came in, and reading tables from CSV.

Pure. `plain_csv` and `oneroster` make a `Reading`; `plan` holds its roster against what is stored. Family
names are in here for as long as an import runs, so that an alias does not give them away; they are never
stored.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator

import msgspec

from server.accounts.models import StaffRole, UserKind
from server.errors import DomainError

PEOPLE_LIMIT = 2_000
"""People in one import."""
GROUPS_LIMIT = 500
"""Classes in one import."""
PLACES_LIMIT = 30_000
"""Places in classes in one import."""
ROWS_LIMIT = 100_000
"""Rows in one file."""
ERRORS_SHOWN = 200

NAME_MAX, CLASS_NAME_MAX, YEAR_MAX, KEY_MAX = 80, 60, 9, 255


class UnreadableFile(DomainError):
    """The file cannot be read. Nothing was changed."""

    code = "roster_file"
    status = 400


class RowError(msgspec.Struct, frozen=True):
    """Something to mend in a file."""

    file: str
    row: int
    """As a spreadsheet shows it: the line of column names is row 1. 0: the file as a whole."""
    column: str
    problem: str
    """A code; docs/rosters.md lists them in words."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a file."""

    kind: UserKind
    key: str = ""
    """Their id in the school's own system; may be empty in a plain file."""
    given_name: str
    family_name: str
    email: str = ""
    posts: frozenset[StaffRole] = frozenset()
    is_gone: bool = False
    """The file says that they are to be removed."""
    file: str = ""
    row: int = 0

    @property
    def staff_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A class in a file."""

    name: str
    school_year: str
    key: str = ""
    is_gone: bool = False
    file: str = ""
    row: int = 0


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    people: list[Person]
    groups: list[Group]
    places: frozenset[tuple[int, int]]
    """(index of a person, index of a group): they learn or teach in it, by their kind."""
    is_full: bool
    """Who is missing has left the school; otherwise it only adds and changes."""


class Reading(msgspec.Struct, frozen=True):
    roster: Roster
    errors: list[RowError]


class Row:
    """One row of a table; reading a cell notes what is wrong with it."""

    def __init__(self, file: str, number: int, cells: dict[str, str], errors: list[RowError]) -> None:
        self.file = file
        self.number = number
        self._cells = cells
        self._errors = errors

    def wrong(self, column: str, problem: str) -> None:
        self._errors.append(RowError(self.file, self.number, column, problem))

    def raw(self, column: str) -> str:
        return self._cells.get(column, "")

    def text(self, column: str, longest: int, *, needed: bool = False) -> str:
        """A cell without spaces around it; "" where it does not fit, which is noted."""
        value = " ".join(self._cells.get(column, "").split(" ")).strip()
        if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in value):
            self.wrong(column, "control_character")
        elif len(value) > longest:
            self.wrong(column, "too_long")
        elif needed and not value:
            self.wrong(column, "needed")
        else:
            return value
        return ""


def _decode(file: str, data: bytes, errors: list[RowError]) -> str | None:
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, which would pass for something else
        for encoding in ("utf-8-sig", "cp1252"):  # the second is Latin-1 as spreadsheets write it
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    errors.append(RowError(file, 0, "", "encoding"))
    return None


def table(
    file: str, data: bytes, needed: Collection[str], errors: list[RowError], *, delimiters: str = ",;"
) -> Iterator[Row]:
    """The rows of a CSV file, by the names of its columns in lower case; empty rows are left out.

    Args:
        needed: columns that must be there; unknown ones are ignored.
        errors: what is wrong is added to it.
    """
    text = _decode(file, data, errors)
    if text is None:
        return
    first = text.partition("\n")[0]
    delimiter = max(delimiters, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    columns: list[str] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                columns = [cell.strip().lower() for cell in cells]
                missing = [name for name in needed if name not in columns]
                errors += [RowError(file, 1, name, "missing_column") for name in missing]
                if missing:
                    return
            elif number > ROWS_LIMIT:
                errors.append(RowError(file, number, "", "too_many_rows"))
                return
            elif any(cell.strip() for cell in cells):
                row = Row(file, number, dict(zip(columns, cells, strict=False)), errors)
                if any(cell.strip() for cell in cells[len(columns):]):
                    row.wrong("", "too_many_cells")
                else:
                    yield row
    except csv.Error:
        errors.append(RowError(file, number + 1, "", "quotes"))
    if not columns:
        errors += [RowError(file, 1, name, "missing_column") for name in needed]
