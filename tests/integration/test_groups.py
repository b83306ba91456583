"""Groups in the records: what two who act at the same moment do to each other."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from sqlalchemy import select

from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.groups import service as groups
from server.safeguarding import removals
from server.safeguarding.removals import RemovalReason
from server.spaces.models import GroupMember
from tests.conftest import Records
from tests.factories import pair


def _who(user: User) -> SignedIn:
    return SignedIn(user.id, uuid4(), user.kind, user.school_id, frozenset({StaffRole.TEACHER}))


async def test_a_student_is_sent_out_and_moved_at_the_same_moment(
    shared_records: Records, bus: InProcessBus
) -> None:
    database = Database(shared_records.database_url)
    try:
        tied = await pair(database)
        student, space_id = tied.home.students[0], tied.space.id
        async with UnitOfWork(database, bus) as uow:
            made = await groups.arrange(uow, _who(tied.home.teacher), space_id, [[student.id], []])
        async with UnitOfWork(database, bus) as sending_out:
            await removals.remove(
                sending_out, _who(tied.abroad.teacher), space_id, student.id, RemovalReason.UNKIND,
                until_lifted=False,
            )
            # It holds the account and will need the space: who holds the space must not need the account.
            async with asyncio.timeout(5), UnitOfWork(database, bus) as moving:
                await groups.move(moving, _who(tied.home.teacher), space_id, student.id, made[1])
        async with database.read() as session:
            there = await session.scalars(
                select(GroupMember.group_id).where(GroupMember.user_id == student.id)
            )
            assert there.all() == [made[1]]
    finally:
        await database.close()
