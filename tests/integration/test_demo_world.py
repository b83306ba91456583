"""The demo world is whole, tells the truth about itself, and stays out of other people's databases."""

from __future__ import annotations

import pytest
from pycrdt import Doc, Map
from sqlalchemy import func, select

from realtime.board_guard import ROOT
from realtime.page_state import read_page, write_page
from server import clock, demo
from server.balance.models import Contribution
from server.boards.figures import Kind, figure_of, stroke_of
from server.boards.models import Board, BoardWriter
from server.bus import InProcessBus
from server.db import Database
from server.demo import WORLD, drawing
from server.models import BoardUpdate, ChatMessage, Model, Partnership, School, Space, User
from server.partnerships.models import PartnershipKind
from server.schools import vocabulary
from server.spaces.models import SpaceKind
from tests.factories import Student, pair
from tests.nodes import Node

AVATARS = {
    "blue-heron", "red-fox", "grey-owl", "green-frog", "brown-bear", "sea-turtle", "zebra", "giraffe",
    "elephant", "lion", "kingfisher", "tortoise", "crane", "dolphin", "hedgehog", "rabbit",
}
"""The animals that the client can draw."""


async def _counts(database: Database) -> dict[str, int]:
    async with database.read() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Model.metadata.sorted_tables
        }


async def test_filling_twice_changes_nothing(database: Database, bus: InProcessBus) -> None:
    assert await demo.fill(database, bus) == WORLD
    first = await _counts(database)
    assert first["school"] == 15
    assert await demo.fill(database, bus) == WORLD
    assert await _counts(database) == first


async def test_what_was_drawn_is_on_the_page_by_those_who_drew_it(
    database: Database, bus: InProcessBus
) -> None:
    await demo.fill(database, bus, write_page)
    async with database.read() as session:
        page = await session.get_one(Board, drawing.PAGE_ID)
        log = (
            await session.scalars(
                select(BoardUpdate).where(BoardUpdate.board_id == page.id).order_by(BoardUpdate.seq)
            )
        ).all()
        writers = {
            each.client_id: each.user_id
            for each in await session.scalars(select(BoardWriter).where(BoardWriter.board_id == page.id))
        }
        rows = await session.execute(
            select(School.id, Contribution.marks).join(School, School.id == Contribution.school_id)
        )
        counted = dict(rows.tuples().all())
    assert [each.seq for each in log] == list(range(1, page.last_seq + 1))
    assert page.drawn_at is not None and page.drawn_at < clock.now()
    assert {each.author_id for each in log} == set(writers.values())
    stored = read_page([each.data for each in log])
    shown = [figure_of(figure_id, fields) for figure_id, fields in stored]
    assert None not in shown and len(shown) == len(drawing.MARKS) == sum(counted.values())
    doc: Doc = Doc()
    for each in log:
        doc.apply_update(each.data)
        made_by = {str(each.author_id)}
        theirs = read_page([each.data])
        assert {doc.get(ROOT, type=Map)[figure_id]["by"] for figure_id, _ in theirs} == made_by
    strokes = [stroke_of(each).samples for each in shown if each is not None and each.kind is Kind.PEN]
    drawn = sorted(mark.points[0] for mark in drawing.MARKS if mark.points)
    assert sorted(samples[0][:2] for samples in strokes) == [pytest.approx(each, abs=0.25) for each in drawn]


async def test_a_database_with_other_schools_is_left_alone(database: Database, bus: InProcessBus) -> None:
    await pair(database)
    before = await _counts(database)
    with pytest.raises(demo.NotEmpty):
        await demo.fill(database, bus)
    assert await _counts(database) == before


async def test_the_history_is_in_order_in_the_past_and_from_both_sides(
    database: Database, bus: InProcessBus
) -> None:
    await demo.fill(database, bus)
    async with database.read() as session:
        for space in await session.scalars(select(Space)):
            rows = await session.execute(
                select(ChatMessage.seq, ChatMessage.sent_at, School.name, User.kind)
                .join(User, User.id == ChatMessage.author_id)
                .join(School, School.id == User.school_id)
                .where(ChatMessage.space_id == space.id)
                .order_by(ChatMessage.seq)
            )
            talk = rows.tuples().all()
            assert [seq for seq, *_ in talk] == list(range(1, space.last_seq + 1))
            moments = [sent_at for _, sent_at, *_ in talk]
            assert moments == sorted(moments)
            assert moments[-1] < clock.now()
            assert space.kind is SpaceKind.STAFF_ROOM or len({moment.date() for moment in moments}) >= 2
            assert len({school for _, _, school, _ in talk}) >= 2
        assert await session.scalar(select(func.count()).select_from(BoardUpdate)) == 0


