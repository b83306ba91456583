"""The glossary of a partnership: who reads it, who writes, finding a word, and two who write at once."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from server import clock
from server.accounts.models import StaffRole, User
from server.chat.rules import search_text, search_words
from server.db import UnitOfWork
from server.errors import Invalid
from server.glossary import rules
from server.glossary.models import GlossaryEntry
from server.glossary.rules import Draft, Word
from server.partnerships.models import Ban, Partnership, PartnershipStatus, VisitRole
from server.schools.vocabulary import LANGUAGES
from server.spaces.models import Space
from tests.factories import Pair, Student, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in

RIVER = {"words": [{"language": "en", "text": "River"}, {"language": "sw", "text": "Mto"}],
         "note": "Water that flows to the sea."}


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database)


@pytest.fixture
async def teacher(node: Node, tied: Pair) -> Visitor:
    return await signed_in(node, tied.home.teacher)


@pytest.fixture
async def partner(node: Node, tied: Pair) -> Visitor:
    return await signed_in(node, tied.abroad.teacher)


async def student_at(node: Node, student: Student) -> Visitor:
    visitor = node.visitor()
    assert (await visitor.sign_in_student(student)).status_code == 200
    return visitor


def shared(tied: Pair) -> str:
    return f"/api/partnerships/{tied.partnership.id}/glossary"


def in_space(tied: Pair) -> str:
    return f"/api/spaces/{tied.space.id}/glossary"


def body(note: str = "", version: int | None = None, **words: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "words": [{"language": tag.replace("_", "-"), "text": text} for tag, text in words.items()],
        "note": note,
    }
    return made if version is None else {**made, "version": version}


async def add(visitor: Visitor, tied: Pair, note: str = "", **words: str) -> dict[str, Any]:
    answer = await visitor.post(shared(tied), body(note, None, **words))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(visitor: Visitor, where: str, **query: str) -> list[str]:
    """The first words of what is found."""
    answer = await visitor.get(where, params=query)
    assert answer.status_code == 200, answer.text
    return [each["words"][0]["text"] for each in answer.json()["items"]]


async def test_what_one_school_adds_the_other_sees_with_its_students(
    node: Node, tied: Pair, teacher: Visitor, partner: Visitor
) -> None:
    answer = await teacher.post(shared(tied), RIVER)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["words"], made["note"], made["version"]) == (RIVER["words"], RIVER["note"], 1)
    assert made["changed_by"] == "Willow"
    student = await student_at(node, tied.abroad.students[0])
    for visitor, where, may in (
        (partner, shared(tied), True), (partner, in_space(tied), True), (student, in_space(tied), False),
    ):
        found = (await visitor.get(where)).json()
        assert (found["items"], found["next"], found["may_edit"]) == ([made], "", may)
        assert found["languages"][0] == "en"  # the schools'
        assert sorted(found["languages"]) == sorted(LANGUAGES)
    other_space = f"/api/spaces/{tied.staff_room.id}/glossary"
    assert await listed(partner, other_space) == ["River"]
    assert refusal(await student.get(shared(tied))) == (403, "not_allowed")
    assert refusal(await student.get(other_space)) == (403, "not_enrolled")
    async with node.database.read() as session:
        stored = await session.get_one(GlossaryEntry, UUID(made["id"]))
    assert stored.added_by_id == tied.home.teacher.id


async def test_any_of_the_schools_changes_and_removes_an_entry(
    tied: Pair, teacher: Visitor, partner: Visitor
) -> None:
    entry = f"{shared(tied)}/{(await add(teacher, tied, en='River'))['id']}"
    changed = await partner.send("PUT", entry, body("Maji", 1, en="River", sw="Mto", ar="نهر"))
    assert changed.status_code == 200
    assert (changed.json()["version"], changed.json()["changed_by"]) == (2, "Nakuru Hill")
    assert [each["language"] for each in changed.json()["words"]] == ["en", "sw", "ar"]
    assert await listed(teacher, in_space(tied), q="نهر") == ["River"]
    gone = await teacher.delete(f"{entry}?version=2")
    assert gone.status_code == 204
    assert await listed(partner, shared(tied)) == []
    assert refusal(await teacher.delete(f"{entry}?version=2")) == (404, "not_found")
    assert refusal(await teacher.send("PUT", entry, body("", 2, en="A"))) == (404, "not_found")


async def test_of_two_who_change_it_at_once_one_is_told_what_was_kept(
    tied: Pair, teacher: Visitor, partner: Visitor
) -> None:
    entry = f"{shared(tied)}/{(await add(teacher, tied, en='River'))['id']}"
    answers = await asyncio.gather(
        teacher.send("PUT", entry, body("", 1, en="Stream")),
        partner.send("PUT", entry, body("", 1, en="Brook")),
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    won = next(each for each in answers if each.status_code == 200).json()
    lost = next(each for each in answers if each.status_code == 409)
    assert refusal(lost) == (409, "changed_meanwhile")
    assert lost.json()["kept"] == won
    assert refusal(await teacher.delete(f"{entry}?version=1")) == (409, "changed_meanwhile")
    assert await listed(teacher, shared(tied)) == [won["words"][0]["text"]]


async def test_words_are_found_in_any_language_whatever_their_case_and_accents(
    tied: Pair, teacher: Visitor
) -> None:
    await add(teacher, tied, en="River", fr="Fleuve", ar="نَهْر")
    await add(teacher, tied, "Where a river begins", fr="Élan d'eau", en="Spring")
    await add(teacher, tied, en="100 %", sw="Asilimia_mia")
    every = ["100 %", "Élan d'eau", "River"]
    for query, found in (
        ("RIVER", every[1:]), ("elan", every[1:2]), ("ÉLAN spring", every[1:2]), ("نهر", every[2:]),
        ("fleuve spring", []), ("%", every[:1]), ("_", every[:1]), ("  ", every),
    ):
        assert await listed(teacher, in_space(tied), q=query) == found, query


async def test_a_long_glossary_comes_a_page_at_a_time(tied: Pair, teacher: Visitor) -> None:
    for word in ("delta", "Canal", "brook", "Été", "brook"):
        await add(teacher, tied, en=word)
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = (await teacher.get(shared(tied), params={"limit": 2, "cursor": cursor})).json()
        seen += [each["words"][0]["text"] for each in page["items"]]
        cursor = page["next"]
    assert (seen, cursor) == (["brook", "brook", "Canal", "delta", "Été"], "")
    assert refusal(await teacher.get(shared(tied), params={"cursor": "nonsense"})) == (400, "invalid")


async def test_only_those_who_run_a_space_of_the_partnership_write(
    node: Node, tied: Pair, teacher: Visitor
) -> None:
    other = await pair(node.database)
    entry = (await add(teacher, tied, en="River"))["id"]
    theirs = (await add(await signed_in(node, other.home.teacher), other, en="Theirs"))["id"]
    async with UnitOfWork(node.database, node.bus) as uow:
        world = World(uow.session)
        idle = await world.staff(tied.home.school, StaffRole.TEACHER)  # teaches no class of it
        unverified = await world.staff(tied.home.school, StaffRole.HEADTEACHER, verified=False)
        guest = await world.staff(other.home.school, StaffRole.TEACHER)
        await world.visit(tied.partnership, guest, VisitRole.GUEST, by=tied.home.teacher, space=tied.space)

    async def writes(visitor: Visitor, status: int) -> None:
        for answer in (
            await visitor.post(shared(tied), body(en="Brook")),
            await visitor.send("PUT", f"{shared(tied)}/{entry}", body("", 1, en="Brook")),
            await visitor.delete(f"{shared(tied)}/{entry}?version=1"),
        ):
            assert refusal(answer) == (status, {403: "not_allowed", 404: "not_found"}[status])

    await writes(await student_at(node, tied.home.students[0]), 403)
    for user, status in ((idle, 403), (unverified, 403), (guest, 404), (other.home.teacher, 404)):
        await writes(await signed_in(node, user), status)
    assert await listed(await signed_in(node, idle), shared(tied)) == ["River"]
    visiting = await signed_in(node, guest)
    assert (await visiting.get(in_space(tied))).json()["may_edit"] is False
    assert refusal(await visiting.get(shared(tied))) == (404, "not_found")
    # An entry of another partnership is not reached by way of one's own.
    assert refusal(await teacher.delete(f"{shared(tied)}/{theirs}?version=1")) == (404, "not_found")
    written = await teacher.send("PUT", f"{shared(tied)}/{theirs}", body("", 1, en="x"))
    assert refusal(written) == (404, "not_found")


async def test_who_is_banned_or_gone_reads_nothing_and_a_suspended_partnership_is_read_only(
    node: Node, tied: Pair, teacher: Visitor, partner: Visitor
) -> None:
    await add(teacher, tied, en="River")
    student = await student_at(node, tied.home.students[0])
    async with UnitOfWork(node.database, node.bus) as uow:
        await uow.session.execute(update(Partnership).values(status=PartnershipStatus.SUSPENDED))
    assert await listed(partner, shared(tied)) == await listed(partner, in_space(tied)) == ["River"]
    assert (await partner.get(shared(tied))).json()["may_edit"] is False
    assert refusal(await partner.post(shared(tied), body(en="Brook"))) == (403, "not_allowed")
    assert refusal(await student.get(in_space(tied))) == (403, "partnership_suspended")
    async with UnitOfWork(node.database, node.bus) as uow:
        uow.session.add(
            Ban(partnership_id=tied.partnership.id, user_id=tied.abroad.teacher.id, reason="x",
                banned_at=clock.now())
        )
    for where in (shared(tied), in_space(tied), f"{shared(tied)}/export.csv"):
        assert refusal(await partner.get(where))[0] in (403, 404)


async def test_in_an_archived_space_it_is_read_and_written_from_another(
    node: Node, tied: Pair, teacher: Visitor
) -> None:
    async with UnitOfWork(node.database, node.bus) as uow:
        await uow.session.execute(
            update(Space).where(Space.id == tied.space.id).values(archived_at=clock.now())
        )
    await add(teacher, tied, en="River")  # the staff room is open
    assert (await teacher.get(in_space(tied))).json()["may_edit"] is False
    async with UnitOfWork(node.database, node.bus) as uow:
        await uow.session.execute(update(Space).values(archived_at=clock.now()))
    assert refusal(await teacher.post(shared(tied), body(en="Brook"))) == (403, "not_allowed")


async def test_a_glossary_is_bounded(
    tied: Pair, teacher: Visitor, partner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for unfit in (
        body(), body(**dict.fromkeys(LANGUAGES[:9], "x")), body(en=""), body(en="a" * 81), body(en="  "),
        body(en="\u0301"), body("a" * 301, en="a"), body(english="River"), body(en="x", EN="y"),
        {"words": [{"language": "en", "text": "a"}, {"language": "en", "text": "b"}]},
        {**body(en="a"), "picture": "x"},
    ):
        assert refusal(await teacher.post(shared(tied), unfit)) == (400, "invalid"), unfit
    monkeypatch.setattr(rules, "ENTRIES_LIMIT", 2)
    answers = await asyncio.gather(
        *(visitor.post(shared(tied), body(en=word)) for word in "ab" for visitor in (teacher, partner))
    )
    assert sorted(each.status_code for each in answers) == [201, 201, 400, 400]


async def test_the_table_has_a_column_for_each_language_and_no_formula(
    tied: Pair, teacher: Visitor, partner: Visitor
) -> None:
    await add(teacher, tied, "=1+1", en="River", ar="نهر")
    await add(partner, tied, pt_BR="Rio")
    answer = await partner.get(f"{shared(tied)}/export.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    today = f"{clock.now():%Y-%m-%d}"
    assert rows == [
        ["ar", "en", "pt-BR", "note", "school", "changed"],
        ["", "", "Rio", "", "Nakuru Hill", today],
        ["نهر", "River", "", "'=1+1", "Willow", today],
    ]


async def test_it_stays_without_who_added_it_and_goes_with_its_partnership(
    node: Node, tied: Pair, teacher: Visitor
) -> None:
    entry = UUID((await add(teacher, tied, en="River"))["id"])
    async with UnitOfWork(node.database, node.bus) as uow:
        world = World(uow.session, accepts=False)
        added_by = await world.staff(tied.home.school)
        elsewhere = await world.add(
            Partnership(programme_id=tied.programme.id, kind=tied.partnership.kind, name="Another",
                        status_changed_at=clock.now(), created_at=clock.now())
        )
        await uow.session.execute(
            update(GlossaryEntry).values(added_by_id=added_by.id, partnership_id=elsewhere.id)
        )
        await uow.session.execute(delete(User).where(User.id == added_by.id))
        stored = await uow.session.get_one(GlossaryEntry, entry)
        assert (stored.added_by_id, stored.partnership_id) == (None, elsewhere.id)
        await uow.session.execute(delete(Partnership).where(Partnership.id == elsewhere.id))
    async with node.database.read() as session:
        assert await session.get(GlossaryEntry, entry) is None


# --- rules

TEXTS = st.text(max_size=90) | st.sampled_from(
    ["River", "نَهْر", "  Mto  ", "\u0301", "\u200f", "ﷺ" * 80, "İ" * 80]
)
WORDS = st.lists(
    st.builds(Word, st.sampled_from(["en", "fr", "sw", "pt-BR", "EN", "english", ""]), TEXTS), max_size=10
)


@given(WORDS, st.text(max_size=320))
def test_whatever_is_kept_fits_and_is_found_by_each_of_its_words(words: list[Word], note: str) -> None:
    try:
        kept = rules.checked(Draft(words, note))
    except Invalid:
        return
    assert 1 <= len(kept.words) <= rules.LANGUAGES_LIMIT
    assert len({each.language for each in kept.words}) == len(kept.words)
    assert rules.checked(kept) == kept
    assert 0 < len(rules.sort_key(kept)) <= rules.SORT_KEY_LIMIT
    searched = rules.searched(kept)
    for each in kept.words:
        assert 0 < len(each.text) <= rules.WORD_LIMIT
        assert search_text(each.text) in searched
        assert all(word in searched for word in search_words(each.text))
