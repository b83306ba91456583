"""The access rule: what a person may do in a space at this moment. The only place that answers it.

A person may be in a space exactly while the partnership is active, their school is a current accepted
member, they belong to the space by class or by office, they are not banned or sent out, their account is
not disabled, they have accepted the ground rules and, as a student, it is a time at which the space is open
for their school (docs/access.md). The answer is worked out from the records each time and stored nowhere:
access stored twice drifts apart. Whoever holds something open asks again when `AccessChanged` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from server import clock
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.consent import ground_rules
from server.consent.models import Consent, ConsentKind, GroundRulesAccepted
from server.hours import conditions
from server.lessons.models import Lesson, LessonOver, LessonStatus
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.safeguarding.models import Removal
from server.schools.models import RosterEntry, RosterRole, SchoolClass
from server.spaces.models import Enrolment, GroupMember, LinkTeacher, Space, SpaceKind


class Grant(StrEnum):
    """Something a person may do in a space, as `resource:action`."""

    SPACE_READ = "space:read"
    """Look at what is stored: also when the space is no longer live, for staff."""
    SPACE_ENTER = "space:enter"
    """Be in the live space and see who is there."""
    SPACE_EXPORT = "space:export"
    SPACE_MODERATE = "space:moderate"
    CHAT_READ = "chat:read"
    CHAT_POST = "chat:post"
    BOARD_VIEW = "board:view"
    BOARD_EDIT = "board:edit"
    FILE_READ = "file:read"
    FILE_ADD = "file:add"
    MEDIA_WATCH = "media:watch"
    MEDIA_PUBLISH_AUDIO = "media:publish.audio"
    MEDIA_PUBLISH_VIDEO = "media:publish.video"


LOOK = frozenset({Grant.SPACE_READ, Grant.CHAT_READ, Grant.BOARD_VIEW, Grant.FILE_READ})
KEEP = LOOK | {Grant.SPACE_EXPORT}
TAKE_PART = LOOK | {
    Grant.SPACE_ENTER,
    Grant.CHAT_POST,
    Grant.BOARD_EDIT,
    Grant.FILE_ADD,
    Grant.MEDIA_WATCH,
    Grant.MEDIA_PUBLISH_AUDIO,
    Grant.MEDIA_PUBLISH_VIDEO,
}
ADVISE = TAKE_PART - {Grant.BOARD_EDIT}
HOST = TAKE_PART | {Grant.SPACE_MODERATE, Grant.SPACE_EXPORT}
NOTHING: frozenset[Grant] = frozenset()

CLOSED_FOR_NOW = frozenset(
    {"partnership_suspended", "ground_rules", "removed_for_now", "outside_hours", "lesson_over"}
)
"""Reasons that pass. Such a space stays on the list of those who belong to it, as closed."""


class Facts(msgspec.Struct, frozen=True):
    """What the records say about one person and one space."""

    user_id: UUID
    space_id: UUID
    kind: UserKind
    verified: bool
    disabled: bool
    banned: bool
    member: MemberStatus | None
    """The state of their school's membership; None when it was never asked."""
    partnership: PartnershipStatus
    space_kind: SpaceKind
    archived: bool
    """The space, or what it is a group of; a group that is closed is archived until it is opened again."""
    learns: bool
    """A student of a class that is enrolled."""
    teaches: bool
    """A teacher of a class that is enrolled, who holds a post at their school."""
    holds_office: bool
    """Coordinator or delegate of the partnership, link teacher of the space, or headteacher or
    safeguarding lead of a school."""
    visits: VisitRole | None = None
    """What they are invited as at this moment, if they are."""
    sent_out: bool = False
    """An adult sent them out of the space, and that still holds."""
    has_accepted: bool = False
    """The ground rules, as they are now."""
    in_hours: bool = False
    """A student's own school is open, or a lesson or an adult of it has opened the space."""
    lesson_over: bool = False
    """The lesson that runs in the space has ended for their school."""
    camera: bool = False
    """A student's consent to being seen."""
    voice: bool = False
    """And to being heard."""
    in_group: bool = True
    """The space is no group, or they are one of its students. It is asked of students alone."""
    only_closed: bool = False
    """It is archived for no other reason than that it is a group, and closed."""


