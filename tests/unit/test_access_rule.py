"""The access rule holds after any sequence of changes to the records.

`expected` states the rule once more, in the order of docs/access.md and over plain sets. The machine
changes the records in every way it can think of and compares the two for every person and space.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import access, clock
from server.access import Facts
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.bus import InProcessBus
from server.consent import ground_rules
from server.consent.models import Consent, ConsentKind, Giver, GroundRulesAccepted
from server.db import Database, Identified, Model, UnitOfWork
from server.hours.models import SchoolDay, SpaceOpening
from server.lessons.models import Lesson, LessonOver, LessonStatus
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.safeguarding.models import Removal
from server.schools.models import RosterEntry, RosterRole
from server.spaces.models import Enrolment, GroupMember, LinkTeacher, Space, SpaceKind
from tests.factories import World

READ = {"space:read", "chat:read", "board:view", "file:read"}
TAKE_PART = READ | {
    "space:enter", "chat:post", "board:edit", "file:add", "media:watch", "media:publish.audio",
    "media:publish.video",
}

SCHOOLS = ("home", "kenyan", "ghanaian")
PEOPLE = {
    f"{school}/{who}": school
    for school in SCHOOLS
    for who in ("student", "other student", "teacher", "office")
}
PARTNERSHIPS = ("rivers", "weather")
SPACES = {"project": "rivers", "staff room": "rivers", "cluster wide": "weather"}
GROUPS = {"project group": "project", "other project group": "project", "cluster wide group": "cluster wide"}
"""Of each, the space that it is a group of."""

learners = st.sampled_from([f"{school}/student" for school in SCHOOLS])
people, schools = st.sampled_from(sorted(PEOPLE)), st.sampled_from(SCHOOLS)
partnerships, spaces = st.sampled_from(PARTNERSHIPS), st.sampled_from(sorted(SPACES))
groups = st.sampled_from(sorted(GROUPS))
yes_or_no = st.booleans()
states = st.sampled_from(["none", "runs", "over", "revoked"])
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

TIMES = {
    "long over": (-30 * DAY, -29 * DAY), "just over": (-HOUR, -5 * MINUTE), "over": (-HOUR, -11 * MINUTE),
    "hours over": (-5 * HOUR, -2 * HOUR), "runs": (-HOUR, HOUR), "soon": (9 * MINUTE, HOUR),
    "later": (11 * MINUTE, HOUR),
}
"""From when to when a lesson is planned, seen from now."""
times = st.sampled_from(sorted(TIMES))


class Known:
    """What is in the records, as plain sets and words. At first everyone takes part in everything."""

    def __init__(self) -> None:
        self.status: dict[str, str] = dict.fromkeys(PARTNERSHIPS, "active")
        self.member = {(tie, school): "accepted" for tie in PARTNERSHIPS for school in SCHOOLS}
        self.enrolled = {(space, school) for space in SPACES for school in SCHOOLS}
        self.roster = {
            (school, f"{school}/{who}"): who for school in SCHOOLS for who in ("student", "teacher")
        }
        self.posts = {(f"{school}/teacher", "teacher") for school in SCHOOLS}
        self.coordinators: set[tuple[str, str]] = set()
        self.banned: set[tuple[str, str]] = set()
        self.disabled: set[str] = set()
        self.verified: set[str] = set()
        self.archived: set[str] = set()
        self.delegated: dict[tuple[str, str, str], bool] = {}
        """(partnership, person, duty) -> whether it runs at this moment."""
        self.links: dict[tuple[str, str], str] = {}
        """(space, school) -> who answers for it there now."""
        self.visits: dict[tuple[str, str], tuple[str, bool]] = {}
        """(person, space or partnership) -> as what, and whether it runs at this moment."""
        self.sent_out: set[tuple[str, str]] = set()
        self.accepted = set(PEOPLE)
        self.seen, self.heard = ({each for each in PEOPLE if "student" in each} for _ in range(2))
        self.open = set(SCHOOLS)
        self.opened: set[tuple[str, str]] = set()
        """(space, school): an adult of that school has opened it."""
        self.lesson: dict[str, tuple[str, str]] = {}
        """space -> the status and the times of its lesson."""
        self.lesson_over: set[tuple[str, str]] = set()
        self.grouped: set[tuple[str, str]] = set()

    def expected_in_group(self, person: str, group: str) -> set[str]:
        """What the same person may do in its space, and a student only in their own."""
        if "student" in person and (group, person) not in self.grouped:
            return set()
        return self.expected(person, GROUPS[group], is_closed=group in self.archived)

    def expected(self, person: str, space: str, *, is_closed: bool = False) -> set[str]:
        partnership = SPACES[space]
        if person in self.disabled or (partnership, person) in self.banned:
            return set()
        is_member = self.member.get((partnership, PEOPLE[person])) == "accepted"
        if not is_member or not self.belongs(person, space):
            return self.expected_of_visitor(person, space, is_closed=is_closed)
        is_student = "student" in person
        export = {"space:export"} if not is_student and person in self.verified else set()
        status = self.status[partnership]
        if status in ("suspended", "ended"):
            return set() if is_student else READ | export
        if status != "active":
            return set()
        if (space, person) in self.sent_out or person not in self.accepted:
            return set() if is_student else READ | export
        if is_student and not self.is_time(person, space):
            return set()
        if is_closed or space in self.archived:
            return READ | {"space:enter"} | export
        if is_student:
            unseen = set() if person in self.seen else {"media:publish.video"}
            unheard = set() if person in self.heard else {"media:publish.audio"}
            return TAKE_PART - unseen - unheard
        if person in self.verified:
            return TAKE_PART | {"space:export", "space:moderate"}
        return TAKE_PART

    def is_time(self, person: str, space: str) -> bool:
        school = PEOPLE[person]
        status, when = self.lesson.get(space, ("none", ""))
        if status == "live" and (space, school) in self.lesson_over:
            return False
        is_lesson = (status in ("scheduled", "live") and when in ("just over", "runs", "soon")) or (
            # Nobody has ended it.
            status == "live" and when in ("over", "hours over", "later")
        )
        return school in self.open or (space, school) in self.opened or is_lesson

    def belongs(self, person: str, space: str) -> bool:
        partnership = SPACES[space]
        in_enrolled_class_as = {
            role
            for (group, who), role in self.roster.items()
            if who == person and (space, group) in self.enrolled
        }
        if "student" in person:
            return space != "staff room" and "student" in in_enrolled_class_as
        return (
            ("teacher" in in_enrolled_class_as and any(who == person for who, _ in self.posts))
            or (partnership, person) in self.coordinators
            or (person, "headteacher") in self.posts
            or (person, "safeguarding_lead") in self.posts
            or self.delegated.get((partnership, person, "open_spaces"), False)
            or self.delegated.get((partnership, person, "run_lessons"), False)
            or person in [who for (place, _), who in self.links.items() if place == space]
        )

    def expected_of_visitor(self, person: str, space: str, *, is_closed: bool) -> set[str]:
        partnership = SPACES[space]
        comes_as = {
            role
            for (who, place), (role, runs) in self.visits.items()
            if who == person and runs and place in (space, partnership)
        }
        if "student" in person or not comes_as or self.status[partnership] != "active":
            return set()
        if "adviser" not in comes_as and space == "staff room":
            return set()
        if (space, person) in self.sent_out or person not in self.accepted:
            return set()
        if is_closed or space in self.archived:
            return READ | {"space:enter"}
        return TAKE_PART - {"board:edit"} if "adviser" in comes_as else TAKE_PART


class Stage:
    """The people and places, made once. Each run changes what is between them, and undoes it."""

    def __init__(self) -> None:
        # A loop of its own: the machine is plain code, and takes its steps one by one.
        self.runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.database = Database("sqlite+aiosqlite://")
        self.runner.run(self._make())

    async def _make(self) -> None:
        async with self.database.engine.begin() as connection:
            await connection.run_sync(Model.metadata.create_all)
        async with UnitOfWork(self.database, InProcessBus()) as uow:
            world = World(uow.session)
            programme = await world.programme()
            self.schools = {name: await world.school(name) for name in SCHOOLS}
            self.people = {
                person: await world.add(
                    User(kind=UserKind.STUDENT if "student" in person else UserKind.STAFF,
                         school_id=self.schools[school].id, name=person)
                )
                for person, school in PEOPLE.items()
            }
            for user in self.people.values():
                await world.accept(user.id)
                if user.kind is UserKind.STUDENT:
                    await world.consent(user.id, ConsentKind.CAMERA, ConsentKind.VOICE)
            for name in SCHOOLS:
                teacher = self.people[f"{name}/teacher"]
                await world.add(StaffPost(user_id=teacher.id, role=StaffRole.TEACHER))
            self.classes = {
                name: await world.school_class(school, self.people[f"{name}/teacher"])
                for name, school in self.schools.items()
            }
            for name, group in self.classes.items():
                learner = self.people[f"{name}/student"]
                await world.add(RosterEntry(class_id=group.id, user_id=learner.id, role=RosterRole.STUDENT))
            self.partnerships = {
                name: await world.partnership(programme, *self.schools.values()) for name in PARTNERSHIPS
            }
            self.spaces = {
                name: await world.space(
                    self.partnerships[partnership], *self.classes.values(),
                    kind=SpaceKind(name.replace(" ", "_")),
                )
                for name, partnership in SPACES.items()
            }
            self.groups = {
                name: await world.add(
                    Space(partnership_id=self.spaces[space].partnership_id, kind=self.spaces[space].kind,
                          name=name, created_at=clock.now(), parent_id=self.spaces[space].id)
                )
                for name, space in GROUPS.items()
            }

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


class AccessMachine(RuleBasedStateMachine):
    """Changes to the records, in one transaction that is undone at the end."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.known = Known()
        self.do = self.stage.runner.run
        self.session = AsyncSession(self.stage.database.engine, expire_on_commit=False)

    @rule(partnership=partnerships, status=st.sampled_from(PartnershipStatus))
    def set_status(self, partnership: str, status: PartnershipStatus) -> None:
        self.known.status[partnership] = status.value
        self._set(Partnership, self.stage.partnerships[partnership].id, status=status)

    @rule(partnership=partnerships, school=schools, status=st.none() | st.sampled_from(MemberStatus))
    def set_membership(self, partnership: str, school: str, status: MemberStatus | None) -> None:
        self.known.member[partnership, school] = status.value if status else "never asked"
        self.do(self._store(
            status is not None, Membership,
            {"partnership_id": self.stage.partnerships[partnership].id,
             "school_id": self.stage.schools[school].id},
            role=MemberRole.PARTNER, status=status, colour=0, invited_at=clock.now(),
        ))

    @rule(space=spaces, school=schools, there=yes_or_no)
    def set_enrolled(self, space: str, school: str, there: bool) -> None:
        self._note(self.known.enrolled, (space, school), there)
        self.do(self._store(
            there, Enrolment,
            {"space_id": self.stage.spaces[space].id, "class_id": self.stage.classes[school].id},
            enrolled_at=clock.now(),
        ))

    @rule(school=schools, person=people, role=st.none() | st.sampled_from(RosterRole))
    def set_roster(self, school: str, person: str, role: RosterRole | None) -> None:
        self.known.roster[school, person] = role.value if role else "not in it"
        self.do(self._store(
            role is not None, RosterEntry,
            {"class_id": self.stage.classes[school].id, "user_id": self.stage.people[person].id}, role=role,
        ))

    @rule(person=people, post=st.sampled_from(StaffRole), there=yes_or_no)
    def set_post(self, person: str, post: StaffRole, there: bool) -> None:
        self._note(self.known.posts, (person, post.value), there)
        self.do(self._store(there, StaffPost, {"user_id": self.stage.people[person].id, "role": post}))

    @rule(partnership=partnerships, person=people, there=yes_or_no)
    def set_coordinator(self, partnership: str, person: str, there: bool) -> None:
        self._note(self.known.coordinators, (partnership, person), there)
        self.do(self._store(there, Coordinator, self._in(partnership, person), since=clock.now()))

    @rule(partnership=partnerships, person=people, there=yes_or_no)
    def set_ban(self, partnership: str, person: str, there: bool) -> None:
        self._note(self.known.banned, (partnership, person), there)
        self.do(self._store(there, Ban, self._in(partnership, person), reason="", banned_at=clock.now()))

    @rule(person=people, there=yes_or_no)
    def set_disabled(self, person: str, there: bool) -> None:
        self._note(self.known.disabled, person, there)
        self._set(User, self.stage.people[person].id, disabled_at=clock.now() if there else None)

    @rule(person=people, there=yes_or_no)
    def set_verified(self, person: str, there: bool) -> None:
        self._note(self.known.verified, person, there)
        self._set(User, self.stage.people[person].id, verified_at=clock.now() if there else None)

    @rule(space=spaces, there=yes_or_no)
    def set_archived(self, space: str, there: bool) -> None:
        self._note(self.known.archived, space, there)
        self._set(Space, self.stage.spaces[space].id, archived_at=clock.now() if there else None)

    @rule(group=groups, there=yes_or_no)
    def set_group_closed(self, group: str, there: bool) -> None:
        self._note(self.known.archived, group, there)
        self._set(Space, self.stage.groups[group].id, archived_at=clock.now() if there else None)

    @rule(group=groups, person=learners | people, there=st.just(True) | yes_or_no)
    def set_group_member(self, group: str, person: str, there: bool) -> None:
        self._note(self.known.grouped, (group, person), there)
        ids = {"group_id": self.stage.groups[group].id, "user_id": self.stage.people[person].id}
        self.do(self._store(there, GroupMember, ids))

    @rule(
        partnership=partnerships, person=people, state=states,
        duty=st.sampled_from([Duty.OPEN_SPACES, Duty.RUN_LESSONS]) | st.sampled_from(Duty),
    )
    def set_delegation(self, partnership: str, person: str, duty: Duty, state: str) -> None:
        self.known.delegated[partnership, person, duty.value] = state == "runs"
        now = clock.now()
        self.do(self._store(
            state != "none", Delegation, {**self._in(partnership, person), "duty": duty},
            granted_by_id=self.stage.people[person].id, granted_at=now - 2 * DAY,
            until=now - DAY if state == "over" else now + DAY, revoked_at=now if state == "revoked" else None,
        ))

    @rule(space=spaces, person=people, state=st.sampled_from(["none", "runs", "over"]))
    def set_link_teacher(self, space: str, person: str, state: str) -> None:
        school = PEOPLE[person]
        self.known.links.pop((space, school), None)
        if state == "runs":
            self.known.links[space, school] = person
        self.do(self._store(
            state != "none", LinkTeacher,
            {"space_id": self.stage.spaces[space].id, "school_id": self.stage.schools[school].id},
            user_id=self.stage.people[person].id, since=clock.now() - DAY,
            until=clock.now() if state == "over" else None,
        ))

    @rule(
        person=people, place=st.sampled_from(sorted([*SPACES, *PARTNERSHIPS])),
        role=st.sampled_from(VisitRole), state=states | st.just("not yet"),
    )
    def set_visit(self, person: str, place: str, role: VisitRole, state: str) -> None:
        self.known.visits[person, place] = role.value, state == "runs"
        now, space = clock.now(), self.stage.spaces.get(place)
        self.do(self._store(
            state != "none", Visit,
            {**self._in(SPACES.get(place, place), person), "space_id": space.id if space else None},
            role=role, invited_by_id=self.stage.people[person].id,
            starts_at=now + DAY if state == "not yet" else now - 2 * DAY,
            ends_at=now - DAY if state == "over" else now + 2 * DAY,
            revoked_at=now if state == "revoked" else None,
        ))

    @rule(
        space=spaces, person=learners | people,
        state=st.sampled_from(["none", "runs", "for good", "over", "lifted"]),
    )
    def set_removal(self, space: str, person: str, state: str) -> None:
        self._note(self.known.sent_out, (space, person), state in ("runs", "for good"))
        now, user_id = clock.now(), self.stage.people[person].id
        self.do(self._store(
            state != "none", Removal, {"space_id": self.stage.spaces[space].id, "user_id": user_id},
            by_id=user_id, reason_code="other", removed_at=now - DAY,
            until={"runs": now + HOUR, "lifted": now + HOUR, "over": now - MINUTE}.get(state),
            lifted_at=now if state == "lifted" else None,
        ))

    @rule(person=learners | people, state=st.sampled_from(["none", "now", "before"]))
    def set_accepted(self, person: str, state: str) -> None:
        self._note(self.known.accepted, person, state == "now")
        self.do(self._store(
            state != "none", GroundRulesAccepted, {"user_id": self.stage.people[person].id},
            version=ground_rules.VERSION - (state == "before"), wording="younger", accepted_at=clock.now(),
        ))

    @rule(
        person=learners | people, state=st.sampled_from(["never", "yes", "no", "no longer", "again"]),
        kind=st.sampled_from([ConsentKind.CAMERA, ConsentKind.VOICE]) | st.sampled_from(ConsentKind),
    )
    def set_consent(self, person: str, kind: ConsentKind, state: str) -> None:
        for which, known in ((ConsentKind.CAMERA, self.known.seen), (ConsentKind.VOICE, self.known.heard)):
            if kind is which:
                self._note(known, person, state in ("yes", "again"))
        answers = {"never": [], "yes": [True], "no": [False], "no longer": [True, False],
                   "again": [True, False, True]}[state]
        self.do(self._answer(self.stage.people[person].id, kind, answers))

    async def _answer(self, user_id: UUID, kind: ConsentKind, answers: list[bool]) -> None:
        await self.session.execute(delete(Consent).filter_by(user_id=user_id, kind=kind))
        now = clock.now()
        for ago, answer in enumerate(reversed(answers)):
            self.session.add(
                Consent(user_id=user_id, kind=kind, given=answer, giver=Giver.PARENT, recorded_by_id=None,
                        since=now - (ago + 1) * DAY, until=now - ago * DAY if ago else None)
            )
        await self.session.flush()

    @rule(school=schools, state=st.sampled_from(["none", "runs", "over", "not yet"]))
    def set_school_day(self, school: str, state: str) -> None:
        self._note(self.known.open, school, state == "runs")
        start = {"over": -8 * HOUR, "not yet": MINUTE}.get(state, -HOUR) + clock.now()
        self.do(self._store(
            state != "none", SchoolDay, {"school_id": self.stage.schools[school].id}, starts_at=start,
            ends_at=start + 7 * HOUR,
        ))

    @rule(space=spaces, school=schools, state=st.sampled_from(["none", "runs", "over", "closed"]))
    def set_opening(self, space: str, school: str, state: str) -> None:
        self._note(self.known.opened, (space, school), state == "runs")
        now = clock.now()
        self.do(self._store(
            state != "none", SpaceOpening,
            {"space_id": self.stage.spaces[space].id, "school_id": self.stage.schools[school].id},
            opened_by_id=None, reason="Rehearsal", starts_at=now - 2 * HOUR,
            ends_at=now - MINUTE if state == "over" else now + HOUR,
            closed_at=now - MINUTE if state == "closed" else None,
        ))

    @rule(
        space=spaces, when=times, over=st.sets(schools),
        status=st.just(LessonStatus.LIVE) | st.none() | st.sampled_from(LessonStatus),
    )
    def set_lesson(self, space: str, status: LessonStatus | None, when: str, over: set[str]) -> None:
        self.known.lesson[space] = status.value if status else "none", when
        self.known.lesson_over -= {(space, school) for school in SCHOOLS}
        self.known.lesson_over |= {(space, school) for school in over}
        self.do(self._lesson(space, status, TIMES[when], over))

    async def _lesson(
        self, space: str, status: LessonStatus | None, when: tuple[timedelta, timedelta], over: set[str]
    ) -> None:
        now = clock.now()
        await self._store(
            status is not None, Lesson, {"space_id": self.stage.spaces[space].id}, title="Rivers",
            status=status, starts_at=now + when[0], ends_at=now + when[1], created_at=now,
            created_by_id=self.stage.people["home/teacher"].id,
        )
        lesson_id = await self.session.scalar(
            select(Lesson.id).where(Lesson.space_id == self.stage.spaces[space].id)
        )
        if lesson_id is not None:
            self.session.add_all(
                LessonOver(lesson_id=lesson_id, school_id=self.stage.schools[school].id, at=now)
                for school in over
            )
            await self.session.flush()

    @invariant()
    def grants_are_what_the_rule_says(self) -> None:
        ids = {user.id: person for person, user in self.stage.people.items()}
        for space, record in self.stage.spaces.items():
            found = self.do(access.access_of(self.session, ids, record.id))
            granted = {ids[user_id]: {str(grant) for grant in each.grants} for user_id, each in found.items()}
            assert granted == {person: self.known.expected(person, space) for person in PEOPLE}, space
            assert all(bool(each.reason) != each.may_enter for each in found.values())
        for group, record in self.stage.groups.items():
            found = self.do(access.access_of(self.session, ids, record.id))
            granted = {ids[user_id]: {str(grant) for grant in each.grants} for user_id, each in found.items()}
            assert granted == {each: self.known.expected_in_group(each, group) for each in PEOPLE}, group

    def teardown(self) -> None:
        try:
            self.do(self._each_question_has_the_same_answer())
        finally:
            self.do(self._undo())

    async def _each_question_has_the_same_answer(self) -> None:
        for person, user in self.stage.people.items():
            listed = await access.spaces_of(self.session, user.id)
            for space, record in self.stage.spaces.items():
                grants = await access.grants_in(self.session, user.id, record.id)
                assert grants == self.known.expected(person, space)
                assert grants == (listed[record.id].grants if record.id in listed else frozenset())
                to_decide = await access.access_to_decide(self.session, user.id, record.id)
                assert to_decide.grants == grants
            for group, record in self.stage.groups.items():
                to_decide = await access.access_to_decide(self.session, user.id, record.id)
                above = self.known.expected(person, GROUPS[group]) & {access.Grant.SPACE_MODERATE}
                assert to_decide.grants == self.known.expected_in_group(person, group) | above
            assert not listed.keys() & {record.id for record in self.stage.groups.values()}

    async def _undo(self) -> None:
        await self.session.rollback()
        await self.session.close()

    def _in(self, partnership: str, person: str) -> dict[str, UUID]:
        return {
            "partnership_id": self.stage.partnerships[partnership].id, "user_id": self.stage.people[person].id
        }

    def _note(self, known: set[Any], item: object, there: bool) -> None:
        (known.add if there else known.discard)(item)

    def _set(self, model: type[Identified], record_id: UUID, **values: Any) -> None:
        self.do(self.session.execute(update(model).where(model.id == record_id).values(**values)))

    async def _store(self, there: bool, model: type[Model], where: dict[str, Any], **rest: Any) -> None:
        """Make exactly one such row, or none."""
        await self.session.execute(delete(model).filter_by(**where))
        if there:
            self.session.add(model(**where, **rest))
            await self.session.flush()


