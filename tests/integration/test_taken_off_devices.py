"""A teacher takes a student off the device of another one, over HTTP."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from sqlalchemy import insert, select

from server import clock
from server.audit.models import AuditEntry
from server.events import AccessChanged
from server.partnerships.models import Ban
from tests.factories import Pair
from tests.integration.test_devices import first_of, heard, join, there, tied
from tests.nodes import Node, refusal, signed_in

__all__ = ["tied"]


def path(tied: Pair, student: int = 1) -> str:
    return f"/api/spaces/{tied.space.id}/companions/{tied.home.students[student].id}"


async def test_a_teacher_takes_a_student_of_their_school_off_and_the_log_knows(
    node: Node, tied: Pair
) -> None:
    tablet, (first, second) = await first_of(node, tied), tied.home.students[:2]
    await join(tablet, second.id)
    told = heard(node)
    teacher = await signed_in(node, tied.home.teacher)
    assert (await teacher.delete(path(tied))).status_code == 204
    assert await there(tablet) == []
    async with asyncio.timeout(5):
        while AccessChanged(frozenset({first.id, second.id})) not in told:
            await asyncio.sleep(0.01)
    assert refusal(await teacher.delete(path(tied))) == (404, "not_found"), "they are off already"
    async with node.database.read() as session:
        entries = await session.scalars(
            select(AuditEntry).where(AuditEntry.act == "device.take_off", AuditEntry.subject_id == second.id)
        )
        (entry,) = entries.all()
    assert (entry.actor_id, entry.school_id) == (tied.home.teacher.id, tied.home.school.id)
    assert entry.after == {"space_id": str(tied.space.id), "of_ids": [str(first.id)]}
    assert (await join(tablet, second.id)).status_code == 204, "by their own pictures they may come back"


async def test_only_adults_of_the_school_who_run_the_space_do(node: Node, tied: Pair) -> None:
    tablet = await first_of(node, tied)
    await join(tablet, tied.home.students[1].id)
    partner = await signed_in(node, tied.abroad.teacher)
    assert refusal(await partner.delete(path(tied))) == (404, "not_found")
    # The first of a device is nobody's company, and this is no way to learn who is.
    own = await signed_in(node, tied.home.teacher)
    assert refusal(await own.delete(path(tied, 0))) == (404, "not_found")
    nobody = f"/api/spaces/{tied.space.id}/companions/{uuid4()}"
    assert refusal(await own.delete(nobody)) == (404, "not_found")
    elsewhere = f"/api/spaces/{uuid4()}/companions/{tied.home.students[1].id}"
    assert refusal(await own.delete(elsewhere)) == (403, "not_allowed")
    assert refusal(await tablet.delete(path(tied))) == (403, "not_allowed"), "a student goes by themselves"
    assert await there(tablet) == [tied.home.students[1].alias]


async def test_a_device_that_is_shut_out_of_the_space_is_not_its_adults_business(
    node: Node, tied: Pair
) -> None:
    tablet, (first, second) = await first_of(node, tied), tied.home.students[:2]
    await join(tablet, second.id)
    teacher = await signed_in(node, tied.home.teacher)

    async def ban(user_id: object) -> None:
        async with node.database.engine.begin() as records:
            await records.execute(
                insert(Ban).values(
                    id=uuid4(), partnership_id=tied.partnership.id, user_id=user_id, reason="x",
                    banned_at=clock.now(),
                )
            )

    await ban(second.id)  # left out of the space, and still at the device: just then it is wanted
    assert (await teacher.delete(path(tied))).status_code == 204
    await join(tablet, second.id)
    await ban(first.id)
    assert refusal(await teacher.delete(path(tied))) == (404, "not_found")
    assert await there(tablet) == [second.alias]
