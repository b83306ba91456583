"""Chat over HTTP: searching, threads, who reacted, and what is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server import clock
from server.access import Grant
from server.accounts.models import StaffPost, StaffRole, UserKind
from server.accounts.service import SignedIn
from server.audit.models import AuditEntry
from server.chat import changes, reading, rules
from server.chat import service as chat
from server.chat.models import ChatMessage, ReactionKind
from server.db import UnitOfWork
from server.partnerships.models import Partnership, PartnershipStatus
from tests import factories
from tests.factories import Pair
from tests.nodes import Node, Visitor


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await factories.pair(node.database)


@pytest.fixture
async def student(node: Node, tied: Pair) -> Visitor:
    visitor = node.visitor()
    await visitor.sign_in_student(tied.home.students[0])
    return visitor


@pytest.fixture
async def teacher(node: Node, tied: Pair) -> Visitor:
    visitor = node.visitor()
    await visitor.sign_in_staff(tied.home.teacher)
    return visitor


@pytest.fixture
async def lead(node: Node, tied: Pair) -> Visitor:
    """The safeguarding lead of the other school."""
    async with UnitOfWork(node.database, node.bus) as uow:
        uow.session.add(StaffPost(user_id=tied.abroad.teacher.id, role=StaffRole.SAFEGUARDING_LEAD))
    visitor = node.visitor()
    await visitor.sign_in_staff(tied.abroad.teacher)
    return visitor


async def say(node: Node, tied: Pair, author: UUID, *texts: str, reply_to: UUID | None = None) -> list[UUID]:
    """Say these; returns the ids."""
    async with UnitOfWork(node.database, node.bus) as uow:
        seqs = [
            await chat.say(uow, tied.space.id, author, uuid4(), text, reply_to_id=reply_to) for text in texts
        ]
    async with node.database.read() as session:
        found = await reading.newest(session, tied.space.id, after=seqs[0] - 1)
        return [each.id for each in found]


def who(user_id: UUID, school_id: UUID, kind: UserKind = UserKind.STUDENT) -> SignedIn:
    return SignedIn(user_id, uuid4(), kind, school_id, frozenset())


async def change(node: Node, tied: Pair, *made: changes.Change) -> Sequence[chat.Answer]:
    async with UnitOfWork(node.database, node.bus) as uow:
        return await changes.apply_all(uow, tied.space.id, made)


async def test_search_finds_words_whatever_their_case_and_accents(
    node: Node, tied: Pair, student: Visitor
) -> None:
    ana = tied.home.students[0]
    ids = await say(
        node, tied, ana.id, "The river is DEEP", "Élève à l'école", "50% of frogs", "under_score", "deep sea"
    )
    await change(node, tied, changes.Delete(who(ana.id, tied.home.school.id), ids[4]))
    path = f"/api/spaces/{tied.space.id}/messages/search"
    for query, found in {
        "deep": [0], "river the": [0], "eleve ECOLE": [1], "%": [2], "_": [3], "deep sea": [], "élève": [1],
    }.items():
        answer = (await student.get(path, params={"q": query})).json()
        assert [each["id"] for each in answer["messages"]] == [str(ids[place]) for place in found], query
        assert answer["next"] is None
    assert (await student.get(path, params={"q": " "})).json()["messages"] == []
    assert (await student.get(path)).status_code == 400


async def test_search_goes_on_page_by_page(node: Node, tied: Pair, student: Visitor) -> None:
    await say(node, tied, tied.home.students[0].id, *(f"frog {number}" for number in range(70)))
    path, found, before = f"/api/spaces/{tied.space.id}/messages/search", [], {}
    while True:
        page = (await student.get(path, params={"q": "frog", **before})).json()
        found += [each["seq"] for each in page["messages"]]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert found == list(range(70, 0, -1))


async def test_a_thread_and_who_reacted(node: Node, tied: Pair, student: Visitor) -> None:
    ana, ben = tied.home.students[0], tied.abroad.students[0]
    [begins] = await say(node, tied, ana.id, "How deep?")
    [answer] = await say(node, tied, ben.id, "Two metres", reply_to=begins)
    [nested] = await say(node, tied, ana.id, "Thank you", reply_to=answer)
    by_ben = who(ben.id, tied.abroad.school.id)
    await change(node, tied, changes.React(by_ben, begins, ReactionKind.HEART, on=True))
    path = f"/api/spaces/{tied.space.id}/messages"
    thread = (await student.get(f"{path}/{begins}/thread")).json()["messages"]
    assert [each["id"] for each in thread] == [str(begins), str(answer), str(nested)]
    assert [each["reply_to"] for each in thread] == [None, str(begins), str(begins)]
    [reactor] = (await student.get(f"{path}/{begins}/reactions")).json()
    assert (reactor["kind"], reactor["person"]["name"]) == ("heart", ben.alias)
    assert set(reactor["person"]) == {"user_id", "name", "kind", "avatar", "school_id", "class_name"}
    for lost in (f"{path}/{uuid4()}/thread", f"{path}/{uuid4()}/reactions"):
        assert (await student.get(lost)).status_code == 404


async def test_sealed_words_are_for_safeguarding_leads_with_a_reason(
    node: Node, tied: Pair, student: Visitor, teacher: Visitor, lead: Visitor
) -> None:
    ana = tied.home.students[0]
    [one, other] = await say(node, tied, ana.id, "First words", "Kept")
    by = who(ana.id, tied.home.school.id)
    await change(node, tied, changes.Edit(by, one, "Second words"))
    await change(node, tied, changes.Delete(by, one))
    path = f"/api/spaces/{tied.space.id}/sealed"
    for visitor in (student, teacher):
        assert (await visitor.get(path)).status_code == 403
        assert (await visitor.post(f"{path}/{one}", {"reason": "concern"})).status_code == 403
    [item] = (await lead.get(path)).json()["items"]
    assert (item["message"]["message_id"], item["message"]["texts"]) == (str(one), 2)
    assert "words" not in str(item).lower()
    assert (await lead.post(f"{path}/{one}", {"reason": "because"})).status_code == 400
    assert (await lead.post(f"{path}/{other}", {"reason": "concern"})).status_code == 404
    words = (await lead.post(f"{path}/{one}", {"reason": "concern"})).json()
    assert [each["text"] for each in words] == ["First words", "Second words"]
    async with node.database.read() as session:
        found = (await session.scalars(select(AuditEntry).where(AuditEntry.act == "chat.sealed_read"))).all()
    [entry] = [each for each in found if each.subject_id == one]
    assert entry.after == {"space_id": str(tied.space.id), "reason": "concern"}
    # Also when the partnership is over.
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(Partnership).where(Partnership.id == tied.partnership.id)
            .values(status=PartnershipStatus.ENDED)
        )
    assert (await lead.post(f"{path}/{one}", {"reason": "report"})).status_code == 200


async def test_each_change_succeeds_or_fails_alone(node: Node, tied: Pair) -> None:
    ana, ben = tied.home.students[0], tied.abroad.students[0]
    [message] = await say(node, tied, ana.id, "Hello")
    by_ana, by_ben = who(ana.id, tied.home.school.id), who(ben.id, tied.abroad.school.id)
    answers = await change(
        node, tied,
        changes.Edit(by_ben, message, "Not mine"), changes.React(by_ben, message, ReactionKind.CLAP, on=True),
        changes.React(by_ben, message, ReactionKind.CLAP, on=True), changes.Edit(by_ana, message, "Hi"),
        changes.Delete(by_ana, uuid4()),
    )
    assert [each if isinstance(each, int) else getattr(each, "code", "") for each in answers] == [
        "not_allowed", 2, 0, 3, "not_found",
    ]
    async with node.database.read() as session:
        [stored] = await reading.newest(session, tied.space.id)
        assert (stored.text, stored.changed_seq, len(stored.reactions)) == ("Hi", 3, 1)
        assert (await session.scalar(select(ChatMessage.search_text))) == "hi"


GRANTS = st.frozensets(st.sampled_from([Grant.CHAT_POST, Grant.SPACE_MODERATE, Grant.CHAT_READ]))


@given(grants=GRANTS, is_own=st.booleans(), is_staff=st.booleans(), age_min=st.integers(0, 60))
def test_the_rules(grants: frozenset[Grant], is_own: bool, is_staff: bool, age_min: int) -> None:
    now = clock.now()
    sent_at = now - age_min * (rules.CHANGE_WITHIN / 15)
    may_edit = rules.may_edit(grants, is_own=is_own, sent_at=sent_at, now=now)
    may_delete = rules.may_delete(grants, is_own=is_own, is_staff=is_staff, sent_at=sent_at, now=now)
    assert may_edit == (is_own and Grant.CHAT_POST in grants and age_min <= 15)
    if Grant.SPACE_MODERATE in grants:
        assert may_delete
    elif not is_own or Grant.CHAT_POST not in grants:
        assert not may_delete
    else:
        assert may_delete == (is_staff or age_min <= 15)


@given(st.text(max_size=200))
@example("\N{MATHEMATICAL SANS-SERIF ITALIC CAPITAL A}")
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    held = rules.search_text(text)
    assert all(word in held for word in rules.search_words(text))
    assert rules.search_text(held) == held
