"""OneRoster 1.1 CSV, as bulk files: what a school's own system exports, as a zip or as loose files.

Pure. Only six files are looked at, and of those only the columns that are needed: names, roles, classes
and years; and the e-mail addresses of staff, who sign in with them. Columns and their meaning: OneRoster
1.1 CSV binding, 1EdTech.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import ClassVar

import msgspec

from server.accounts.models import StaffRole, UserKind
from server.accounts.staffing import looks_like_email
from server.errors import DomainError
from server.rosters.roster import (
    CLASS_NAME_MAX,
    GROUPS_LIMIT,
    KEY_MAX,
    NAME_MAX,
    PEOPLE_LIMIT,
    PLACES_LIMIT,
    YEAR_MAX,
    Group,
    Person,
    Reading,
    Roster,
    Row,
    RowError,
    UnreadableFile,
    table,
)

MANIFEST, ORGS, USERS = "manifest.csv", "orgs.csv", "users.csv"
CLASSES, ENROLLMENTS, SESSIONS = "classes.csv", "enrollments.csv", "academicsessions.csv"
FILES = (MANIFEST, ORGS, USERS, CLASSES, ENROLLMENTS, SESSIONS)

ENTRIES_LIMIT = 60
"""Files in a zip; an export has some twenty."""
FILE_LIMIT_BYTES = 16 * 1024 * 1024
ALL_LIMIT_BYTES = 32 * 1024 * 1024
RATIO_LIMIT = 200
"""How much smaller than its content a file in a zip may be; tables come to some 5 to 30."""

_PLACES = {"student": UserKind.STUDENT, "teacher": UserKind.STAFF}
_POSTS = {"teacher": StaffRole.TEACHER, "administrator": StaffRole.ADMINISTRATOR}
_ROLES = {"administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"}


class ChooseOrg(DomainError):
    """The files hold several schools. Say which one is yours. Nothing was changed."""

    code: ClassVar[str] = "choose_org"
    status: ClassVar[int] = 400


def base_name(name: str) -> str:
    """A file's own name in lower case; folders before it are ignored."""
    return PurePosixPath(name.replace("\\", "/")).name.lower()


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of `FILES` in a zip, by name. What the zip claims about sizes is not believed.

    Raises:
        UnreadableFile: no zip, protected by a password, too large, or two files of one name (400).
    """
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES_LIMIT:
                raise UnreadableFile(
                    f"The zip holds more than {ENTRIES_LIMIT} files. Put in only the OneRoster files."
                )
            left = ALL_LIMIT_BYTES
            for entry in entries:
                name = base_name(entry.filename)
                if entry.is_dir() or name not in FILES or entry.filename.startswith("__MACOSX/"):
                    continue
                if name in found:
                    raise UnreadableFile(f"The zip holds {name} twice. Put in each file once.")
                limit = min(FILE_LIMIT_BYTES, left, RATIO_LIMIT * max(entry.compress_size, 1024))
                # The others are rare, and their readers fail in ways of their own.
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise UnreadableFile(
                        f"{name} in the zip is packed in an unusual way. Make the zip with your computer's "
                        "own command."
                    )
                with archive.open(entry) as content:
                    found[name] = content.read(limit + 1)
                if len(found[name]) > limit:
                    raise UnreadableFile(f"{name} in the zip is too large.")
                left -= len(found[name])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
            OSError) as error:
        raise UnreadableFile("The zip cannot be opened: it is damaged, or it has a password.") from error
    return found


class _Files(msgspec.Struct):
    files: Mapping[str, bytes]
    errors: list[RowError]

    def rows(self, name: str, *needed: str) -> list[Row]:
        if name not in self.files:
            self.errors.append(RowError(name, 0, "", "missing_file"))
            return []
        return list(table(name, self.files[name], needed, self.errors, delimiters=","))


def read(given: Mapping[str, bytes], org: str = "") -> Reading:
    """Read an export. What does not fit is in `errors`, all of it, and the rest is in the roster.

    Args:
        given: the files' content by name; names as `base_name` makes them.
        org: sourcedId of the school, where the files hold several.

    Raises:
        ChooseOrg: they hold several schools and `org` is none of them (400).
        UnreadableFile: they are not bulk files of version 1.1 (400).
    """
    errors: list[RowError] = []
    files = _Files(given, errors)
    _check_manifest(files)
    school = _school(files, org)
    years = _years(files)
    people, places_of = _people(files, school)
    groups, group_keys = _groups(files, school, years)
    places = _places(files, people, places_of, group_keys)
    return Reading(Roster(people=people, groups=groups, places=places, is_full=True), errors)


def _check_manifest(files: _Files) -> None:
    said = {row.raw("propertyname").strip().lower(): row.raw("value").strip().lower()
            for row in files.rows(MANIFEST, "propertyname", "value")}
    if said and said.get("oneroster.version", "1.1") != "1.1":
        raise UnreadableFile("These files are of another version of OneRoster. Export version 1.1 as CSV.")
    for name in FILES[1:]:
        mode = said.get(f"file.{name.removesuffix('.csv')}", "bulk")
        if mode == "delta":
            raise UnreadableFile("These files hold only changes (delta). Export everything (bulk).")


def _is_gone(row: Row) -> bool:
    status = row.text("status", 40).lower()
    if status not in ("", "active", "tobedeleted", "inactive"):
        row.wrong("status", "unknown_value")
    return status in ("tobedeleted", "inactive")


def _school(files: _Files, org: str) -> str:
    schools = {
        row.text("sourcedid", KEY_MAX, needed=True): row.text("name", 120)
        for row in files.rows(ORGS, "sourcedid", "name", "type")
        if row.raw("type").strip().lower() == "school" and not _is_gone(row)
    }
    if org in schools:
        return org
    if len(schools) == 1 and not org:
        return next(iter(schools))
    if not schools:
        if not files.errors:
            files.errors.append(RowError(ORGS, 0, "type", "no_school"))
        return org
    raise ChooseOrg(orgs=[{"id": key, "name": name} for key, name in sorted(schools.items())][:200])


def _years(files: _Files) -> dict[str, str]:
    """Each academic session's school year: "2026-27" from its first and its last year, or "2026"."""
    of: dict[str, str] = {}
    first: dict[str, int] = {}
    for row in files.rows(SESSIONS, "sourcedid", "startdate", "schoolyear"):
        key, ends = row.text("sourcedid", KEY_MAX, needed=True), row.text("schoolyear", 9, needed=True)
        begins = row.text("startdate", 40, needed=True)
        if not (len(ends) == 4 and ends.isascii() and ends.isdigit()):
            if ends:
                row.wrong("schoolyear", "unknown_value")
        elif not (begins[:4].isascii() and begins[:4].isdigit() and begins[4:5] == "-"):
            if begins:
                row.wrong("startdate", "unknown_value")
        elif not _is_gone(row):
            of[key] = ends
            first[ends] = min(first.get(ends, 9999), int(begins[:4]))
    return {
        key: ends if first[ends] >= int(ends) else f"{int(ends) - 1}-{ends[2:]}" for key, ends in of.items()
    }


