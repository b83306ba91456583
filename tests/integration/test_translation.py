"""Translating messages by machine: whose words may leave, for whom, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from server import clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.chat import changes, reading
from server.chat import service as chat
from server.consent import service as consent
from server.consent.models import ConsentKind, Giver
from server.db import UnitOfWork
from server.partnerships.models import Partnership, PartnershipStatus
from server.safeguarding.models import HeldMessage
from server.spaces.models import Space
from server.translation import service
from server.translation.libretranslate import LibreTranslate
from server.translation.service import Translating
from server.translation.translator import Service
from tests.conftest import MakeNode, Records
from tests.factories import PICTURES, Pair, Student, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.translators import FakeApertium, FakeLibreTranslate, odd_answers, running


@pytest.fixture
async def libre() -> AsyncIterator[FakeLibreTranslate]:
    fake = FakeLibreTranslate()
    async with running(fake):
        yield fake


@pytest.fixture
async def with_libre(node: Node, libre: FakeLibreTranslate) -> AsyncIterator[Node]:
    """A node that is kept, with LibreTranslate for as long as the test runs."""
    translating: Translating = node.app.state.translating
    chosen = LibreTranslate(Service(libre.url, 5))
    translating._translator = chosen
    yield node
    translating._translator = None
    await chosen.close()


@pytest.fixture
async def tied(with_libre: Node) -> Pair:
    return await pair(with_libre.database)


async def student_at(node: Node, student: Student) -> Visitor:
    visitor = node.visitor()
    assert (await visitor.sign_in_student(student)).status_code == 200
    return visitor


async def say(node: Node, space_id: UUID, author_id: UUID, text: str) -> UUID:
    async with UnitOfWork(node.database, node.bus) as uow:
        seq = await chat.say(uow, space_id, author_id, uuid4(), text)
    async with node.database.read() as session:
        (said,) = await reading.newest(session, space_id, after=seq - 1)
    return said.id


async def ask(visitor: Visitor, space_id: UUID, message_id: UUID, to: str = "fr") -> httpx2.Response:
    return await visitor.post(f"/api/spaces/{space_id}/messages/{message_id}/translation", {"to": to})


async def ask_draft(visitor: Visitor, space_id: UUID, text: str, to: str = "fr") -> httpx2.Response:
    return await visitor.post(f"/api/spaces/{space_id}/translation", {"text": text, "to": to})


def as_signed_in(user: User) -> SignedIn:
    return SignedIn(user.id, uuid4(), user.kind, user.school_id, frozenset())


async def answer_for(node: Node, tied: Pair, user_id: UUID, *, given: bool) -> None:
    """The school of the first class writes down what a parent said."""
    answer = consent.Answer([ConsentKind.MACHINE_TRANSLATION], given, Giver.PARENT)
    teacher = tied.home.teacher
    who = SignedIn(teacher.id, uuid4(), teacher.kind, teacher.school_id, frozenset({StaffRole.TEACHER}))
    async with UnitOfWork(node.database, node.bus) as uow:
        assert await consent.record(uow, who, tied.home.school_class.id, [user_id], answer) == 1


async def test_everybody_who_reads_the_chat_may_have_it_translated_and_the_translator_is_asked_once(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    message = await say(with_libre, tied.space.id, tied.home.teacher.id, "Hello")
    readers = [
        await student_at(with_libre, tied.abroad.students[0]),
        await student_at(with_libre, tied.home.students[0]),
        await signed_in(with_libre, tied.abroad.teacher),
    ]
    libre.go_on.clear()
    asking = [asyncio.create_task(ask(each, tied.space.id, message)) for each in readers]
    await libre.came.wait()
    libre.go_on.set()
    answers = [await each for each in asking]
    assert [each.status_code for each in answers] == [200] * 3
    assert answers[0].json() == {"text": "Bonjour", "source": "en", "to": "fr", "by": "LibreTranslate"}
    assert (await ask(readers[0], tied.space.id, message)).json() == answers[0].json()
    assert libre.left == ["Hello"]
    assert (await ask(readers[0], tied.space.id, message, "ar")).json()["text"] == "ar: Hello"
    assert libre.left == ["Hello", "Hello"]
    stored = (await readers[0].get(f"/api/spaces/{tied.space.id}/messages")).json()["messages"]
    assert [each["text"] for each in stored] == ["Hello"]  # the original stays as it was
    listed = (await readers[0].get("/api/translation")).json()
    assert listed == {"by": "LibreTranslate", "targets": ["ar", "en", "fr"]}


async def test_a_students_words_leave_only_with_consent_and_not_once_it_is_taken_back(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    author = tied.home.students[0]
    message = await say(with_libre, tied.space.id, author.id, "Hello")
    readers = [
        await signed_in(with_libre, tied.home.teacher), await student_at(with_libre, tied.abroad.students[0]),
        await student_at(with_libre, author),
    ]

    async def answers() -> list[int]:
        return [(await ask(each, tied.space.id, message)).status_code for each in readers]

    assert await answers() == [403] * 3
    assert refusal(await ask(readers[0], tied.space.id, message)) == (403, "translation_consent")
    assert libre.left == []
    await answer_for(with_libre, tied, author.id, given=True)
    assert await answers() == [200] * 3
    await answer_for(with_libre, tied, author.id, given=False)
    assert await answers() == [403] * 3
    assert libre.left == ["Hello"]
    await answer_for(with_libre, tied, author.id, given=True)
    assert await answers() == [200] * 3


async def test_consent_of_another_student_or_to_something_else_does_not_count(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    author, other = tied.home.students
    async with UnitOfWork(with_libre.database, with_libre.bus) as uow:
        world = World(uow.session)
        await world.consent(other.id, ConsentKind.MACHINE_TRANSLATION)
        await world.consent(author.id, ConsentKind.PUBLICATION)
    message = await say(with_libre, tied.space.id, author.id, "Hello")
    reader = await signed_in(with_libre, tied.abroad.teacher)
    assert refusal(await ask(reader, tied.space.id, message)) == (403, "translation_consent")
    assert libre.left == []


async def test_what_is_taken_back_while_it_is_translated_is_not_shown(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    author = tied.home.students[0]
    await answer_for(with_libre, tied, author.id, given=True)
    message = await say(with_libre, tied.space.id, author.id, "Hello")
    reader = await student_at(with_libre, tied.abroad.students[0])
    libre.go_on.clear()
    asking = asyncio.create_task(ask(reader, tied.space.id, message))
    await libre.came.wait()
    await answer_for(with_libre, tied, author.id, given=False)
    libre.go_on.set()
    assert refusal(await asking) == (403, "translation_consent")


async def test_an_edit_is_translated_anew_and_what_is_deleted_is_not_at_hand(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    teacher = tied.home.teacher
    message = await say(with_libre, tied.space.id, teacher.id, "Hello")
    reader = await student_at(with_libre, tied.abroad.students[0])
    assert (await ask(reader, tied.space.id, message)).json()["text"] == "Bonjour"

    async def make(change: changes.Change) -> None:
        async with UnitOfWork(with_libre.database, with_libre.bus) as uow:
            (made,) = await changes.apply_all(uow, tied.space.id, [change])
        assert made, made

    await make(changes.Edit(as_signed_in(teacher), message, "Good morning"))
    assert (await ask(reader, tied.space.id, message)).json()["text"] == "fr: Good morning"
    libre.go_on.clear()
    libre.came.clear()
    asking = asyncio.create_task(ask(reader, tied.space.id, message, "ar"))
    await libre.came.wait()
    await make(changes.Edit(as_signed_in(teacher), message, "Good evening"))
    libre.go_on.set()
    assert refusal(await asking) == (409, "changed_meanwhile")
    await make(changes.Delete(as_signed_in(teacher), message))
    for to in ("fr", "ar"):
        assert refusal(await ask(reader, tied.space.id, message, to)) == (404, "not_found")
    assert libre.left == ["Hello", "Good morning", "Good morning"]


async def test_what_waits_for_an_adult_and_what_is_elsewhere_is_not_found(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    author = tied.home.students[0]
    await answer_for(with_libre, tied, author.id, given=True)
    held = uuid4()
    async with UnitOfWork(with_libre.database, with_libre.bus) as uow:
        uow.session.add(
            HeldMessage(id=held, space_id=tied.space.id, author_id=author.id, client_id=uuid4(), text="Hello",
                        reasons=[], created_at=clock.now())
        )
    secret = await say(with_libre, tied.staff_room.id, tied.home.teacher.id, "Hello")
    outsider = await pair(with_libre.database)
    message = await say(with_libre, tied.space.id, tied.home.teacher.id, "Hello")
    student = await student_at(with_libre, author)
    stranger = await signed_in(with_libre, outsider.home.teacher)
    assert refusal(await ask(student, tied.space.id, held)) == (404, "not_found")
    assert refusal(await ask(student, tied.space.id, secret)) == (404, "not_found")
    assert refusal(await ask(student, tied.staff_room.id, secret)) == (403, "not_enrolled")
    assert refusal(await ask(stranger, tied.space.id, message))[0] == 403
    assert refusal(await ask_draft(stranger, tied.space.id, "Hello"))[0] == 403
    assert refusal(await ask(stranger, uuid4(), message)) == (404, "not_found")
    assert refusal(await ask(with_libre.visitor(), tied.space.id, message)) == (401, "signed_out")
    assert libre.left == []


async def test_staff_still_have_it_when_the_partnership_is_suspended_and_students_do_not(
    with_libre: Node, tied: Pair
) -> None:
    message = await say(with_libre, tied.space.id, tied.home.teacher.id, "Hello")
    teacher = await signed_in(with_libre, tied.abroad.teacher)
    student = await student_at(with_libre, tied.abroad.students[0])
    async with UnitOfWork(with_libre.database, with_libre.bus) as uow:
        await uow.session.execute(update(Partnership).values(status=PartnershipStatus.SUSPENDED))
    assert (await ask(teacher, tied.space.id, message)).status_code == 200
    assert refusal(await ask(student, tied.space.id, message)) == (403, "partnership_suspended")
    assert refusal(await ask_draft(teacher, tied.space.id, "Hello")) == (403, "not_allowed")


async def test_a_draft_is_translated_for_its_author_with_their_own_consent(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    student = await student_at(with_libre, tied.home.students[0])
    teacher = await signed_in(with_libre, tied.home.teacher)
    assert refusal(await ask_draft(student, tied.space.id, "Hello")) == (403, "translation_consent")
    assert libre.left == []
    await answer_for(with_libre, tied, tied.home.students[0].id, given=True)
    assert (await ask_draft(student, tied.space.id, "Hello")).json()["text"] == "Bonjour"
    assert (await ask_draft(teacher, tied.space.id, "Hello")).json()["text"] == "Bonjour"
    assert libre.left == ["Hello", "Hello"]  # nothing is kept of what was not sent
    for text in ("", "a" * 2001):
        assert refusal(await ask_draft(teacher, tied.space.id, text)) == (400, "invalid")
    async with UnitOfWork(with_libre.database, with_libre.bus) as uow:
        await uow.session.execute(update(Space).values(archived_at=clock.now()))
    assert refusal(await ask_draft(student, tied.space.id, "Hello")) == (403, "not_allowed")


async def test_a_draft_at_a_device_of_several_needs_the_yes_of_each(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate
) -> None:
    """Whose words they are is not known yet."""
    first, second = tied.home.students[:2]
    device = await student_at(with_libre, first)
    await answer_for(with_libre, tied, first.id, given=True)
    joined = await device.post(
        "/api/session/companions", {"user_id": str(second.id), "pictures": list(PICTURES)}
    )
    assert joined.status_code == 204
    assert refusal(await ask_draft(device, tied.space.id, "Hello")) == (403, "translation_consent")
    assert libre.left == []
    await answer_for(with_libre, tied, second.id, given=True)
    assert (await ask_draft(device, tied.space.id, "Hello")).json()["text"] == "Bonjour"


async def test_failures_have_their_codes_and_no_word_or_key_is_in_the_log(
    make_node: MakeNode, sqlite_records: Records, libre: FakeLibreTranslate
) -> None:
    libre.key = "tango-9"
    node = await make_node(
        sqlite_records, translation="libretranslate", translation_url=libre.url, translation_key=libre.key,
        translation_timeout_s=0.5,
    )
    tied = await pair(node.database)
    message = await say(node, tied.space.id, tied.home.teacher.id, "Hello kettle")
    reader = await signed_in(node, tied.abroad.teacher)
    with capture_logs() as logged:
        assert refusal(await ask(reader, tied.space.id, message, "zu")) == (409, "translation_impossible")
        assert refusal(await ask(reader, tied.space.id, message, "not a tag")) == (400, "invalid")
        libre.instead = odd_answers()["fails"]
        assert refusal(await ask(reader, tied.space.id, message)) == (503, "translation_failed")
        libre.instead = None
        libre.go_on.clear()
        assert refusal(await ask(reader, tied.space.id, message)) == (503, "translation_failed")
        libre.go_on.set()
        assert (await ask(reader, tied.space.id, message)).json()["text"] == "fr: Hello kettle"
    assert "kettle" not in f"{logged}"
    assert "tango" not in f"{logged}"


async def test_who_asks_very_often_waits_and_others_do_not(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PER_MINUTE", 2)
    monkeypatch.setattr(service, "WAITING_MOST", 1)
    message = await say(with_libre, tied.space.id, tied.home.teacher.id, "Hello")
    one = await signed_in(with_libre, tied.abroad.teacher)
    other = await signed_in(with_libre, tied.home.teacher)
    libre.go_on.clear()
    first = asyncio.create_task(ask(one, tied.space.id, message))
    await libre.came.wait()
    assert refusal(await ask(other, tied.space.id, message, "ar")) == (503, "translation_busy")
    joining = asyncio.create_task(ask(other, tied.space.id, message))  # the same one is no more to wait for
    libre.go_on.set()
    assert [(await first).status_code, (await joining).status_code] == [200, 200]
    assert (await ask(one, tied.space.id, message)).status_code == 200
    assert refusal(await ask(one, tied.space.id, message)) == (429, "translation_too_often")
    assert refusal(await ask_draft(one, tied.space.id, "Hello")) == (429, "translation_too_often")


async def test_what_is_kept_has_a_bound_and_an_end(
    with_libre: Node, tied: Pair, libre: FakeLibreTranslate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "KEPT_MOST", 1)
    with_libre.app.state.translating._kept.clear()
    message = await say(with_libre, tied.space.id, tied.home.teacher.id, "Hello")
    reader = await signed_in(with_libre, tied.abroad.teacher)
    for to in ("fr", "ar", "ar", "fr"):
        assert (await ask(reader, tied.space.id, message, to)).status_code == 200
    assert len(libre.left) == 3
    monkeypatch.setattr(service, "KEPT_S", 0.0)
    assert (await ask(reader, tied.space.id, message)).status_code == 200
    assert len(libre.left) == 4


async def test_a_call_ends_by_itself_when_who_asked_has_gone_and_with_the_node(
    node: Node, libre: FakeLibreTranslate
) -> None:
    tied = await pair(node.database)
    message = await say(node, tied.space.id, tied.home.teacher.id, "Hello")
    translating = Translating(node.database, LibreTranslate(Service(libre.url, 5)), 5)
    reader = as_signed_in(tied.abroad.teacher)

    def asked(to: str) -> asyncio.Task[service.Translation]:
        return asyncio.create_task(translating.message(reader, tied.space.id, message, to))

    libre.go_on.clear()
    asking = asked("fr")
    await libre.came.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    libre.go_on.set()
    assert (await asked("fr")).text == "Bonjour"
    assert libre.left == ["Hello"]
    libre.go_on.clear()
    libre.came.clear()
    asking = asked("ar")
    await libre.came.wait()
    await translating.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.sleep(0)
    assert not translating._on_their_way


async def test_with_apertium(make_node: MakeNode, sqlite_records: Records) -> None:
    fake = FakeApertium()
    async with running(fake):
        node = await make_node(sqlite_records, translation="apertium", translation_url=fake.url)
        tied = await pair(node.database)
        message = await say(node, tied.space.id, tied.home.teacher.id, "Hello")
        reader = await signed_in(node, tied.abroad.teacher)
        answer = (await ask(reader, tied.space.id, message)).json()
        assert answer == {"text": "Bonjour", "source": "en", "to": "fr", "by": "Apertium"}
        assert refusal(await ask(reader, tied.space.id, message, "sw")) == (409, "translation_impossible")
        await node.stop()


async def test_without_a_translator_it_is_off(node: Node) -> None:
    tied = await pair(node.database)
    message = await say(node, tied.space.id, tied.home.teacher.id, "Hello")
    reader = await signed_in(node, tied.abroad.teacher)
    assert (await reader.get("/api/translation")).json() == {"by": "", "targets": []}
    assert refusal(await ask(reader, tied.space.id, message)) == (404, "translation_off")
    assert refusal(await ask_draft(reader, tied.space.id, "Hello")) == (404, "translation_off")
