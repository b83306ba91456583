"""Carrying out the plan of an import, within one transaction that holds the school's row."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from server import clock
from server.accounts import colleagues, staffing, welcome
from server.accounts.models import StaffPost, StaffRole, User, UserKind, WelcomeLink
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.events import AccessChanged
from server.rosters import aliases, classes, students
from server.rosters.plan import Change, Code
from server.rosters.roster import Roster
from server.schools.models import RosterEntry, RosterRole, School, SchoolClass

_dice = random.SystemRandom()


class Import:
    """Carries a plan out, in the plan's order: classes, people, places."""

    def __init__(self, uow: UnitOfWork, who: SignedIn | None, school: School, roster: Roster) -> None:
        self.uow, self.who, self.school, self.roster = uow, who, school, roster
        self.new_class: dict[int, SchoolClass] = {}
        self.new_person: dict[int, User] = {}
        self.stored_class: dict[UUID, SchoolClass] = {}
        self.stored_person: dict[UUID, User] = {}
        self.names: dict[UUID, aliases.Taken] = {}
        """The aliases in each class that somebody joins."""
        self.joining: dict[int, list[UUID]] = defaultdict(list)
        """Index of a person -> the classes that they will be in."""
        self.renamed: set[UUID] = set()
        """Students whose new alias is already held against every class they will be in."""
        self.posts: dict[UUID, list[StaffRole]] = {}
        """What those hold who get more."""
        self.removed: set[UUID] = set()
        """Students who have left the school."""
        self.touched: set[UUID] = set()

    async def carry_out(self, changes: Sequence[Change]) -> None:
        session = self.uow.session
        await self._load(changes)
        await self._add_classes([change for change in changes if change.code is Code.ADD_CLASS])
        await session.flush()
        await self._load_names(changes)
        for change in changes:
            await self._person(change)
            await self._class(change)
        await self._remove_students()
        await session.flush()
        await self._join(changes)
        await self._leave(changes)
        await session.flush()
        if self.touched:
            self.uow.events.append(AccessChanged(frozenset(self.touched)))

    async def _load(self, changes: Sequence[Change]) -> None:
        people = {change.person_id for change in changes if change.person_id}
        groups = {change.class_id for change in changes if change.class_id}
        for user in await self.uow.session.scalars(
            select(User).where(User.id.in_(people)).execution_options(populate_existing=True)
        ):
            self.stored_person[user.id] = user
        for found in await self.uow.session.scalars(
            select(SchoolClass).where(SchoolClass.id.in_(groups)).execution_options(populate_existing=True)
        ):
            self.stored_class[found.id] = found
        self.posts = await colleagues.posts_of(
            self.uow.session,
            [each.person_id for each in changes if each.code is Code.ADD_POSTS and each.person_id],
        )

    async def _load_names(self, changes: Sequence[Change]) -> None:
        joins = [change for change in changes if change.code is Code.JOIN_CLASS]
        renamed = {change.person_id for change in changes if change.code is Code.CHANGE_ALIAS}
        moving = {change.person_id for change in joins if change.person_id}
        around: dict[UUID, list[UUID]] = defaultdict(list)
        rows = await self.uow.session.execute(
            select(RosterEntry.user_id, RosterEntry.class_id)
            .join(SchoolClass, SchoolClass.id == RosterEntry.class_id)
            .where(
                RosterEntry.user_id.in_(renamed | moving),
                RosterEntry.role == RosterRole.STUDENT, SchoolClass.archived_at.is_(None),
            )
        )
        for user_id, class_id in rows.tuples():
            around[user_id].append(class_id)
        for change in changes:
            if change.person is not None and change.person_id is not None:
                self.joining[change.person] = [*around[change.person_id]]
        for change in joins:
            assert change.person is not None
            self.joining[change.person].append(self._class_of(change).id)
        class_ids = {class_id for listed in self.joining.values() for class_id in listed}
        names = await students.names_in(self.uow.session, class_ids)
        self.names = {class_id: aliases.Taken(taken) for class_id, taken in names.items()}

    def _class_of(self, change: Change) -> SchoolClass:
        if change.class_id is not None:
            return self.stored_class[change.class_id]
        assert change.group is not None
        return self.new_class[change.group]

    def _person_of(self, change: Change) -> User:
        if change.person_id is not None:
            return self.stored_person[change.person_id]
        assert change.person is not None
        return self.new_person[change.person]

    def _alias(self, index: int, *, without: str = "") -> aliases.Alias:
        person = self.roster.people[index]
        around = [self.names[class_id] for class_id in self.joining[index]]
        alias = aliases.choose_among(
            [*around, aliases.Taken([without])], [person.given_name, person.family_name], _dice
        )
        for each in around:
            each.add(alias.name)
        return alias

    async def _add_classes(self, changes: Sequence[Change]) -> None:
        codes = await classes.fresh_codes(self.uow.session, len(changes))
        for change, code in zip(changes, codes, strict=True):
            assert change.group is not None
            group = self.roster.groups[change.group]
            self.new_class[change.group] = found = SchoolClass(
                school_id=self.school.id, name=group.name, school_year=group.school_year, code=code,
                external_id=group.key or None,
            )
            self.uow.session.add(found)

    async def _class(self, change: Change) -> None:
        match change.code:
            case Code.RENAME_CLASS:
                found = self._class_of(change)
                found.name, found.school_year = change.name, change.school_year
            case Code.LINK_CLASS:
                assert change.group is not None
                self._class_of(change).external_id = self.roster.groups[change.group].key
            case Code.REOPEN_CLASS | Code.ARCHIVE_CLASS:
                found = self._class_of(change)
                found.archived_at = clock.now() if change.code is Code.ARCHIVE_CLASS else None
                if change.code is Code.REOPEN_CLASS:  # whoever kept the old one is not let in by it
                    found.code = await classes.fresh_code(self.uow.session)
                self.touched |= set(
                    await self.uow.session.scalars(
                        select(RosterEntry.user_id).where(RosterEntry.class_id == found.id)
                    )
                )
            case _:
                pass

    async def _person(self, change: Change) -> None:
        session, index = self.uow.session, change.person
        match change.code:
            case Code.ADD_STUDENT:
                assert index is not None
                person = self.roster.people[index]
                self.new_person[index] = added = students.student(
                    self.school.id, person.given_name, self._alias(index), person.key or None
                )
                session.add(added)
            case Code.ADD_STAFF:
                assert index is not None
                self.new_person[index] = user = await staffing.create(
                    self.uow, self.who, self.school.id, change.name, change.email, change.posts,
                    self.roster.people[index].key or None,
                )
                self._note("staff.create", user, after={
                    "posts": change.posts, "verified": user.verified_at is not None,
                })
            case Code.RENAME_STUDENT:
                self._person_of(change).given_name = change.name
            case Code.CHANGE_ALIAS:
                assert index is not None
                user = self._person_of(change)
                alias = self._alias(index, without=user.name)
                user.name, user.avatar = alias.name, alias.avatar
                self.renamed.add(user.id)
            case Code.LINK_STUDENT | Code.LINK_STAFF:
                assert index is not None
                self._person_of(change).external_id = self.roster.people[index].key
            case Code.RETURN_STUDENT:
                self._person_of(change).disabled_at = None
                self.touched.add(self._person_of(change).id)
            case Code.REMOVE_STUDENT:
                user = self._person_of(change)
                user.disabled_at = clock.now()
                self.removed.add(user.id)
            case Code.RENAME_STAFF:
                self._person_of(change).name = change.name
            case Code.CHANGE_EMAIL:
                user = self._person_of(change)
                user.email = change.email
                # A link may be on its way to whoever has the old address.
                await session.execute(delete(WelcomeLink).where(WelcomeLink.user_id == user.id))
                self._note("staff.email", user)
            case Code.ADD_POSTS:
                user = self._person_of(change)
                session.add_all(StaffPost(user_id=user.id, role=role) for role in change.posts)
                self.touched.add(user.id)
                held = self.posts[user.id]
                self._note("staff.edit", user, before={"posts": held},
                           after={"posts": sorted([*held, *change.posts])})
            case Code.REMOVE_STAFF:
                await staffing.disable_staff(self.uow, self.who, self.school, self._person_of(change))
            case _:
                pass

    def _note(
        self, act: str, user: User, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
    ) -> None:
        audit.record(
            self.uow, self.who, act, subject_id=user.id, school_id=self.school.id, before=before, after=after
        )

    async def _remove_students(self) -> None:
        if not self.removed:
            return
        open_classes = select(SchoolClass.id).where(SchoolClass.archived_at.is_(None))
        await self.uow.session.execute(
            delete(RosterEntry).where(
                RosterEntry.user_id.in_(self.removed), RosterEntry.class_id.in_(open_classes)
            )
        )
        await welcome.end_sessions(self.uow, self.removed)
        self.touched |= self.removed

    async def _join(self, changes: Sequence[Change]) -> None:
        joins = [change for change in changes if change.code is Code.JOIN_CLASS]
        moving: dict[int, list[UUID]] = defaultdict(list)
        rows = []
        for change in joins:
            assert change.person is not None
            user, found = self._person_of(change), self._class_of(change)
            if user.kind is UserKind.STUDENT and change.person_id is not None:
                moving[change.person].append(found.id)
            role = RosterRole.TEACHER if user.kind is UserKind.STAFF else RosterRole.STUDENT
            rows.append({"class_id": found.id, "user_id": user.id, "role": role})
            self.touched.add(user.id)
        if rows:  # all at once: there may be some ten thousand
            await self.uow.session.execute(insert(RosterEntry), rows)
        people = {change.person: self._person_of(change) for change in joins}
        for index, class_ids in moving.items():
            user = people[index]
            # Somebody there may have the alias that they come with.
            if user.id not in self.renamed and any(user.name in self.names[each] for each in class_ids):
                alias = self._alias(index, without=user.name)
                user.name, user.avatar = alias.name, alias.avatar
            for each in class_ids:
                self.names[each].add(user.name)

    async def _leave(self, changes: Sequence[Change]) -> None:
        leaving: dict[UUID, set[UUID]] = defaultdict(set)
        for change in changes:
            if change.code is Code.LEAVE_CLASS and change.class_id and change.person_id:
                leaving[change.class_id].add(change.person_id)
        for class_id, user_ids in leaving.items():
            await self.uow.session.execute(
                delete(RosterEntry).where(
                    RosterEntry.class_id == class_id, RosterEntry.user_id.in_(user_ids)
                )
            )
            self.touched |= user_ids