def test_grants_follow_from_the_records_after_any_sequence_of_changes() -> None:
    AccessMachine.stage = Stage()
    try:
        run_state_machine_as_test(
            AccessMachine,
            # A failing run is short enough to read; making it shorter would take minutes.
            settings=settings(
                max_examples=120, stateful_step_count=20, deadline=None, phases=[Phase.reuse, Phase.generate]
            ),
        )
    finally:
        AccessMachine.stage.close()


FACTS = Facts(
    user_id=UUID(int=1), space_id=UUID(int=2), kind=UserKind.STUDENT, verified=False, disabled=False,
    banned=False, member=MemberStatus.ACCEPTED, partnership=PartnershipStatus.ACTIVE,
    space_kind=SpaceKind.PROJECT, archived=False, learns=True, teaches=False, holds_office=False,
    has_accepted=True, in_hours=True, camera=True, voice=True,
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"partnership": PartnershipStatus.SUSPENDED}, "partnership_suspended"),
        ({"partnership": PartnershipStatus.ENDED}, "partnership_ended"),
        ({"member": MemberStatus.LEFT}, "not_a_member"),
        ({"member": MemberStatus.DECLINED}, "not_a_member"),
        ({"member": None}, "not_a_member"),
        ({"learns": False}, "not_enrolled"),
        ({"space_kind": SpaceKind.STAFF_ROOM}, "not_enrolled"),
        ({"in_hours": False}, "outside_hours"),
        ({"lesson_over": True}, "lesson_over"),
        ({"has_accepted": False, "in_hours": False}, "ground_rules"),
        ({"sent_out": True, "has_accepted": False, "in_hours": False}, "removed_for_now"),
        ({"sent_out": True, "partnership": PartnershipStatus.SUSPENDED}, "partnership_suspended"),
        ({"camera": False, "voice": False}, ""),
        ({"in_group": False}, "other_group"),
        ({"in_group": False, "in_hours": False}, "outside_hours"),
        ({"in_group": False, "archived": True}, "other_group"),
        ({"banned": True, "partnership": PartnershipStatus.SUSPENDED}, "removed"),
        ({"disabled": True, "banned": True}, "account_disabled"),
    ],
)
def test_whoever_is_kept_out_is_told_why(changes: dict[str, Any], reason: str) -> None:
    assert access.decide(msgspec.structs.replace(FACTS, **changes)).reason == reason


