"""Grants over HTTP: the conditions, who exports the evidence, and what is in it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
from pypdf import PdfReader
from sqlalchemy import select, update

from server import clock
from server.accounts.models import StaffRole
from server.agreements.models import AgreementVersion, Assent, AssentKind, VersionStatus
from server.audit.models import AuditEntry
from server.boards.models import Board, BoardUpdate, PageKind
from server.bus import InProcessBus
from server.chat.models import ChatMessage
from server.db import Database, UnitOfWork
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
)
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.programmes.shipped import SHIPPED
from server.schools.models import Funding, School
from server.spaces.models import Space
from tests.factories import Pair, World, pair
from tests.nodes import Node, refusal, signed_in
from tests.queries import counted

S = PartnershipStatus


async def change(database: Database, statement: Any) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(statement)


async def funded(database: Database, status: S = S.ACTIVE, **grant: Any) -> Pair:
    """A pair of a programme with the shipped grants; the one-to-one grant with changes."""
    tied = await pair(database, status=status)
    rules: ProgrammeRules = SHIPPED["global-learning"][1]
    changed = [
        msgspec.structs.replace(each, **grant) if each.code == "one_to_one" else each for each in rules.grants
    ]
    stored = msgspec.to_builtins(msgspec.structs.replace(rules, grants=changed))
    await change(database, update(Programme).where(Programme.id == tied.programme.id).values(rules=stored))
    return tied


def path_of(tied: Pair) -> str:
    return f"/api/partnerships/{tied.partnership.id}/grants"


def table_of(answer: httpx2.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


async def exports(database: Database) -> list[AuditEntry]:
    async with database.read() as session:
        found = await session.scalars(select(AuditEntry).where(AuditEntry.act == "partnership.export"))
        return list(found.all())


async def test_the_grants_of_the_kind_with_their_conditions(node: Node) -> None:
    tied = await funded(node.database)
    visitor = await signed_in(node, tied.abroad.safeguarding)
    answer = (await visitor.get(path_of(tied))).json()
    (grant,) = answer["items"]
    assert (grant["code"], grant["cap"], grant["cap_per_school"], grant["amount"], grant["currency"]) == (
        "one_to_one", 3_000, 1_500, 3_000, "GBP"
    )
    assert grant["eligible"] and all(each["met"] for each in grant["conditions"])
    assert answer["may_export"] is False

    await change(
        node.database,
        update(School).where(School.id == tied.home.school.id).values(funding=Funding.INDEPENDENT),
    )
    (grant,) = (await visitor.get(path_of(tied))).json()["items"]
    assert (grant["eligible"], grant["amount"]) == (False, 1_500)
    failing = {each["code"]: each["params"] for each in grant["conditions"] if not each["met"]}
    assert failing["state_funded_only"] == {"schools": ["Willow"], "count": 1}
    assert failing.keys() == {"state_funded_only", "min_home"}


async def test_a_grant_may_ask_for_an_active_partnership_and_a_signed_agreement(node: Node) -> None:
    tied = await funded(node.database, needs_agreement=True)
    visitor = await signed_in(node, tied.home.head)

    async def unmet() -> set[str]:
        (grant,) = (await visitor.get(path_of(tied))).json()["items"]
        failing = {each["code"] for each in grant["conditions"] if not each["met"]}
        assert grant["eligible"] is (not failing)
        return failing

    assert await unmet() == {"needs_agreement"}
    await in_force(node.database, tied)
    assert await unmet() == set()
    theirs = Assent.school_id == tied.abroad.school.id
    await change(node.database, update(Assent).where(theirs).values(withdrawn_at=clock.now()))
    assert await unmet() == {"needs_agreement"}
    await change(node.database, update(Assent).where(theirs).values(withdrawn_at=None))
    # One that has run out does not count, even before it was noticed.
    yesterday = clock.now().date() - timedelta(days=1)
    await change(node.database, update(AgreementVersion).values(expires_on=yesterday))
    assert await unmet() == {"needs_agreement"}
    await change(node.database, update(Partnership).values(status=S.SUSPENDED))
    assert await unmet() == {"active", "needs_agreement"}


async def in_force(database: Database, tied: Pair) -> None:
    now = clock.now()
    ids = [str(side.school.id) for side in (tied.home, tied.abroad)]
    day = now.date() + timedelta(days=90)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        version = await world.add(
            AgreementVersion(
                partnership_id=tied.partnership.id, number=1, digest="a" * 64, status=VersionStatus.IN_FORCE,
                text={
                    "goals": [{"text": "=1+1 letters a week", "baseline": "none"}],
                    "weekly_minutes": dict.fromkeys(ids, 45), "typical_days": dict.fromkeys(ids, ""),
                    "internet": dict.fromkeys(ids, "good"), "review_on": day.isoformat(),
                    "expires_on": day.isoformat(),
                },
                review_on=day, expires_on=day, proposed_by_id=tied.home.teacher.id, proposed_at=now,
                in_force_at=now,
            )
        )
        for side in (tied.home, tied.abroad):
            await world.add(
                Assent(version_id=version.id, school_id=side.school.id, user_id=side.head.id,
                       kind=AssentKind.SIGNED, given_at=now, digest="a" * 64)
            )


async def test_who_sees_grants_and_who_exports(node: Node) -> None:
    tied, other = await funded(node.database), await funded(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world, now = World(uow.session), clock.now()
        colleague = await world.staff(tied.home.school, StaffRole.TEACHER)
        manager = await world.staff(tied.home.school, StaffRole.TEACHER)
        reviewer = await world.staff(tied.home.school, StaffRole.TEACHER)
        unverified = await world.staff(tied.home.school, StaffRole.HEADTEACHER, verified=False)
        banned = await world.staff(tied.home.school, StaffRole.HEADTEACHER)
        await world.add(Ban(partnership_id=tied.partnership.id, user_id=banned.id, reason="x", banned_at=now))
        for user, duty in ((manager, Duty.MANAGE_GRANT), (reviewer, Duty.REVIEW)):
            await world.add(
                Delegation(partnership_id=tied.partnership.id, user_id=user.id, duty=duty, granted_at=now,
                           granted_by_id=tied.home.teacher.id, until=now + timedelta(days=9))
            )
    csv_path = f"{path_of(tied)}/one_to_one/evidence.csv"
    for user in (colleague, reviewer, unverified, banned, tied.home.safeguarding):
        visitor = await signed_in(node, user)
        assert (await visitor.get(path_of(tied))).json()["may_export"] is False
        for form in ("csv", "pdf"):
            refused = await visitor.get(f"{path_of(tied)}/one_to_one/evidence.{form}")
            assert refusal(refused) == (403, "not_allowed")
    assert await exports(node.database) == []
    for user in (manager, tied.home.teacher, tied.abroad.teacher, tied.abroad.head):
        visitor = await signed_in(node, user)
        assert (await visitor.get(path_of(tied))).json()["may_export"] is True
        assert (await visitor.get(csv_path)).status_code == 200
    logged = await exports(node.database)
    assert {entry.actor_id for entry in logged} == {
        manager.id, tied.home.teacher.id, tied.abroad.teacher.id, tied.abroad.head.id
    }
    assert {entry.partnership_id for entry in logged} == {tied.partnership.id}
    assert {(entry.after["grant"], entry.after["form"]) for entry in logged} == {("one_to_one", "csv")}

    stranger = await signed_in(node, other.home.head)
    for path in (path_of(tied), csv_path, csv_path.replace(str(tied.partnership.id), str(uuid4()))):
        assert refusal(await stranger.get(path)) == (404, "not_found")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    for path in (path_of(tied), csv_path):
        assert refusal(await student.get(path)) == (403, "not_allowed")
    head = await signed_in(node, tied.home.head)
    # A grant for clusters is none of a pair's; and a code that is none.
    assert refusal(await head.get(f"{path_of(tied)}/cluster/evidence.csv")) == (404, "not_found")
    assert refusal(await head.get(f"{path_of(tied)}/No-Code/evidence.csv")) in {
        (400, "invalid"), (404, "not_found")
    }
    # An invited school looks, and takes nothing away.
    await change(node.database, update(Partnership).values(status=S.PROPOSED))
    mine = Membership.school_id == tied.abroad.school.id
    await change(node.database, update(Membership).where(mine).values(status=MemberStatus.INVITED))
    for user in (tied.abroad.head, tied.abroad.teacher):
        visitor = await signed_in(node, user)
        assert (await visitor.get(path_of(tied))).status_code == 200
        assert refusal(await visitor.get(csv_path)) == (403, "not_allowed")


async def busy(database: Database, tied: Pair) -> None:
    """Two messages of one school, one of them in a group, one of the other, a board update, and words that
    look like formulas."""
    now = clock.now()
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        writers: list[UUID] = [tied.home.students[0].id, tied.home.students[0].id, tied.abroad.teacher.id]
        group = await world.add(
            Space(partnership_id=tied.partnership.id, kind=tied.space.kind, name="A group", created_at=now,
                  parent_id=tied.space.id, group_no=1)
        )
        for seq, author_id in enumerate(writers, 1):
            where = group if seq == 1 else tied.space
            await world.add(
                ChatMessage(space_id=where.id, seq=seq, author_id=author_id, client_id=uuid4(),
                            text="=SECRET words of a child", sent_at=now)
            )
        board = (
            await uow.session.scalars(
                select(Board).where(Board.space_id == tied.space.id, Board.kind == PageKind.BOARD)
            )
        ).one()
        await world.add(
            BoardUpdate(board_id=board.id, seq=1, author_id=tied.abroad.students[0].id, data=b"x",
                        stored_at=now)
        )
        space = await uow.session.get_one(type(tied.space), tied.space.id)
        space.name = "@Rivers"


async def test_the_evidence_speaks_of_schools_and_never_of_a_student(node: Node) -> None:
    tied = await funded(node.database)
    await in_force(node.database, tied)
    await busy(node.database, tied)
    visitor = await signed_in(node, tied.home.head)
    answer = await visitor.get(f"{path_of(tied)}/one_to_one/evidence.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence-one_to_one.csv"'
    table = table_of(answer)
    assert table[0] == ["section", "item", "school", "date", "value"]
    assert {len(line) for line in table} == {5}
    today = clock.now().date().isoformat()
    facts = {(section, item, school): value for section, item, school, _, value in table}
    days = {(section, item, school): day for section, item, school, day, _ in table}
    assert facts["partnership", "programme", ""] == tied.programme.name
    assert facts["grant", "amount", ""] == "3000 GBP"
    assert facts["schools", "role", "Willow"] == "lead"
    assert days["schools", "accepted", "Nakuru Hill"] == today
    assert facts["rules", "exactly_two_schools", ""].startswith("met: ")
    assert facts["agreement", "version 1 signed", "Willow"] == tied.home.head.name
    assert facts["agreement", "version 1 digest", ""] == "a" * 64
    assert facts["goals", "goal 1 baseline", ""] == "none"
    assert facts["spaces", "'@Rivers: messages", "Willow"] == "2"
    assert facts["spaces", "'@Rivers: messages", "Nakuru Hill"] == "1"
    assert facts["spaces", "'@Rivers: board updates", "Nakuru Hill"] == "1"
    assert ("spaces", "'@Rivers: board updates", "Willow") not in facts
    assert facts["spaces", "'@Rivers: classes", "Willow"] == "1"
    # No cell is a formula, no word of the chat is in it, and no child.
    assert facts["goals", "goal 1", ""] == "'=1+1 letters a week"
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in table for cell in line)
    everything = answer.content.decode()
    assert "SECRET" not in everything
    for student in (*tied.home.students, *tied.abroad.students):
        assert student.alias not in everything
        assert str(student.id) not in everything
    # What was exported before is in the timeline of the next one.
    again = table_of(await visitor.get(f"{path_of(tied)}/one_to_one/evidence.csv"))
    assert ["timeline", "partnership.export", "", today, "1"] in again


async def test_the_evidence_on_paper_says_the_same(node: Node) -> None:
    tied = await funded(node.database)
    await in_force(node.database, tied)
    visitor = await signed_in(node, tied.abroad.head)
    answer = await visitor.get(f"{path_of(tied)}/one_to_one/evidence.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence-one_to_one.pdf"'
    printed = " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages
    )
    for words in ("One-to-one grant", "A partnership", "Willow", "Nakuru Hill", tied.home.head.name):
        assert words in printed
    (entry,) = await exports(node.database)
    assert entry.after == {"grant": "one_to_one", "form": "pdf"}


async def test_a_bigger_partnership_costs_no_more_queries(node: Node) -> None:
    tied = await funded(node.database)
    visitor = await signed_in(node, tied.home.head)
    path = f"{path_of(tied)}/one_to_one/evidence.csv"
    await visitor.get(path)
    with counted(node.database) as few:
        await visitor.get(path)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        for number in range(5):
            await world.space(tied.partnership, tied.home.school_class, name=f"Space {number}")
        for number in range(5):
            school = await world.school(f"Left {number}", "GH")
            await world.add(
                Membership(partnership_id=tied.partnership.id, school_id=school.id, colour=number + 2,
                           role=MemberRole.NETWORK, status=MemberStatus.LEFT, invited_at=clock.now(),
                           left_at=clock.now())
            )
        head = await world.staff(tied.home.school, StaffRole.TEACHER)
        await world.add(Coordinator(partnership_id=tied.partnership.id, user_id=head.id, since=clock.now()))
    await in_force(node.database, tied)
    with counted(node.database) as many:
        table = table_of(await visitor.get(path))
    # The agreement's assents and their people are two more, however many there are.
    assert len(many) <= len(few) + 3
    assert ["schools", "left", "Left 3", clock.now().date().isoformat(), ""] in table
