"""Partner requests: one school asks another, their staff talk, and a yes makes a draft partnership.

Contact begins between staff only: verified staff of the two verified schools read and write, nobody else
learns that there is a request. States: docs/finder.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.accounts.models import StaffPost, StaffRole, User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import AlreadyAsked, Invalid, InvalidTransition, NotAllowed, NotFound
from server.finder import service
from server.finder.models import PartnerRequest, RequestMessage
from server.paging import cursor, place
from server.partnerships.models import (
    Coordinator,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    RequestStatus,
)
from server.programmes.rules import ProgrammeRules
from server.schools.models import School, SchoolKind

MESSAGES_LIMIT = 200
"""Of one request: enough to get to know each other, not a second chat."""
OPEN_MAX = 50
"""Requests of one school that wait for an answer: nobody writes to every school on the list."""
DECIDING = frozenset({StaffRole.HEADTEACHER, StaffRole.TEACHER})


class NewRequest(msgspec.Struct, frozen=True):
    """What a school asks for."""

    to_school_id: UUID
    programme_id: UUID
    kind: PartnershipKind
    offers: str
    looks_for: str
    message: str
    """The first of the conversation; may be empty."""


def _of_school(school_id: UUID) -> ColumnElement[bool]:
    return or_(PartnerRequest.from_school_id == school_id, PartnerRequest.to_school_id == school_id)


def moves_for(found: PartnerRequest, who: SignedIn) -> list[str]:
    """What this verified member of staff of one of the two schools may do with it now."""
    if found.status is not RequestStatus.OPEN:
        return []
    if found.from_school_id == who.school_id:
        return ["write", "withdraw"]
    return ["write", "accept", "decline"] if who.roles & DECIDING else ["write"]


def draft_seen(found: PartnerRequest, draft: Partnership | None, who: SignedIn) -> UUID | None:
    """The partnership that came of it, once this person's school sees it: a draft is its starters' own."""
    if draft is None or (draft.status is PartnershipStatus.DRAFT and who.school_id != found.from_school_id):
        return None
    return draft.id


async def _lock_schools(session: AsyncSession, *school_ids: UUID) -> dict[UUID, School]:
    """Hold schools' rows, always in the same order, while other records may refer to them."""
    found = await session.scalars(
        select(School).where(School.id.in_(school_ids)).order_by(School.id).with_for_update(key_share=True)
    )
    return {school.id: school for school in found}


async def ask(uow: UnitOfWork, who: SignedIn, new: NewRequest) -> PartnerRequest:
    """Ask a school whether it wants to work with mine.

    Raises:
        NotAllowed: the person or their school is not verified (403).
        NotFound: no such programme, or not a verified school (404).
        Invalid: it is my own school, the programme has no such partnership of the two, or too many
            requests of my school wait (400).
        AlreadyAsked: one of the two schools has asked the other already (409).
    """
    mine = (await service.seeker(uow.session, who)).school
    if new.to_school_id == mine.id:
        raise Invalid("This is your own school. Choose another one.")
    # Both rows are held: of two schools that ask each other at once, the second sees the first's request.
    theirs = (await _lock_schools(uow.session, mine.id, new.to_school_id)).get(new.to_school_id)
    if theirs is None or theirs.kind is not SchoolKind.SCHOOL or theirs.verified_at is None:
        raise NotFound
    programme = await service.programme_rules(uow.session, new.programme_id)
    service.check_side(programme, new.kind, mine.country)
    if not service.fits_side(programme, new.kind, mine.country, theirs.country):
        raise Invalid("The programme has no partnership of this kind between these two countries.")
    pair = and_(_of_school(mine.id), _of_school(theirs.id))
    asked = await uow.session.scalar(
        select(PartnerRequest.id).where(
            pair, PartnerRequest.programme_id == new.programme_id, PartnerRequest.status == RequestStatus.OPEN
        )
    )
    if asked is not None:
        raise AlreadyAsked(request_id=asked)
    waiting = await uow.session.scalar(
        select(func.count()).where(
            PartnerRequest.from_school_id == mine.id, PartnerRequest.status == RequestStatus.OPEN
        )
    )
    if (waiting or 0) >= OPEN_MAX:
        raise Invalid(
            f"{OPEN_MAX} requests of your school wait for an answer. Take one back first. Nothing was sent."
        )
    found = PartnerRequest(
        from_school_id=mine.id, to_school_id=theirs.id, programme_id=new.programme_id, kind=new.kind,
        offers=new.offers.strip(), looks_for=new.looks_for.strip(), status=RequestStatus.OPEN,
        asked_by_id=who.user_id, asked_at=clock.now(),
    )
    uow.session.add(found)
    await uow.session.flush()
    _say(uow, who, found, new.message)
    audit.record(
        uow, who, "partner_request.ask", subject_id=found.id, school_id=theirs.id,
        after={"to_school_id": theirs.id, "programme_id": new.programme_id, "kind": new.kind},
    )
    return found


