"""A teacher speaks to all groups at once: real peers, and what the media server passes on, to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest
from msgspec.structs import replace

from realtime import lease, supervision
from realtime.frames.groups import (
    GroupsArrange,
    GroupsClose,
    GroupsOpen,
    GroupsSpeak,
    GroupsState,
    GroupsVoice,
)
from realtime.frames.lesson import LessonEnd, LessonHold, LessonStart
from realtime.protocol import AccessUpdate, ErrorCode, MediaOffer, MediaPause, MediaTracks, MediaWatch
from server import clock
from server.access import Grant
from server.db import UnitOfWork
from server.events import AccessChanged
from server.lessons import live
from server.lessons.room import Timer
from server.partnerships.models import Ban
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, connections_of, hub_of, make_live
from tests.realtime.test_lesson import done, refused
from tests.realtime.test_lesson_media import Speaker

SILENT_S = 0.4
ENDED_S = 1.0


class Ear(Speaker):
    """A page that listens to whatever its room has, from the beginning on."""

    def __init__(self, node: Node, page: LiveClient) -> None:
        super().__init__(node, page, page)
        self.offers: list[MediaOffer] = []

    async def begin(self) -> None:
        self._hearing.on("track", lambda track: self._tasks.append(asyncio.create_task(self._hear(track))))
        await self.teacher.send(MediaWatch(ref=self.teacher.ref(), on=True))
        self._tasks.append(asyncio.create_task(self._answer()))

    async def hears_nothing(self, *, of: Node, sends_on: bool = True) -> None:
        """While packets still come in, unless the server has ended the connection that brought them."""
        counters = hub_of(of).media._server.counters
        await asyncio.sleep(0.15)  # what is on its way, and in the decoder
        heard, arrived = self.heard, counters.datagrams_in
        await asyncio.sleep(SILENT_S)
        assert not sends_on or counters.datagrams_in > arrived + 10, "the speaker has stopped by itself"
        assert self.heard == heard


class Class:
    """Two groups that are open, with two students in each, and a teacher of each school in the space."""

    def __init__(self, node: Node, world: Pair, visit: Visit) -> None:
        self.node, self.world, self.visit = node, world, visit
        self.pages: dict[UUID, LiveClient] = {}
        self.group_ids: list[UUID] = []
        self.ears: list[Ear] = []
        self.peers: list[Speaker] = []

    async def begin(self) -> None:
        world = self.world
        self.teacher = await self.visit.enter(self.node, world.home.teacher.id, world.space.id)
        self.other = await self.visit.enter(self.node, world.abroad.teacher.id, world.space.id)
        await done(self.teacher, LessonStart)
        pairs = list(zip(world.home.students[:2], world.abroad.students[:2], strict=True))
        await done(self.teacher, GroupsArrange, groups=[[each.id for each in group] for group in pairs])
        await done(self.teacher, GroupsOpen)
        while not (state := await self.teacher.expect(GroupsState)).open:
            pass
        self.group_ids = [group.id for group in state.groups]
        for group_id, students in zip(self.group_ids, pairs, strict=True):
            for student in students:
                self.pages[student.id] = await self.visit.enter(self.node, student.id, group_id)
        self.one, self.two = (self.pages[student.id] for student in world.home.students[:2])
        for page in (self.one, self.two):
            self.ears.append(await self.ear(page))
        self.speaker = await self.speaker_at(self.teacher)

    async def ear(self, page: LiveClient) -> Ear:
        ear = Ear(self.node, page)
        self.peers.append(ear)
        await ear.begin()
        return ear

    async def speaker_at(self, page: LiveClient) -> Speaker:
        """A microphone that is on, and goes on sending whatever it is told."""
        speaker = Speaker(self.node, page, page)
        self.peers.append(speaker)
        await speaker.speak()
        return speaker

    async def speak_to_all(self) -> None:
        await done(self.teacher, GroupsSpeak, on=True)
        for page in (self.teacher, self.other, *self.pages.values()):
            await voice_of(page, self.world.home.teacher.id)
        for ear in self.ears:
            await ear.hears_more()

    async def is_over(self, *, sends_on: bool = True) -> None:
        for ear in self.ears:
            await ear.hears_nothing(of=self.node, sends_on=sends_on)

    async def close(self) -> None:
        for peer in self.peers:
            await peer.close()


async def voice_of(page: LiveClient, user_id: UUID | None) -> None:
    while True:
        person = (await page.expect(GroupsVoice)).person
        if (person.user_id if person is not None else None) == user_id:
            return


async def listed(page: LiveClient, user_ids: set[UUID]) -> None:
    while {track.user_id for track in (await page.expect(MediaTracks)).tracks} != user_ids:
        pass


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    # aiortc's own ICE leaves the loopback out; here it is all there is.
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])


@pytest.fixture
async def lesson(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit
) -> AsyncIterator[Class]:
    lesson = Class(await make_live(make_node, sqlite_records), world, visit)
    try:
        await lesson.begin()
        yield lesson
    finally:
        await lesson.close()


async def test_it_is_heard_in_every_group_and_in_none_when_it_is_over(lesson: Class) -> None:
    world, teacher_id = lesson.world, lesson.world.home.teacher.id
    here = await lesson.ear(lesson.other)
    await here.hears_more()
    for page in lesson.pages.values():
        assert not page.pending(MediaTracks), "what is said in the space, groups do not even know of"
    await lesson.is_over()

    await lesson.speak_to_all()
    for page in (lesson.one, lesson.two):
        await listed(page, {teacher_id})
    late = await lesson.visit.page(lesson.node, world.home.students[2].id)
    joined = await late.enter(world.space.id)
    assert [track.kind for track in joined.tracks] == ["audio"]
    await voice_of(late, teacher_id)

    await done(lesson.teacher, GroupsSpeak, on=False)
    for page in (lesson.teacher, lesson.other, late, *lesson.pages.values()):
        await voice_of(page, None)
    await lesson.is_over()
    for page in (lesson.one, lesson.two):
        await listed(page, set())
    await here.hears_more()  # the space itself goes on as it was

    # What a page asks for changes nothing; and the second time the same lines are used.
    track_id = (await lesson.other.expect(MediaTracks)).tracks[0].id
    for paused in (True, False):
        await lesson.one.send(MediaPause(track_id=track_id, paused=paused))
    await lesson.is_over()
    offers = [len(page.pending(MediaOffer)) for page in (lesson.one, lesson.two)]
    await lesson.speak_to_all()
    assert [len(page.pending(MediaOffer)) for page in (lesson.one, lesson.two)] == offers


async def test_who_comes_into_a_group_that_was_empty_hears_it_too(lesson: Class, visit: Visit) -> None:
    """The room of the group is made anew while somebody speaks to it, and is left behind when it is over."""
    teacher_id = lesson.world.home.teacher.id
    for student in (lesson.world.home.students[1], lesson.world.abroad.students[1]):
        await lesson.pages.pop(student.id).__aexit__(None, None, None)
    lesson.ears.pop()
    await lesson.speak_to_all()
    page = await visit.page(lesson.node, lesson.world.home.students[1].id)
    joined = await page.enter(lesson.group_ids[1])
    assert [track.user_id for track in joined.tracks] == [teacher_id]
    await voice_of(page, teacher_id)
    ear = await lesson.ear(page)
    await ear.hears_more()
    await done(lesson.teacher, GroupsSpeak, on=False)
    await listed(page, set())
    await ear.hears_nothing(of=lesson.node)


Ending = Callable[[Class], Awaitable[object]]


async def pause_the_lesson(lesson: Class) -> None:
    await done(lesson.other, LessonHold)


async def call_everyone_back(lesson: Class) -> None:
    await done(lesson.other, GroupsClose)


async def a_minute_is_up(lesson: Class) -> None:
    async with UnitOfWork(lesson.node.database, lesson.node.bus) as uow:
        due = Timer(clock.now(), 60)
        await live.change_room(uow, lesson.world.space.id, lambda room: replace(room, call_back=due))


async def end_the_lesson(lesson: Class) -> None:
    await done(lesson.other, LessonEnd)


async def leave(lesson: Class) -> None:
    await lesson.teacher.__aexit__(None, None, None)


async def go_into_a_group(lesson: Class) -> None:
    await lesson.teacher.join(lesson.group_ids[0])


async def lose_the_right(lesson: Class) -> None:
    hub = hub_of(lesson.node)
    for page in connections_of(lesson.node, lesson.world.home.teacher.id):
        hub.settle(page, page.access - {Grant.SPACE_MODERATE})


async def be_muted(lesson: Class) -> None:
    hub = hub_of(lesson.node)
    for page in connections_of(lesson.node, lesson.world.home.teacher.id):
        hub.settle(page, page.access - {Grant.MEDIA_PUBLISH_AUDIO})


async def be_kept_out(lesson: Class) -> None:
    teacher_id = lesson.world.home.teacher.id
    async with UnitOfWork(lesson.node.database, lesson.node.bus) as uow:
        uow.session.add(
            Ban(
                partnership_id=lesson.world.partnership.id, user_id=teacher_id,
                reason="-", banned_at=clock.now(),
            )
        )
        uow.events.append(AccessChanged(user_ids=frozenset({teacher_id})))


STAYS: tuple[Ending, ...] = (
    pause_the_lesson, call_everyone_back, a_minute_is_up, end_the_lesson, lose_the_right, be_muted,
)
GOES: tuple[Ending, ...] = (leave, go_into_a_group, be_kept_out)


@pytest.mark.parametrize("ending", [*STAYS, *GOES])
async def test_it_ends_with_whatever_takes_it_away(lesson: Class, ending: Ending) -> None:
    await lesson.speak_to_all()
    loop = asyncio.get_running_loop()
    began_at = loop.time()
    await ending(lesson)
    await voice_of(lesson.other, None)
    assert loop.time() - began_at < ENDED_S
    assert not hub_of(lesson.node).media._server.voices
    await lesson.is_over(sends_on=ending in STAYS)
    # It does not come back by itself, whatever comes back.
    assert not lesson.other.pending(GroupsVoice)


async def test_a_microphone_that_is_off_speaks_to_nobody_also_when_it_is_on_again(lesson: Class) -> None:
    await lesson.speak_to_all()
    connection = lesson.teacher
    (transceiver,) = lesson.speaker._sending.getTransceivers()
    transceiver.direction = "inactive"
    assert (await lesson.speaker.publish()).tracks == []
    await voice_of(connection, None)
    assert not hub_of(lesson.node).media._server.voices
    transceiver.direction = "sendonly"
    assert [track.kind for track in (await lesson.speaker.publish()).tracks] == ["audio"]
    await lesson.is_over()
    await done(connection, GroupsSpeak, on=True)
    for ear in lesson.ears:
        await ear.hears_more()


async def test_a_page_that_makes_its_connection_anew_begins_anew(lesson: Class) -> None:
    """After a break of its line to the media server: what the groups held for the old one is let go of."""
    await lesson.speak_to_all()
    lesson.speaker = await lesson.speaker_at(lesson.teacher)
    for page in (lesson.teacher, lesson.other, *lesson.pages.values()):
        await voice_of(page, None)
    await lesson.is_over()
    await lesson.speak_to_all()
    hub = hub_of(lesson.node)
    for student in lesson.world.home.students[:2]:
        (page,) = connections_of(lesson.node, student.id)
        assert page.media is not None
        watcher = page.media._watcher
        assert watcher is not None
        live = hub.media._server.voices[lesson.group_ids[0]].microphones
        assert [line.track for line in watcher._lines if line.track is not None] == live


async def test_the_newest_takes_over(lesson: Class) -> None:
    await lesson.speak_to_all()
    newest = await lesson.speaker_at(lesson.other)
    await done(lesson.other, GroupsSpeak, on=True)
    for page in (lesson.teacher, lesson.one, lesson.two):
        await voice_of(page, None)
        await voice_of(page, lesson.world.abroad.teacher.id)
    await listed(lesson.one, {lesson.world.abroad.teacher.id})
    for ear in lesson.ears:
        await ear.hears_more()
    # Who spoke before has nothing to switch off any more.
    await done(lesson.teacher, GroupsSpeak, on=False)
    for ear in lesson.ears:
        await ear.hears_more()
    await newest.close()
    await lesson.other.__aexit__(None, None, None)
    await lesson.is_over()  # the first goes on sending, to the space


async def test_it_is_for_adults_who_run_the_space_with_their_microphone_on(lesson: Class) -> None:
    await refused(lesson.one, GroupsSpeak, on=True)
    await refused(lesson.other, GroupsSpeak, ErrorCode.MEDIA_FAILED, on=True)
    await done(lesson.teacher, LessonHold)
    await refused(lesson.teacher, GroupsSpeak, on=True)
    await done(lesson.teacher, LessonEnd)
    while (await lesson.teacher.expect(GroupsState)).open:
        pass
    await refused(lesson.teacher, GroupsSpeak, on=True)
    assert not hub_of(lesson.node).media._server.voices


async def test_it_never_reaches_one_person_alone(lesson: Class) -> None:
    await lesson.speak_to_all()
    for page in [lesson.other, *lesson.pages.values()][:-1]:
        await page.__aexit__(None, None, None)
    last = list(lesson.pages.values())[-1]
    await voice_of(last, None)
    await refused(lesson.teacher, GroupsSpeak, on=True)


async def test_it_is_refused_while_somebody_is_at_another_node(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    lesson = Class(near, world, visit)
    try:
        await lesson.begin()
        await lesson.speak_to_all()
        elsewhere = await visit.enter(far, world.home.head.id, world.space.id)
        await voice_of(lesson.one, None)
        await lesson.is_over()
        await refused(lesson.teacher, GroupsSpeak, ErrorCode.UNAVAILABLE, on=True)
        await elsewhere.__aexit__(None, None, None)
        async with asyncio.timeout(5):
            while world.home.head.id in hub_of(near).people_of(world.space.id):
                await asyncio.sleep(0.02)
        await lesson.speak_to_all()
    finally:
        await lesson.close()


async def test_who_is_held_hears_none_of_it(lesson: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of any sound: no student hears while no adult of their school is there."""
    monkeypatch.setattr(lease, "FRESH_S", 1.0)
    monkeypatch.setattr(lease, "GRACE_S", 1.5)
    monkeypatch.setattr(supervision, "RENEW_S", 0.2)
    theirs = await lesson.ear(lesson.pages[lesson.world.abroad.students[0].id])
    await lesson.speak_to_all()
    await theirs.hears_more()
    await lesson.other.__aexit__(None, None, None)
    while "media:watch" in (await theirs.teacher.expect(AccessUpdate)).grants:
        pass
    await theirs.hears_nothing(of=lesson.node)
    for ear in lesson.ears:
        await ear.hears_more()
