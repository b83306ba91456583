"""Sound in a group: real peers, and what the media server passes on, to whom, and for how long."""

from __future__ import annotations

import asyncio

import pytest

from realtime.frames.groups import GroupsArrange, GroupsClose, GroupsOpen, GroupsState
from realtime.protocol import MediaTracks
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.realtime.conftest import Visit, make_live
from tests.realtime.test_lesson import done
from tests.realtime.test_lesson_media import Speaker


async def test_who_speaks_in_a_group_is_heard_there_and_nowhere_else_until_all_are_called_back(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    # aiortc's own ICE leaves the loopback out; here it is all there is.
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])
    node = await make_live(make_node, sqlite_records)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    await visit.enter(node, world.abroad.teacher.id, world.space.id)
    ones, twos = zip(world.home.students[:2], world.abroad.students[:2], strict=True)
    pages = {
        student.id: await visit.enter(node, student.id, world.space.id)
        for student in (*ones, *twos)
    }
    await done(teacher, GroupsArrange, groups=[[each.id for each in group] for group in (ones, twos)])
    await done(teacher, GroupsOpen)
    while not (state := await teacher.expect(GroupsState)).open:
        pass
    for group, students in zip(state.groups, (ones, twos), strict=True):
        for student in students:
            await pages[student.id].join(group.id)

    speaker = Speaker(node, pages[ones[0].id], pages[ones[1].id])
    try:
        await speaker.speak()
        await speaker.listen()
        for other in (teacher, *(pages[each.id] for each in twos)):
            assert not other.pending(MediaTracks), "another room does not even know of it"
        await done(teacher, GroupsClose)
        async with asyncio.timeout(10):
            while (await pages[ones[0].id].expect(GroupsState)).open:
                pass
        await asyncio.sleep(0.2)  # what is on its way
        await speaker.is_silent()
    finally:
        await speaker.close()
