"""The audit log on both databases: written with the move or not at all, changed by nobody unseen, and read
by those who answer for others."""

from __future__ import annotations

import ast
import asyncio
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from litestar.cli._utils import LitestarEnv, LitestarGroup
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from server.accounts.models import StaffRole, UserKind
from server.accounts.service import SignedIn
from server.app import create_app
from server.audit import api, reading, service
from server.audit.chain import Broken
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.cli import OperatorCommands
from server.config import Settings
from server.db import Database, UnitOfWork
from server.schools.models import SchoolKind
from tests.conftest import Records
from tests.factories import Pair, World, pair
from tests.nodes import Node, Visitor
from tests.queries import counted

ROOT = Path(__file__).resolve().parents[2]
SCHOOL, ACTOR = uuid4(), SignedIn(uuid4(), uuid4(), UserKind.STAFF, uuid4())
NESTED: dict[Any, Any] = {
    "né": "中文 \u202eعربي 🎈", "list": [1, None, True, 51.25], "deep": {"z": {"y": []}, "a": -1},
    "id": SCHOOL, SCHOOL: {"of": "a dict keyed by ids"}, 7: frozenset({"b", "a", "c"}),
}


async def write(database: Database, bus: InProcessBus, *acts: str, **fields: Any) -> None:
    async with UnitOfWork(database, bus) as uow:
        for act in acts:
            service.record(uow, ACTOR, act, subject_id=SCHOOL, school_id=SCHOOL, **fields)


async def verdict(database: Database, kept: service.Kept | None = None) -> service.Verdict:
    async with database.read() as session:
        return await service.verify(session, kept)


async def tamper(database: Database, *statements: str) -> None:
    """What somebody with all rights over the database can do."""
    async with database.engine.begin() as connection:
        if database.engine.dialect.name == "sqlite":
            for name in ("update", "delete", "replace"):
                await connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{name}"))
        else:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await connection.execute(text(statement))


async def test_what_is_hashed_is_what_the_database_gives_back(database: Database, bus: InProcessBus) -> None:
    await write(database, bus, "a.b", "a.c", before=NESTED, after={"plain": "value"})
    await write(database, bus, "a.d", after=NESTED)
    stands = await verdict(database)
    assert (stands.entries, stands.broken) == (3, None)
    async with database.read() as session:
        stored = (await session.scalars(select(AuditEntry).order_by(AuditEntry.seq))).all()
    assert [each.seq for each in stored] == [1, 2, 3]
    assert stored[0].before["né"] == NESTED["né"]
    assert stored[0].before[str(SCHOOL)] == {"of": "a dict keyed by ids"}
    assert stored[1].previous_hash == stored[0].hash
    assert stored[2].hash == stands.head


async def test_a_move_that_fails_leaves_no_entry(database: Database, bus: InProcessBus) -> None:
    async def fail() -> None:
        async with UnitOfWork(database, bus) as uow:
            service.record(uow, ACTOR, "a.b")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()
    assert (await verdict(database)).entries == 0


async def test_twenty_moves_at_once_are_numbered_without_a_gap(database: Database, bus: InProcessBus) -> None:
    await asyncio.gather(*(write(database, bus, f"move.{number}", "move.second") for number in range(20)))
    stands = await verdict(database)
    assert (stands.entries, stands.broken) == (40, None)