VISITOR = msgspec.structs.replace(FACTS, kind=UserKind.STAFF, learns=False, member=None, verified=True)


@pytest.mark.parametrize(
    ("changes", "grants", "reason"),
    [
        ({}, access.NOTHING, "not_a_member"),
        ({"visits": VisitRole.ADVISER}, access.ADVISE, ""),
        ({"visits": VisitRole.GUEST}, access.TAKE_PART, ""),
        ({"visits": VisitRole.ADVISER, "space_kind": SpaceKind.STAFF_ROOM}, access.ADVISE, ""),
        ({"visits": VisitRole.GUEST, "space_kind": SpaceKind.STAFF_ROOM}, access.NOTHING, "not_enrolled"),
        ({"visits": VisitRole.GUEST, "verified": False}, access.TAKE_PART, ""),
        ({"visits": VisitRole.GUEST, "archived": True}, access.LOOK | {access.Grant.SPACE_ENTER}, ""),
        ({"visits": VisitRole.ADVISER, "partnership": PartnershipStatus.SUSPENDED}, access.NOTHING,
         "partnership_suspended"),
        ({"visits": VisitRole.ADVISER, "banned": True}, access.NOTHING, "removed"),
        ({"visits": VisitRole.ADVISER, "has_accepted": False}, access.NOTHING, "ground_rules"),
        ({"visits": VisitRole.GUEST, "sent_out": True}, access.NOTHING, "removed_for_now"),
        ({"visits": VisitRole.GUEST, "in_hours": False, "lesson_over": True}, access.TAKE_PART, ""),
        ({"visits": VisitRole.GUEST, "kind": UserKind.STUDENT}, access.NOTHING, "not_a_member"),
        ({"visits": VisitRole.GUEST, "member": MemberStatus.DECLINED}, access.TAKE_PART, ""),
        # Who belongs has what they have by that, visit or not.
        ({"visits": VisitRole.GUEST, "member": MemberStatus.ACCEPTED, "teaches": True}, access.HOST, ""),
    ],
)
def test_visitors_are_there_as_what_they_are_invited_as(
    changes: dict[str, Any], grants: frozenset[access.Grant], reason: str
) -> None:
    found = access.decide(msgspec.structs.replace(VISITOR, **changes))
    assert (found.grants, found.reason) == (grants, reason)


