"""Who coordinates a partnership: handing the seat over, filling an empty one, and what ends with somebody.

Who may do what is the table in docs/partnerships.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import AlreadyDone, Invalid, InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import record as records
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.spaces.models import LinkTeacher, Space


async def pass_seats_on(uow: UnitOfWork, who: SignedIn | None, user: User) -> None:
    """Someone who coordinates is being disabled: a headteacher of their school takes each seat over.

    Where the school has no other enabled and verified headteacher who can, the seat is empty. What follows
    for the partnership is `settle`'s to say.

    Args:
        who: who disables them; None when the server does.
        user: the person, whether or not `disabled_at` is set already.
    """
    held = (
        await uow.session.scalars(
            select(Coordinator.partnership_id)
            .join(Partnership, Partnership.id == Coordinator.partnership_id)
            .where(Coordinator.user_id == user.id, Partnership.status != PartnershipStatus.ENDED)
            .order_by(Coordinator.partnership_id)  # the same order for all, so that no two lock crosswise
        )
    ).all()
    if not held:
        return
    heads = (
        await uow.session.scalars(
            select(User)
            .join(StaffPost, StaffPost.user_id == User.id)
            .where(
                User.school_id == user.school_id,
                User.id != user.id,
                User.disabled_at.is_(None),
                User.verified_at.is_not(None),
                StaffPost.role == StaffRole.HEADTEACHER,
            )
            .order_by(User.name, User.id)
        )
    ).all()
    for partnership_id in held:
        record = await records.get_whole(uow.session, partnership_id, lock=True)
        seat = next((each for each in record.coordinators if each.user_id == user.id), None)
        if seat is None or record.status is PartnershipStatus.ENDED:
            continue  # handed over, or ended, while this waited for the lock
        seated = {each.user_id for each in record.coordinators}
        banned = set(
            await uow.session.scalars(select(Ban.user_id).where(Ban.partnership_id == partnership_id))
        )
        heir = next((head for head in heads if head.id not in seated | banned), None)
        if heir is None:
            await uow.session.delete(seat)
        else:
            seat.user_id, seat.since = heir.id, clock.now()
        audit.record(
            uow, who, "coordinator.pass_on", subject_id=record.id, school_id=user.school_id,
            partnership_id=record.id, before={"user_id": user.id},
            after={"user_id": heir.id if heir else None},
        )
        await records.settle(uow, record.id)


async def end_advising(session: AsyncSession, user_id: UUID) -> int:
    """Somebody advises no more: their visits as an adviser are revoked, wherever; returns how many."""
    now = clock.now()
    ended = await session.scalars(
        update(Visit)
        .where(
            Visit.user_id == user_id, Visit.role == VisitRole.ADVISER, Visit.revoked_at.is_(None),
            Visit.ends_at > now,
        )
        .values(revoked_at=now)
        .returning(Visit.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


async def hand_over(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, holder_id: UUID | None, to_id: UUID
) -> list[str]:
    """Give a coordinator's seat to another person; returns codes of what to think about.

    In a pair the seat stays at its school. In a cluster it goes to a lead school, as a rule in the home
    country: `outside_home_country` warns when it does not.

    Args:
        holder_id: who has the seat; None to fill an empty one.

    Raises:
        NotFound: no such partnership, or no such member of staff at a school that takes part (404).
        NotAllowed: neither the holder nor a headteacher of the holder's school; an empty seat: no
            headteacher of the school that fills it (403).
        InvalidTransition: the seat is no longer the holder's, or no longer empty (409).
        AlreadyDone: the person coordinates already (409).
        Invalid: not verified, disabled, banned, or at a school that cannot hold this seat (400).
    """
    # Whoever disables them holds this row, too: a seat is never given to somebody who is just leaving.
    to = await uow.session.scalar(
        select(User)
        .where(User.id == to_id, User.kind == UserKind.STAFF)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    record, _ = await records.open_for(uow, who, partnership_id)
    member = records.taking_part(record, to.school_id) if to else None
    if to is None or member is None:
        raise NotFound
    seat = next((each for each in record.coordinators if each.user_id == holder_id), None)
    if holder_id is not None and seat is None:
        raise InvalidTransition("Somebody else holds this seat now. Look again. Nothing was changed.")
    is_head = StaffRole.HEADTEACHER in who.roles
    if seat is not None:
        may = who.user_id == seat.user_id or (is_head and who.school_id == seat.user.school_id)
    else:
        may = is_head and to.school_id == who.school_id
    if not may:
        raise NotAllowed
    if seat is None:
        await _clear_empty_seat(uow, record, who.school_id)
    if any(each.user_id == to.id for each in record.coordinators):
        raise AlreadyDone("This person coordinates the partnership already. Nothing was changed.")
    if to.verified_at is None or to.disabled_at is not None or await records.is_banned(
        uow.session, record.id, to.id
    ):
        raise Invalid(
            "Only somebody whom their school has verified, and who is not banned, can coordinate. "
            "Nothing was changed."
        )
    _check_seat_fits(uow, who, record, seat, member)
    if seat is None:
        uow.session.add(Coordinator(partnership_id=record.id, user_id=to.id, since=clock.now()))
    else:
        seat.user_id, seat.since = to.id, clock.now()
    audit.record(
        uow, who, "coordinator.hand_over" if holder_id else "coordinator.step_in", subject_id=record.id,
        school_id=to.school_id, partnership_id=record.id, before={"user_id": holder_id},
        after={"user_id": to.id},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({to.id, *([holder_id] if holder_id else [])})))
    await records.settle(uow, record.id)
    home = records.programme_rules(record).home_country
    is_abroad = record.kind is PartnershipKind.CLUSTER and member.school.country != home
    return ["outside_home_country"] if is_abroad else []


async def _clear_empty_seat(uow: UnitOfWork, record: Partnership, school_id: UUID) -> None:
    """Raises: InvalidTransition: the seat that this school could fill is taken (409)."""
    mine = [
        seat for seat in record.coordinators
        if record.kind is PartnershipKind.CLUSTER or seat.user.school_id == school_id
    ]
    if any(seat.user.disabled_at is None for seat in mine):
        raise InvalidTransition("This seat is not empty any more. Look again. Nothing was changed.")
    for seat in mine:
        await uow.session.delete(seat)
    await uow.session.flush()


def may_lead(record: Partnership, member: Membership) -> bool:
    """Whether a member school can hold the empty seat of a cluster: a lead, or any once no lead is left."""
    return member.role is MemberRole.LEAD or not any(
        each.role is MemberRole.LEAD and each.status is MemberStatus.ACCEPTED for each in record.memberships
    )


def _check_seat_fits(
    uow: UnitOfWork, who: SignedIn, record: Partnership, seat: Coordinator | None, member: Membership
) -> None:
    if record.kind is PartnershipKind.ONE_TO_ONE:
        if seat is not None and member.school_id != seat.user.school_id:
            raise Invalid(
                "In a one-to-one partnership each school has its own coordinator. Nothing was changed."
            )
        return
    if member.role is MemberRole.LEAD:
        return
    if seat is not None or not may_lead(record, member):
        raise Invalid("The coordinator of a cluster is at a lead school. Nothing was changed.")
    # The last lead school has left: the school whose head steps in takes its place, or nobody could.
    audit.record(
        uow, who, "membership.change", subject_id=member.id, school_id=member.school_id,
        partnership_id=record.id, before={"role": member.role}, after={"role": MemberRole.LEAD},
    )
    member.role, member.mentor_id = MemberRole.LEAD, None


async def end_parts(
    uow: UnitOfWork, record: Partnership, whose: ColumnElement[bool], visits: ColumnElement[bool]
) -> dict[str, int]:
    """Seats, delegations and link-teacher posts of some people end, and some visits; returns how many.

    Args:
        whose: a condition on `User`.
        visits: a condition on `Visit`.
    """
    now = clock.now()
    people = select(User.id).where(whose)
    seated = set(
        await uow.session.scalars(
            people.where(User.id.in_([seat.user_id for seat in record.coordinators]))
        )
    )
    seats = [seat for seat in record.coordinators if seat.user_id in seated]
    for seat in seats:
        await uow.session.delete(seat)
    delegations = await uow.session.scalars(
        update(Delegation)
        .where(
            Delegation.partnership_id == record.id, Delegation.user_id.in_(people),
            Delegation.revoked_at.is_(None), Delegation.until > now,
        )
        .values(revoked_at=now)
        .returning(Delegation.id)
        .execution_options(synchronize_session=False)
    )
    ended = await uow.session.scalars(
        update(Visit)
        .where(Visit.partnership_id == record.id, visits, Visit.revoked_at.is_(None), Visit.ends_at > now)
        .values(revoked_at=now)
        .returning(Visit.user_id)
        .execution_options(synchronize_session=False)
    )
    visitors = ended.all()
    links = await uow.session.scalars(
        update(LinkTeacher)
        .where(
            LinkTeacher.space_id.in_(select(Space.id).where(Space.partnership_id == record.id)),
            LinkTeacher.user_id.in_(people),
            LinkTeacher.until.is_(None),
        )
        .values(until=now)
        .returning(LinkTeacher.id)
        .execution_options(synchronize_session=False)
    )
    await uow.session.flush()
    if visitors:
        uow.events.append(AccessChanged(user_ids=frozenset(visitors)))
    return {
        "seats": len(seats), "delegations": len(delegations.all()), "visits": len(visitors),
        "link_teachers": len(links.all()),
    }


async def staff(
    session: AsyncSession, who: SignedIn, partnership_id: UUID, *, after: tuple[str, UUID] | None, limit: int
) -> Sequence[tuple[User, list[StaffRole]]]:
    """Verified staff of the schools that take part, and the advisers of the programme's office, by name.

    For those who choose among them: coordinators, heads, safeguarding leads, and delegates.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: somebody else, or not verified (403).
    """
    record = await records.get_visible(session, partnership_id, who.school_id)
    standing = await records.standing(session, record, who)
    if not standing.may_act or not (records.may_steer(record, who) or standing.duties):
        raise NotAllowed
    schools = [
        member.school_id for member in record.memberships if member.status is MemberStatus.ACCEPTED
    ]
    advises = (
        select(StaffPost.id)
        .where(StaffPost.user_id == User.id, StaffPost.role == StaffRole.ADVISER)
        .exists()
    )
    wanted = (
        select(User)
        .where(
            User.kind == UserKind.STAFF,
            User.verified_at.is_not(None),
            User.disabled_at.is_(None),
            or_(User.school_id.in_(schools), and_(User.school_id == record.programme.office_id, advises)),
        )
        .options(joinedload(User.school))
    )
    if after is not None:
        name, user_id = after
        wanted = wanted.where(or_(User.name > name, and_(User.name == name, User.id > user_id)))
    found = (await session.scalars(wanted.order_by(User.name, User.id).limit(limit))).all()
    posts: dict[UUID, list[StaffRole]] = {user.id: [] for user in found}
    held = await session.execute(
        select(StaffPost.user_id, StaffPost.role).where(StaffPost.user_id.in_(posts)).order_by(StaffPost.role)
    )
    for user_id, role in held.tuples():
        posts[user_id].append(role)
    return [(user, posts[user.id]) for user in found]