async def test_the_database_refuses_to_change_an_entry(database: Database, bus: InProcessBus) -> None:
    await write(database, bus, "a.b", "a.c")
    is_sqlite = database.engine.dialect.name == "sqlite"
    for statement in (
        "UPDATE audit_entry SET act = 'x.y' WHERE seq = 1",
        "DELETE FROM audit_entry WHERE seq = 2",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE seq = 1"
        if is_sqlite else "TRUNCATE audit_entry",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.engine.begin() as connection:
                await connection.execute(text(statement))
    stands = await verdict(database)
    assert (stands.entries, stands.broken) == (2, None)


@pytest.mark.parametrize(("statements", "broken"), [
    (["UPDATE audit_entry SET act = 'x.y' WHERE seq = 2"], Broken(2, "changed")),
    (["""UPDATE audit_entry SET "after" = '{}' WHERE seq = 3"""], Broken(3, "changed")),
    (["DELETE FROM audit_entry WHERE seq = 1"], Broken(1, "missing")),
    (["DELETE FROM audit_entry WHERE seq = 3"], Broken(3, "missing")),
    (["UPDATE audit_entry SET seq = 100 WHERE seq = 2", "UPDATE audit_entry SET seq = 2 WHERE seq = 3",
      "UPDATE audit_entry SET seq = 3 WHERE seq = 100"], Broken(2, "moved")),
    (["DELETE FROM audit_entry WHERE seq = 4"], Broken(4, "end")),
    (["DELETE FROM audit_entry"], Broken(1, "end")),
    (["UPDATE audit_head SET seq = 9"], Broken(5, "end")),
], ids=str)
async def test_tampering_with_all_rights_is_found(
    database: Database, bus: InProcessBus, statements: list[str], broken: Broken
) -> None:
    await write(database, bus, "a.b", "a.c", "a.d", "a.e", after={"x": 1})
    await tamper(database, *statements)
    stands = await verdict(database)
    assert stands.broken == broken
    assert stands.entries == broken.seq - 1


async def test_an_end_that_was_kept_elsewhere_finds_a_log_cut_off_with_its_end_and_one_written_anew(
    database: Database, bus: InProcessBus
) -> None:
    await write(database, bus, "a.b", "a.c")
    early = await verdict(database)
    await write(database, bus, "a.d")
    late = await verdict(database)
    for kept in early, late:
        stands = await verdict(database, service.Kept(kept.entries, kept.head))
        assert stands.broken is None
    await tamper(
        database, "DELETE FROM audit_entry WHERE seq = 3",
        f"UPDATE audit_head SET seq = 2, hash = '{early.head}'",
    )
    assert (await verdict(database)).broken is None  # it holds in itself
    assert (await verdict(database, service.Kept(3, late.head))).broken == Broken(3, "end")
    await write(database, bus, "a.other")
    assert (await verdict(database, service.Kept(3, late.head))).broken == Broken(3, "rewritten")


async def test_the_check_reads_some_entries_at_a_time(
    database: Database, bus: InProcessBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 4)
    await write(database, bus, *["a.b"] * 10)
    async with database.read() as session:
        assert (await service.verify(session)).entries == 10
        assert len(session.identity_map) <= 1  # the end of the chain


def command(records: Records, *words: str) -> tuple[int, str]:
    app = create_app(Settings(database_url=records.database_url, client_dir="/nonexistent"))
    commands = LitestarGroup("commonroom")
    OperatorCommands().on_cli_init(commands)
    found = LitestarEnv(app_path="", app=app, cwd=Path.cwd())
    done = CliRunner().invoke(commands, ["verify-audit", *words], obj=found)
    return done.exit_code, done.output


async def test_the_command_says_how_the_log_stands(
    records: Records, database: Database, bus: InProcessBus
) -> None:
    await write(database, bus, "a.b", "a.c")
    code, said = await asyncio.to_thread(command, records)
    end = said.splitlines()[-1]
    assert (code, end) == (0, f"2:{(await verdict(database)).head}")
    assert (await asyncio.to_thread(command, records, "--expect", end))[0] == 0
    code, said = await asyncio.to_thread(command, records, "--expect", "2:" + "0" * 64)
    assert code == 1
    assert "entry 2 is not the one whose hash was kept" in said
    assert (await asyncio.to_thread(command, records, "--expect", "nonsense"))[0] == 2
    await tamper(database, "UPDATE audit_entry SET act = 'x.y' WHERE seq = 2")
    code, said = await asyncio.to_thread(command, records)
    assert code == 1
    assert "The audit log is broken: entry 2 was changed. 1 entries hold before it." in said


# Reading it


class Log:
    """A pair of schools, a third one, an office, and entries of each kind."""

    def __init__(self, node: Node, tied: Pair, people: dict[str, Any], ids: dict[str, UUID]) -> None:
        self.node, self.tied, self.people, self.ids = node, tied, people, ids

    async def visitor(self, who: str) -> Visitor:
        visitor = self.node.visitor()
        assert (await visitor.sign_in_staff(self.people[who])).status_code == 200
        return visitor

    async def acts(self, who: str, query: str = "") -> set[str]:
        answer = await (await self.visitor(who)).get(f"/api/audit{query}")
        assert answer.status_code == 200, answer.text
        return {item["act"] for item in answer.json()["items"]}


@pytest.fixture
async def log(node: Node) -> Log:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        other = await world.school("Oak", "FR")
        office = await world.school("Office")
        office.kind = SchoolKind.OFFICE
        programme = await uow.session.merge(tied.programme)
        programme.office_id = office.id
        programme.rules = {**programme.rules, "participating_countries": ["KE"]}
        draft = await world.partnership(programme, other, invited=[tied.home.school])
        people = {
            "teacher": tied.home.teacher, "head": tied.home.head, "lead": tied.home.safeguarding,
            "administrator": await world.staff(tied.home.school, StaffRole.ADMINISTRATOR),
            "partner's head": tied.abroad.head, "stranger": await world.staff(other, StaffRole.HEADTEACHER),
            "officer": await world.staff(office, StaffRole.PROGRAMME_OFFICER),
            "new head": await world.staff(tied.home.school, StaffRole.HEADTEACHER, verified=False),
            "new lead": await world.staff(tied.home.school, StaffRole.SAFEGUARDING_LEAD, verified=False),
            "new officer": await world.staff(office, StaffRole.PROGRAMME_OFFICER, verified=False),
        }
    at_home = SignedIn(tied.home.head.id, uuid4(), UserKind.STAFF, tied.home.school.id)
    at_oak = SignedIn(people["stranger"].id, uuid4(), UserKind.STAFF, other.id)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        home, shared = tied.home.school.id, tied.partnership.id
        service.record(uow, at_home, "school.change_profile", subject_id=home, school_id=home)
        student = tied.home.students[0].id
        service.record(uow, at_home, "class.edit_student", subject_id=student, school_id=home)
        service.record(
            uow, at_home, "partnership.end", subject_id=shared, partnership_id=shared,
            before={"user_id": student}, after={"deep": [{"space_id": tied.space.id}, uuid4(), "x" * 36]},
        )
        service.record(uow, None, "partnership.suspend", subject_id=shared, partnership_id=shared)
        service.record(
            uow, at_oak, "membership.invite", subject_id=home, partnership_id=draft.id, school_id=home
        )
        service.record(uow, at_oak, "school.verify", subject_id=other.id, school_id=other.id)
    return Log(node, tied, people, {"draft": draft.id})


OWN = {"school.change_profile", "class.edit_student"}
SHARED = {"partnership.end", "partnership.suspend"}


async def test_who_reads_which_entries(log: Log) -> None:
    for who in "head", "lead", "administrator":
        assert await log.acts(who) == OWN | SHARED, who
    assert await log.acts("partner's head") == SHARED
    assert await log.acts("stranger") == {"membership.invite", "school.verify"}
    # Of its programme everything; of a school it covers the school's record and nothing of its classes.
    assert await log.acts("officer") == SHARED | {"school.change_profile", "membership.invite"}
    for who in "teacher", "new officer", "new head", "new lead":
        answer = await (await log.visitor(who)).get("/api/audit")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), who
    student = log.node.visitor()
    await student.sign_in_student(log.tied.home.students[0])
    for path in "/api/audit", "/api/audit/verdict":
        assert (await student.get(path)).status_code == 403