TEACHER = msgspec.structs.replace(FACTS, kind=UserKind.STAFF, learns=False, teaches=True, verified=True)


@pytest.mark.parametrize("changes", [{"has_accepted": False}, {"sent_out": True}])
def test_staff_who_cannot_come_in_still_read_the_records(changes: dict[str, Any]) -> None:
    facts = msgspec.structs.replace(TEACHER, **changes)
    assert access.decide(facts).grants == access.KEEP
    assert access.decide(msgspec.structs.replace(facts, verified=False)).grants == access.LOOK
    assert access.decide(msgspec.structs.replace(facts, archived=True)).grants == access.KEEP


def test_hours_and_consent_are_asked_for_students_alone() -> None:
    facts = msgspec.structs.replace(TEACHER, in_hours=False, lesson_over=True, camera=False, voice=False)
    assert access.decide(facts) == access.Access(access.HOST)


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"camera": False}, {access.Grant.MEDIA_PUBLISH_VIDEO}),
        ({"voice": False}, {access.Grant.MEDIA_PUBLISH_AUDIO}),
        ({"camera": False, "voice": False},
         {access.Grant.MEDIA_PUBLISH_VIDEO, access.Grant.MEDIA_PUBLISH_AUDIO}),
    ],
)
def test_a_student_lacks_exactly_what_nobody_agreed_to(
    changes: dict[str, Any], lacks: set[access.Grant]
) -> None:
    assert access.decide(msgspec.structs.replace(FACTS, **changes)).grants == access.TAKE_PART - lacks


