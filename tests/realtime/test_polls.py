"""Polls in the live room: asked by adults, answered by students, told to everyone as they may see it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from realtime import polling
from realtime.frames import polls
from realtime.frames.polls import (
    PollCreate,
    PollDelete,
    PollGone,
    PollInfo,
    PollKind,
    PollList,
    PollMine,
    PollMove,
    PollSet,
    PollState,
    PollStatus,
    PollVote,
)
from realtime.protocol import AccessUpdate, Error, ErrorCode, Ok
from server.db import Database
from server.events import AccessChanged, PollChanged
from server.partnerships.models import Visit as VisitRecord
from server.partnerships.models import VisitRole
from server.polls import models, service
from server.polls.models import Poll, Vote
from server.spaces.models import Space
from tests import factories
from tests.factories import Pair, World
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, archive, change, hub_of

ANSWERS = ["Nile", "Tana", "Thames"]


async def ask(page: LiveClient, frame: Any) -> Ok | Error:
    """Send a request and wait for its answer."""
    await page.send(frame)
    async with asyncio.timeout(10):
        while True:
            for kind in (Ok, Error):
                for found in page.pending(kind):
                    if found.ref == frame.ref:
                        return await page.expect(kind, ref=frame.ref)
            await page._more("an answer")


async def create(page: LiveClient, poll_id: UUID | None = None, **fields: Any) -> UUID:
    poll_id = poll_id or uuid4()
    usual = {"kind": PollKind.SINGLE, "question": "Which river?", "options": ANSWERS, "is_open": True}
    answer = await ask(page, PollCreate(ref=page.ref(), poll_id=poll_id, **(usual | fields)))
    assert isinstance(answer, Ok), answer
    return poll_id


async def vote(page: LiveClient, poll_id: UUID, *picks: int, words: list[str] | None = None) -> Ok | Error:
    frame = PollVote(ref=page.ref(), poll_id=poll_id, picks=list(picks), words=words or [])
    return await ask(page, frame)


async def move(page: LiveClient, poll_id: UUID, to: PollMove) -> Ok | Error:
    return await ask(page, PollSet(ref=page.ref(), poll_id=poll_id, to=to))


async def shown(page: LiveClient, poll_id: UUID, until: Any) -> PollInfo:
    """The poll as this page is told, as soon as that is so."""
    while True:
        poll = (await page.expect(PollState)).poll
        if poll.id == poll_id and until(poll):
            return poll


def counted(poll: PollInfo) -> list[int]:
    return [sum(each.counts) for each in poll.results.counts] if poll.results else []


async def votes(node: Node, poll_id: UUID) -> int:
    async with node.database.read() as session:
        return await session.scalar(select(func.count()).where(Vote.poll_id == poll_id)) or 0


async def test_a_poll_from_asking_to_revealing_over_two_nodes(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    one, other = live_nodes
    teacher = await visit.enter(one, world.home.teacher.id, world.space.id)
    partner = await visit.enter(other, world.abroad.teacher.id, world.space.id)
    ana = await visit.enter(one, world.home.students[0].id, world.space.id)
    ben = await visit.enter(other, world.abroad.students[0].id, world.space.id)
    poll_id = await create(teacher, right=[1])
    for student in (ana, ben):
        poll = await shown(student, poll_id, lambda poll: poll.status is PollStatus.OPEN)
        assert (poll.question, poll.options, poll.is_quiz) == ("Which river?", ANSWERS, True)
        assert poll.right is None and poll.results is None
    assert isinstance(await vote(ana, poll_id, 0), Ok)
    assert isinstance(await vote(ben, poll_id, 1), Ok)
    assert (await ben.expect(PollMine)).answer.picks == [1]
    for adult in (teacher, partner):
        poll = await shown(adult, poll_id, lambda poll: counted(poll) == [1, 1, 0])
        assert poll.right == [1] and poll.results is not None
        assert set(poll.results.schools) == {world.home.school.id, world.abroad.school.id}
    assert isinstance(await vote(ana, poll_id, 1), Ok)  # changed while it is open
    await shown(partner, poll_id, lambda poll: counted(poll) == [0, 2, 0])
    assert isinstance(await move(partner, poll_id, PollMove.CLOSED), Ok)
    poll = await shown(ana, poll_id, lambda poll: poll.status is PollStatus.CLOSED)
    assert poll.results is None
    late = await vote(ana, poll_id, 2)
    assert isinstance(late, Error) and late.code is ErrorCode.POLL_CLOSED
    assert isinstance(await move(teacher, poll_id, PollMove.REVEALED), Ok)
    for student in (ana, ben):
        poll = await shown(student, poll_id, lambda poll: poll.status is PollStatus.REVEALED)
        assert poll.right == [1] and counted(poll) == [0, 2, 0]
        assert poll.results is not None
        assert poll.results.schools == []  # one of each school: they could be told by it
    assert await votes(one, poll_id) == 2


async def test_students_are_told_nothing_while_others_answer(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    ben = await visit.enter(live_node, world.home.students[1].id, world.space.id)
    draft = await create(teacher, question="Not yet?", is_open=False)
    poll_id = await create(teacher)
    await shown(teacher, poll_id, lambda poll: True)
    await vote(ben, poll_id, 2)
    await shown(teacher, poll_id, lambda poll: counted(poll) == [0, 0, 1])
    await move(teacher, poll_id, PollMove.CLOSED)
    await shown(ana, poll_id, lambda poll: poll.status is PollStatus.CLOSED)
    # Only that it was opened, and that it was closed; nothing of the draft, nothing of Ben's answer.
    assert ana.pending(PollState) == [] and ana.pending(PollMine) == []
    late = await visit.enter(live_node, world.home.students[2].id, world.space.id)
    assert [each.id for each in (await late.expect(PollList)).polls] == [poll_id]
    other = await visit.enter(live_node, world.abroad.teacher.id, world.space.id)
    assert [each.id for each in (await other.expect(PollList)).polls] == [draft, poll_id]


async def test_who_comes_back_is_told_how_they_answered(live_node: Node, world: Pair, visit: Visit) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    poll_id = await create(teacher, kind=PollKind.WORDS, options=[])
    await vote(ana, poll_id, words=["rain", "Sun "])
    again = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    told = await again.expect(PollList)
    assert [(each.poll_id, each.words) for each in told.mine] == [(poll_id, ["rain", "Sun"])]
    stranger = await visit.enter(live_node, world.home.students[1].id, world.space.id)
    assert (await stranger.expect(PollList)).mine == []


async def test_asking_the_same_again_makes_one_poll(live_node: Node, world: Pair, visit: Visit) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    poll_id = await create(teacher)
    assert await create(teacher, poll_id) == poll_id
    assert isinstance(await move(teacher, poll_id, PollMove.CLOSED), Ok)
    assert isinstance(await move(teacher, poll_id, PollMove.CLOSED), Ok)
    async with live_node.database.read() as session:
        count = await session.scalar(select(func.count()).where(Poll.space_id == world.space.id))
    assert count == 1
    # Somebody else's id is not theirs to take.
    partner = await visit.enter(live_node, world.abroad.teacher.id, world.space.id)
    frame = PollCreate(
        ref=partner.ref(), poll_id=poll_id, kind=PollKind.SINGLE, question="Mine?", options=["a", "b"]
    )
    refused = await ask(partner, frame)
    assert isinstance(refused, Error) and refused.code is ErrorCode.NOT_FOUND


async def test_one_person_counts_once_however_they_send_it(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
    ana = world.home.students[0].id
    pages = [await visit.enter(live_nodes[number % 2], ana, world.space.id) for number in range(4)]
    poll_id = await create(teacher)
    answers = await asyncio.gather(
        *(vote(page, poll_id, number % 3) for number, page in enumerate(pages))
    )
    assert all(isinstance(each, Ok) for each in answers)
    assert await votes(live_nodes[0], poll_id) == 1
    last = await visit.enter(live_nodes[0], ana, world.space.id)
    mine = (await last.expect(PollList)).mine[0].picks
    await vote(pages[0], poll_id, *mine)  # the same again
    poll = await shown(teacher, poll_id, lambda poll: sum(counted(poll)) == 1)
    while teacher.pending(PollState):
        poll = (await teacher.expect(PollState)).poll
    assert counted(poll)[mine[0]] == 1 and sum(counted(poll)) == 1


async def test_students_do_not_ask_and_adults_do_not_answer(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    poll_id = await create(teacher)
    tries: list[Any] = [
        PollCreate(ref=ana.ref(), poll_id=uuid4(), kind=PollKind.WORDS, question="Who?"),
        PollSet(ref=ana.ref(), poll_id=poll_id, to=PollMove.REVEALED),
        PollDelete(ref=ana.ref(), poll_id=poll_id),
    ]
    for frame in tries:
        answer = await ask(ana, frame)
        assert isinstance(answer, Error) and answer.code is ErrorCode.NOT_ALLOWED
    answer = await vote(teacher, poll_id, 0)
    assert isinstance(answer, Error) and answer.code is ErrorCode.NOT_ALLOWED
    for wrong in (await vote(ana, poll_id, 0, 1), await vote(ana, poll_id, 9), await vote(ana, poll_id)):
        assert isinstance(wrong, Error) and wrong.code is ErrorCode.BAD_FRAME
    unknown = await vote(ana, uuid4(), 0)
    assert isinstance(unknown, Error) and unknown.code is ErrorCode.NOT_FOUND
    assert await votes(live_node, poll_id) == 0


async def test_who_may_only_look_does_not_answer(live_node: Node, world: Pair, visit: Visit) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    poll_id = await create(teacher)
    await archive(live_node, world.space.id)
    await ana.expect(AccessUpdate)
    answer = await vote(ana, poll_id, 0)
    assert isinstance(answer, Error) and answer.code is ErrorCode.NOT_ALLOWED
    assert await votes(live_node, poll_id) == 0


async def test_a_class_without_an_adult_of_its_school_does_not_answer(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    """The records let them write; what they have not is somebody of their own school."""
    statement = update(Space).where(Space.id == world.space.id).values(works_alone=False)
    await change(live_node, statement, AccessChanged(space_ids=frozenset({world.space.id})))
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    ben = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    poll_id = await create(teacher)
    refused = await vote(ben, poll_id, 0)
    assert isinstance(refused, Error) and refused.code is ErrorCode.NOT_ALLOWED
    assert isinstance(await vote(ana, poll_id, 0), Ok)
    await visit.enter(live_node, world.abroad.teacher.id, world.space.id)
    while "chat:post" not in (await ben.expect(AccessUpdate)).grants:
        pass
    assert isinstance(await vote(ben, poll_id, 0), Ok)
    assert await votes(live_node, poll_id) == 2


async def test_an_answer_that_was_taken_from_them_meanwhile_is_not_stored(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held while the answer waited: what the records still grant is not enough."""
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    poll_id = await create(teacher)
    store = polling.PollDesk._store

    async def held(self: polling.PollDesk, space_id: UUID, batch: Any) -> None:
        for asked in batch:
            asked.connection.grants = frozenset()
        await store(self, space_id, batch)

    monkeypatch.setattr(polling.PollDesk, "_store", held)
    answer = await vote(ana, poll_id, 0)
    assert isinstance(answer, Error) and answer.code is ErrorCode.NOT_ALLOWED
    assert await votes(live_node, poll_id) == 0