async def test_an_entry_names_its_people_and_of_a_student_the_alias_alone(log: Log) -> None:
    items = (await (await log.visitor("lead")).get("/api/audit")).json()["items"]
    assert [item["seq"] for item in items] == sorted((item["seq"] for item in items), reverse=True)
    by_act = {item["act"]: item for item in items}
    suspended, edited = by_act["partnership.suspend"], by_act["class.edit_student"]
    assert (suspended["actor_name"], suspended["actor_id"]) == ("Commonroom", None)
    assert suspended["partnership_name"] == suspended["subject_name"] == "A partnership"
    assert edited["subject_name"] == "Heron 1"
    assert (edited["actor_name"], edited["actor_school"]) == (log.tied.home.head.name, "Willow")
    assert len(edited["hash"]) == 64


async def test_the_ids_among_the_values_are_named_as_far_as_they_have_a_name(log: Log) -> None:
    lead = await log.visitor("partner's head")
    answer = (await lead.get("/api/audit?act=partnership.end")).json()
    tied = log.tied
    assert answer["names"] == {str(tied.home.students[0].id): "Heron 1", str(tied.space.id): tied.space.name}
    assert (await lead.get("/api/audit?act=partnership.suspend")).json()["names"] == {}


async def test_of_very_many_ids_some_are_named(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "NAMED_MAX", 1)
    answer = (await (await log.visitor("lead")).get("/api/audit?act=partnership.end")).json()
    assert len(answer["names"]) == 1