CLOSED = {"archived": True, "only_closed": True}


def test_who_keeps_order_in_a_space_decides_on_what_waits_in_its_closed_groups() -> None:
    group = msgspec.structs.replace(TEACHER, **CLOSED)
    assert access.decide(group).grants == access.KEEP | {access.Grant.SPACE_ENTER}
    found = access.decide_on_what_waits(group)
    assert found.grants == access.KEEP | {access.Grant.SPACE_ENTER, access.Grant.SPACE_MODERATE}
    archived = msgspec.structs.replace(TEACHER, archived=True)
    assert access.decide_on_what_waits(archived) == access.decide(archived)


@pytest.mark.parametrize(
    "changes",
    [
        {"verified": False}, {"banned": True}, {"disabled": True}, {"sent_out": True},
        {"has_accepted": False}, {"partnership": PartnershipStatus.SUSPENDED}, {"teaches": False},
        {"kind": UserKind.STUDENT, "teaches": False, "learns": True},
        {"member": None, "teaches": False, "visits": VisitRole.ADVISER},
    ],
)
def test_nobody_else_decides_there(changes: dict[str, Any]) -> None:
    group = msgspec.structs.replace(TEACHER, **CLOSED, **changes)
    assert access.decide_on_what_waits(group) == access.decide(group)