class Access(msgspec.Struct, frozen=True):
    """The grants, and when there is no way in, the code of the reason."""

    grants: frozenset[Grant]
    reason: str = ""

    @property
    def may_enter(self) -> bool:
        return Grant.SPACE_ENTER in self.grants


def decide(facts: Facts) -> Access:
    """The rule itself. Pure; docs/access.md states it in words."""
    if facts.disabled:
        return Access(NOTHING, "account_disabled")
    if facts.banned:
        return Access(NOTHING, "removed")
    staff = facts.kind is UserKind.STAFF
    member = facts.member is MemberStatus.ACCEPTED
    belongs = member and (
        (facts.teaches or facts.holds_office) if staff
        else facts.learns and facts.space_kind is not SpaceKind.STAFF_ROOM
    )
    if not belongs:
        return _visiting(facts) if facts.visits and staff else Access(
            NOTHING, "not_enrolled" if member else "not_a_member"
        )
    keep = KEEP if facts.verified else LOOK
    if facts.partnership is not PartnershipStatus.ACTIVE:
        was_active = facts.partnership in (PartnershipStatus.SUSPENDED, PartnershipStatus.ENDED)
        return Access(keep if staff and was_active else NOTHING, f"partnership_{facts.partnership.value}")
    if reason := _closed_for_now(facts):
        return Access(keep if staff else NOTHING, reason)
    if not staff and not facts.in_group:
        return Access(NOTHING, "other_group")
    if facts.archived:
        return Access((keep if staff else LOOK) | {Grant.SPACE_ENTER})
    if staff:
        return Access(HOST if facts.verified else TAKE_PART)
    return Access(less(TAKE_PART, _without_consent(facts)))


def decide_on_what_waits(facts: Facts) -> Access:
    """The rule, for decisions on messages and files: who keeps order in a space decides on what waits in its
    groups, too, also when everyone was called back and these are closed. Pure."""
    found = decide(facts)
    if not facts.only_closed:
        return found
    as_if_open = decide(msgspec.structs.replace(facts, archived=False)).grants
    return Access(found.grants | (as_if_open & {Grant.SPACE_MODERATE}), found.reason)


def _closed_for_now(facts: Facts) -> str:
    """Why somebody who may be in a live space cannot come in at this moment; empty when they can."""
    if facts.sent_out:
        return "removed_for_now"
    if not facts.has_accepted:
        return "ground_rules"
    if facts.kind is UserKind.STAFF:
        return ""
    if not facts.in_hours:
        return "outside_hours"
    return "lesson_over" if facts.lesson_over else ""


@lru_cache(maxsize=1024)
def less(grants: frozenset[Grant], taken: frozenset[Grant]) -> frozenset[Grant]:
    """`grants` without `taken`: one object for all who have the same, as there are thousands of them."""
    return grants - taken


def _without_consent(facts: Facts) -> frozenset[Grant]:
    """What nobody has agreed to for this student."""
    wanted = {Grant.MEDIA_PUBLISH_VIDEO: facts.camera, Grant.MEDIA_PUBLISH_AUDIO: facts.voice}
    return frozenset(grant for grant, given in wanted.items() if not given)


def _visiting(facts: Facts) -> Access:
    """Advisers and guests are there while the partnership is active, and keep nothing afterwards."""
    if facts.visits is VisitRole.GUEST and facts.space_kind is SpaceKind.STAFF_ROOM:
        return Access(NOTHING, "not_enrolled")
    if facts.partnership is not PartnershipStatus.ACTIVE:
        return Access(NOTHING, f"partnership_{facts.partnership.value}")
    if reason := _closed_for_now(facts):
        return Access(NOTHING, reason)
    if facts.archived:
        return Access(LOOK | {Grant.SPACE_ENTER})
    return Access(ADVISE if facts.visits is VisitRole.ADVISER else TAKE_PART)


