"""What an import would change: a roster held against what is stored. Pure.

The same roster against the same records gives the same plan and the same digest, and when a plan has been
carried out, planning again finds nothing to do.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

import msgspec

from server.accounts.models import StaffRole, UserKind
from server.rosters import aliases
from server.rosters.roster import Group, Person, Roster, RowError


class Code(StrEnum):
    """What kind of change."""

    ADD_CLASS = "add_class"
    RENAME_CLASS = "rename_class"
    LINK_CLASS = "link_class"
    """A class made by hand is recognised and takes the id of the school's own system."""
    REOPEN_CLASS = "reopen_class"
    ARCHIVE_CLASS = "archive_class"
    ADD_STUDENT = "add_student"
    RENAME_STUDENT = "rename_student"
    CHANGE_ALIAS = "change_alias"
    """The alias holds a word of the names in the file."""
    LINK_STUDENT = "link_student"
    RETURN_STUDENT = "return_student"
    """Somebody who had been removed is there again."""
    REMOVE_STUDENT = "remove_student"
    ADD_STAFF = "add_staff"
    RENAME_STAFF = "rename_staff"
    CHANGE_EMAIL = "change_email"
    LINK_STAFF = "link_staff"
    ADD_POSTS = "add_posts"
    REMOVE_STAFF = "remove_staff"
    JOIN_CLASS = "join_class"
    LEAVE_CLASS = "leave_class"


