"""Groups over real sockets: who is let in, what reaches whom, and the rules that hold in all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Set
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from realtime import attendance, lease, protocol, supervision
from realtime.client.page import RequestFailed
from realtime.frames.groups import (
    GroupsAnnounce,
    GroupsArrange,
    GroupsClose,
    GroupsMix,
    GroupsMove,
    GroupsOpen,
    GroupsState,
)
from realtime.frames.lesson import (
    HandRaise,
    LessonEnd,
    LessonHold,
    LessonPhase,
    LessonStart,
    RoomLock,
    RoomPart,
    RoomState,
)
from realtime.frames.moderation import (
    HelpAsk,
    HelpAsked,
    ModerationApprove,
    ModerationQueue,
    ModerationRefuse,
)
from realtime.frames.polls import PollCreate, PollKind, PollVote
from realtime.frames.supervision import SupervisionState, Watch
from realtime.protocol import AccessUpdate, ChatPosted, CloseCode, Error, ErrorCode, Ok, ReactionKind
from server import clock
from server.access import access_in
from server.db import UnitOfWork
from server.events import AccessChanged
from server.lessons.models import Attendance
from server.partnerships.models import Ban, Partnership, PartnershipStatus
from server.safeguarding.models import Removal
from server.schools.models import SchoolClass
from server.spaces.models import ChatMode, Space
from tests.factories import Pair, Side
from tests.nodes import Node
from tests.realtime.board_page import BoardPage
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, change, first_board, hub_of, notes_in
from tests.realtime.test_lesson import ask, done, refused

MEDIA = {"media:watch", "media:publish.audio", "media:publish.video"}
WRITE = {"chat:post", "board:edit", "file:add"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "FRESH_S", 1.0)
    monkeypatch.setattr(lease, "GRACE_S", 2.0)
    monkeypatch.setattr(supervision, "RENEW_S", 0.2)
    monkeypatch.setattr(supervision, "TICK_S", 0.05)
    monkeypatch.setattr(attendance, "GATHER_S", 0.3)


async def strict(node: Node, world: Pair) -> None:
    """Students do nothing without an adult, and the chat is filtered."""
    await change(
        node,
        update(Space).where(Space.id == world.space.id).values(
            works_alone=False, chat_mode=ChatMode.FILTERED
        ),
        AccessChanged(space_ids=frozenset({world.space.id})),
    )


async def groups(page: LiveClient, *, is_open: bool, count: int | None = None) -> GroupsState:
    """The next state of this kind that the page is told."""
    while True:
        state = await page.expect(GroupsState)
        if state.open is is_open and (count is None or len(state.groups) == count):
            return state


async def granted(page: LiveClient, *, has: Set[str] = frozenset(), lacks: Set[str] = frozenset()) -> None:
    while True:
        grants = set((await page.expect(AccessUpdate)).grants)
        if grants >= has and not grants & lacks:
            return


async def heard(page: LiveClient, text: str) -> protocol.ChatMessage:
    while (message := (await page.expect(ChatPosted)).message).text != text:
        pass
    return message


class Class:
    """A teacher of each school and their students, in a space with two groups that are open."""

    def __init__(self, world: Pair, teacher: LiveClient, other: LiveClient) -> None:
        self.world, self.teacher, self.other = world, teacher, other
        self.pages: dict[UUID, LiveClient] = {}
        self.group_ids: list[UUID] = []

    async def go(self, side: Side, place: int, group: int) -> LiveClient:
        """Send a student's page into a group."""
        page = self.pages[side.students[place].id]
        await page.join(self.group_ids[group])
        return page