def _people(files: _Files, school: str) -> tuple[list[Person], dict[str, int | None]]:
    """The students and staff of the school; and every user's place among them, None for all others."""
    people: list[Person] = []
    place: dict[str, int | None] = {}
    emails: dict[str, int] = {}
    needed = ("sourcedid", "enableduser", "orgsourcedids", "role", "givenname", "familyname", "email")
    for row in files.rows(USERS, *needed):
        before = len(files.errors)
        key = row.text("sourcedid", KEY_MAX, needed=True)
        role = row.raw("role").strip().lower()
        if role not in _ROLES:
            row.wrong("role", "unknown_value" if role else "needed")
        elif key in place:
            row.wrong("sourcedid", "duplicate")
        orgs = [each.strip() for each in row.raw("orgsourcedids").split(",")]
        if len(files.errors) > before:
            continue
        if school not in orgs or (role != "student" and role not in _POSTS):
            place[key] = None
            continue
        is_gone = _is_gone(row) or row.raw("enableduser").strip().lower() == "false"
        is_staff = role != "student"
        email = row.text("email", 254, needed=not is_gone).lower() if is_staff else ""
        if email and not looks_like_email(email):
            row.wrong("email", "not_an_address")
        if email and not is_gone and emails.setdefault(email, row.number) != row.number:
            row.wrong("email", "duplicate")
        person = Person(
            kind=UserKind.STAFF if is_staff else UserKind.STUDENT, key=key,
            given_name=row.text("givenname", NAME_MAX, needed=not is_gone),
            family_name=row.text("familyname", NAME_MAX), email=email,
            posts=frozenset({_POSTS[role]}) if is_staff else frozenset(), is_gone=is_gone,
            file=row.file, row=row.number,
        )
        if is_staff and len(person.staff_name) > NAME_MAX:
            row.wrong("familyname", "too_long")
        if len(people) == PEOPLE_LIMIT:
            row.wrong("", "too_many_people")
            break
        place[key] = len(people)
        people.append(person)
    return people, place


def _groups(
    files: _Files, school: str, years: Mapping[str, str]
) -> tuple[list[Group], dict[str, int | None]]:
    """The classes of the school; and every class's place among them, None for those of other schools."""
    groups: list[Group] = []
    place: dict[str, int | None] = {}
    for row in files.rows(CLASSES, "sourcedid", "title", "schoolsourcedid", "termsourcedids"):
        key = row.text("sourcedid", KEY_MAX, needed=True)
        if not key:
            continue
        if key in place:
            row.wrong("sourcedid", "duplicate")
            continue
        if row.raw("schoolsourcedid").strip() != school:
            place[key] = None
            continue
        is_gone = _is_gone(row)
        terms = [each.strip() for each in row.raw("termsourcedids").split(",") if each.strip()]
        found = [years[term] for term in terms if term in years]
        if not found and not is_gone:
            row.wrong("termsourcedids", "unknown_term" if terms else "needed")
        if len(groups) == GROUPS_LIMIT:
            row.wrong("", "too_many_classes")
            break
        place[key] = len(groups)
        groups.append(
            Group(
                key=key, name=row.text("title", CLASS_NAME_MAX, needed=not is_gone),
                school_year=max(found, default="")[:YEAR_MAX], is_gone=is_gone, file=row.file, row=row.number,
            )
        )
    return groups, place


def _places(
    files: _Files, people: list[Person], person_at: Mapping[str, int | None],
    group_at: Mapping[str, int | None],
) -> frozenset[tuple[int, int]]:
    places: set[tuple[int, int]] = set()
    for row in files.rows(ENROLLMENTS, "classsourcedid", "usersourcedid", "role"):
        user, group = row.raw("usersourcedid").strip(), row.raw("classsourcedid").strip()
        kind = _PLACES.get(row.raw("role").strip().lower())
        if _is_gone(row) or kind is None:
            continue
        if user not in person_at:
            row.wrong("usersourcedid", "unknown_person")
        if group not in group_at:
            row.wrong("classsourcedid", "unknown_class")
        person, place = person_at.get(user), group_at.get(group)
        if person is None or place is None:
            continue
        if people[person].kind is not kind:
            row.wrong("role", "role_differs")
            continue
        places.add((person, place))
        if len(places) > PLACES_LIMIT:
            row.wrong("", "too_many_places")
            break
    return frozenset(places)