def _say(uow: UnitOfWork, who: SignedIn, found: PartnerRequest, text: str) -> None:
    text = text.replace("\0", "").strip()
    if text:
        uow.session.add(
            RequestMessage(request_id=found.id, author_id=who.user_id, text=text, sent_at=clock.now())
        )


_SHOWN = (
    joinedload(PartnerRequest.from_school),
    joinedload(PartnerRequest.to_school),
    joinedload(PartnerRequest.programme),
)


async def of_school(
    session: AsyncSession, who: SignedIn, *, is_asking: bool | None, status: RequestStatus | None,
    after: str, limit: int,
) -> tuple[list[tuple[PartnerRequest, Partnership | None]], str]:
    """A page of the requests that my school made or got, the newest first, and the next cursor.

    Args:
        is_asking: only those that my school made, or only those that it got; None: both.

    Raises:
        NotAllowed: the person or their school is not verified (403).
        Invalid: the cursor is none (400).
    """
    await service.seeker(session, who)
    side = {
        None: _of_school(who.school_id),
        True: PartnerRequest.from_school_id == who.school_id,
        False: PartnerRequest.to_school_id == who.school_id,
    }[is_asking]
    wanted = (
        select(PartnerRequest, Partnership)
        .outerjoin(Partnership, Partnership.id == PartnerRequest.partnership_id)
        .where(side)
        .options(*_SHOWN)
        .order_by(PartnerRequest.asked_at.desc(), PartnerRequest.id)
        .limit(limit + 1)
    )
    if status is not None:
        wanted = wanted.where(PartnerRequest.status == status)
    if begin := place(after, datetime, UUID):
        asked_at, request_id = begin
        wanted = wanted.where(
            or_(
                PartnerRequest.asked_at < asked_at,
                and_(PartnerRequest.asked_at == asked_at, PartnerRequest.id > request_id),
            )
        )
    rows = (await session.execute(wanted)).tuples().all()
    shown: list[tuple[PartnerRequest, Partnership | None]] = list(rows[:limit])
    more = cursor(shown[-1][0].asked_at, shown[-1][0].id) if len(rows) > limit else ""
    return shown, more


async def get_visible(
    session: AsyncSession, who: SignedIn, request_id: UUID, *, lock: bool = False
) -> PartnerRequest:
    """One request with its schools and programme, for verified staff of one of the two schools.

    Args:
        lock: hold its row until the transaction ends.

    Raises:
        NotAllowed: the person or their school is not verified (403).
        NotFound: there is none, or it is between other schools (404).
    """
    await service.seeker(session, who)
    theirs = and_(PartnerRequest.id == request_id, _of_school(who.school_id))
    if lock:
        await session.execute(select(PartnerRequest.id).where(theirs).with_for_update())
    found = await session.scalar(select(PartnerRequest).where(theirs).options(*_SHOWN))
    if found is None:
        raise NotFound
    return found


async def conversation(session: AsyncSession, request_id: UUID) -> Sequence[RequestMessage]:
    """What was said about a request, in order: at most `MESSAGES_LIMIT`, and one for a no."""
    found = await session.scalars(
        select(RequestMessage)
        .where(RequestMessage.request_id == request_id)
        .options(joinedload(RequestMessage.author))
        .order_by(RequestMessage.sent_at, RequestMessage.id)
    )
    return found.all()


async def draft_of(session: AsyncSession, found: PartnerRequest) -> Partnership | None:
    """The partnership that came of a request."""
    return await session.get(Partnership, found.partnership_id) if found.partnership_id else None


def _check_open(found: PartnerRequest) -> None:
    if found.status is not RequestStatus.OPEN:
        raise InvalidTransition(
            "This request is over: it was answered or taken back. Nothing was changed.",
            state=found.status.value,
        )


async def write(uow: UnitOfWork, who: SignedIn, request_id: UUID, text: str) -> None:
    """Say something about an open request.

    Raises:
        NotFound: it is not between this person's school and another (404).
        InvalidTransition: it is over (409).
        Invalid: the message is empty, or the conversation is as long as it may be (400).
    """
    found = await get_visible(uow.session, who, request_id, lock=True)
    _check_open(found)
    if not text.replace("\0", "").strip():
        raise Invalid("The message is empty. Nothing was sent.")
    said = await uow.session.scalar(select(func.count()).where(RequestMessage.request_id == found.id))
    if (said or 0) >= MESSAGES_LIMIT:
        raise Invalid(
            f"There are {MESSAGES_LIMIT} messages already. Answer the request, and go on in the staff room."
        )
    _say(uow, who, found, text)


