"""Files and the live room: pages hear of them on every node, and only supervised students add any."""

from __future__ import annotations

from sqlalchemy import update

from realtime.frames.files import FilesChanged
from realtime.protocol import AccessUpdate
from server.events import AccessChanged
from server.spaces.models import ChatMode, Space
from tests import files
from tests.factories import Pair
from tests.nodes import Node, refusal
from tests.realtime.conftest import Visit, change


async def test_pages_hear_of_files_on_every_node(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    one, other = live_nodes
    await change(
        one, update(Space).where(Space.id == world.space.id).values(chat_mode=ChatMode.FILTERED)
    )
    page = await visit.enter(other, world.abroad.teacher.id, world.space.id)
    await visit.enter(one, world.home.teacher.id, world.space.id)
    student = await visit.browser(one, world.home.students[0].id)
    added = (await files.send(student, world.space.id, files.picture(), "us.jpg")).json()
    assert added["state"] == "waiting"
    await page.expect(FilesChanged)
    adult = await visit.browser(other, world.abroad.teacher.id)
    assert (await adult.post(f"/api/files/{added['id']}/show")).status_code == 200
    await page.expect(FilesChanged)
    assert (await student.delete(f"/api/files/{added['id']}")).status_code == 204
    await page.expect(FilesChanged)


async def test_a_student_adds_files_only_under_the_eyes_of_an_adult(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    await change(
        live_node, update(Space).where(Space.id == world.space.id).values(works_alone=False),
        AccessChanged(space_ids=frozenset({world.space.id})),
    )
    student_id = world.home.students[0].id
    student = await visit.browser(live_node, student_id)
    assert refusal(await files.send(student, world.space.id, b"words", "a.txt")) == (403, "file_held")
    page = await visit.enter(live_node, student_id, world.space.id)
    assert refusal(await files.send(student, world.space.id, b"words", "a.txt")) == (403, "file_held")
    # An adult of the other school is not enough.
    await visit.enter(live_node, world.abroad.teacher.id, world.space.id)
    assert refusal(await files.send(student, world.space.id, b"words", "a.txt")) == (403, "file_held")
    await visit.enter(live_node, world.home.teacher.id, world.space.id)
    while "file:add" not in (await page.expect(AccessUpdate)).grants:
        pass
    assert (await files.send(student, world.space.id, b"words", "a.txt")).status_code == 201
    await page.expect(FilesChanged)