any_facts = st.builds(
    Facts, user_id=st.just(UUID(int=1)), space_id=st.just(UUID(int=2)), kind=st.sampled_from(UserKind),
    verified=yes_or_no, disabled=yes_or_no, banned=yes_or_no, archived=yes_or_no,
    member=st.none() | st.sampled_from(MemberStatus), partnership=st.sampled_from(PartnershipStatus),
    space_kind=st.sampled_from(SpaceKind), visits=st.none() | st.sampled_from(VisitRole),
    learns=yes_or_no, teaches=yes_or_no, holds_office=yes_or_no,
    sent_out=yes_or_no, has_accepted=yes_or_no, in_hours=yes_or_no, lesson_over=yes_or_no, camera=yes_or_no,
    voice=yes_or_no,
)


@given(any_facts)
def test_what_speaks_against_a_person_never_gives_them_more(facts: Facts) -> None:
    found = access.decide(facts).grants
    for name, against in (
        ("disabled", True), ("banned", True), ("archived", True), ("learns", False), ("sent_out", True),
        ("has_accepted", False), ("in_hours", False), ("lesson_over", True), ("camera", False),
        ("voice", False),
    ):
        # Staff keep the export in a space that they cannot enter.
        may_keep = access.KEEP if facts.kind is UserKind.STAFF else access.NOTHING
        worse = access.decide(msgspec.structs.replace(facts, **{name: against})).grants
        assert worse <= found | (may_keep if found else access.NOTHING), name
    if facts.kind is UserKind.STUDENT:
        assert found <= access.TAKE_PART