async def grants_in(session: AsyncSession, user_id: UUID, space_id: UUID) -> frozenset[Grant]:
    """What this person may do in this space now. Nothing, if either does not exist."""
    return (await access_in(session, user_id, space_id)).grants


async def access_in(session: AsyncSession, user_id: UUID, space_id: UUID) -> Access:
    """`grants_in`, with the reason when there is no way in."""
    return (await access_of(session, [user_id], space_id)).get(user_id, Access(NOTHING, "not_found"))


async def access_to_decide(session: AsyncSession, user_id: UUID, space_id: UUID) -> Access:
    """`access_in`, for who decides on what waits in a space: `decide_on_what_waits`."""
    facts = await _facts_in(session, [user_id], space_id)
    return decide_on_what_waits(facts[0]) if facts else Access(NOTHING, "not_found")


async def access_of(session: AsyncSession, user_ids: Iterable[UUID], space_id: UUID) -> dict[UUID, Access]:
    """The access of several people to one space, in one query."""
    return {each.user_id: decide(each) for each in await _facts_in(session, user_ids, space_id)}


async def _facts_in(session: AsyncSession, user_ids: Iterable[UUID], space_id: UUID) -> list[Facts]:
    asked = {"user_ids": list(user_ids), "space_id": space_id, **conditions.moments(clock.now())}
    rows = await _ask(session, _FACTS_IN_SPACE, asked)
    return [Facts(user_id, space_id, *facts) for user_id, *facts in rows]


async def spaces_of(session: AsyncSession, user_id: UUID) -> dict[UUID, Access]:
    """Every space that the person may see something of, live or not, in one query."""
    asked = {"user_id": user_id, **conditions.moments(clock.now())}
    rows = await _ask(session, _FACTS_OF_PERSON, asked)
    decided = {space_id: decide(Facts(user_id, space_id, *facts)) for space_id, *facts in rows}
    # A space that is closed for now is shown as closed, not hidden: it may open again.
    return {
        space_id: access
        for space_id, access in decided.items()
        if access.grants or access.reason in CLOSED_FOR_NOW
    }