async def test_a_guest_sees_what_students_see(live_node: Node, world: Pair, visit: Visit) -> None:
    database = Database(live_node.settings.database_url)
    async with factories.UnitOfWork(database, factories.InProcessBus()) as uow:
        made = World(uow.session)
        guest = await made.staff(await made.school("Museum"))
        now = factories.clock.now()
        await made.add(
            VisitRecord(
                partnership_id=world.partnership.id, user_id=guest.id, role=VisitRole.GUEST,
                starts_at=now, ends_at=now + factories.timedelta(days=1), invited_by_id=world.home.teacher.id,
            )
        )
    await database.close()
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    page = await visit.enter(live_node, guest.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await create(teacher, is_open=False)
    poll_id = await create(teacher)
    await vote(ana, poll_id, 0)
    poll = await shown(page, poll_id, lambda poll: True)
    assert poll.results is None
    refused = await vote(page, poll_id, 0)
    assert isinstance(refused, Error) and refused.code is ErrorCode.NOT_ALLOWED


async def test_a_word_that_is_held_is_shown_to_adults_alone(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "is_fit", lambda word: "badword" not in word)
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    ben = await visit.enter(live_node, world.home.students[1].id, world.space.id)
    poll_id = await create(teacher, kind=PollKind.WORDS, options=[])
    await vote(ana, poll_id, words=["Rain", "badword"])
    await vote(ben, poll_id, words=["rain!"])
    poll = await shown(teacher, poll_id, lambda poll: counted(poll) == [2, 1])
    assert poll.results is not None
    assert [(each.word, each.held) for each in poll.results.counts] == [("Rain", False), ("badword", True)]
    await move(teacher, poll_id, PollMove.REVEALED)
    poll = await shown(ben, poll_id, lambda poll: poll.status is PollStatus.REVEALED)
    assert poll.results is not None
    assert [(each.word, each.held) for each in poll.results.counts] == [("Rain", False)]


async def test_a_deleted_poll_is_gone_for_everyone_and_for_who_comes_later(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_nodes[1], world.home.students[0].id, world.space.id)
    poll_id = await create(teacher)
    await shown(ana, poll_id, lambda poll: True)
    await vote(ana, poll_id, 1)
    assert isinstance(await ask(teacher, PollDelete(ref=teacher.ref(), poll_id=poll_id)), Ok)
    for page in (teacher, ana):
        assert (await page.expect(PollGone)).poll_id == poll_id
    late = await visit.enter(live_nodes[1], world.home.students[1].id, world.space.id)
    assert (await late.expect(PollList)).polls == []
    assert await votes(live_nodes[0], poll_id) == 0
    refused = await vote(ana, poll_id, 0)
    assert isinstance(refused, Error) and refused.code is ErrorCode.NOT_FOUND


async def test_an_event_that_is_lost_is_mended_by_who_comes_in(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
    ana = await visit.enter(live_nodes[1], world.home.students[0].id, world.space.id)
    desk = next(each for each in hub_of(live_nodes[1]).desks if isinstance(each, polling.PollDesk))
    monkeypatch.setattr(desk, "on_event", lambda event: None)
    poll_id = await create(teacher)
    await visit.enter(live_nodes[1], world.home.students[1].id, world.space.id)
    await shown(ana, poll_id, lambda poll: poll.status is PollStatus.OPEN)


async def test_closing_and_answering_at_once_agree(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    """Whoever was told that their answer counts is counted, and nobody else, in whatever order it went."""
    teacher = await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
    people = [*world.home.students, *world.abroad.students]
    pages = [
        await visit.enter(live_nodes[number % 2], each.id, world.space.id)
        for number, each in enumerate(people)
    ]
    for _ in range(5):
        poll_id = await create(teacher)
        *answers, closed = await asyncio.gather(
            *(vote(page, poll_id, 0) for page in pages), move(teacher, poll_id, PollMove.CLOSED)
        )
        assert isinstance(closed, Ok)
        told = [each for each in answers if isinstance(each, Ok)]
        refused = [each.code for each in answers if isinstance(each, Error)]
        assert set(refused) <= {ErrorCode.POLL_CLOSED}
        assert await votes(live_nodes[0], poll_id) == len(told)
        poll = await shown(
            teacher, poll_id,
            lambda poll: poll.status is PollStatus.CLOSED and sum(counted(poll)) == len(told),  # noqa: B023
        )
        assert poll.results is not None


async def test_a_hundred_answers_in_a_second_are_few_frames(
    live_nodes: tuple[Node, Node], visit: Visit, unhurried: None
) -> None:
    database = Database(live_nodes[0].settings.database_url)
    world = await factories.pair(database, students=50)
    await database.close()
    teacher = await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
    partner = await visit.enter(live_nodes[1], world.abroad.teacher.id, world.space.id)
    students = [*world.home.students, *world.abroad.students]
    pages = await asyncio.gather(
        *(visit.enter(live_nodes[at % 2], each.id, world.space.id) for at, each in enumerate(students))
    )
    poll_id = await create(teacher)
    for page in pages:
        await shown(page, poll_id, lambda poll: True)
    told: list[PollChanged] = []
    live_nodes[0].bus.subscribe(lambda event: told.append(event) if isinstance(event, PollChanged) else None)
    loop = asyncio.get_running_loop()
    began = loop.time()
    answers = await asyncio.gather(*(vote(page, poll_id, number % 3) for number, page in enumerate(pages)))
    took_s = loop.time() - began
    assert all(isinstance(each, Ok) for each in answers)
    heard = {teacher: 0, partner: 0}
    for adult in heard:
        while True:
            poll = (await adult.expect(PollState)).poll
            heard[adult] += 1
            if counted(poll) == [34, 33, 33]:
                break
    took_s = max(took_s, loop.time() - began)
    # One at once, then so many a second; two more for the edges.
    assert max(heard.values()) <= took_s * polling.TELLS_PER_S + 3
    assert len([each for each in told if each.poll_id == poll_id]) <= 50  # stored together, told together
    assert not any(page.pending(PollState) for page in pages)
    assert await votes(live_nodes[0], poll_id) == 100


def test_the_words_of_the_protocol_are_those_of_the_records() -> None:
    assert [each.value for each in polls.PollKind] == [each.value for each in models.PollKind]
    assert [each.value for each in polls.PollStatus] == [each.value for each in models.PollStatus]
    assert {each.value for each in polls.PollMove} <= {each.value for each in models.PollStatus}
