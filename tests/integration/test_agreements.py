"""Agreements over HTTP: proposing, agreeing, signing, withdrawing, running out, and who may do which."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
import pytest
from sqlalchemy import delete, func, select, update

from server import clock, jobs, rounds
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.accounts.tries import ACCOUNT_LIMIT
from server.agreements import rights, service
from server.agreements.models import AgreementVersion, Assent
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.events import AccessChanged
from server.partnerships import record as records
from server.partnerships.models import (
    Ban,
    Delegation,
    Duty,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
)
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.schools.models import School
from tests.factories import PASSWORD, Pair, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.queries import counted

S = PartnershipStatus
WRONG = "a spoon in the green drawer"


async def change(database: Database, statement: Any) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(statement)


async def asks_for_agreement(database: Database, programme: Programme) -> None:
    rules = msgspec.to_builtins(
        msgspec.structs.replace(
            msgspec.convert(programme.rules, ProgrammeRules), agreement_needed=True, agreement_max_months=12
        )
    )
    await change(database, update(Programme).where(Programme.id == programme.id).values(rules=rules))


async def forming(database: Database, status: S = S.PROPOSED) -> Pair:
    """A pair whose programme asks for a signed agreement."""
    tied = await pair(database, status=status)
    await asks_for_agreement(database, tied.programme)
    return tied


def text(schools: Sequence[School], **changes: Any) -> dict[str, Any]:
    now = clock.now().date()
    ids = [str(school.id) for school in schools]
    return {
        "goals": [{"text": "Both classes write each week.", "baseline": "They have never met."}],
        "weekly_minutes": dict.fromkeys(ids, 45),
        "typical_days": dict.fromkeys(ids, "08:30 to 15:30"),
        "time_difference": "Two hours in summer.",
        "internet": dict.fromkeys(ids, "limited"),
        "barriers": [{"barrier": "Two languages.", "strategy": "Pictures first."}],
        "duties": [{"what": "Keeps the album.", "who": ids[-1]}],
        "review_on": (now + timedelta(days=90)).isoformat(),
        "expires_on": (now + timedelta(days=300)).isoformat(),
        "extra": "",
        **changes,
    }


def both(tied: Pair) -> list[School]:
    return [tied.home.school, tied.abroad.school]


def path_of(partnership: Partnership) -> str:
    return f"/api/partnerships/{partnership.id}/agreement"


class Table:
    """The people of a pair at their browsers, and the agreement that they speak of."""

    def __init__(self, node: Node, tied: Pair, people: dict[UUID, Visitor]) -> None:
        self.node, self.tied, self.people = node, tied, people
        self.path = path_of(tied.partnership)

    def at(self, user: User) -> Visitor:
        return self.people[user.id]

    async def view(self, user: User | None = None) -> dict[str, Any]:
        answer = await self.at(user or self.tied.home.teacher).get(self.path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def propose(self, user: User | None = None, newest: int = 0, **changes: Any) -> httpx2.Response:
        body = {"text": text(both(self.tied), **changes), "newest": newest}
        return await self.at(user or self.tied.home.teacher).post(f"{self.path}/versions", body)

    async def agree(self, user: User, digest: str, number: int = 1) -> httpx2.Response:
        return await self.at(user).post(f"{self.path}/versions/{number}/agree", {"digest": digest})

    async def sign(
        self, user: User, digest: str, number: int = 1, password: str = PASSWORD
    ) -> httpx2.Response:
        body = {"digest": digest, "password": password}
        return await self.at(user).post(f"{self.path}/versions/{number}/sign", body)

    async def withdraw(
        self, user: User, number: int = 1, reason: str = "We close.", password: str = PASSWORD
    ) -> httpx2.Response:
        body = {"reason": reason, "password": password}
        return await self.at(user).post(f"{self.path}/versions/{number}/withdraw", body)

    async def move(self, move: str) -> httpx2.Response:
        visitor = self.at(self.tied.home.teacher)
        return await visitor.post(
            f"/api/partnerships/{self.tied.partnership.id}/moves", {"move": move, "reason": ""}
        )

    async def in_force(self) -> str:
        """Version 1, signed by both; returns its digest."""
        digest = (await self.propose()).json()["proposed"]["digest"]
        for side in (self.tied.home, self.tied.abroad):
            assert (await self.sign(side.head, digest)).status_code == 200
        return digest


async def table(node: Node, tied: Pair | None = None, *more: User) -> Table:
    tied = tied or await forming(node.database)
    people = [user for side in (tied.home, tied.abroad) for user in (side.teacher, side.head)]
    return Table(node, tied, {user.id: await signed_in(node, user) for user in (*people, *more)})


async def acts(database: Database, partnership_id: UUID) -> list[str]:
    async with database.read() as session:
        found = await session.scalars(
            select(AuditEntry.act).where(AuditEntry.partnership_id == partnership_id).order_by(AuditEntry.seq)
        )
        return [act for act in found if act.startswith("agreement.")]


async def count_of(database: Database, model: Any) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_a_text_comes_into_force_when_each_head_has_signed_it(node: Node) -> None:
    here = await table(node)
    tied = here.tied
    empty = await here.view()
    assert empty["is_needed"]
    assert (empty["in_force"], empty["proposed"], empty["versions"]) == (None, None, [])
    assert empty["may"] == ["propose"]
    assert [school["name"] for school in empty["schools"]] == ["Willow", "Nakuru Hill"]
    refused = await here.move("activate")
    assert [rule["code"] for rule in refused.json()["failing"]] == ["agreement_signed"]

    proposed = await here.propose()
    assert proposed.status_code == 201
    shown = proposed.json()["proposed"]
    assert (shown["number"], shown["status"], shown["proposed_by"]) == (1, "proposed", tied.home.teacher.name)
    assert shown["text"]["goals"][0]["text"] == "Both classes write each week."
    assert shown["waiting"] == [str(school.id) for school in both(tied)]
    # Who proposes agrees for their own school.
    assert [(each["kind"], each["school_id"]) for each in shown["assents"]] == [
        ("agreed", str(tied.home.school.id))
    ]
    assert shown["may"] == []
    assert (await here.view(tied.home.head))["proposed"]["may"] == ["sign"]
    assert (await here.view(tied.abroad.head))["proposed"]["may"] == ["agree", "sign"]
    assert (await here.view(tied.abroad.teacher))["proposed"]["may"] == ["agree"]

    digest = shown["digest"]
    agreed = (await here.agree(tied.abroad.teacher, digest)).json()["proposed"]
    assert [(each["kind"], each["person"]) for each in agreed["assents"]] == [
        ("agreed", tied.home.teacher.name), ("agreed", tied.abroad.teacher.name)
    ]
    signed = (await here.sign(tied.home.head, digest)).json()
    assert (signed["in_force"], signed["proposed"]["waiting"]) == (None, [str(tied.abroad.school.id)])
    assert (await here.move("activate")).json()["code"] == "rules_not_met"
    done = (await here.sign(tied.abroad.head, digest)).json()
    assert done["proposed"] is None
    assert (done["in_force"]["status"], done["in_force"]["waiting"]) == ("in_force", [])
    assert done["in_force"]["in_force_at"] is not None
    assert {(each["person"], each["digest"]) for each in done["in_force"]["assents"]
            if each["kind"] == "signed"} == {(side.head.name, digest) for side in (tied.home, tied.abroad)}
    assert (await here.move("activate")).json()["status"] == "active"
    assert await acts(node.database, tied.partnership.id) == [
        "agreement.propose", "agreement.agree", "agreement.sign", "agreement.sign", "agreement.begin"
    ]


async def test_signing_means_agreeing_too(node: Node) -> None:
    here = await table(node)
    digest = (await here.propose()).json()["proposed"]["digest"]
    shown = (await here.sign(here.tied.abroad.head, digest)).json()["proposed"]
    abroad = str(here.tied.abroad.school.id)
    theirs = [each["kind"] for each in shown["assents"] if each["school_id"] == abroad]
    assert sorted(theirs) == ["agreed", "signed"]
    assert refusal(await here.agree(here.tied.abroad.teacher, digest)) == (409, "already_given")


async def test_who_may_propose_agree_and_sign(node: Node) -> None:
    tied, other = await forming(node.database), await forming(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        colleague = await world.staff(tied.abroad.school, StaffRole.TEACHER)
        unverified = await world.staff(tied.abroad.school, StaffRole.HEADTEACHER, verified=False)
        reviewer = await world.staff(tied.abroad.school, StaffRole.TEACHER)
        inviter = await world.staff(tied.abroad.school, StaffRole.TEACHER)
        banned = await world.staff(tied.abroad.school, StaffRole.HEADTEACHER)
        now = clock.now()
        await world.add(Ban(partnership_id=tied.partnership.id, user_id=banned.id, reason="x", banned_at=now))
        for user, duty in ((reviewer, Duty.REVIEW), (inviter, Duty.INVITE_SCHOOLS)):
            await world.add(
                Delegation(partnership_id=tied.partnership.id, user_id=user.id, duty=duty, granted_at=now,
                           granted_by_id=tied.home.teacher.id, until=now + timedelta(days=9))
            )
    few = [colleague, unverified, reviewer, inviter, banned, tied.abroad.safeguarding]
    here = await table(node, tied, *few, other.home.head)
    for user in few:
        assert refusal(await here.propose(user)) == (403, "not_allowed")
        assert (await here.view(user))["may"] == []
    assert refusal(await here.propose(other.home.head)) == (404, "not_found")
    digest = (await here.propose()).json()["proposed"]["digest"]

    for user in few:
        expected = ["agree"] if user is reviewer else []
        assert (await here.view(user))["proposed"]["may"] == expected
        assert refusal(await here.sign(user, digest)) == (403, "not_allowed")
        if user is not reviewer:
            assert refusal(await here.agree(user, digest)) == (403, "not_allowed")
    # A coordinator signs for nobody.
    assert refusal(await here.sign(tied.abroad.teacher, digest)) == (403, "not_allowed")
    for answer in (
        await here.at(other.home.head).get(here.path), await here.agree(other.home.head, digest),
        await here.sign(other.home.head, digest), await here.withdraw(other.home.head),
        await here.at(other.home.head).get(f"{here.path}/versions/1/pdf"),
        await here.at(other.home.head).get(f"{here.path}/difference?from=1&to=1"),
    ):
        assert refusal(answer) == (404, "not_found")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert refusal(await student.get(here.path)) == (403, "not_allowed")
    assert refusal(await student.post(f"{here.path}/versions/1/agree", {"digest": digest})) == (
        403, "not_allowed"
    )
    assert await count_of(node.database, Assent) == 1
    assert (await here.agree(reviewer, digest)).status_code == 200
    # A duty that was taken back, or is over, gives nothing.
    over = update(Delegation).where(Delegation.user_id == reviewer.id)
    await change(node.database, over.values(until=clock.now() - timedelta(seconds=1)))
    await here.propose(newest=1, extra="More.")
    assert (await here.view(reviewer))["proposed"]["may"] == []


async def test_a_text_that_does_not_fit_is_not_proposed(node: Node) -> None:
    tied, other = await forming(node.database), await pair(node.database)
    here = await table(node, tied)
    now = clock.now().date()
    strange = str(other.home.school.id)
    whole = text(both(tied))
    wrong: list[dict[str, Any]] = [
        {"goals": []},
        {"goals": [{"text": " ", "baseline": ""}]},
        {"goals": [{"text": "x" * 501}]},
        {"goals": [{"text": "x"}] * 21},
        {"weekly_minutes": {**whole["weekly_minutes"], strange: 5}},
        {"weekly_minutes": dict.fromkeys(whole["weekly_minutes"], 2401)},
        {"weekly_minutes": dict.fromkeys(whole["weekly_minutes"], -1)},
        {"internet": dict.fromkeys(whole["internet"], "splendid")},
        {"internet": {}},
        {"typical_days": {"not an id": "x"}},
        {"duties": [{"what": "Pays.", "who": strange}]},
        {"review_on": now.isoformat()},
        {"expires_on": (now + timedelta(days=400)).isoformat()},
        {"expires_on": (now + timedelta(days=80)).isoformat()},
        {"expires_on": "soon"},
        {"extra": "x" * 4001},
        {"more": 1},
    ]
    for part in wrong:
        assert refusal(await here.propose(**part)) == (400, "invalid"), part
    assert refusal(await here.at(tied.home.teacher).post(f"{here.path}/versions", {"text": whole})) == (
        400, "invalid"
    )
    assert await count_of(node.database, AgreementVersion) == 0
    assert await acts(node.database, tied.partnership.id) == []
    latest = (await here.view())["latest_expiry"]
    assert (await here.propose(expires_on=latest)).status_code == 201
    # The same once more changes nothing.
    assert refusal(await here.propose(newest=1, expires_on=latest)) == (400, "invalid")
    assert await count_of(node.database, AgreementVersion) == 1


async def test_a_signature_is_for_the_text_that_was_on_the_page(node: Node) -> None:
    here = await table(node)
    head = here.tied.home.head
    first = (await here.propose()).json()["proposed"]["digest"]
    second = (await here.propose(newest=1, extra="We visit in June.")).json()["proposed"]["digest"]
    assert first != second
    for answer in (
        await here.sign(head, first), await here.sign(head, first, 2), await here.sign(head, second, 1),
        await here.agree(here.tied.abroad.teacher, first),
        await here.agree(here.tied.abroad.teacher, first, 2), await here.withdraw(head, 1),
    ):
        assert refusal(answer) == (409, "text_changed")
    assert refusal(await here.sign(head, second, 3)) == (404, "not_found")
    assert refusal(await here.sign(head, "0" * 63, 2)) == (400, "invalid")
    assert refusal(await here.sign(head, second, 10**30)) in {(400, "invalid"), (404, "not_found")}
    assert (await here.sign(head, second, 2)).status_code == 200
    assert refusal(await here.sign(head, second, 2)) == (409, "already_given")


async def test_a_signature_needs_the_password_and_guessing_is_limited(node: Node) -> None:
    here = await table(node)
    head = here.tied.home.head
    digest = (await here.propose()).json()["proposed"]["digest"]
    assert refusal(await here.sign(head, digest, password=WRONG)) == (403, "wrong_password")
    assert refusal(await here.sign(head, digest, password="")) == (400, "invalid")
    assert "signed" not in {each["kind"] for each in (await here.view())["proposed"]["assents"]}
    for _ in range(ACCOUNT_LIMIT - 1):
        assert refusal(await here.sign(head, digest, password=WRONG)) == (403, "wrong_password")
    # Now even the right one waits; so does it at the door.
    assert refusal(await here.sign(head, digest)) == (429, "too_many_tries")
    assert refusal(await node.visitor().sign_in_staff(head)) == (429, "too_many_tries")
    assert await acts(node.database, here.tied.partnership.id) == ["agreement.propose"]
    # A colleague at another school is not kept out.
    assert (await here.sign(here.tied.abroad.head, digest)).status_code == 200


async def test_right_passwords_do_not_count_as_tries(node: Node) -> None:
    here = await table(node)
    head = here.tied.home.head
    digest = (await here.propose()).json()["proposed"]["digest"]
    for _ in range(ACCOUNT_LIMIT // 2 + 1):
        assert (await here.sign(head, digest)).status_code == 200
        assert (await here.withdraw(head)).status_code == 200
    assert (await here.sign(head, digest)).status_code == 200


async def test_an_amendment_leaves_the_old_version_in_force_until_all_have_signed(node: Node) -> None:
    here = await table(node)
    tied = here.tied
    await here.in_force()
    assert (await here.move("activate")).json()["status"] == "active"
    amended = (await here.propose(tied.abroad.head, newest=1, extra="We visit in June.")).json()
    assert (amended["in_force"]["number"], amended["proposed"]["number"]) == (1, 2)
    digest = amended["proposed"]["digest"]
    half = (await here.sign(tied.home.head, digest, 2)).json()
    assert (half["in_force"]["number"], half["proposed"]["number"]) == (1, 2)
    status = (await here.at(tied.home.teacher).get(f"/api/partnerships/{tied.partnership.id}")).json()
    assert status["status"] == "active"
    done = (await here.sign(tied.abroad.head, digest, 2)).json()
    assert (done["in_force"]["number"], done["proposed"]) == (2, None)
    states = {each["number"]: each["status"] for each in done["versions"]}
    assert states == {2: "in_force", 1: "replaced"}
    assert done["versions"][1]["ended_at"] is not None
    status = (await here.at(tied.home.teacher).get(f"/api/partnerships/{tied.partnership.id}")).json()
    assert status["status"] == "active"
    # What is replaced is signed and withdrawn no more.
    assert refusal(await here.withdraw(tied.home.head, 1)) == (409, "text_changed")


async def test_a_newer_proposal_replaces_one_that_waits_and_its_assents_stay_as_history(node: Node) -> None:
    here = await table(node)
    first = (await here.propose()).json()["proposed"]["digest"]
    await here.sign(here.tied.abroad.head, first)
    view = (await here.propose(here.tied.abroad.teacher, newest=1, extra="More.")).json()
    assert [(each["number"], each["status"], len(each["assents"])) for each in view["versions"]] == [
        (2, "proposed", 1), (1, "replaced", 3)
    ]
    # Somebody who has not seen the second one does not replace it unread.
    assert refusal(await here.propose(newest=1, extra="Something else.")) == (409, "text_changed")
    assert refusal(await here.propose(newest=7, extra="Something else.")) == (409, "text_changed")
    assert (await here.view())["proposed"]["number"] == 2


async def test_withdrawing_from_the_version_in_force_ends_it_and_suspends(node: Node) -> None:
    here, seen = await table(node), []
    tied = here.tied
    digest = await here.in_force()
    await here.move("activate")
    node.bus.subscribe(seen.append)
    for user, answer in (
        (tied.home.teacher, (403, "not_allowed")), (tied.abroad.teacher, (403, "not_allowed")),
    ):
        assert refusal(await here.withdraw(user)) == answer
    assert refusal(await here.withdraw(tied.abroad.head, password=WRONG)) == (403, "wrong_password")
    assert refusal(await here.withdraw(tied.abroad.head, reason="  ")) == (400, "invalid")
    assert refusal(await here.withdraw(tied.abroad.head, number=2)) == (404, "not_found")
    assert seen == []
    view = (await here.withdraw(tied.abroad.head)).json()
    assert (view["in_force"], view["versions"][0]["status"]) == (None, "withdrawn")
    withdrawn = [each for each in view["versions"][0]["assents"] if each["withdrawn_at"]]
    assert [each["school_id"] for each in withdrawn] == [str(tied.abroad.school.id)]
    assert seen == [AccessChanged(space_ids=frozenset({tied.space.id, tied.staff_room.id}))]
    detail = (await here.at(tied.home.teacher).get(f"/api/partnerships/{tied.partnership.id}")).json()
    assert detail["status"] == "suspended"
    assert "agreement" in detail["status_reason"].lower()
    assert (await here.move("resume")).json()["code"] == "rules_not_met"
    # Nothing is signed or withdrawn twice.
    assert refusal(await here.withdraw(tied.home.head)) == (409, "text_changed")
    assert refusal(await here.sign(tied.abroad.head, digest)) == (409, "text_changed")
    # A new version brings it back.
    digest = (await here.propose(newest=1, extra="Anew.")).json()["proposed"]["digest"]
    for side in (tied.home, tied.abroad):
        await here.sign(side.head, digest, 2)
    assert (await here.move("resume")).json()["status"] == "active"


async def test_a_signature_of_a_proposed_version_can_be_taken_back_and_given_again(node: Node) -> None:
    here = await table(node)
    head = here.tied.home.head
    digest = (await here.propose()).json()["proposed"]["digest"]
    assert refusal(await here.withdraw(head)) == (409, "invalid_transition")
    await here.sign(head, digest)
    assert (await here.view(head))["proposed"]["may"] == ["withdraw"]
    view = (await here.withdraw(head)).json()
    assert (view["proposed"]["status"], view["proposed"]["may"]) == ("proposed", ["sign"])
    assert len(view["proposed"]["waiting"]) == 2
    assert (await here.sign(here.tied.abroad.head, digest)).json()["in_force"] is None
    assert (await here.sign(head, digest)).json()["in_force"]["number"] == 1


async def test_an_ended_partnership_changes_its_agreement_no_more(node: Node) -> None:
    here = await table(node)
    digest = (await here.propose()).json()["proposed"]["digest"]
    await here.sign(here.tied.home.head, digest)
    await change(node.database, update(Partnership).values(status=S.ENDED))
    for answer in (
        await here.propose(newest=1, extra="x"), await here.sign(here.tied.abroad.head, digest),
        await here.agree(here.tied.abroad.head, digest), await here.withdraw(here.tied.home.head),
    ):
        assert refusal(answer) in {(409, "invalid_transition"), (403, "not_allowed")}
    view = await here.view(here.tied.home.head)
    assert (view["may"], view["proposed"]["may"]) == ([], [])


# A cluster, through the service.


class Cluster(msgspec.Struct, frozen=True):
    partnership: Partnership
    schools: list[School]
    heads: list[User]
    coordinator: User


def head_of(user: User) -> SignedIn:
    return SignedIn(user.id, uuid4(), UserKind.STAFF, user.school_id, frozenset({StaffRole.HEADTEACHER}))


async def cluster(database: Database) -> Cluster:
    """Four schools, active, with an agreement in force; a fifth is invited."""
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        programme = await world.programme(agreement_needed=True)
        schools = [await world.school(f"School {number}", country)
                   for number, country in enumerate(["GB", "GB", "KE", "KE", "GH"])]
        heads = [await world.staff(school, StaffRole.HEADTEACHER) for school in schools]
        coordinator = await world.staff(schools[0], StaffRole.TEACHER)
        tied = await world.partnership(
            programme, *schools[:4], invited=schools[4:], kind=PartnershipKind.CLUSTER,
            status=S.SUSPENDED, coordinators=[coordinator],
        )
    found = Cluster(tied, schools, heads, coordinator)
    digest = await propose(database, found, 0)
    for head in heads[:4]:
        await sign(database, found, head, 1, digest)
    await change(database, update(Partnership).where(Partnership.id == tied.id).values(status=S.ACTIVE))
    return found


async def propose(database: Database, tied: Cluster, newest: int, **changes: Any) -> str:
    proposed = msgspec.convert(text(tied.schools[:4], **changes), service.AgreementText)
    who = SignedIn(tied.coordinator.id, uuid4(), UserKind.STAFF, tied.coordinator.school_id)
    async with UnitOfWork(database, InProcessBus()) as uow:
        version = await service.propose(uow, who, tied.partnership.id, proposed, newest=newest)
        return version.digest


async def sign(database: Database, tied: Cluster, head: User, number: int, digest: str) -> None:
    await service.sign(
        database, InProcessBus(), head_of(head), tied.partnership.id, number, digest, PASSWORD
    )


async def whole(database: Database, tied: Cluster) -> Partnership:
    async with database.read() as session:
        return await records.get_whole(session, tied.partnership.id)


def numbers(record: Partnership) -> dict[str, int]:
    return {version.status.value: version.number for version in record.agreements}


async def test_an_invited_school_signs_what_is_in_force_and_ends_nothing_by_withdrawing(
    database: Database,
) -> None:
    tied = await cluster(database)
    guest = tied.heads[4]
    record = await whole(database, tied)
    assert (record.status, numbers(record)) == (S.ACTIVE, {"in_force": 1})
    digest = record.agreements[0].digest
    await sign(database, tied, guest, 1, digest)
    record = await whole(database, tied)
    assert guest.school_id in records.given(record.agreements[0], service.AssentKind.SIGNED)
    await service.withdraw(
        database, InProcessBus(), head_of(guest), tied.partnership.id, 1, "Not this year.", PASSWORD
    )
    record = await whole(database, tied)
    assert (record.status, numbers(record)) == (S.ACTIVE, {"in_force": 1})
    assert guest.school_id not in records.given(record.agreements[0], service.AssentKind.SIGNED)
    # A version that is only proposed is the business of the schools that take part.
    digest = await propose(database, tied, 1, extra="More.")
    with pytest.raises(service.NotAllowed):
        await sign(database, tied, guest, 2, digest)


async def test_a_school_that_leaves_is_waited_for_no_more(database: Database) -> None:
    tied = await cluster(database)
    digest = await propose(database, tied, 1, extra="More.")
    for head in tied.heads[:3]:
        await sign(database, tied, head, 2, digest)
    assert numbers(await whole(database, tied)) == {"in_force": 1, "proposed": 2}
    async with UnitOfWork(database, InProcessBus()) as uow:
        assert not await service.settle_agreement(uow, tied.partnership.id)
    gone = Membership.school_id == tied.heads[3].school_id
    await change(database, update(Membership).where(gone).values(status=MemberStatus.LEFT))
    await change(
        database, update(Membership).where(Membership.school_id == tied.heads[4].school_id)
        .values(status=MemberStatus.DECLINED),
    )
    async with UnitOfWork(database, InProcessBus()) as uow:
        assert await service.settle_agreement(uow, tied.partnership.id)
    assert numbers(await whole(database, tied)) == {"in_force": 2}
    async with UnitOfWork(database, InProcessBus()) as uow:
        assert not await service.settle_agreement(uow, tied.partnership.id)


async def test_who_was_disabled_or_lost_the_post_while_signing_has_not_signed(database: Database) -> None:
    tied = await cluster(database)
    digest = await propose(database, tied, 1, extra="More.")
    disabled, demoted = tied.heads[:2]
    await change(database, update(User).where(User.id == disabled.id).values(disabled_at=clock.now()))
    await change(database, delete(StaffPost).where(StaffPost.user_id == demoted.id))
    for head in (disabled, demoted):  # `head_of` still says that they are heads, as a request under way would
        with pytest.raises(service.NotAllowed):
            await sign(database, tied, head, 2, digest)


async def test_a_head_who_is_not_verified_takes_no_signature_back(database: Database) -> None:
    tied = await cluster(database)
    head = tied.heads[0]
    await change(database, update(User).where(User.id == head.id).values(verified_at=None))
    async with database.read() as session:
        record = await records.get_whole(session, tied.partnership.id)
        mine = await rights.rights_of(session, record, head_of(head))
        assert rights.moves_for(record, record.agreements[0], mine) == []
    with pytest.raises(service.NotAllowed):
        await service.withdraw(
            database, InProcessBus(), head_of(head), tied.partnership.id, 1, "We close.", PASSWORD
        )
    assert numbers(await whole(database, tied)) == {"in_force": 1}


async def test_nobody_has_an_agreement_with_themselves(database: Database) -> None:
    tied = await cluster(database)
    digest = await propose(database, tied, 1, extra="More.")
    await sign(database, tied, tied.heads[0], 2, digest)
    others = Membership.school_id != tied.heads[0].school_id
    await change(database, update(Membership).where(others).values(status=MemberStatus.LEFT))
    async with UnitOfWork(database, InProcessBus()) as uow:
        assert not await service.settle_agreement(uow, tied.partnership.id)


async def test_of_the_last_heads_who_sign_at_once_one_puts_it_in_force(database: Database) -> None:
    tied = await cluster(database)
    digest = await propose(database, tied, 1, extra="More.")
    await asyncio.gather(*(sign(database, tied, head, 2, digest) for head in tied.heads[:4]))
    assert numbers(await whole(database, tied)) == {"in_force": 2}
    told = await acts(database, tied.partnership.id)
    assert told.count("agreement.begin") == 2
    assert told.count("agreement.replace") == 1


async def test_the_same_done_twice_at_once_is_done_once(node: Node) -> None:
    here = await table(node)
    tied = here.tied
    answers = await asyncio.gather(
        here.propose(tied.home.teacher, extra="One."), here.propose(tied.abroad.teacher, extra="Two.")
    )
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "text_changed")}
    shown = (await here.view())["proposed"]
    (waiting,) = {str(school.id) for school in both(tied)} - {each["school_id"] for each in shown["assents"]}
    side = tied.home if waiting == str(tied.home.school.id) else tied.abroad
    answers = await asyncio.gather(
        here.agree(side.teacher, shown["digest"]), here.agree(side.head, shown["digest"])
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    answers = await asyncio.gather(*(here.sign(side.head, shown["digest"]) for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "already_given")}


# Time.


async def test_a_version_runs_out_and_the_partnership_is_suspended(database: Database) -> None:
    tied, seen = await cluster(database), []
    bus = InProcessBus()
    bus.subscribe(seen.append)
    await propose(database, tied, 1, extra="More.")
    last_day = (await whole(database, tied)).agreements[0].expires_on

    def moment(day: date) -> datetime:
        return clock.now().replace(year=day.year, month=day.month, day=day.day)

    on_it, after = moment(last_day), moment(last_day + timedelta(days=1))
    with clock.set_clock(lambda: on_it):
        await service.expire_overdue(database, bus)
    assert numbers(await whole(database, tied)) == {"in_force": 1, "proposed": 2}
    with clock.set_clock(lambda: after):
        await service.expire_overdue(database, bus)
        await service.expire_overdue(database, bus)
    record = await whole(database, tied)
    assert (record.status, record.agreements) == (S.SUSPENDED, [])
    assert len(seen) == 1 and isinstance(seen[0], AccessChanged)
    told = await acts(database, tied.partnership.id)
    assert told.count("agreement.expire") == 2
    async with database.read() as session:
        ended = (await session.scalars(select(AgreementVersion.status))).all()
        by_rule = (await session.scalars(
            select(AuditEntry.actor_id).where(AuditEntry.act == "agreement.expire")
        )).all()
    assert set(ended) == {service.VersionStatus.EXPIRED}
    assert set(by_rule) == {None}


async def test_what_has_run_out_is_not_signed_even_before_the_job_has_seen_it(node: Node) -> None:
    here = await table(node)
    digest = (await here.propose()).json()["proposed"]["digest"]
    await here.sign(here.tied.home.head, digest)
    yesterday = clock.now().date() - timedelta(days=1)
    await change(node.database, update(AgreementVersion).values(expires_on=yesterday))
    assert refusal(await here.sign(here.tied.abroad.head, digest)) == (409, "invalid_transition")
    assert refusal(await here.agree(here.tied.abroad.head, digest)) == (409, "invalid_transition")
    assert (await here.view(here.tied.abroad.head))["proposed"]["may"] == []


async def test_the_job_ends_what_is_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tied = await cluster(database)
    yesterday = clock.now().date() - timedelta(days=1)
    await change(database, update(AgreementVersion).values(expires_on=yesterday))
    monkeypatch.setattr(jobs, "EXPIRE_EVERY_S", 0.01)
    async with rounds.running(jobs.rounds(database, InProcessBus())), asyncio.timeout(10):
        while (await whole(database, tied)).status is not S.SUSPENDED:
            await asyncio.sleep(0.02)


async def test_one_that_cannot_be_ended_keeps_no_other_from_ending(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_over = [await cluster(database), await cluster(database)]
    yesterday = clock.now().date() - timedelta(days=1)
    await change(database, update(AgreementVersion).values(expires_on=yesterday))
    real, tried = service.expire, []

    async def odd(uow: UnitOfWork, partnership_id: UUID) -> None:
        tried.append(partnership_id)
        if len(tried) == 1:
            raise ValueError("a record that nobody thought of")
        await real(uow, partnership_id)

    monkeypatch.setattr(service, "expire", odd)
    await service.expire_overdue(database, InProcessBus())
    left = {tied.partnership.id for tied in both_over if (await whole(database, tied)).status is S.ACTIVE}
    assert left == {tried[0]}


async def test_a_review_that_is_near_is_shown_as_due(node: Node) -> None:
    here = await table(node)
    await here.in_force()
    assert (await here.view())["is_review_due"] is False
    soon = clock.now().date() + timedelta(days=29)
    await change(node.database, update(AgreementVersion).values(review_on=soon))
    assert (await here.view())["is_review_due"] is True


# Reading.


async def test_the_difference_of_two_versions_names_schools_and_words(node: Node) -> None:
    here = await table(node)
    home = str(here.tied.home.school.id)
    await here.propose()
    await here.propose(newest=1, extra="We visit.", duties=[{"what": "Keeps the album.", "who": home}])
    answer = await here.at(here.tied.abroad.head).get(f"{here.path}/difference?from=1&to=2")
    found = {each["section"]: each["changes"] for each in answer.json()["sections"]}
    assert [section for section, changes in found.items() if changes] == ["duties", "extra"]
    assert [(each["field"], each["before"], each["after"]) for each in found["duties"]] == [
        ("duty.who", "Nakuru Hill", "Willow")
    ]
    assert found["extra"][0]["parts"] == [{"op": "added", "text": "We visit."}]
    reader = here.at(here.tied.home.head)
    assert refusal(await reader.get(f"{here.path}/difference?from=1&to=3")) == (404, "not_found")
    for query in ("", "?from=1", "?from=0&to=1", "?from=x&to=1", f"?from=1&to={10**30}"):
        assert refusal(await reader.get(f"{here.path}/difference{query}")) == (400, "invalid")


async def test_many_versions_come_in_pages_and_cost_no_more_queries(node: Node) -> None:
    here = await table(node)
    await here.propose()
    reader = here.at(here.tied.home.head)
    with counted(node.database) as few:
        await reader.get(here.path)
    for number in range(1, 25):
        await here.propose(newest=number, extra=f"Number {number}.")
    with counted(node.database) as many:
        first = (await reader.get(here.path)).json()
    assert len(many) == len(few)
    assert [each["number"] for each in first["versions"]] == list(range(25, 5, -1))
    second = (await reader.get(here.path, params={"cursor": first["next"]})).json()
    assert [each["number"] for each in second["versions"]] == [5, 4, 3, 2, 1]
    assert (second["next"], second["proposed"]["number"]) == (None, 25)
    assert refusal(await reader.get(here.path, params={"cursor": "nonsense"})) == (400, "invalid")


async def test_a_version_is_printed_with_its_signatures(node: Node) -> None:
    pytest.importorskip("server.agreements.pdf")
    from io import BytesIO

    from pypdf import PdfReader

    here = await table(node)
    digest = await here.in_force()
    answer = await here.at(here.tied.abroad.teacher).get(f"{here.path}/versions/1/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="agreement-1-{digest[:8]}.pdf"'
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    for words in ("Nakuru Hill", "Willow", here.tied.home.head.name, here.tied.abroad.head.name):
        assert words in printed
    reader = here.at(here.tied.home.head)
    assert refusal(await reader.get(f"{here.path}/versions/2/pdf")) == (404, "not_found")
    assert refusal(await reader.get(f"{here.path}/versions/1/pdf?language=../x")) == (400, "invalid")