def test_profiles_use_the_words_that_schools_are_found_by() -> None:
    for school in WORLD.schools:
        assert set(school.profile.interests) <= set(vocabulary.INTERESTS)
        assert set(school.profile.priorities) <= set(vocabulary.PRIORITIES)
        assert vocabulary.is_timezone(school.timezone)


def test_names_and_codes_fit_what_the_sign_in_pages_show() -> None:
    with_class = [school for school in WORLD.schools if school.classes]
    codes = [school.school_class.code for school in with_class]
    assert len(set(codes)) == len(codes)
    for school in with_class:
        students = school.school_class.students
        assert len({each.pictures for each in students}) == len(students)
        assert len({each.alias for each in students}) == len(students)
        assert {each.avatar for each in students} <= AVATARS
    cluster = next(tie for tie in WORLD.partnerships if tie.kind is PartnershipKind.CLUSTER)
    assert len(cluster.members) == 5
    assert len({WORLD.school(key).country for key, _, _ in cluster.members}) == 4


async def test_everyone_on_the_printed_table_can_sign_in(node: Node) -> None:
    await demo.fill(node.database, node.bus)
    table, visitor = WORLD.table(), node.visitor()
    assert WORLD.passphrase in table
    assert max(map(len, table.splitlines())) <= 120
    pair_keys = [key for key, _, _ in WORLD.partnerships[0].members]
    for school in (school for school in WORLD.schools if school.classes):
        group = school.school_class
        shown = group.students if school.key in pair_keys else group.students[:1]
        for each in shown:
            for word in (" ".join(each.pictures), each.alias, group.typed_code):
                assert word in table
        for each in {shown[0], shown[-1]}:
            student = Student(each.id, each.alias, group.typed_code)
            assert (await visitor.sign_in_student(student, each.pictures)).status_code == 200
    for who in ("okafor@willow.example", "wanjiru@nakuru-hill.example"):  # all have the same passphrase
        assert who in table
        assert (await visitor.sign_in_staff(who, WORLD.passphrase)).status_code == 200


async def test_students_are_in_their_spaces_and_the_coordinator_in_the_cluster(node: Node) -> None:
    await demo.fill(node.database, node.bus)
    student, visitor = WORLD.school("willow").school_class.students[0], node.visitor()
    await visitor.sign_in_student(Student(student.id, student.alias, "WLW5RV"), student.pictures)
    cards = (await visitor.get("/api/today")).json()["spaces"]
    assert {(card["name"], card["open"]) for card in cards} == {
        ("Rivers: measuring together", True), ("Food maps", True), ("Weather where we are", True)
    }
    await visitor.sign_in_staff("hughes@willow.example", WORLD.passphrase)
    cards = (await visitor.get("/api/today")).json()["spaces"]
    assert {card["name"] for card in cards} == {"Weather where we are", "Cluster staff room"}


async def test_active_partnerships_meet_their_rules_and_the_proposed_one_can_be_mended(node: Node) -> None:
    await demo.fill(node.database, node.bus)
    coordinator, head = node.visitor(), node.visitor()
    await coordinator.sign_in_staff("okafor@willow.example", WORLD.passphrase)
    await head.sign_in_staff("owusu@cape-coast.example", WORLD.passphrase)
    failing = {}
    for item in (await coordinator.get("/api/partnerships")).json()["items"]:
        detail = (await coordinator.get(f"/api/partnerships/{item['id']}")).json()
        failing[item["status"], item["name"]] = {rule["code"] for rule in detail["rules"] if not rule["met"]}
    assert failing == {
        ("active", "Willow and Nakuru Hill"): set(),
        ("active", "Weather Watch cluster"): set(),
        ("proposed", "Canal and coast"): {"has_coordinator", "all_accepted"},
        ("proposed", "Willow and West Lake"): {"agreement_signed"},
    }
    async with node.database.read() as session:
        coasts = await session.scalar(
            select(Partnership.id).where(Partnership.name == "Canal and coast")
        )
    path = f"/api/partnerships/{coasts}/moves"
    assert (await coordinator.post(path, {"move": "activate"})).status_code == 409
    assert (await head.post(path, {"move": "accept"})).status_code == 200
    assert (await coordinator.post(path, {"move": "activate"})).json()["status"] == "active"
