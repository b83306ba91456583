"""A plain table of a school's people, as a secretary writes it in a spreadsheet. docs/rosters.md shows one.

Pure. It only adds and changes: who is not in it stays.
"""

from __future__ import annotations

import re

from server.accounts.models import StaffRole, UserKind
from server.accounts.staffing import SCHOOL_POSTS, looks_like_email
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
    table,
)

COLUMNS = ("type", "id", "given_name", "family_name", "email", "class", "school_year", "posts")
_NEEDED = ("type", "given_name", "family_name", "class", "school_year")


def read(file: str, data: bytes) -> Reading:
    """Read the table. What does not fit is in `errors`, all of it, and the rest is in the roster."""
    errors: list[RowError] = []
    people: list[Person] = []
    groups: dict[tuple[str, str], int] = {}
    listed: list[Group] = []
    places: set[tuple[int, int]] = set()
    known: dict[tuple[str, str], int] = {}
    """("id" or "email", the value) -> whose it is."""
    for row in table(file, data, _NEEDED, errors):
        before = len(errors)
        person = _person(row)
        group = _group(row, needed=person is not None and person.kind is UserKind.STUDENT)
        if person is None or len(errors) > before:
            continue
        marks = [(what, value) for what, value in (("id", person.key), ("email", person.email)) if value]
        found = {known[mark] for mark in marks if mark in known}
        if not found:
            if len(people) == PEOPLE_LIMIT:
                row.wrong("", "too_many_people")
                break
            place = len(people)
            people.append(person)
        else:
            place = found.pop()
            first = people[place]
            if found or (first.key and person.key and first.key != person.key):
                row.wrong("email", "conflicts")
                continue
            if (first.kind, first.given_name, first.family_name) != (
                person.kind, person.given_name, person.family_name
            ) or (first.email and person.email and first.email != person.email):
                row.wrong("id" if person.key else "email", "conflicts")
                continue
            people[place] = Person(
                kind=first.kind, key=first.key or person.key, given_name=first.given_name,
                family_name=first.family_name, email=first.email or person.email,
                posts=first.posts | person.posts, file=first.file, row=first.row,
            )
        known.update(dict.fromkeys(marks, place))
        if group is not None:
            same = group.name.casefold(), group.school_year.casefold()
            if same not in groups:
                if len(listed) == GROUPS_LIMIT:
                    row.wrong("", "too_many_classes")
                    break
                groups[same] = len(listed)
                listed.append(group)
            places.add((place, groups[same]))
            if len(places) > PLACES_LIMIT:
                row.wrong("", "too_many_places")
                break
    return Reading(
        Roster(people=people, groups=listed, places=frozenset(places), is_full=False), errors
    )


def _person(row: Row) -> Person | None:
    kind = row.text("type", 20, needed=True).lower()
    if kind not in ("staff", "student"):
        if kind:
            row.wrong("type", "unknown_value")
        return None
    is_staff = kind == "staff"
    email = row.text("email", 254, needed=True).lower() if is_staff else ""
    if email and not looks_like_email(email):
        row.wrong("email", "not_an_address")
    posts: set[StaffRole] = set()
    words = re.split(r"[\s,;|/]+", row.text("posts", 200).lower()) if is_staff else []
    for word in filter(None, words):
        if word in {post.value for post in SCHOOL_POSTS}:
            posts.add(StaffRole(word))
        else:
            row.wrong("posts", "unknown_value")
    person = Person(
        kind=UserKind(kind), key=row.text("id", KEY_MAX),
        given_name=row.text("given_name", NAME_MAX, needed=True),
        family_name=row.text("family_name", NAME_MAX), email=email, posts=frozenset(posts),
        file=row.file, row=row.number,
    )
    if is_staff and len(person.staff_name) > NAME_MAX:
        row.wrong("family_name", "too_long")
    return person


def _group(row: Row, *, needed: bool) -> Group | None:
    name = row.text("class", CLASS_NAME_MAX, needed=needed)
    year = row.text("school_year", YEAR_MAX, needed=bool(name))
    if not name or not year:
        return None
    return Group(name=name, school_year=year, file=row.file, row=row.number)
