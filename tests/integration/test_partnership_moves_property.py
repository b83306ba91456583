"""Whatever anybody does in whatever order, a partnership keeps what it promises.

The machine lets the people of five schools make every move there is, allowed or not. After each step the
records are read as plain rows, and what docs/partnerships.md and docs/access.md promise is held against
them, stated once more in this file's own words.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from server import access, clock
from server.accounts.models import StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.agreements import service as agreements
from server.agreements.models import AgreementVersion, Assent, AssentKind, VersionStatus
from server.agreements.rules import AgreementText, Goal
from server.audit import service as audit
from server.audit.chain import GENESIS
from server.audit.models import AuditHead
from server.bus import InProcessBus
from server.db import Database, Model, UnitOfWork
from server.errors import DomainError
from server.partnerships import bans, delegations, joining, moves, people, rules, service, visits
from server.partnerships import record as records
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    JoinRequest,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.schools.models import Internet, SchoolClass
from server.spaces.models import Enrolment, Space, SpaceKind
from tests.factories import PASSWORD, Student, World

SCHOOLS = {"Willow": "GB", "Ash": "GB", "Nakuru": "KE", "Accra": "GH", "Kisumu": "KE"}
POSTS = {
    "head": StaffRole.HEADTEACHER, "guardian": StaffRole.SAFEGUARDING_LEAD, "teacher": StaffRole.TEACHER,
    "other": StaffRole.TEACHER,
}
STARTS = ("active", "proposed", "active", "draft")

schools = st.sampled_from(list(SCHOOLS))
people_of = st.sampled_from([f"{school}/{post}" for school in SCHOOLS for post in POSTS])
heads = st.sampled_from([f"{school}/head" for school in SCHOOLS])
# Or whoever coordinates at that moment, so that many moves are theirs to make.
COORDINATOR = "coordinator"
steering = st.just(COORDINATOR) | st.sampled_from(
    [f"{school}/{post}" for school in SCHOOLS for post in ("head", "teacher")]
)


class Stage:
    """An empty database in memory, and a loop of its own: the machine is plain code."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.database = Database("sqlite+aiosqlite://")
        self.runner.run(self._make())

    async def _make(self) -> None:
        async with self.database.engine.begin() as connection:
            await connection.run_sync(Model.metadata.create_all)
        async with UnitOfWork(self.database, InProcessBus()) as uow:
            uow.session.add(AuditHead(id=1, seq=0, hash=GENESIS))

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


