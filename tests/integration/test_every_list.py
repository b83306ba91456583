"""No answer asks the database more often for holding more: every GET route, found by walking the table.

The demo world is asked once as it is, and once after everything in it that can grow has grown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import select

from server import clock, demo
from server.accounts.models import LoginSession, StaffPost, StaffRole, User, UserKind
from server.agreements.models import AgreementVersion, VersionStatus
from server.audit import service as audit
from server.boards.models import Board, BoardUpdate
from server.bus import InProcessBus
from server.chat.models import ChatMessage, ChatReaction, FormerText, ReactionKind
from server.consent.models import Consent, ConsentKind, Giver
from server.db import Model, UnitOfWork
from server.demo import WORLD, demo_id
from server.devices.models import ClassroomDevice
from server.files.models import FileState, Scan, StoredFile
from server.finder.models import PartnerRequest, RequestMessage
from server.glossary.models import GlossaryEntry
from server.lessons.models import Attendance, Lesson, LessonPlan, LessonStatus
from server.lessons.planning_models import AskKind, LessonAsk, LessonSeries
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    JoinRequest,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.polls.models import Poll, PollKind, PollStatus, Vote
from server.programmes.models import Programme
from server.safeguarding.models import Removal, Report, ReportKind, ReportReceipt
from server.schools.models import (
    DateKind,
    DateSource,
    Phase,
    RosterEntry,
    RosterRole,
    School,
    SchoolClass,
    SchoolDate,
    SchoolTag,
    TagKind,
)
from server.spaces.models import Enrolment, LinkTeacher, Space, SpaceKind
from tests.conftest import MakeNode, Records
from tests.integration.test_every_route import routes
from tests.nodes import Node
from tests.queries import counted

WILLOW, CLUSTER = WORLD.school("willow"), demo_id("partnership", "weather")
PEOPLE = (
    "whitfield@willow.example", "hughes@willow.example", "larsen@harbour-office.example",
    "bell@willow.example",
)
STAND_INS = {
    "partnership_id": CLUSTER, "school_id": WORLD.school("kumasi").id,
    "space_id": demo_id("space", "weather"),
    "file_id": demo_id("more", "file", "1"),
    "class_id": WILLOW.school_class.id, "user_id": WILLOW.school_class.students[0].id,
    "poll_id": demo_id("more", "poll", "1"),
    "report_id": demo_id("more", "report", "1"),
    "message_id": demo_id("more", "message", "1"),
    "seq": 1,
    "lesson_id": demo_id("more", "lesson", "1"),
    "board_id": demo_id("more", "board", "1"),
    "request_id": demo_id("request", "kumasi"), "number": 1, "code": "cluster",
}
HELD_AT = clock.now() - timedelta(hours=2)
"""When the lessons began that are over."""
NO_LISTS = ("/api/audit/verdict", "/api/schema")
"""The check of the log reads it whole, in batches; the description is no record."""
QUERIES = {
    "/api/finder": "kind=cluster&limit=100&programme_id={programme_id}",
    "/api/finder/{school_id}": "kind=cluster&programme_id={programme_id}",
    "/api/partnerships/{partnership_id}/agreement/difference": "from=1&to=2",
    "/api/schools/{school_id}/public-holidays": "year=2026",
}


def grown(programme_id: UUID, number: int) -> Iterator[Model]:
    """One more of everything that Willow's people find on a list."""
    now = clock.now()
    teacher, cluster_space = WILLOW.person("okafor"), demo_id("space", "weather")
    school = School(
        id=demo_id("more", "school", str(number)), name=f"School {number}", short_name=f"S{number}",
        country="KE", timezone="Africa/Nairobi", phase=Phase.PRIMARY, verified_at=now,
        search_text=f"school {number} ke", latitude=1.0, longitude=36.0,
    )
    yield school
    yield SchoolTag(school_id=school.id, kind=TagKind.INTEREST, value="science", position=0)
    yield SchoolDate(
        school_id=WILLOW.id, kind=DateKind.HOLIDAY, name=f"Day {number}", source=DateSource.MANUAL,
        first_day=now.date(), last_day=now.date(),
    )
    person = User(
        id=demo_id("more", "person", str(number)), kind=UserKind.STAFF, school_id=school.id, verified_at=now,
        name=f"Person {number}", email=f"person{number}@more.example",
    )
    colleague = User(
        id=demo_id("more", "colleague", str(number)), kind=UserKind.STAFF, school_id=WILLOW.id,
        verified_at=now, name=f"Colleague {number}", email=f"colleague{number}@willow.example",
    )
    child = User(
        id=demo_id("more", "child", str(number)), kind=UserKind.STUDENT, school_id=WILLOW.id,
        name=f"Brave Lion {number}", avatar="lion",
    )
    yield from (person, colleague, child)
    yield StaffPost(user_id=person.id, role=StaffRole.TEACHER)
    yield StaffPost(user_id=colleague.id, role=StaffRole.TEACHER)
    group = SchoolClass(
        id=demo_id("more", "class", str(number)), school_id=WILLOW.id, name=f"C{number}",
        school_year="2026-27", code=f"MR{number:04}",
    )
    yield group
    yield RosterEntry(class_id=group.id, user_id=colleague.id, role=RosterRole.TEACHER)
    yield RosterEntry(class_id=group.id, user_id=child.id, role=RosterRole.STUDENT)
    yield RosterEntry(class_id=WILLOW.school_class.id, user_id=child.id, role=RosterRole.STUDENT)
    yield ClassroomDevice(
        school_id=WILLOW.id, class_id=WILLOW.school_class.id, name=f"Tablet {number}",
        token_hash=f"device {number}", made_by_id=colleague.id, made_at=now,
    )
    tie = Partnership(
        id=demo_id("more", "tie", str(number)), programme_id=programme_id, kind=PartnershipKind.CLUSTER,
        name=f"Tie {number}", status=PartnershipStatus.ACTIVE, status_changed_at=now, created_at=now,
    )
    yield tie
    for colour, (where, role) in enumerate(((WILLOW.id, MemberRole.LEAD), (school.id, MemberRole.PARTNER))):
        yield Membership(
            partnership_id=tie.id, school_id=where, role=role, status=MemberStatus.ACCEPTED, colour=colour,
            invited_at=now, accepted_at=now,
        )
    yield Membership(
        partnership_id=CLUSTER, school_id=school.id, role=MemberRole.NETWORK, status=MemberStatus.ACCEPTED,
        colour=10 + number, invited_at=now, accepted_at=now,
    )
    yield Coordinator(partnership_id=tie.id, user_id=teacher, since=now)
    space = Space(
        id=demo_id("more", "space", str(number)), partnership_id=tie.id, kind=SpaceKind.PROJECT,
        name=f"Space {number}", created_at=now, last_seq=1,
    )
    yield space
    for class_id in (WILLOW.school_class.id, group.id):
        yield Enrolment(space_id=space.id, class_id=class_id, enrolled_at=now)
    yield Enrolment(space_id=cluster_space, class_id=group.id, enrolled_at=now)
    yield LinkTeacher(space_id=space.id, school_id=WILLOW.id, user_id=teacher, since=now)
    yield ChatMessage(
        space_id=space.id, seq=1, author_id=teacher, client_id=demo_id("more", "sent", str(number)),
        text="Hello", sent_at=now,
    )
    yield ChatMessage(
        id=demo_id("more", "message", str(number)), space_id=cluster_space, seq=100 + number,
        author_id=person.id, client_id=demo_id("more", "sent here", str(number)), text="Hello", sent_at=now,
    )
    yield ChatMessage(
        space_id=cluster_space, seq=200 + number, author_id=person.id, sent_at=now, text="Hello again",
        client_id=demo_id("more", "replied", str(number)), reply_to_id=demo_id("more", "message", "1"),
    )
    yield ChatReaction(
        message_id=demo_id("more", "message", "1"), user_id=child.id, kind=ReactionKind.HEART, reacted_at=now
    )
    yield FormerText(
        message_id=demo_id("more", "message", str(number)), space_id=cluster_space, text="x", replaced_at=now
    )
    report = Report(
        id=demo_id("more", "report", str(number)), space_id=cluster_space, partnership_id=CLUSTER,
        reporter_id=child.id, about_user_id=person.id, kind=ReportKind.PERSON, subject_id=person.id,
        reason_code="unkind", reported_at=now,
        snapshot={"reporter": {"user_id": str(child.id), "name": "x", "kind": "student", "school": "x"}},
    )
    yield report
    yield ReportReceipt(report_id=report.id, school_id=WILLOW.id)
    yield ReportReceipt(report_id=report.id, school_id=school.id)
    yield Removal(
        space_id=cluster_space, user_id=child.id, by_id=teacher, reason_code="unkind", removed_at=now
    )
    yield Consent(
        user_id=child.id, kind=ConsentKind.CAMERA, given=True, giver=Giver.PARENT, recorded_by_id=teacher,
        since=now,
    )
    yield Poll(
        id=demo_id("more", "poll", str(number)), space_id=cluster_space, kind=PollKind.SINGLE,
        status=PollStatus.REVEALED, question=f"Question {number}?", options=["yes", "no"], right_options=[0],
        created_at=now, opened_at=now, closed_at=now,
    )
    yield Vote(
        poll_id=demo_id("more", "poll", "1"), user_id=child.id, school_id=WILLOW.id, choice={"picks": [0]},
        at=now,
    )
    series = LessonSeries(
        id=demo_id("more", "series", str(number)), space_id=cluster_space, timezone="Europe/London",
        first_at=now + timedelta(days=number), minutes=45, every_weeks=1, times=2, created_by_id=teacher,
    )
    yield series
    for place in (0, 7):
        at = now + timedelta(days=number + place)
        yield Lesson(
            id=demo_id("more", "lesson", str(number if place == 0 else -number)), space_id=cluster_space,
            title=f"Lesson {number}", status=LessonStatus.SCHEDULED, starts_at=at, place_at=at,
            ends_at=at + timedelta(hours=1), created_by_id=teacher, created_at=now, series_id=series.id,
            host_school_id=WILLOW.id,
        )
    yield LessonPlan(
        lesson_id=demo_id("more", "lesson", str(number)), version=1,
        steps=[
            {"id": str(demo_id("more", "step", str(each))), "kind": "talk", "title": "Hello", "minutes": 5}
            for each in range(number + 1)
        ],
    )
    held = Lesson(
        id=demo_id("more", "held lesson", str(number)), space_id=cluster_space, title=f"Held {number}",
        status=LessonStatus.ENDED, starts_at=HELD_AT, started_at=HELD_AT, created_at=HELD_AT,
        ends_at=HELD_AT + timedelta(hours=1), ended_at=HELD_AT + timedelta(hours=1), created_by_id=teacher,
    )
    yield held
    yield Attendance(
        lesson_id=held.id, user_id=child.id, school_id=WILLOW.id, came_at=now, left_at=now
    )
    yield Attendance(
        lesson_id=demo_id("more", "held lesson", "1"), user_id=person.id, school_id=school.id, came_at=now,
        left_at=now,
    )
    yield ChatMessage(
        space_id=cluster_space, seq=300 + number, author_id=person.id, text="In the lesson",
        client_id=demo_id("more", "told", str(number)), reply_to_id=demo_id("more", "message", "1"),
        sent_at=HELD_AT + timedelta(minutes=10),
    )
    page = Board(
        id=demo_id("more", "board", str(number)), space_id=cluster_space, title=f"Page {number}", last_seq=1,
        position=number + 1, drawn_at=now,
    )
    yield page
    for board_id in {page.id, demo_id("more", "board", "1")}:
        yield BoardUpdate(board_id=board_id, seq=number, author_id=person.id, data=b"\0\0", stored_at=now)
    yield LessonAsk(
        series_id=series.id, kind=AskKind.CANCEL, all_to_come=True, school_id=school.id,
        lesson_id=demo_id("more", "lesson", str(number)), asked_by_id=person.id, asked_at=now,
    )
    yield StoredFile(
        space_id=cluster_space, uploader_id=person.id, lesson_id=demo_id("more", "held lesson", "1"),
        key=f"{number:031x}f", name=f"{number}.txt", media_type="text/plain", size_bytes=1, sha256="0" * 64,
        state=FileState.SHOWN, scan=Scan.NONE, created_at=now,
    )
    yield StoredFile(
        id=demo_id("more", "file", str(number)), space_id=cluster_space, uploader_id=child.id,
        key=f"{number:032x}", name=f"{number}.txt", media_type="text/plain", size_bytes=1, sha256="0" * 64,
        state=FileState.SHOWN, scan=Scan.NONE, created_at=now,
    )
    yield Delegation(
        partnership_id=CLUSTER, user_id=colleague.id, duty=Duty.REVIEW, granted_by_id=teacher,
        granted_at=now, until=now + timedelta(days=9),
    )
    yield Visit(
        partnership_id=CLUSTER, user_id=person.id, space_id=cluster_space, role=VisitRole.GUEST,
        starts_at=now, ends_at=now + timedelta(days=9), invited_by_id=teacher,
    )
    yield GlossaryEntry(
        partnership_id=CLUSTER, words=[["en", f"Word {number}"]], sort_key=f"word {number}",
        search_text=f"word {number}", added_by_id=person.id, added_at=now, changed_by_school_id=school.id,
        changed_at=now,
    )
    yield Ban(partnership_id=CLUSTER, user_id=child.id, reason="x", banned_at=now)
    asker = demo_id("more", "asker", str(number))
    yield School(
        id=asker, name=f"Asker {number}", short_name="A", country="GH", timezone="Africa/Accra",
        phase=Phase.PRIMARY, verified_at=now, search_text=f"asker {number} gh",
    )
    elsewhere = Partnership(
        id=demo_id("more", "elsewhere", str(number)), programme_id=programme_id, status_changed_at=now,
        kind=PartnershipKind.CLUSTER, name=f"Elsewhere {number}", status=PartnershipStatus.ACTIVE,
        created_at=now,
    )
    yield elsewhere  # which Willow may ask to join
    yield Membership(
        partnership_id=elsewhere.id, school_id=asker, role=MemberRole.LEAD, status=MemberStatus.ACCEPTED,
        colour=0, invited_at=now, accepted_at=now,
    )
    yield JoinRequest(
        partnership_id=CLUSTER, school_id=asker, message="x", asked_by_id=person.id, asked_at=now
    )
    request = PartnerRequest(
        from_school_id=asker, to_school_id=WILLOW.id, programme_id=programme_id, offers="x", looks_for="x",
        kind=PartnershipKind.ONE_TO_ONE, asked_by_id=person.id, asked_at=now,
    )
    yield request
    yield RequestMessage(
        request_id=demo_id("request", "kumasi"), author_id=teacher, text="x", sent_at=now
    )


