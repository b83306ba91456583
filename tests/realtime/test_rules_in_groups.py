"""Rules of a space that its groups must not be a way around."""

from __future__ import annotations

from uuid import uuid4

from realtime import protocol
from realtime.frames.moderation import ChatHeld, ChatMode, ChatModeChanged, ChatSetMode, HeldFor
from realtime.protocol import Error, ErrorCode, Ok
from server.db import UnitOfWork
from server.partnerships.models import VisitRole
from tests.factories import World
from tests.nodes import Node
from tests.realtime.conftest import Visit
from tests.realtime.test_groups import MEDIA, WRITE, Class, granted, heard, opened, quick

__all__ = ["opened", "quick"]  # fixtures


async def test_what_students_write_alone_is_read_first_in_open_groups_as_well(
    live_nodes: tuple[Node, Node], opened: Class, visit: Visit
) -> None:
    student = await opened.go(opened.world.home, 0, 0)
    await opened.teacher.send(ChatSetMode(ref=1, mode=ChatMode.OPEN))
    assert (await opened.teacher.expect(Ok, ref=1)).ref == 1
    await student.expect(ChatModeChanged, mode=ChatMode.OPEN)
    await student.say("ring me at 07700 900123")  # nothing is read in an open chat
    browser = await visit.browser(live_nodes[0], opened.world.home.teacher.id)
    path = f"/api/spaces/{opened.world.space.id}/working-alone"
    assert (await browser.send("PUT", path, {"on": True})).status_code == 200
    await student.expect(ChatModeChanged, students_wait=True)
    await student.send(protocol.ChatPost(ref=student.ref(), client_id=uuid4(), text="hello"))
    assert [each.reason for each in (await student.expect(ChatHeld)).reasons] == [HeldFor.MODE]


async def test_a_visitor_is_not_by_themselves_with_the_students_of_a_group(
    live_nodes: tuple[Node, Node], opened: Class, visit: Visit
) -> None:
    far, world = live_nodes[1], opened.world
    async with UnitOfWork(far.database, far.bus) as uow:
        made = World(uow.session)
        adviser = await made.staff(await made.school("Office", "GB"))
        await made.visit(world.partnership, adviser, VisitRole.ADVISER, by=world.home.teacher)
    students = [await opened.go(side, place, 0) for side in (world.home, world.abroad) for place in (0, 1)]
    page = await visit.page(far, adviser.id)
    assert set((await page.enter(world.space.id)).grants) >= MEDIA | {"chat:post"}  # among everybody
    entered = await page.join(opened.group_ids[0])
    assert not set(entered.grants) & (MEDIA | WRITE)
    await page.send(protocol.ChatPost(ref=page.ref(), client_id=uuid4(), text="only you and I"))
    assert (await page.expect(Error)).code is ErrorCode.NOT_ALLOWED
    await students[0].say("we go on")  # their adults are in the space
    assert (await heard(page, "we go on")).text

    await opened.teacher.join(opened.group_ids[0])  # at the other node
    await granted(page, has=MEDIA | {"chat:post"})
    await page.say("good morning, all")
    await opened.teacher.join(world.space.id)
    await granted(page, lacks=MEDIA | WRITE)
