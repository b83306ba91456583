"""Consents of students, with who gave them and when; and who has accepted the ground rules.

Source of the rules: docs/consent.md. What follows for the live space is worked out by `server.access`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts import staffing
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.consent import ground_rules, rules
from server.consent.ground_rules import Wording
from server.consent.models import Consent, ConsentKind, Giver, GroundRulesAccepted
from server.db import UnitOfWork, insert_into
from server.errors import InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.programmes import service as programmes
from server.schools.models import RosterEntry, RosterRole, School, SchoolClass

LIVE_KINDS = frozenset({ConsentKind.CAMERA, ConsentKind.VOICE})
"""Those that the access rule looks at."""


class Answer(msgspec.Struct, frozen=True):
    """What somebody said for some students."""

    kinds: Collection[ConsentKind]
    given: bool
    giver: Giver
    paper: str = ""


class Listed(msgspec.Struct, frozen=True):
    """A class on a list, and how much is still to do for it."""

    school_class: SchoolClass
    students: int
    unanswered: int
    """Students for whom nobody has said yes or no to camera and voice."""
    without_rules: int
    """Students who have not accepted the ground rules yet."""


class ClassConsent(msgspec.Struct, frozen=True):
    """A class, its students by alias, and what was answered for each."""

    school_class: SchoolClass
    students: Sequence[User]
    answers: dict[UUID, list[Consent]]
    """Those that hold."""
    accepted: dict[UUID, datetime]
    """Who has accepted the ground rules as they are now, and when."""
    names: dict[UUID, str]
    """Of who recorded the answers."""


# --- asked by others


async def has(session: AsyncSession, user_ids: Iterable[UUID], kind: ConsentKind) -> set[UUID]:
    """Those of these students for whom somebody said yes to this, and nobody no since."""
    found = await session.scalars(
        select(Consent.user_id).where(
            Consent.user_id.in_(list(user_ids)), Consent.kind == kind, Consent.until.is_(None),
            Consent.given.is_(True),
        )
    )
    return set(found)


async def current(session: AsyncSession, user_ids: Iterable[UUID]) -> dict[UUID, list[Consent]]:
    """The answers that hold, by student."""
    found: dict[UUID, list[Consent]] = defaultdict(list)
    for each in await session.scalars(
        select(Consent)
        .where(Consent.user_id.in_(list(user_ids)), Consent.until.is_(None))
        .order_by(Consent.kind)
    ):
        found[each.user_id].append(each)
    return found


# --- consents


async def _kept(session: AsyncSession, who: SignedIn, class_id: UUID) -> SchoolClass:
    """A class whose answers are this person's to see and to record.

    Raises:
        NotFound: it is none of theirs (404).
        NotAllowed: they are not verified (403).
    """
    found = await session.get(SchoolClass, class_id)
    teaches = await session.scalar(
        select(
            exists().where(
                RosterEntry.class_id == class_id, RosterEntry.user_id == who.user_id,
                RosterEntry.role == RosterRole.TEACHER,
            )
        )
    )
    if found is None or not rules.may_keep(
        who.roles, is_own_school=found.school_id == who.school_id, teaches=bool(teaches)
    ):
        raise NotFound
    if not await programmes.is_verified(session, who):
        raise NotAllowed("Your school has to verify you before you see its students' consents.")
    return found


async def page(
    session: AsyncSession, who: SignedIn, after: tuple[str, UUID] | None, limit: int
) -> list[Listed]:
    """The classes whose answers are this person's to keep, by name, at most `limit`, from behind `after`.

    Raises:
        NotAllowed: they are not verified (403).
    """
    if not await programmes.is_verified(session, who):
        raise NotAllowed("Your school has to verify you before you see its students' consents.")
    wanted = and_(SchoolClass.school_id == who.school_id, SchoolClass.archived_at.is_(None))
    if not rules.may_keep(who.roles, is_own_school=True, teaches=False):
        wanted &= exists().where(
            RosterEntry.class_id == SchoolClass.id, RosterEntry.user_id == who.user_id,
            RosterEntry.role == RosterRole.TEACHER,
        )
    if after is not None:
        name, last = after
        wanted &= or_(SchoolClass.name > name, and_(SchoolClass.name == name, SchoolClass.id > last))
    answered = [
        exists().where(Consent.user_id == User.id, Consent.kind == kind, Consent.until.is_(None))
        for kind in sorted(LIVE_KINDS)
    ]
    accepted = exists().where(
        GroundRulesAccepted.user_id == User.id, GroundRulesAccepted.version == ground_rules.VERSION
    )
    counts = [_count(true()), _count(~and_(*answered)), _count(~accepted)]
    rows = await session.execute(
        select(SchoolClass, *counts).where(wanted).order_by(SchoolClass.name, SchoolClass.id).limit(limit)
    )
    return [Listed(*each) for each in rows.tuples()]


def _count(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many students of the class there are of whom this is true."""
    return (
        select(func.count())
        .select_from(RosterEntry)
        .join(User, User.id == RosterEntry.user_id)
        .where(
            RosterEntry.class_id == SchoolClass.id, RosterEntry.role == RosterRole.STUDENT,
            User.disabled_at.is_(None), condition,
        )
        .scalar_subquery()
    )