async def test_filters_and_pages(log: Log) -> None:
    lead = await log.visitor("lead")
    assert await log.acts("lead", "?act=partnership.") == SHARED
    assert await log.acts("lead", "?act=%25") == set()
    assert await log.acts("lead", f"?partnership_id={log.tied.partnership.id}") == SHARED
    assert await log.acts("lead", f"?partnership_id={log.ids['draft']}") == set()
    assert await log.acts("lead", f"?actor_id={log.tied.home.head.id}") == OWN | {"partnership.end"}
    assert await log.acts("lead", "?from=2999-01-01T00:00:00Z") == set()
    assert await log.acts("lead", "?to=2999-01-01T00:00:00Z") == OWN | SHARED
    assert (await lead.get("/api/audit?from=2026-01-01T00:00:00")).status_code == 400
    assert (await lead.get("/api/audit?cursor=nonsense")).status_code == 400
    for edge in "from=0001-01-01T00:00:00%2B14:00", "to=9999-12-31T23:59:59-12:00":
        answer = await lead.get(f"/api/audit?{edge}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), edge
    seen, cursor = [], ""
    for _ in range(2):
        page = (await lead.get(f"/api/audit?limit=2&cursor={cursor}")).json()
        seen += [item["seq"] for item in page["items"]]
        cursor = page["next"]
    assert (seen, cursor) == ([4, 3, 2, 1], "")


async def test_a_longer_page_asks_the_database_no_more(log: Log) -> None:
    lead = await log.visitor("lead")
    asked = []
    for limit in 1, 4:
        with counted(log.node.database) as statements:
            await lead.get(f"/api/audit?limit={limit}")
        asked.append(len(statements))
    assert asked[0] == asked[1]


async def test_the_verdict_is_for_leads_and_officers_and_one_at_a_time(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in "lead", "officer":
        answer = await (await log.visitor(who)).get("/api/audit/verdict")
        assert answer.status_code == 200
        assert (answer.json()["entries"], answer.json()["broken"]) == (6, None)
    for who in "head", "teacher", "new lead", "new officer":
        assert (await (await log.visitor(who)).get("/api/audit/verdict")).status_code == 403
    go_on = asyncio.Event()
    real = service.verify

    async def slow(session: Any) -> service.Verdict:
        await go_on.wait()
        return await real(session)

    monkeypatch.setattr(reading.service, "verify", slow)
    lead = await log.visitor("lead")
    first = asyncio.create_task(lead.get("/api/audit/verdict"))
    while not api._verifier._is_busy:
        await asyncio.sleep(0.01)
    second = await (await log.visitor("officer")).get("/api/audit/verdict")
    assert (second.status_code, second.json()["code"]) == (429, "verifying")
    go_on.set()
    assert (await first).status_code == 200
    go_on.clear()
    monkeypatch.setattr(reading, "VERIFY_TIMEOUT_S", 0.05)
    third = await lead.get("/api/audit/verdict")
    assert (third.status_code, third.json()["code"]) == (503, "too_long")


# Its page


def acts_in_code() -> set[str]:
    """Each act that the server records, as written; a part worked out at run time is `*`."""
    found = set()
    for path in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                found.update(_texts(node.args[2]))
    return found


def _texts(argument: ast.expr) -> list[str]:
    match argument:
        case ast.Constant(value=str() as act):
            return [act]
        case ast.JoinedStr(values=parts):
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)]
        case ast.IfExp(body=one, orelse=other):
            return [*_texts(one), *_texts(other)]
    return []


def test_every_act_is_on_its_page() -> None:
    named = set(re.findall(r"`([a-z_]+\.[a-z_*]+)`", (ROOT / "docs" / "audit.md").read_text()))
    families = {f"{act.split('.')[0]}.*" for act in named}
    missing = acts_in_code() - named - families
    assert not missing, f"docs/audit.md does not name {sorted(missing)}"
    assert len(named) > 20