async def _ask(
    session: AsyncSession, facts: Select[Any], asked: dict[str, Any]
) -> Sequence[tuple[Any, ...]]:
    """Read past the ORM, which would add half of what the query costs. What waits in it is written first."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    connection = await session.connection()
    return (await connection.execute(facts, asked)).tuples().all()


# A group is open to whoever its parent is open to, with one condition more for students.
Root = aliased(Space, name="root")
_IN_GROUP = or_(
    Space.parent_id.is_(None),
    exists().where(GroupMember.group_id == Space.id, GroupMember.user_id == User.id),
)


def _in_class(role: RosterRole) -> ColumnElement[bool]:
    """Whether they are in an enrolled class. An archived class is kept as a record and admits nobody."""
    return exists().where(
        Enrolment.space_id == Root.id,
        RosterEntry.class_id == Enrolment.class_id,
        SchoolClass.id == Enrolment.class_id,
        SchoolClass.archived_at.is_(None),
        RosterEntry.user_id == User.id,
        RosterEntry.role == role,
    )


_COORDINATES = exists().where(
    Coordinator.partnership_id == Partnership.id, Coordinator.user_id == User.id
)
_NOW = conditions.NOW
_DELEGATED = exists().where(
    Delegation.partnership_id == Partnership.id,
    Delegation.user_id == User.id,
    Delegation.duty.in_([Duty.OPEN_SPACES, Duty.RUN_LESSONS]),
    Delegation.revoked_at.is_(None),
    Delegation.until > _NOW,
)
_LINKS = exists().where(
    LinkTeacher.space_id == Root.id, LinkTeacher.user_id == User.id, LinkTeacher.until.is_(None)
)
_VISIT_NOW = and_(
    Visit.partnership_id == Partnership.id,
    Visit.user_id == User.id,
    or_(Visit.space_id.is_(None), Visit.space_id == Root.id),
    Visit.revoked_at.is_(None),
    Visit.starts_at <= _NOW,
    Visit.ends_at > _NOW,
)
_VISITS = exists().where(_VISIT_NOW)
# An adviser who is invited as a guest as well remains an adviser.
_VISITS_AS = type_coerce(
    select(func.min(Visit.role)).where(_VISIT_NOW).correlate(User, Root, Partnership).scalar_subquery(),
    Visit.role.type,
)
_LEADS_SCHOOL = exists().where(
    StaffPost.user_id == User.id,
    StaffPost.role.in_([StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD]),
)
# A guest is there by a visit, whatever classes they once taught.
_HOLDS_A_POST = exists().where(StaffPost.user_id == User.id)
_BANNED = exists().where(Ban.partnership_id == Partnership.id, Ban.user_id == User.id)
_SENT_OUT = exists().where(
    Removal.space_id == Root.id, Removal.user_id == User.id, Removal.lifted_at.is_(None),
    or_(Removal.until.is_(None), Removal.until > _NOW),
)
_HAS_ACCEPTED = exists().where(
    GroundRulesAccepted.user_id == User.id, GroundRulesAccepted.version == ground_rules.VERSION
)
_IN_HOURS = or_(
    exists().where(conditions.school_is_open(User.school_id)),
    exists().where(conditions.lesson_opens(Root.id)),
    exists().where(conditions.opening_holds(Root.id, User.school_id)),
)
_LESSON_OVER = exists().where(
    Lesson.space_id == Root.id, Lesson.status == conditions.word(LessonStatus.LIVE),
    LessonOver.lesson_id == Lesson.id, LessonOver.school_id == User.school_id,
)
_IS_STUDENT = User.kind == conditions.word(UserKind.STUDENT)


def _consents(kind: ConsentKind) -> ColumnElement[bool]:
    return exists().where(
        Consent.user_id == User.id, Consent.kind == conditions.word(kind), Consent.until.is_(None),
        Consent.given.is_(True),
    )


def _facts(wanted_id: InstrumentedAttribute[UUID], condition: ColumnElement[bool]) -> Select[Any]:
    """One row for each person and space: the id that the asker does not know, then the facts in order."""
    return (
        select(
            wanted_id,
            User.kind,
            User.verified_at.is_not(None),
            User.disabled_at.is_not(None),
            _BANNED,
            Membership.status,
            Partnership.status,
            Root.kind,
            or_(Space.archived_at.is_not(None), Root.archived_at.is_not(None)),
            _in_class(RosterRole.STUDENT),
            _in_class(RosterRole.TEACHER) & _HOLDS_A_POST,
            _COORDINATES | _LEADS_SCHOOL | _DELEGATED | _LINKS,
            _VISITS_AS,
            _SENT_OUT,
            _HAS_ACCEPTED,
            # What only a student is asked for is not looked for of staff.
            _IS_STUDENT & _IN_HOURS,
            _IS_STUDENT & _LESSON_OVER,
            _IS_STUDENT & _consents(ConsentKind.CAMERA),
            _IS_STUDENT & _consents(ConsentKind.VOICE),
            _IN_GROUP,
            and_(Space.parent_id.is_not(None), Space.archived_at.is_not(None), Root.archived_at.is_(None)),
        )
        .select_from(User)
        .join(Space, true())
        .join(Root, Root.id == func.coalesce(Space.parent_id, Space.id))
        .join(Partnership, Partnership.id == Root.partnership_id)
        .outerjoin(
            Membership,
            and_(Membership.partnership_id == Partnership.id, Membership.school_id == User.school_id),
        )
        .where(condition)
    )


# Built once, with their parameters left open: one of them is asked for every batch of messages and every
# join, and to build and recognise it anew took longer than to run it.
_FACTS_IN_SPACE = _facts(
    User.id, and_(User.id.in_(bindparam("user_ids", expanding=True)), Space.id == bindparam("space_id"))
)
# Only spaces of their own school's partnerships can be theirs, and those they are invited to. A group is no
# space of its own on a list.
_FACTS_OF_PERSON = _facts(
    Space.id,
    and_(
        User.id == bindparam("user_id"), Space.parent_id.is_(None),
        or_(Membership.id.is_not(None), _VISITS),
    ),
)