async def grow(node: Node, first: int, last: int) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        programme_id = await uow.session.scalar(
            select(Programme.id).where(Programme.slug == "global-learning")
        )
        assert programme_id is not None
        text = await uow.session.scalar(select(AgreementVersion).limit(1))
        assert text is not None
        records = [record for number in range(first, last) for record in grown(programme_id, number)]
        order = [table.name for table in Model.metadata.sorted_tables]
        records.sort(key=lambda record: order.index(record.__tablename__))
        for _, same in groupby(records, key=lambda record: record.__tablename__):
            uow.session.add_all(same)
            await uow.session.flush()
        for number in range(first, last):
            uow.session.add(
                AgreementVersion(
                    partnership_id=CLUSTER, number=number, text=text.text, digest=text.digest,
                    status=VersionStatus.REPLACED, review_on=text.review_on, expires_on=text.expires_on,
                    proposed_by_id=WILLOW.person("hughes"), proposed_at=clock.now(),
                )
            )
            uow.session.add(
                LoginSession(
                    token_hash=f"{number:064}", user_id=WILLOW.person("whitfield"), signed_in_at=clock.now(),
                    last_seen_at=clock.now(), expires_at=clock.now() + timedelta(days=1),
                )
            )
            audit.record(uow, None, "partnership.edit", subject_id=CLUSTER, partnership_id=CLUSTER,
                         school_id=WILLOW.id)


