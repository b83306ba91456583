"""What ends when somebody is staff of a school no more, or advises no more. Rules and words: docs/staff.md.

The caller holds the row of their school. What belongs to partnerships is ended there
(`server.partnerships.people`), which builds on this domain.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from server import clock
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.schools.models import RosterEntry, RosterRole


async def leave_everything(uow: UnitOfWork, who: SignedIn | None, user: User) -> None:
    """Somebody becomes a guest: they leave their classes, answer for no project, and hold neither a part of
    a coordinator's role nor a seat."""
    from server.partnerships import people  # they build on this domain
    from server.partnerships.models import Coordinator, Delegation, Partnership
    from server.spaces.models import LinkTeacher, Space

    session, now = uow.session, clock.now()
    await session.flush()
    ties = (
        await session.scalars(
            select(Space.partnership_id)
            .join(LinkTeacher, LinkTeacher.space_id == Space.id)
            .where(LinkTeacher.user_id == user.id, LinkTeacher.until.is_(None))
            .union(
                select(Delegation.partnership_id).where(
                    Delegation.user_id == user.id, Delegation.revoked_at.is_(None), Delegation.until > now
                ),
                select(Coordinator.partnership_id).where(Coordinator.user_id == user.id),
            )
        )
    ).all()
    # In the order that all take them in, so that no two lock crosswise.
    await session.execute(
        select(Partnership.id).where(Partnership.id.in_(ties)).order_by(Partnership.id).with_for_update()
    )
    left = await session.scalars(
        delete(RosterEntry)
        .where(RosterEntry.user_id == user.id, RosterEntry.role == RosterRole.TEACHER)
        .returning(RosterEntry.class_id)
    )
    if class_ids := sorted(str(class_id) for class_id in left):
        audit.record(
            uow, who, "class.teacher_left", subject_id=user.id, school_id=user.school_id,
            before={"class_ids": class_ids},
        )
    links = await session.execute(
        select(LinkTeacher, Space.partnership_id)
        .join(Space, Space.id == LinkTeacher.space_id)
        .where(LinkTeacher.user_id == user.id, LinkTeacher.until.is_(None))
        .order_by(LinkTeacher.id)
    )
    for link, partnership_id in links.tuples():
        link.until = now
        audit.record(
            uow, who, "space.link_teacher", subject_id=link.space_id, school_id=link.school_id,
            partnership_id=partnership_id, before={"user_id": user.id}, after={"user_id": None},
        )
    delegations = await session.scalars(
        select(Delegation)
        .where(Delegation.user_id == user.id, Delegation.revoked_at.is_(None), Delegation.until > now)
        .order_by(Delegation.id)
    )
    for given in delegations:
        given.revoked_at = now
        audit.record(
            uow, who, "delegation.revoke", subject_id=given.id, partnership_id=given.partnership_id,
            before={"user_id": user.id, "duty": given.duty, "until": given.until},
        )
    await people.pass_seats_on(uow, who, user)
    # Of partnerships that have ended: nobody needs the seat, and it would let a guest read there.
    for seat in await session.scalars(select(Coordinator).where(Coordinator.user_id == user.id)):
        await session.delete(seat)
        audit.record(
            uow, who, "coordinator.pass_on", subject_id=seat.partnership_id, school_id=user.school_id,
            partnership_id=seat.partnership_id, before={"user_id": user.id}, after={"user_id": None},
        )


async def end_advising(uow: UnitOfWork, user: User) -> int:
    from server.partnerships import people  # it builds on this domain

    return await people.end_advising(uow.session, user.id)
