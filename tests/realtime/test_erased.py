"""Somebody is erased while a lesson runs: their words go from the pages that show them, too."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import update

from realtime import protocol
from realtime.frames.moderation import ChatHeld, ModerationQueue
from realtime.frames.polls import PollKind, PollList, PollMove, PollStatus
from realtime.protocol import Ok
from server.access import Grant
from server.events import AccessChanged
from server.spaces.models import ChatMode, Space
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.conftest import Visit, change
from tests.realtime.test_lesson import allowed
from tests.realtime.test_polls import create, move, shown, vote


async def test_what_an_erased_student_answered_and_wrote_is_shown_to_nobody(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    space_id, student = world.space.id, world.home.students[0]
    values = {"works_alone": False, "chat_mode": ChatMode.STUDENTS_HELD}
    await change(
        near, update(Space).where(Space.id == space_id).values(**values),
        AccessChanged(space_ids=frozenset({space_id})),
    )
    teacher = await visit.enter(near, world.home.teacher.id, space_id)
    other = await visit.enter(far, world.abroad.teacher.id, space_id)
    page = await visit.enter(far, student.id, space_id)
    poll_id = await create(teacher, kind=PollKind.WORDS, options=[])
    await allowed(far, student.id, Grant.CHAT_POST)
    assert isinstance(await vote(page, poll_id, words=["zanzibar"]), Ok)
    await page.send(protocol.ChatPost(ref=page.ref(), client_id=uuid4(), text="I am Zanzibar"))
    await page.expect(ChatHeld)
    for each in (teacher, other):
        assert isinstance(await move(teacher, poll_id, PollMove.REVEALED), Ok)
        found = await shown(each, poll_id, lambda poll: poll.results is not None and poll.results.counts)
        assert found.results is not None
        assert [each.word for each in found.results.counts] == ["zanzibar"]
        while not (await each.expect(ModerationQueue)).count:
            pass

    head = await visit.browser(near, world.home.head.id)
    assert (await head.post(f"/api/people/{student.id}/erasure")).status_code == 204
    for each in (teacher, other):
        await shown(each, poll_id, lambda poll: poll.results is not None and not poll.results.counts)
        while (await each.expect(ModerationQueue)).count:
            pass
    late = await visit.enter(far, world.abroad.head.id, space_id)
    [info] = (await late.expect(PollList)).polls
    assert info.status is PollStatus.REVEALED
    assert info.results is not None
    assert info.results.counts == []