async def asked(node: Node, programme_id: UUID) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(person, route) -> (status, queries, bytes of the answer)."""
    found = {}
    paths = sorted(
        path.replace(":uuid", "").replace(":int", "").replace(":str", "")
        for method, path in routes(node.app)
        if method == "GET" and path.startswith("/api/")
        and not path.startswith(NO_LISTS) and "pdf" not in path
    )
    for email in PEOPLE:
        visitor = node.visitor()
        assert (await visitor.sign_in_staff(email, WORLD.passphrase)).status_code == 200
        for path in paths:
            query = QUERIES.get(path, "").format(programme_id=programme_id)
            is_held = any(word in path for word in ("attendance", "balance", "recap"))
            held = {"lesson_id": demo_id("more", "held lesson", "1")} if is_held else {}
            address = path.format(programme_id=programme_id, **(STAND_INS | held))
            with counted(node.app.state.database) as statements:
                answer = await visitor.get(f"{address}?{query}")
            found[email, path] = (answer.status_code, len(statements), len(answer.content))
    return found


async def test_an_answer_that_holds_more_takes_no_more_queries(
    make_node: MakeNode, sqlite_records: Records
) -> None:
    node = await make_node(sqlite_records)
    await demo.fill(node.database, node.bus)
    await grow(node, 1, 3)  # two of each: a list that is empty may skip what it would need
    async with node.database.read() as session:
        programme_id = await session.scalar(select(Programme.id).where(Programme.slug == "global-learning"))
    assert programme_id is not None
    few = await asked(node, programme_id)
    await grow(node, 3, 15)
    many = await asked(node, programme_id)
    more = {where: (few[where], many[where]) for where in few if many[where][1] > few[where][1]}
    assert more == {}
    longer = {
        path for (who, path), (status, _, length) in few.items()
        if status == 200 and many[who, path][2] > length
    }
    # The lists that this test is about did grow, or it would show nothing.
    assert longer >= {
        "/api/audit", "/api/classes", "/api/clusters", "/api/directory", "/api/finder",
        "/api/partner-requests", "/api/partner-requests/{request_id}", "/api/partnerships",
        "/api/partnerships/board", "/api/schools",
        "/api/partnerships/{partnership_id}", "/api/partnerships/{partnership_id}/agreement",
        "/api/partnerships/{partnership_id}/bans", "/api/partnerships/{partnership_id}/delegations",
        "/api/partnerships/{partnership_id}/staff", "/api/partnerships/{partnership_id}/timeline",
        "/api/partnerships/{partnership_id}/visits", "/api/sessions", "/api/spaces/{space_id}/messages",
        "/api/spaces/{space_id}/files", "/api/lessons", "/api/spaces/{space_id}/lessons",
        "/api/spaces/{space_id}/attendance", "/api/lessons/{lesson_id}/attendance",
        "/api/spaces/{space_id}/recaps", "/api/lessons/{lesson_id}/recap",
        "/api/lessons/{lesson_id}/recap/messages", "/api/lessons/{lesson_id}/recap/files",
        "/api/lessons/{lesson_id}/recap/messages.csv",
        "/api/boards/{board_id}/state",
        "/api/spaces/{space_id}/balance", "/api/lessons/{lesson_id}/balance",
        "/api/spaces/{space_id}/polls", "/api/spaces/{space_id}/polls/export.csv",
        "/api/spaces/{space_id}/polls/{poll_id}/answers",
        "/api/reports", "/api/spaces/{space_id}/removals", "/api/spaces/{space_id}/sealed",
        "/api/spaces/{space_id}/messages/{message_id}/thread",
        "/api/spaces/{space_id}/messages/{message_id}/reactions", "/api/classes/{class_id}/consent",
        "/api/spaces/{space_id}/record", "/api/staff", "/api/today", "/api/classes/{class_id}",
    }, longer