async def _students(session: AsyncSession, class_id: UUID) -> Sequence[User]:
    found = await session.scalars(
        select(User)
        .join(RosterEntry, RosterEntry.user_id == User.id)
        .where(
            RosterEntry.class_id == class_id, RosterEntry.role == RosterRole.STUDENT,
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return found.all()


async def of_class(session: AsyncSession, who: SignedIn, class_id: UUID) -> ClassConsent:
    """What was answered for the students of a class, and who of them has accepted the ground rules.

    Raises:
        NotFound, NotAllowed: as `_kept`.
    """
    found = await _kept(session, who, class_id)
    students = await _students(session, class_id)
    ids = [each.id for each in students]
    answers = await current(session, ids)
    accepted = await session.execute(
        select(GroundRulesAccepted.user_id, GroundRulesAccepted.accepted_at).where(
            GroundRulesAccepted.user_id.in_(ids), GroundRulesAccepted.version == ground_rules.VERSION
        )
    )
    recorders = {each.recorded_by_id for every in answers.values() for each in every}
    return ClassConsent(
        found, students, answers, dict(accepted.tuples().all()), await _names(session, recorders)
    )


async def _names(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    rows = await session.execute(
        select(User.id, User.name).where(User.id.in_([each for each in ids if each is not None]))
    )
    return dict(rows.tuples().all())


async def record(
    uow: UnitOfWork, who: SignedIn, class_id: UUID, user_ids: Collection[UUID], answer: Answer
) -> int:
    """Write down what was said for students of a class; returns how many answers are new.

    An answer that says what holds already is not written again.

    Args:
        user_ids: students of the class.

    Raises:
        NotFound: the class is none of theirs, or somebody is not a student of it (404).
        NotAllowed: they are not verified (403).
        InvalidTransition: the class is archived (409).
    """
    await staffing.lock_school(uow.session, who.school_id)
    found = await _kept(uow.session, who, class_id)
    if found.archived_at is not None:
        raise InvalidTransition("This class is archived: it is kept as it was, and nothing was changed.")
    asked = set(user_ids)
    if not asked <= {each.id for each in await _students(uow.session, class_id)}:
        raise NotFound
    now, paper = clock.now(), answer.paper.strip()
    fresh: list[Consent] = []
    before = await current(uow.session, asked)
    for user_id in sorted(asked):
        held = {each.kind: each for each in before.get(user_id, [])}
        for kind in sorted(set(answer.kinds)):
            old = held.get(kind)
            if old and (old.given, old.giver, old.paper) == (answer.given, answer.giver, paper):
                continue
            if old:
                old.until = now
            fresh.append(
                Consent(user_id=user_id, kind=kind, given=answer.given, giver=answer.giver, paper=paper,
                        recorded_by_id=who.user_id, since=now)
            )
    await uow.session.flush()  # what held ends first: one answer holds at a time
    uow.session.add_all(fresh)
    if not fresh:
        return 0
    touched = sorted({each.user_id for each in fresh})
    audit.record(
        uow, who, "consent.record", subject_id=class_id, school_id=who.school_id,
        after={"user_ids": [str(each) for each in touched], "given": answer.given, "giver": answer.giver,
               "kinds": sorted({each.kind for each in fresh})},
    )
    live = frozenset(each.user_id for each in fresh if each.kind in LIVE_KINDS)
    if live:
        uow.events.append(AccessChanged(live))
    return len(fresh)


async def history(
    session: AsyncSession, who: SignedIn, class_id: UUID, user_id: UUID,
    after: tuple[datetime, UUID] | None, limit: int,
) -> tuple[Sequence[Consent], dict[UUID, str]]:
    """What was ever answered for a student of a class, the newest first, and the names of who recorded it.

    Args:
        after: moment and id of the last answer of the page before.

    Raises:
        NotFound: the class is none of theirs, or the student is not in it (404).
        NotAllowed: they are not verified (403).
    """
    await _kept(session, who, class_id)
    if user_id not in {each.id for each in await _students(session, class_id)}:
        raise NotFound
    wanted = Consent.user_id == user_id
    if after is not None:
        since, last = after
        wanted &= or_(Consent.since < since, and_(Consent.since == since, Consent.id > last))
    found = (
        await session.scalars(
            select(Consent).where(wanted).order_by(Consent.since.desc(), Consent.id).limit(limit)
        )
    ).all()
    return found, await _names(session, {each.recorded_by_id for each in found})


# --- ground rules


class Standing(msgspec.Struct, frozen=True):
    """How a person stands to the ground rules."""

    version: int
    wording: Wording
    accepted_at: datetime | None
    """When they accepted this version; None: they have not."""


async def standing(session: AsyncSession, who: SignedIn) -> Standing:
    """Which ground rules hold for this person, in which words, and whether they said yes."""
    phase = (await session.scalars(select(School.phase).where(School.id == who.school_id))).one()
    accepted_at = await session.scalar(
        select(GroundRulesAccepted.accepted_at).where(
            GroundRulesAccepted.user_id == who.user_id, GroundRulesAccepted.version == ground_rules.VERSION
        )
    )
    return Standing(ground_rules.VERSION, ground_rules.wording_for(who.kind, phase), accepted_at)


async def accept(uow: UnitOfWork, who: SignedIn, version: int) -> None:
    """This person says yes to the ground rules. To say it twice is fine.

    Raises:
        InvalidTransition: other rules hold by now: they have to be read first (409).
    """
    if version != ground_rules.VERSION:
        raise InvalidTransition("The rules have changed. Read them again, then say yes.")
    now = await standing(uow.session, who)
    if now.accepted_at is not None:
        return
    await uow.session.execute(
        insert_into(uow.session, GroundRulesAccepted)
        .values(user_id=who.user_id, version=version, wording=now.wording, accepted_at=clock.now())
        .on_conflict_do_nothing()
    )
    uow.events.append(AccessChanged(frozenset({who.user_id})))