async def decide(
    uow: UnitOfWork, who: SignedIn, request_id: UUID, move: str, *, answer_offers: str = "",
    answer_looks_for: str = "", message: str = "",
) -> None:
    """Accept or decline, for the asked school, or withdraw, for the asking one.

    A yes makes a draft: the asking school leads it, the asked school is invited, and who asked
    coordinates. The headteacher's own yes comes later, when the draft is proposed.

    Raises:
        NotFound: it is not between this person's school and another (404).
        InvalidTransition: it is over, perhaps since another person was first (409).
        NotAllowed: the move is not this person's to make (403).
        Invalid: the programme no longer has such a partnership of the two (400).
    """
    found = await get_visible(uow.session, who, request_id, lock=True)
    _check_open(found)
    if move not in moves_for(found, who):
        raise NotAllowed(
            "A teacher or the headteacher of the school that was asked answers; the school that asked can "
            "take the request back. Nothing was changed."
        )
    _say(uow, who, found, message)
    found.decided_at = clock.now()
    if move == "accept":
        found.answer_offers, found.answer_looks_for = answer_offers.strip(), answer_looks_for.strip()
        found.status = RequestStatus.ACCEPTED
        found.partnership_id = await _start_draft(uow, who, found)
    else:
        found.status = RequestStatus.DECLINED if move == "decline" else RequestStatus.WITHDRAWN
    audit.record(
        uow, who, f"partner_request.{move}", subject_id=found.id, partnership_id=found.partnership_id,
        school_id=found.to_school_id if who.school_id == found.from_school_id else found.from_school_id,
        before={"status": RequestStatus.OPEN}, after={"status": found.status},
    )


async def _start_draft(uow: UnitOfWork, who: SignedIn, found: PartnerRequest) -> UUID:
    """Raises: Invalid: since it was asked, the schools or the programme have changed too much (400)."""
    programme = msgspec.convert(found.programme.rules, ProgrammeRules)
    asking, asked = found.from_school, found.to_school
    fits = found.kind in programme.kinds and service.fits_side(
        programme, found.kind, asking.country, asked.country
    )
    if not fits or asking.verified_at is None or asked.verified_at is None:
        raise Invalid(
            "The programme no longer has a partnership of this kind between these two schools. Nothing was "
            "changed. Decline the request, or ask the programme's office."
        )
    now = clock.now()
    coordinator_id = await _coordinator(uow.session, found)
    record = Partnership(
        programme_id=found.programme_id, kind=found.kind, name=f"{asking.short_name} + {asked.short_name}",
        status=PartnershipStatus.DRAFT, status_changed_at=now, created_at=now,
        memberships=[
            Membership(school_id=asking.id, role=MemberRole.LEAD, status=MemberStatus.ACCEPTED, colour=0,
                       invited_at=now, accepted_at=now),
            Membership(school_id=asked.id, role=MemberRole.PARTNER, status=MemberStatus.INVITED, colour=1,
                       invited_at=now),
        ],
        coordinators=[Coordinator(user_id=coordinator_id, since=now)] if coordinator_id else [],
    )
    uow.session.add(record)
    await uow.session.flush()
    audit.record(
        uow, who, "partnership.create", subject_id=record.id, school_id=asking.id, partnership_id=record.id,
        after={
            "status": record.status, "kind": record.kind, "programme_id": record.programme_id,
            "lead": asking.id, "invited": [asked.id], "coordinator": coordinator_id, "request_id": found.id,
        },
    )
    return record.id


async def _coordinator(session: AsyncSession, found: PartnerRequest) -> UUID | None:
    """Who asked; if they have gone meanwhile, a headteacher of their school."""
    leads = select(StaffPost.user_id).where(StaffPost.role == StaffRole.HEADTEACHER)
    return await session.scalar(
        select(User.id)
        .where(
            User.school_id == found.from_school_id,
            User.verified_at.is_not(None),
            User.disabled_at.is_(None),
            or_(User.id == found.asked_by_id, User.id.in_(leads)),
        )
        .order_by((User.id == found.asked_by_id).desc(), User.name, User.id)
        .limit(1)
    )


async def names_of(session: AsyncSession, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """People's names by id."""
    rows = await session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return dict(rows.tuples().all())