class StoredPerson(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    kind: UserKind
    external_id: str | None = None
    name: str = ""
    """Of staff."""
    given_name: str = ""
    """Of students."""
    alias: str = ""
    """Of students."""
    email: str = ""
    posts: frozenset[StaffRole] = frozenset()
    is_disabled: bool = False


class StoredClass(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    external_id: str | None = None
    name: str
    school_year: str
    is_archived: bool = False
    continues_id: UUID | None = None
    """The class of the year before."""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A school's people, its classes, and who is in which: (class, person)."""

    people: list[StoredPerson]
    classes: list[StoredClass]
    places: frozenset[tuple[UUID, UUID]]


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change, ready to be put into words: `name` for whom or what, `was` before."""

    code: Code
    name: str = ""
    was: str = ""
    class_name: str = ""
    school_year: str = ""
    kind: str = ""
    """Of who joins or leaves a class: `student` or `staff`."""
    email: str = ""
    posts: list[StaffRole] = []
    person_id: UUID | None = None
    class_id: UUID | None = None
    person: int | None = None
    """Index in the roster; None for somebody the file does not name."""
    group: int | None = None


class Plan(msgspec.Struct, frozen=True):
    changes: list[Change]
    digest: str
    errors: list[RowError]


def digest_of(changes: Iterable[object]) -> str:
    """A short name of exactly these changes."""
    return hashlib.sha256(msgspec.json.encode(list(changes), order="deterministic")).hexdigest()[:32]


def make(roster: Roster, stored: Stored, by: UUID | None = None) -> Plan:
    """Work out the changes. With `errors`, there is nothing to carry out.

    Args:
        by: who imports: they get no new posts by it.
    """
    work = _Work(roster, stored, by)
    work.match_groups()
    work.match_people()
    work.plan_classes()
    work.plan_people()
    work.plan_places()
    return Plan(work.changes, digest_of(work.changes), work.errors)


def _same(group: Group | StoredClass) -> tuple[str, str]:
    return group.name.casefold(), group.school_year.casefold()


class _Work:
    def __init__(self, roster: Roster, stored: Stored, by: UUID | None) -> None:
        self.roster, self.stored, self.by = roster, stored, by
        self.changes: list[Change] = []
        self.errors: list[RowError] = []
        self.people = sorted(stored.people, key=lambda each: each.id)
        self.classes = {each.id: each for each in sorted(stored.classes, key=lambda each: each.id)}
        self.next_of = {each.continues_id: each for each in self.classes.values() if each.continues_id}
        """Id of a class -> the class that goes on from it."""
        self.group_of: dict[int, StoredClass] = {}
        """Index of a group -> the stored class that it is."""
        self.gone_on: set[int] = set()
        """Groups that are known by the id of a class of an earlier year."""
        self.person_of: dict[int, StoredPerson] = {}
        self.groups_with: dict[int, list[int]] = defaultdict(list)
        """Index of a person -> those of their groups."""
        for person, group in sorted(roster.places):
            self.groups_with[person].append(group)

    def match_groups(self) -> None:
        by_key = {each.external_id: each for each in self.classes.values() if each.external_id}
        by_name: dict[tuple[str, str], list[StoredClass]] = defaultdict(list)
        for each in self.classes.values():
            if not each.is_archived:
                by_name[_same(each)].append(each)
        over = {_same(each) for each in self.classes.values() if each.is_archived and each.id in self.next_of}
        wanted = Counter(_same(group) for group in self.roster.groups)
        for index, group in enumerate(self.roster.groups):
            if group.key and group.key in by_key:
                self._match_known(index, group, by_key[group.key])
            elif not group.key and by_name[_same(group)]:
                self.group_of[index] = by_name[_same(group)][0]
            elif not group.key and _same(group) in over:
                self._year_over(group)
            elif group.key and not group.is_gone and wanted[_same(group)] == 1:
                by_hand = [each for each in by_name[_same(group)] if each.external_id is None]
                if len(by_hand) == 1:
                    self.group_of[index] = by_hand[0]

    def _match_known(self, index: int, group: Group, found: StoredClass) -> None:
        """Once a class has gone on into a new year, its id means the class of today."""
        years = set()
        while not group.is_gone and found.is_archived and found.id in self.next_of:
            years.add(found.school_year.casefold())
            found = self.next_of[found.id]
            self.gone_on.add(index)
        if group.school_year.casefold() in years:
            self._year_over(group)
        elif index in self.gone_on and found.id in {each.id for each in self.group_of.values()}:
            self.errors.append(RowError(group.file, group.row, "sourcedid", "duplicate"))
        else:
            self.group_of[index] = found

    def _year_over(self, group: Group) -> None:
        column = "termsourcedids" if self.roster.is_full else "school_year"
        self.errors.append(RowError(group.file, group.row, column, "year_over"))

    def match_people(self) -> None:
        by_key = {each.external_id: each for each in self.people if each.external_id}
        by_email = {each.email.casefold(): each for each in self.people if each.email}
        for index, person in enumerate(self.roster.people):
            found = by_key.get(person.key) if person.key else None
            if found is not None and found.kind is not person.kind:
                self._wrong(person, "id", "kind_differs")
                continue
            same_email = by_email.get(person.email.casefold()) if person.email else None
            if found is None and same_email is not None:
                if person.key and same_email.external_id not in (None, person.key):
                    self._wrong(person, "email", "email_taken")
                else:
                    found = same_email
            elif same_email is not None and found is not None and same_email.id != found.id:
                self._wrong(person, "email", "email_taken")
            if found is not None:
                self.person_of[index] = found
        self._recognise_students()
        owners = Counter(found.id for found in self.person_of.values())
        for index, found in self.person_of.items():
            if owners[found.id] > 1:
                self._wrong(self.roster.people[index], "id", "duplicate")

    def _recognise_students(self) -> None:
        """Students without a known id, by first name and class."""
        named: dict[tuple[UUID, str], list[StoredPerson]] = defaultdict(list)
        students = {each.id: each for each in self.people if each.kind is UserKind.STUDENT}
        for class_id, person_id in sorted(self.stored.places):
            if (found := students.get(person_id)) and not found.is_disabled and class_id in self.classes:
                named[class_id, found.given_name.casefold()].append(found)
        used = {found.id for found in self.person_of.values()}
        unknown = [
            (index, person) for index, person in enumerate(self.roster.people)
            if index not in self.person_of and person.kind is UserKind.STUDENT and not person.is_gone
        ]
        wanted = Counter(
            (group, person.given_name.casefold()) for index, person in unknown
            for group in self.groups_with[index]
        )
        for needs_key in (True, False):  # whoever has an id is sure of it, and comes first
            for index, person in unknown:
                if bool(person.key) is not needs_key:
                    continue
                name = person.given_name.casefold()
                for group in self.groups_with[index]:
                    if (stored := self.group_of.get(group)) is None:
                        continue
                    left = [each for each in named[stored.id, name] if each.id not in used]
                    if needs_key:
                        # Only when there is no doubt: which of two Aminas it is, nobody could tell.
                        left = [each for each in left if each.external_id is None]
                        if len(left) != 1 or wanted[group, name] != 1:
                            continue
                    if left:
                        self.person_of[index] = left[0]
                        used.add(left[0].id)
                        break

    def _wrong(self, person: Person, column: str, problem: str) -> None:
        self.errors.append(RowError(person.file, person.row, column, problem))

    def plan_classes(self) -> None:
        for index, group in enumerate(self.roster.groups):
            found = self.group_of.get(index)
            if found is None:
                if not group.is_gone:
                    self._change(Code.ADD_CLASS, name=group.name, school_year=group.school_year, group=index)
                continue
            if group.is_gone:
                if not found.is_archived:
                    self._change(Code.ARCHIVE_CLASS, name=found.name, school_year=found.school_year,
                                 class_id=found.id)
                continue
            known = {"name": group.name, "school_year": group.school_year, "class_id": found.id,
                     "group": index}
            if found.is_archived:
                self._change(Code.REOPEN_CLASS, **known)
            if group.key and found.external_id is None and index not in self.gone_on:
                self._change(Code.LINK_CLASS, **known)
            if group.key and (group.name, group.school_year) != (found.name, found.school_year):
                self._change(Code.RENAME_CLASS, was=found.name, **known)
        if self.roster.is_full:
            here = {found.id for found in self.group_of.values()}
            for each in self.classes.values():
                if each.external_id and not each.is_archived and each.id not in here:
                    self._change(Code.ARCHIVE_CLASS, name=each.name, school_year=each.school_year,
                                 class_id=each.id)

    def plan_people(self) -> None:
        for index, person in enumerate(self.roster.people):
            found = self.person_of.get(index)
            if person.kind is UserKind.STUDENT:
                self._plan_student(index, person, found)
            else:
                self._plan_staff(index, person, found)
        if self.roster.is_full:
            here = {found.id for found in self.person_of.values()}
            for each in self.people:
                if (
                    each.kind is UserKind.STUDENT and each.external_id and not each.is_disabled
                    and each.id not in here
                ):
                    self._change(Code.REMOVE_STUDENT, name=each.given_name, person_id=each.id)

    def _plan_student(self, index: int, person: Person, found: StoredPerson | None) -> None:
        if found is None:
            if not person.is_gone:
                self._change(Code.ADD_STUDENT, name=person.given_name, person=index)
            return
        if person.is_gone:
            if not found.is_disabled:
                self._change(Code.REMOVE_STUDENT, name=found.given_name, person_id=found.id)
            return
        known = {"name": person.given_name, "person_id": found.id, "person": index}
        if found.is_disabled:
            self._change(Code.RETURN_STUDENT, **known)
        if person.key and found.external_id is None:
            self._change(Code.LINK_STUDENT, **known)
        if person.key and person.given_name != found.given_name:  # without an id the name is how we know them
            self._change(Code.RENAME_STUDENT, was=found.given_name, **known)
        if not aliases.fits(found.alias, aliases.words([person.given_name, person.family_name])):
            self._change(Code.CHANGE_ALIAS, was=found.alias, **known)

    def _plan_staff(self, index: int, person: Person, found: StoredPerson | None) -> None:
        if found is None:
            if not person.is_gone:
                posts = sorted(person.posts or {StaffRole.TEACHER})
                self._change(Code.ADD_STAFF, name=person.staff_name, email=person.email, posts=posts,
                             person=index)
            return
        if found.is_disabled:
            return  # somebody decided that; a file does not take it back
        if person.is_gone:
            self._change(Code.REMOVE_STAFF, name=found.name, person_id=found.id)
            return
        known = {"name": person.staff_name, "person_id": found.id, "person": index}
        if person.key and found.external_id is None:
            self._change(Code.LINK_STAFF, **known)
        if person.staff_name != found.name:
            self._change(Code.RENAME_STAFF, was=found.name, **known)
        if person.email and person.email.casefold() != found.email.casefold():
            self._change(Code.CHANGE_EMAIL, was=found.email, email=person.email, **known)
        missing = person.posts - found.posts
        if not found.posts and not missing and any(
            not self.roster.groups[group].is_gone for group in self.groups_with[index]
        ):
            missing = frozenset({StaffRole.TEACHER})  # a guest teaches no class
        if missing and found.id != self.by:
            self._change(Code.ADD_POSTS, posts=sorted(missing), **known)

    def plan_places(self) -> None:
        target: set[tuple[UUID, UUID]] = set()
        for index, group_index in sorted(self.roster.places):
            person, group = self.roster.people[index], self.roster.groups[group_index]
            found, stored = self.person_of.get(index), self.group_of.get(group_index)
            if person.is_gone or group.is_gone or (
                found is not None and found.is_disabled and found.kind is UserKind.STAFF
            ):
                continue
            if found is not None and stored is not None:
                target.add((stored.id, found.id))
                if (stored.id, found.id) in self.stored.places:
                    continue
            self._change(
                Code.JOIN_CLASS, kind=person.kind.value,
                name=person.staff_name if person.kind is UserKind.STAFF else person.given_name,
                class_name=group.name, person=index, group=group_index,
                person_id=found.id if found else None, class_id=stored.id if stored else None,
            )
        self._plan_leaving(target)

    def _plan_leaving(self, target: set[tuple[UUID, UUID]]) -> None:
        """Whom the file knows by id leaves the classes in which it does not place them: all others in a
        plain file, which says where a student is now, and those that it names in a full one."""
        named = {
            found.id for index, found in self.person_of.items()
            if self.roster.people[index].key and not self.roster.people[index].is_gone
            and (found.kind is UserKind.STUDENT if not self.roster.is_full else True)
            and not (found.is_disabled and found.kind is UserKind.STAFF)
        }
        people = {each.id: each for each in self.people}
        here = {
            found.id for index, found in self.group_of.items() if not self.roster.groups[index].is_gone
        }
        for class_id, person_id in sorted(self.stored.places - target):
            stored, found = self.classes.get(class_id), people.get(person_id)
            if stored is None or found is None or person_id not in named:
                continue
            if (class_id not in here) if self.roster.is_full else stored.is_archived:
                continue
            self._change(
                Code.LEAVE_CLASS, kind=found.kind.value, name=found.name or found.given_name,
                class_name=stored.name, person_id=person_id, class_id=class_id,
            )

    def _change(self, code: Code, **what: object) -> None:
        self.changes.append(Change(code=code, **what))  # type: ignore[arg-type]