@pytest.fixture
async def opened(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> Class:
    """The first two students of each school are in group 1, the third ones in group 2."""
    near, far = live_nodes
    await strict(near, world)
    made = Class(
        world,
        await visit.enter(near, world.home.teacher.id, world.space.id),
        await visit.enter(far, world.abroad.teacher.id, world.space.id),
    )
    for place, side in enumerate((world.home, world.abroad)):
        for student in side.students:
            made.pages[student.id] = await visit.enter(live_nodes[place], student.id, world.space.id)
    ones = [student.id for side in (world.home, world.abroad) for student in side.students[:2]]
    twos = [side.students[2].id for side in (world.home, world.abroad)]
    await done(made.teacher, GroupsArrange, groups=[ones, twos])
    await done(made.teacher, GroupsOpen)
    state = await groups(made.teacher, is_open=True)
    made.group_ids = [each.id for each in state.groups]
    return made


async def test_students_are_mixed_go_to_their_group_and_are_called_back(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    teacher = await visit.enter(near, world.home.teacher.id, world.space.id)
    other = await visit.enter(far, world.abroad.teacher.id, world.space.id)
    everyone = [student.id for side in (world.home, world.abroad) for student in side.students]
    pages = {
        each: await visit.enter(near if each in everyone[:3] else far, each, world.space.id)
        for each in everyone
    }
    async with asyncio.timeout(10):
        while len(hub_of(near).people_of(world.space.id)) < len(everyone) + 2:
            await asyncio.sleep(0.01)
    await done(teacher, GroupsMix, count=3)
    for page in (teacher, other):
        state = await groups(page, is_open=False, count=3)
        assert sorted(each for group in state.groups for each in group.students) == sorted(everyone)
        schools = {person.user_id: person.school_id for person in state.people}
        assert all(len({schools[each] for each in group.students}) == 2 for group in state.groups)
    await done(other, GroupsOpen)  # any of the adults
    state = await groups(teacher, is_open=True, count=3)

    for student_id, page in pages.items():
        own = next(group for group in state.groups if student_id in group.students)
        mine = await groups(page, is_open=True, count=1)
        assert (mine.own_id, mine.groups[0].id) == (own.id, own.id)
        assert sorted(mine.groups[0].students) == sorted(own.students), "one's own group, and no other"
        assert not mine.main
        joined = await page.join(own.id)
        assert (joined.space.parent_id, joined.space.group_no) == (world.space.id, own.no)
        assert set(joined.grants) >= MEDIA | WRITE, "two students of two schools, and their adults outside"
    while any(sorted(group.here) != sorted(group.students) for group in state.groups):
        state = await groups(teacher, is_open=True, count=3)
    assert sorted(state.main) == sorted([world.home.teacher.id, world.abroad.teacher.id])

    first = state.groups[0]
    speaker, listener = (pages[each] for each in first.students)
    stranger = pages[state.groups[1].students[0]]
    await speaker.say("only for us")
    assert (await heard(listener, "only for us")).author.user_id == first.students[0]
    await stranger.say("for the second group")
    await heard(pages[state.groups[1].students[1]], "for the second group")
    for page in (teacher, listener):
        assert not [each for each in page.pending(ChatPosted) if "second" in each.message.text]

    await done(teacher, GroupsClose)
    await groups(speaker, is_open=False)
    await granted(speaker, lacks=MEDIA | WRITE)
    assert set((await speaker.join(world.space.id)).grants) >= MEDIA | WRITE
    back = await speaker.join(first.id)
    assert set(back.grants) == {"space:read", "space:enter", "chat:read", "board:view", "file:read"}


async def test_only_its_own_students_and_the_adults_come_into_a_group(
    live_nodes: tuple[Node, Node], opened: Class, visit: Visit
) -> None:
    world, near = opened.world, live_nodes[0]
    first, second = opened.group_ids
    stranger = await visit.page(near, world.home.students[2].id)
    with pytest.raises(RequestFailed):
        await stranger.enter(first)
    assert await stranger.closed() == (CloseCode.ACCESS_LOST, "other_group")
    for adult in (opened.teacher, opened.other):
        assert "space:moderate" in (await adult.join(first)).grants

    moved = world.home.students[0].id
    page = await opened.go(world.home, 0, 0)
    await done(opened.teacher, GroupsMove, user_id=moved, group_id=second)
    assert await page.closed() == (CloseCode.ACCESS_LOST, "other_group")
    again = await visit.page(near, moved)
    assert (await again.enter(second)).space.group_no == 2

    student = opened.pages[world.home.students[1].id]
    wanted: tuple[tuple[type, dict[str, Any]], ...] = (
        (GroupsMix, {"count": 2}), (GroupsArrange, {"groups": [[moved]]}),
        (GroupsOpen, {}), (GroupsClose, {}),
        (GroupsMove, {"user_id": moved, "group_id": first}),
        (GroupsAnnounce, {"client_id": uuid4(), "text": "hello"}),
    )
    for kind, fields in wanted:
        await refused(student, kind, **fields)
    await refused(opened.teacher, GroupsMix, count=2)
    await refused(opened.teacher, GroupsOpen)
    await refused(
        opened.teacher, GroupsMove, ErrorCode.NOT_FOUND, user_id=world.abroad.head.id, group_id=first
    )


async def test_nothing_of_another_group_or_of_the_space_is_reached_from_a_group(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    """By none of the ids that a frame may name."""
    world, near = opened.world, live_nodes[0]
    first = opened.group_ids[0]
    here, there = await opened.go(world.home, 0, 0), await opened.go(world.home, 2, 1)
    await opened.go(world.abroad, 0, 0)
    poll_id = uuid4()
    await here.say("said in the first group")
    said = (await heard(here, "said in the first group")).id
    await opened.teacher.join(first)
    question = PollCreate(
        opened.teacher.ref(), poll_id, PollKind.SINGLE, "Where?", ["here", "there"], is_open=True
    )
    await opened.teacher.request(question, protocol.Ok)
    await done(here, PollVote, poll_id=poll_id, picks=[0])
    for frame in (
        protocol.ChatPost(there.ref(), uuid4(), "an answer", said),
        protocol.ChatReact(there.ref(), said, ReactionKind.HEART, on=True),
        protocol.ChatEdit(there.ref(), said, "something else"),
        protocol.ChatDelete(there.ref(), said),
        PollVote(there.ref(), poll_id, [1]),
        protocol.BoardOpen(there.ref(), await first_board(near, first)),
        protocol.BoardOpen(there.ref(), await notes_in(near, first)),
        protocol.BoardOpen(there.ref(), await first_board(near, world.space.id)),
    ):
        await there.send(frame)
        assert (await there.expect(Error, ref=frame.ref)).code is ErrorCode.NOT_FOUND, frame
    assert not there.pending(ChatPosted)


async def test_an_adult_anywhere_in_the_space_is_there_for_their_students_in_every_group(
    live_nodes: tuple[Node, Node], opened: Class, visit: Visit
) -> None:
    world = opened.world
    mine, theirs = await opened.go(world.home, 0, 0), await opened.go(world.abroad, 0, 0)
    await mine.say("we are supervised")
    await opened.teacher.join(opened.group_ids[1])  # in the other group: there for this one as well
    await mine.say("we still are")

    await opened.teacher.__aexit__(None, None, None)  # the teacher's plug
    await granted(mine, lacks=MEDIA | WRITE)
    while True:
        state = await mine.expect(SupervisionState)
        watches = {each.school_id: each.watch for each in state.schools}
        if watches[world.home.school.id] is Watch.HELD:
            break
    assert watches[world.abroad.school.id] is Watch.PRESENT
    await theirs.say("we go on")
    await mine.send(protocol.ChatPost(ref=mine.ref(), client_id=uuid4(), text="is anybody there?"))
    assert (await mine.expect(Error)).code is ErrorCode.NOT_ALLOWED

    await visit.enter(live_nodes[1], world.home.teacher.id, world.space.id)  # back, at the other node
    await granted(mine, has=MEDIA | WRITE)
    await mine.say("and so do we")


async def test_one_adult_and_one_student_are_never_by_themselves_in_a_group(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    world = opened.world
    student = await opened.go(world.home, 2, 1)
    await student.say("nobody is here yet")
    entered = await opened.other.join(opened.group_ids[1])  # of the other school, at the other node
    assert not set(entered.grants) & (MEDIA | WRITE)
    await granted(student, lacks=MEDIA | WRITE)
    for page in (student, opened.other):
        await page.send(protocol.ChatPost(ref=page.ref(), client_id=uuid4(), text="just the two of us"))
        assert (await page.expect(Error)).code is ErrorCode.NOT_ALLOWED
    board = BoardPage(world.home.students[2].id)
    async with board:
        await board.open(student, await first_board(live_nodes[0], opened.group_ids[1]))
        assert board.opened is not None
        assert not board.opened.can_edit
    await opened.go(world.abroad, 2, 1)
    for page in (student, opened.other):
        await granted(page, has=MEDIA | WRITE)
    await student.say("now we are three")
    await heard(opened.other, "now we are three")


async def test_a_question_is_no_way_to_write_to_one_student_either(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    student = await opened.go(opened.world.home, 2, 1)
    await student.say("nobody is here yet")
    if set((await opened.other.join(opened.group_ids[1])).grants) & WRITE:
        await granted(opened.other, lacks=WRITE)

    async def asked() -> Ok:
        return await opened.other.request(
            PollCreate(opened.other.ref(), uuid4(), PollKind.SINGLE, "Only us?", ["yes", "no"], is_open=True),
            Ok,
        )

    with pytest.raises(RequestFailed):
        await asked()
    await opened.go(opened.world.abroad, 2, 1)
    await granted(opened.other, has=WRITE)
    assert isinstance(await asked(), Ok)


async def test_the_room_of_the_lesson_is_that_of_its_groups(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    world = opened.world
    student = await opened.go(world.home, 0, 0)
    await opened.go(world.abroad, 0, 0)
    await done(opened.teacher, LessonStart)
    await done(opened.teacher, RoomLock, lock=RoomPart.BOARD, on=True)
    await granted(student, has={"chat:post"}, lacks={"board:edit"})
    await done(opened.teacher, LessonHold)
    await granted(student, lacks=MEDIA - {"media:watch"} | WRITE)
    while (await student.expect(RoomState)).phase is not LessonPhase.HELD:
        pass
    await done(student, HandRaise)
    while (await opened.other.expect(RoomState)).hands != [world.home.students[0].id]:
        pass

    await done(opened.teacher, LessonEnd)
    await groups(student, is_open=False)  # the end calls everyone back
    await granted(student, lacks=MEDIA | WRITE)


async def test_help_and_held_messages_of_a_group_reach_the_adults_in_the_space(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    world = opened.world
    student, friend = await opened.go(world.home, 0, 0), await opened.go(world.abroad, 0, 0)
    await opened.other.join(opened.group_ids[1])
    await done(student, HelpAsk)
    for adult in (opened.teacher, opened.other):
        assert (await adult.expect(HelpAsked)).user_id == world.home.students[0].id
    assert not friend.pending(HelpAsked)

    await student.send(
        protocol.ChatPost(ref=student.ref(), client_id=uuid4(), text="call me 07700 900123")
    )
    for adult in (opened.teacher, opened.other):
        while (queue := await adult.expect(ModerationQueue)).count == 0:
            pass
        assert queue.waiting[0].group_no == 1
    await done(opened.teacher, ModerationApprove, held_id=queue.waiting[0].held_id)
    assert (await heard(friend, "call me 07700 900123")).author.user_id == world.home.students[0].id
    assert not opened.teacher.pending(ChatPosted), "it was said in the group, not in the space"


async def test_what_waits_in_a_group_is_decided_on_also_when_everyone_was_called_back(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    student = await opened.go(opened.world.home, 0, 0)
    await opened.go(opened.world.abroad, 0, 0)
    for text in ("call me 07700 900123", "call me 07700 900124"):
        await student.send(protocol.ChatPost(ref=student.ref(), client_id=uuid4(), text=text))
    while (queue := await opened.teacher.expect(ModerationQueue)).count < 2:
        pass
    await done(opened.teacher, GroupsClose)
    await groups(opened.teacher, is_open=False)
    await done(opened.teacher, ModerationApprove, held_id=queue.waiting[0].held_id)
    await done(opened.teacher, ModerationRefuse, held_id=queue.waiting[1].held_id)
    while (queue := await opened.teacher.expect(ModerationQueue)).count:
        pass
    assert (await heard(student, "call me 07700 900123")).author.user_id == student.user_id


async def test_what_is_said_to_all_is_heard_once_in_each_group_and_in_the_space(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    world = opened.world
    one, two = await opened.go(world.home, 0, 0), await opened.go(world.abroad, 2, 1)
    await opened.go(world.abroad, 0, 0)
    client_id = uuid4()
    for _ in range(2):
        await done(opened.teacher, GroupsAnnounce, client_id=client_id, text="Five minutes left")
    for page in (one, two, opened.other, opened.teacher):
        message = await heard(page, "Five minutes left")
        assert message.announced
        assert message.author.user_id == world.home.teacher.id
    await one.say("thank you")
    assert not [each for each in one.pending(ChatPosted) if each.message.announced], "once"
    late = await opened.pages[world.home.students[1].id].join(opened.group_ids[0])
    told = late.messages
    assert [each.announced for each in told] == [True, False]


async def test_who_goes_into_a_group_has_not_left_the_lesson(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    world = opened.world
    await done(opened.teacher, LessonStart)

    async def rows() -> list[Attendance]:
        async with live_nodes[0].database.read() as session:
            return list(
                await session.scalars(
                    select(Attendance).where(
                        Attendance.user_id.in_(each for each in opened.pages)
                    )
                )
            )

    async with asyncio.timeout(10):
        while len(await rows()) < len(opened.pages):
            await asyncio.sleep(0.05)
    await opened.go(world.home, 0, 0)
    await opened.go(world.abroad, 0, 0)
    leaver = opened.pages[world.home.students[1].id]
    await opened.go(world.home, 1, 0)
    await leaver.__aexit__(None, None, None)
    async with asyncio.timeout(10):
        while not (left := [row for row in await rows() if row.left_at is not None]):
            await asyncio.sleep(0.05)
    assert [row.user_id for row in left] == [world.home.students[1].id]
    assert len(await rows()) == len(opened.pages)


async def test_sent_out_of_a_group_is_sent_out_of_the_space(
    live_nodes: tuple[Node, Node], opened: Class, visit: Visit
) -> None:
    world, near = opened.world, live_nodes[0]
    student = await opened.go(world.home, 0, 0)
    browser = await visit.browser(live_nodes[1], world.home.teacher.id)
    answer = await browser.post(
        f"/api/spaces/{opened.group_ids[0]}/removals",
        {"user_id": str(world.home.students[0].id), "reason": "unkind", "until_lifted": False},
    )
    assert answer.status_code in (200, 201, 204), answer.text
    assert await student.closed() == (CloseCode.ACCESS_LOST, "removed_for_now")
    async with near.database.read() as session:
        for space_id in (world.space.id, *opened.group_ids):
            found = await access_in(session, world.home.students[0].id, space_id)
            assert found.reason == "removed_for_now"
        assert (
            await session.scalar(
                select(Removal.space_id).where(Removal.user_id == world.home.students[0].id)
            )
        ) == world.space.id


async def test_what_the_records_take_from_the_space_is_taken_from_its_groups(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    """What says so names the space alone, or nothing but the person."""
    world, near = opened.world, live_nodes[0]
    banned, student = await opened.go(world.home, 0, 0), await opened.go(world.home, 1, 0)
    far = await opened.go(world.abroad, 0, 0)
    async with UnitOfWork(near.database, near.bus) as uow:
        user_id = world.home.students[0].id
        uow.session.add(
            Ban(partnership_id=world.partnership.id, user_id=user_id, reason="-", banned_at=clock.now())
        )
        uow.events.append(AccessChanged(user_ids=frozenset({user_id})))
    assert await banned.closed() == (CloseCode.ACCESS_LOST, "removed")
    of_space = AccessChanged(space_ids=frozenset({world.space.id}))
    root = update(Space).where(Space.id == world.space.id)
    await change(near, root.values(archived_at=clock.now()), of_space)
    for page in (student, far):
        await granted(page, lacks=MEDIA | WRITE)
    await change(near, root.values(archived_at=None), of_space)
    await granted(student, has=WRITE)
    archived = update(SchoolClass).where(SchoolClass.id == world.home.school_class.id)
    await change(near, archived.values(archived_at=clock.now()), of_space)
    assert await student.closed() == (CloseCode.ACCESS_LOST, "not_enrolled")
    ended = update(Partnership).values(status=PartnershipStatus.ENDED)
    await change(near, ended, of_space)
    assert await far.closed() == (CloseCode.ACCESS_LOST, "partnership_ended")


async def test_a_set_of_groups_that_is_replaced_stays_as_it_was(
    live_nodes: tuple[Node, Node], opened: Class
) -> None:
    world, near = opened.world, live_nodes[0]
    student = await opened.go(world.home, 0, 0)
    await student.say("what we found")
    await done(opened.teacher, GroupsClose)
    await done(opened.teacher, GroupsMix, count=2)
    while {each.id for each in (await groups(opened.teacher, is_open=False)).groups} & set(opened.group_ids):
        pass
    again = await student.join(opened.group_ids[0])
    assert set(again.grants) == {"space:read", "space:enter", "chat:read", "board:view", "file:read"}
    async with near.database.read() as session:
        stranger = await access_in(session, world.home.students[2].id, opened.group_ids[0])
    assert stranger.reason == "other_group"
    assert isinstance(await ask(student, GroupsOpen), Error)


async def test_students_hear_of_a_group_when_it_is_opened_and_what_was_never_opened_leaves_no_trace(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    teacher = await visit.enter(near, world.home.teacher.id, world.space.id)
    student = await visit.enter(far, world.abroad.students[0].id, world.space.id)
    ids = [each.id for each in (*world.home.students[:2], *world.abroad.students[:2])]
    await done(teacher, GroupsArrange, groups=[ids])
    draft = (await groups(teacher, is_open=False, count=1)).groups[0].id
    await done(teacher, GroupsArrange, groups=[ids[:2], ids[2:]])
    state = await groups(teacher, is_open=False, count=2)
    async with near.database.read() as session:
        assert await session.get(Space, draft) is None
    await done(teacher, GroupsOpen)
    own = await groups(student, is_open=True, count=1)
    assert own.own_id == state.groups[1].id
    assert not [each for each in student.pending(GroupsState) if each.groups and not each.open]
    await done(teacher, GroupsClose)
    assert (await groups(student, is_open=False)).own_id is None

    await done(teacher, GroupsArrange, groups=[ids[:3], ids[3:]])
    await refused(teacher, GroupsOpen, ErrorCode.BAD_FRAME)  # one of them would be alone
    await refused(teacher, GroupsMove, ErrorCode.NOT_FOUND, user_id=uuid4(), group_id=None)
    while [len(each.students) for each in state.groups] != [3, 1]:
        state = await groups(teacher, is_open=False)
    await done(teacher, GroupsMove, user_id=ids[2], group_id=state.groups[1].id)
    await done(teacher, GroupsOpen)