class PartnershipMachine(RuleBasedStateMachine):
    """One partnership, and everybody's moves on it."""

    stage: Stage
    went_through: Counter[str]

    @initialize(kind=st.sampled_from(PartnershipKind), needed=st.booleans(), start=st.sampled_from(STARTS))
    def begin(self, kind: PartnershipKind, needed: bool, start: str) -> None:
        self.ended = False
        self.disabled: set[str] = set()
        self.left: set[UUID] = set()
        self.do(self._begin(kind, needed, PartnershipStatus(start)))

    def do(self, work: Awaitable[Any]) -> Any:
        async def run() -> Any:
            return await work

        return self.stage.runner.run(run())

    async def _begin(self, kind: PartnershipKind, needed: bool, start: PartnershipStatus) -> None:
        async with UnitOfWork(self.stage.database, InProcessBus()) as uow:
            world = World(uow.session)
            self.schools = {name: await world.school(name, country) for name, country in SCHOOLS.items()}
            self.people: dict[str, User] = {}
            self.students: list[Student] = []
            classes = []
            for name, school in self.schools.items():
                for post, role in POSTS.items():
                    self.people[f"{name}/{post}"] = await world.staff(school, role)
                classes.append(await world.school_class(school, self.people[f"{name}/other"]))
                self.students.append(await world.student(classes[-1]))
            programme = await world.programme(agreement_needed=needed, cluster_min_schools=3)
            (self.adviser,) = await world.office(programme, StaffRole.ADVISER)
            pair = kind is PartnershipKind.ONE_TO_ONE
            names = ["Willow", "Nakuru"] if pair else ["Willow", "Ash", "Nakuru", "Accra"]
            invited = [] if start is PartnershipStatus.ACTIVE else names[1:]
            record = await world.partnership(
                programme, *(self.schools[name] for name in names if name not in invited),
                invited=[self.schools[name] for name in invited], kind=kind, status=start,
                coordinators=[
                    self.people[f"{name}/teacher"]
                    for name in (names if pair and not invited else names[:1])
                ],
            )
            self.spaces = [
                await world.space(record, *classes, kind=each)
                for each in (SpaceKind.PROJECT, SpaceKind.STAFF_ROOM)
            ]
            self.id, self.agreement_needed = record.id, needed
            if needed and start is PartnershipStatus.ACTIVE:
                await self._agreed(world, names)

    async def _agreed(self, world: World, names: list[str]) -> None:
        today, author = clock.now().date(), self.people["Willow/head"].id
        version = await world.add(
            AgreementVersion(
                partnership_id=self.id, number=1, text={}, digest="1" * 64, proposed_by_id=author,
                status=VersionStatus.IN_FORCE, review_on=today, expires_on=today + timedelta(days=90),
                proposed_at=clock.now(),
            )
        )
        for name in names:
            await world.add(
                Assent(version_id=version.id, school_id=self.schools[name].id, kind=AssentKind.SIGNED,
                       user_id=self.people[f"{name}/head"].id, given_at=clock.now(), digest="1" * 64)
            )

    def who(self, person: str) -> SignedIn:
        user = self.people[person]
        role = POSTS[person.split("/")[1]]
        return SignedIn(user.id, uuid4(), UserKind.STAFF, user.school_id, frozenset({role}))

    def attempt(
        self, name: str, person: str, work: Callable[[UnitOfWork, SignedIn], Awaitable[object]]
    ) -> None:
        """Somebody makes a move. It goes through, or the rules say no; nothing else may happen."""
        person = self.named(person)
        if person in self.disabled:
            return

        async def run() -> None:
            async with UnitOfWork(self.stage.database, InProcessBus()) as uow:
                await work(uow, self.who(person))
            self.went_through[name] += 1

        with suppress(DomainError):
            self.do(run())

    def named(self, person: str) -> str:
        if person != COORDINATOR:
            return person
        seats = {seat.user_id for seat in self.do(self._all(Coordinator))}
        return next((name for name, user in self.people.items() if user.id in seats), "Willow/head")

    @rule(person=steering, move=st.sampled_from([*rules.TRANSITIONS, "resume", "activate"]))
    def moves(self, person: str, move: str) -> None:
        self.attempt(move, person, lambda uow, who: moves.make_move(uow, who, self.id, move, "Because."))

    @rule(head=heads, move=st.sampled_from(["accept", "accept", "decline", "leave"]), sure=st.booleans())
    def answers(self, head: str, move: str, sure: bool) -> None:
        self.attempt(
            move, head, lambda uow, who: moves.make_move(uow, who, self.id, move, "", confirmed=sure)
        )

    @rule(person=steering)
    def takes_the_school_out(self, person: str) -> None:
        self.attempt(
            "leave", person,
            lambda uow, who: moves.make_move(uow, who, self.id, "leave", "", confirmed=True),
        )

    @rule()
    def every_invited_school_says_yes(self) -> None:
        invited = {
            each.school_id for each in self.do(self._all(Membership)) if each.status is MemberStatus.INVITED
        }
        for name, school in self.schools.items():
            if school.id in invited:
                self.answers(f"{name}/head", "accept", False)

    @rule(person=steering, school=schools, role=st.sampled_from(MemberRole))
    def invites(self, person: str, school: str, role: MemberRole) -> None:
        theirs = self.schools[school].id
        self.attempt("invite", person, lambda uow, who: joining.invite(uow, who, self.id, theirs, role))

    @rule(person=steering, school=schools)
    def takes_an_invitation_back(self, person: str, school: str) -> None:
        theirs = self.schools[school].id
        self.attempt(
            "withdraw", person, lambda uow, who: joining.withdraw_invitation(uow, who, self.id, theirs)
        )

    @rule(person=steering, school=schools, role=st.sampled_from(MemberRole), mentor=st.none() | schools)
    def changes_a_role(self, person: str, school: str, role: MemberRole, mentor: str | None) -> None:
        theirs, by = self.schools[school].id, self.schools[mentor].id if mentor else None
        self.attempt(
            "role", person, lambda uow, who: service.change_member(uow, who, self.id, theirs, role, by)
        )

    @rule(person=people_of, accept=st.booleans())
    def asks_and_is_answered(self, person: str, accept: bool) -> None:
        self.attempt("ask", person, lambda uow, who: joining.ask(uow, who, self.id, "Please"))
        for request in self.do(self._all(JoinRequest)):
            self.attempt(
                "decide", COORDINATOR,
                lambda uow, who, request=request: joining.decide(
                    uow, who, request.id, accept=accept, answer=""
                ),
            )

    @rule(person=steering, holder=st.none() | steering, to=people_of)
    def hands_over(self, person: str, holder: str | None, to: str) -> None:
        seat = self.people[self.named(holder)].id if holder else None
        heir = self.people[to].id
        self.attempt(
            "hand_over", person, lambda uow, who: people.hand_over(uow, who, self.id, seat, heir)
        )

    @rule(person=steering, to=people_of, duty=st.sampled_from(Duty))
    def delegates(self, person: str, to: str, duty: Duty) -> None:
        user_id, until = self.people[to].id, clock.now() + timedelta(days=9)
        self.attempt(
            "delegate", person,
            lambda uow, who: delegations.delegate(uow, who, self.id, user_id, duty, until),
        )

    @rule(person=steering, guest=st.none() | people_of, space=st.none() | st.integers(0, 1))
    def invites_a_visitor(self, person: str, guest: str | None, space: int | None) -> None:
        now = clock.now()
        wanted = visits.Visitor(
            role=VisitRole.GUEST if guest else VisitRole.ADVISER, starts_at=now,
            ends_at=now + timedelta(days=9),
            user_id=self.people[guest].id if guest else self.adviser.id,
            space_id=None if space is None else self.spaces[space].id,
        )
        self.attempt(
            "visit", person, lambda uow, who: visits.invite_visitor(uow, who, self.id, wanted)
        )

    @rule(person=steering | heads, whom=steering | people_of, lift=st.booleans())
    def bans(self, person: str, whom: str, lift: bool) -> None:
        user_id = self.people[self.named(whom)].id
        if lift:
            self.attempt("lift", person, lambda uow, who: bans.lift_ban(uow, who, self.id, user_id))
        else:
            self.attempt("ban", person, lambda uow, who: bans.ban(uow, who, self.id, user_id, "Why"))

    @precondition(lambda self: len(self.disabled) < 2)
    @rule(whom=steering)
    def an_account_is_disabled(self, whom: str) -> None:
        name = self.named(whom)

        async def disable(uow: UnitOfWork, _: SignedIn) -> None:
            user = await uow.session.get_one(User, self.people[name].id)
            user.disabled_at = clock.now()
            await people.pass_seats_on(uow, None, user)

        self.attempt("disable", name, disable)
        self.disabled.add(name)

    @rule(head=steering)
    def proposes_an_agreement(self, head: str) -> None:
        async def propose(uow: UnitOfWork, who: SignedIn) -> None:
            record = await records.get_whole(uow.session, self.id)
            ids = [
                member.school_id
                for member, seen in zip(record.memberships, records.members(record), strict=True)
                if rules.counted([seen], record.status)
            ]
            stored = await uow.session.scalars(
                select(AgreementVersion.number).where(AgreementVersion.partnership_id == self.id)
            )
            newest = max(stored, default=0)
            today = clock.now().date()
            text = AgreementText(
                goals=[Goal(text=f"Goal {newest + 1}")], weekly_minutes=dict.fromkeys(ids, 60),
                typical_days=dict.fromkeys(ids, "9 to 3"), internet=dict.fromkeys(ids, Internet.LIMITED),
                review_on=today + timedelta(days=100), expires_on=today + timedelta(days=200),
            )
            await agreements.propose(uow, who, self.id, text, newest=newest)

        self.attempt("propose_agreement", head, propose)

    @rule(names=st.lists(schools, min_size=1, unique=True) | st.just(list(SCHOOLS)))
    def heads_sign(self, names: list[str]) -> None:
        for name in names:
            for version in self.do(self._all(AgreementVersion)):
                self._speak(
                    "sign", f"{name}/head",
                    lambda who, version=version: agreements.sign(
                        self.stage.database, InProcessBus(), who, self.id, version.number, version.digest,
                        PASSWORD,
                    ),
                )

    @rule(head=heads)
    def a_head_withdraws(self, head: str) -> None:
        for version in self.do(self._all(AgreementVersion)):
            self._speak(
                "unsign", head,
                lambda who, version=version: agreements.withdraw(
                    self.stage.database, InProcessBus(), who, self.id, version.number, "Why", PASSWORD
                ),
            )

    def _speak(self, name: str, head: str, work: Callable[[SignedIn], Awaitable[None]]) -> None:
        async def run() -> None:
            await work(self.who(head))
            self.went_through[name] += 1

        with suppress(DomainError):
            self.do(run())

    async def _all(self, model: Any) -> list[Any]:
        async with self.stage.database.read() as session:
            return list(await session.scalars(select(model).where(model.partnership_id == self.id)))

    # What holds after every step

    @invariant()
    def the_record_keeps_its_promises(self) -> None:
        self.do(self._check())

    async def _check(self) -> None:
        async with self.stage.database.read() as session:
            record = await records.get_whole(session, self.id)
            if record.status is PartnershipStatus.ACTIVE:
                assert rules.failing(records.checklist(record)) == []
                if self.agreement_needed:
                    assert records.version(record, VersionStatus.IN_FORCE) is not None
            assert not (self.ended and record.status is not PartnershipStatus.ENDED)
            self.ended = record.status is PartnershipStatus.ENDED
            assert all(
                count == 1 for count in Counter(member.school_id for member in record.memberships).values()
            )
            versions = await session.scalars(
                select(AgreementVersion.status).where(AgreementVersion.partnership_id == self.id)
            )
            counts = Counter(versions)
            assert max(counts[VersionStatus.IN_FORCE], counts[VersionStatus.PROPOSED]) <= 1
            self._check_seats(record)
            self._check_classes(record, await self._enrolled(session))
            banned = set(await session.scalars(select(Ban.user_id).where(Ban.partnership_id == self.id)))
            if not self.ended:
                assert banned.isdisjoint(seat.user_id for seat in record.coordinators)
            assert all(
                (member.left_at is not None) == (member.status in (MemberStatus.LEFT, MemberStatus.DECLINED))
                and not (member.status is MemberStatus.INVITED and member.accepted_at)
                for member in record.memberships
            )
            everybody = [user.id for user in self.people.values()]
            everybody += [self.adviser.id, *(student.id for student in self.students)]
            expected = await self._expected(session, record)
            for space in self.spaces:
                found = await access.access_of(session, everybody, space.id)
                assert {user_id: found[user_id].grants for user_id in everybody} == {
                    user_id: expected(user_id, space) for user_id in everybody
                }

    @staticmethod
    def _check_seats(record: Partnership) -> None:
        by_school = Counter(seat.user.school_id for seat in record.coordinators)
        if record.kind is PartnershipKind.CLUSTER:
            assert sum(by_school.values()) <= 1
        assert max(by_school.values(), default=0) <= 1
        for member in record.memberships:
            if member.status in (MemberStatus.LEFT, MemberStatus.DECLINED):
                assert member.school_id not in by_school
                assert all(each.mentor_id != member.school_id for each in record.memberships)

    async def _enrolled(self, session: Any) -> Counter[UUID]:
        """How many of the spaces the class of each school is in."""
        theirs = select(SchoolClass.school_id).join(Enrolment, Enrolment.class_id == SchoolClass.id)
        here = Enrolment.space_id.in_([space.id for space in self.spaces])
        return Counter(await session.scalars(theirs.where(here)))

    def _check_classes(self, record: Partnership, enrolled: Counter[UUID]) -> None:
        for member in record.memberships:
            if member.status is MemberStatus.LEFT and member.accepted_at is not None:
                self.left.add(member.school_id)
        # Who has left once comes again without its classes; nobody enrols any here.
        assert {school.id for school in self.schools.values()} - self.left == set(enrolled)
        assert set(enrolled.values()) <= {len(self.spaces)}

    async def _expected(
        self, session: Any, record: Partnership
    ) -> Callable[[UUID, Space], frozenset[access.Grant]]:
        """The rule of docs/access.md over plain rows: heads, guardians and the class's own staff belong."""
        now = clock.now()
        accepted = {
            member.school_id for member in record.memberships if member.status is MemberStatus.ACCEPTED
        }
        seats = {seat.user_id for seat in record.coordinators}
        banned = {ban.user_id for ban in await session.scalars(select(Ban).filter_by(partnership_id=self.id))}
        disabled = set(await session.scalars(select(User.id).where(User.disabled_at.is_not(None))))
        duties = defaultdict(set)
        for each in await session.scalars(select(Delegation).filter_by(partnership_id=self.id)):
            if each.revoked_at is None and each.until > now:
                duties[each.user_id].add(each.duty)
        coming = [
            each
            for each in await session.scalars(select(Visit).filter_by(partnership_id=self.id))
            if each.revoked_at is None and each.starts_at <= now < each.ends_at
        ]
        # Each school has one class, which is in both spaces until the school has left once.
        enrolled = set(await self._enrolled(session))
        status = record.status
        names = {user.id: name for name, user in self.people.items()}
        students = {student.id for student in self.students}
        school_of = dict(
            (await session.execute(select(User.id, User.school_id))).tuples().all()
        )

        def expected(user_id: UUID, space: Space) -> frozenset[access.Grant]:
            if user_id in disabled | banned:
                return frozenset()
            active = status is PartnershipStatus.ACTIVE
            school_id = school_of[user_id]
            if user_id in students:
                may = school_id in accepted and space.kind is SpaceKind.PROJECT and active
                return access.TAKE_PART if may and school_id in enrolled else frozenset()
            post = names.get(user_id, "/adviser").split("/")[1]
            belongs = school_id in accepted and (
                post in ("head", "guardian")
                or (post == "other" and school_id in enrolled)
                or user_id in seats
                or bool(duties[user_id] & {Duty.OPEN_SPACES, Duty.RUN_LESSONS})
            )
            if belongs:
                if active:
                    return access.HOST
                kept = status in (PartnershipStatus.SUSPENDED, PartnershipStatus.ENDED)
                return access.KEEP if kept else frozenset()
            roles = {
                each.role for each in coming if each.user_id == user_id and each.space_id in (None, space.id)
            }
            if not active or not roles:
                return frozenset()
            if VisitRole.ADVISER in roles:
                return access.ADVISE
            return frozenset() if space.kind is SpaceKind.STAFF_ROOM else access.TAKE_PART

        return expected

    def teardown(self) -> None:
        self.do(self._chain_holds())

    async def _chain_holds(self) -> None:
        async with self.stage.database.read() as session:
            assert (await audit.verify(session)).broken is None


def test_a_partnership_keeps_its_promises_whatever_anybody_does() -> None:
    PartnershipMachine.stage, PartnershipMachine.went_through = Stage(), Counter()
    try:
        run_state_machine_as_test(
            PartnershipMachine,
            settings=settings(
                # A failing run is short enough to read; making it shorter would take minutes. Each run is
                # the same, so that what goes through does not depend on luck.
                max_examples=14, stateful_step_count=25, deadline=None, phases=[Phase.generate],
                suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None,
            ),
        )
    finally:
        PartnershipMachine.stage.close()
    # A machine to which everything is forbidden would prove nothing.
    assert len(PartnershipMachine.went_through) >= 8, PartnershipMachine.went_through
