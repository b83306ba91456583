"""Mail: queued with the act, sent once to a real mail server, tried again, and given up."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import select, update

from server import clock
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.bus import InProcessBus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.lessons import plan, reminders
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonNotice, ReminderChoice
from server.mail import letters, sending
from server.mail import service as mail
from server.mail.letters import Kind, Receiver
from server.mail.models import OutgoingMail
from server.mail.words import WORDS
from server.schools.models import SchoolTag
from tests.conftest import Records
from tests.factories import Pair, pair

WHEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
VALUES = {
    "title": "Rivers", "space": "Rivers: measuring together", "school": "Willow", "path": "/spaces/1/lessons",
    "starts_at": WHEN, "ends_at": WHEN + timedelta(minutes=45), "name": "Willow and Nakuru Hill",
    "clocks": [{"school": "Willow", "timezone": "Europe/London"},
               {"school": "Nakuru", "timezone": "Africa/Nairobi"}],
}


class Mailbox:
    """A mail server that keeps what it is given, or answers what a test wants."""

    def __init__(self) -> None:
        self.kept: list[tuple[list[str], EmailMessage]] = []
        self.answers: list[str] = []
        self.logins: list[bytes] = []
        self.port = 0

    def protocol(self) -> SMTP:
        return SMTP(self, hostname="mail.example", authenticator=self._check, auth_require_tls=False)

    def _check(self, _: SMTP, __: Session, ___: Envelope, ____: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        # Not handled: the server itself says no. Handled, a wrong password would be met with silence.
        return AuthResult(success=data.password == b"a secret", handled=False)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.kept.append((envelope.rcpt_tos, email.message_from_bytes(content, policy=email.policy.SMTP)))
        return "250 OK"

    def settings(self, records: Records, **more: Any) -> Settings:
        return Settings(
            database_url=records.database_url, smtp_host="127.0.0.1", smtp_port=self.port, smtp_tls="none",
            mail_from="lessons@commonroom.example", origins=["https://commonroom.example"], **more,
        )


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    made = Mailbox()
    server = await asyncio.get_running_loop().create_server(made.protocol, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


@pytest.fixture
async def tied(database: Database) -> Pair:
    return await pair(database)


async def queue(database: Database, *users: Any, kind: Kind = Kind.LESSON_ASKED, calendar: str = "") -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        await mail.queue_all(uow, [each.id for each in users], kind, VALUES, calendar=calendar)


async def stored(database: Database) -> list[OutgoingMail]:
    async with database.read() as session:
        return list((await session.scalars(select(OutgoingMail).order_by(OutgoingMail.made_at))).all())


async def change(database: Database, statement: Any) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(statement)


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content()


async def test_a_mail_goes_out_once_with_both_clocks_and_a_link(
    records: Records, database: Database, tied: Pair, mailbox: Mailbox
) -> None:
    await queue(database, tied.abroad.teacher)
    settings = mailbox.settings(records)
    assert await sending.send_due(database, InProcessBus(), settings) == 1
    assert await sending.send_due(database, InProcessBus(), settings) == 0
    ((to, message),) = mailbox.kept
    assert to == [tied.abroad.teacher.email]
    assert message["Subject"] == "Willow proposes a lesson: Rivers"
    assert message["From"] == "Commonroom <lessons@commonroom.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    text = text_of(message).replace("\r\n", "\n")
    assert "Thursday 26 November 2026, 13:00\u201313:45, your time" in text
    assert "Thursday 26 November 2026, 10:00\u201310:45 at Willow" in text
    assert "https://commonroom.example/spaces/1/lessons" in text
    (row,) = await stored(database)
    assert (row.due_at, row.values, row.calendar) == (None, {}, "")
    assert row.sent_at is not None


async def test_what_is_undone_is_told_to_nobody(database: Database, tied: Pair) -> None:
    async def undone() -> None:
        async with UnitOfWork(database, InProcessBus()) as uow:
            await mail.queue(uow, tied.home.teacher.id, Kind.REPORT_FILED, {"name": "x"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await undone()
    assert await stored(database) == []


async def test_children_and_the_disabled_get_no_mail(database: Database, tied: Pair) -> None:
    await change(database, update(User).where(User.id == tied.home.head.id).values(disabled_at=clock.now()))
    await queue(database, tied.home.students[0], tied.home.head)
    assert await stored(database) == []


async def test_a_person_is_owed_so_many_mails_and_no_more(database: Database, tied: Pair) -> None:
    for _ in range(mail.WAITING_MAX + 3):
        await queue(database, tied.home.teacher)
    assert len(await stored(database)) == mail.WAITING_MAX


async def test_an_invitation_is_read_as_one(
    records: Records, database: Database, tied: Pair, mailbox: Mailbox
) -> None:
    who = SignedIn(tied.home.teacher.id, tied.home.teacher.id, tied.home.teacher.kind, tied.home.school.id)
    async with UnitOfWork(database, InProcessBus()) as uow:
        starts = clock.now().replace(microsecond=0, second=0) + timedelta(days=3)
        await plan.plan(
            uow, who, tied.space.id, plan.Wanted(title="Rivers", starts_at=starts, minutes=45, times=3)
        )
    assert await sending.send_due(database, InProcessBus(), mailbox.settings(records)) == 1
    ((_, message),) = mailbox.kept
    assert message.get_content_type() == "multipart/alternative"
    part = next(each for each in message.walk() if each.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    assert part.get_content_charset() == "utf-8"
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    (event,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert str(event["ORGANIZER"]) == "mailto:lessons@commonroom.example"
    assert str(event["ATTENDEE"]) == f"mailto:{tied.abroad.teacher.email}"
    assert str(event["URL"]).startswith("https://commonroom.example/spaces/")
    assert str(event["STATUS"]) == "TENTATIVE"
    assert "This is the first of 3 lessons." in text_of(message)


@pytest.mark.parametrize("language", letters.LANGUAGES)
def test_every_kind_has_words_in_every_language(language: str) -> None:
    receiver = Receiver("Ms Wanjiru", "w@school.example", "Africa/Nairobi", (f"{language}-XX",))
    for kind in Kind:
        values = {**VALUES, "starts_at": WHEN.isoformat(), "ends_at": None, "times": 2}
        subject, text = letters.written(kind, values, receiver, "https://commonroom.example")
        assert subject.strip()
        assert "{" not in subject + text
        assert "2026" in text
        assert "13:00" in text
        assert text.endswith("\n")
        for words in WORDS[kind][language]:
            assert words.format_map({"school": "", "title": "", "space": "", "name": ""})


def test_a_title_makes_no_header_and_no_line_of_ours() -> None:
    receiver = Receiver("A\r\nBcc: x@y.example", "a@school.example", "UTC", ("en",))
    values = {**VALUES, "title": "Rivers\r\nBcc: x@y.example\n\nhttps://bad.example", "starts_at": None}
    message = letters.message(
        Kind.LESSON_ASKED, values, receiver, sender="c@c.example", site="", calendar="", message_id="<1@c>",
        date=WHEN,
    )
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.SMTP)
    assert "Bcc" not in read
    assert read["Subject"].startswith("Willow proposes a lesson: Rivers Bcc")


async def test_the_language_is_that_of_the_receivers_school(
    records: Records, database: Database, tied: Pair, mailbox: Mailbox
) -> None:
    await change(
        database,
        update(SchoolTag).where(SchoolTag.school_id == tied.abroad.school.id).values(value="sw-KE"),
    )
    await queue(database, tied.abroad.teacher)
    await sending.send_due(database, InProcessBus(), mailbox.settings(records))
    ((_, message),) = mailbox.kept
    assert message["Subject"] == "Willow inapendekeza somo: Rivers"
    assert "Alhamisi 26 Novemba 2026, 13:00" in text_of(message)
    assert message["Content-Language"] == "sw"


async def test_of_two_nodes_one_sends(
    records: Records, database: Database, tied: Pair, mailbox: Mailbox
) -> None:
    for _ in range(5):
        await queue(database, tied.home.teacher, tied.abroad.teacher)
    other = Database(records.database_url)
    settings = mailbox.settings(records)
    await asyncio.gather(
        *(sending.send_due(each, InProcessBus(), settings) for each in (database, other, database, other))
    )
    await other.close()
    assert len(mailbox.kept) == 10
    assert len({message["Message-ID"] for _, message in mailbox.kept}) == 10


async def test_what_is_put_off_is_tried_again_and_what_is_refused_is_not(
    records: Records, database: Database, tied: Pair, mailbox: Mailbox
) -> None:
    settings = mailbox.settings(records)
    await queue(database, tied.home.teacher)
    mailbox.answers = ["451 later"]
    await sending.send_due(database, InProcessBus(), settings)
    (row,) = await stored(database)
    assert (row.tries, row.lease_until, row.sent_at) == (1, None, None)
    assert row.due_at is not None
    assert row.due_at > clock.now()
    assert await sending.send_due(database, InProcessBus(), settings) == 0  # not yet
    with clock.set_clock(lambda: datetime.now(UTC) + timedelta(minutes=3)):
        await sending.send_due(database, InProcessBus(), settings)
    assert len(mailbox.kept) == 1

    await queue(database, tied.abroad.teacher)
    mailbox.answers = ["550 no such person"]
    await sending.send_due(database, InProcessBus(), settings)
    row = (await stored(database))[-1]
    assert (row.due_at, row.sent_at, row.values) == (None, None, {})


async def test_a_mail_server_that_is_away_stops_nothing_and_one_day_it_is_given_up(
    records: Records, database: Database, tied: Pair, closed_port: int
) -> None:
    settings = Settings(
        database_url=records.database_url, smtp_host="127.0.0.1", smtp_port=closed_port, smtp_tls="none",
        mail_from="c@c.example",
    )
    await queue(database, tied.home.teacher)
    for day in range(10):
        with clock.set_clock(lambda day=day: datetime.now(UTC) + timedelta(hours=7 * day)):
            await sending.send_due(database, InProcessBus(), settings)
    (row,) = await stored(database)
    assert row.sent_at is None
    assert row.due_at is None
    assert row.tries <= sending.TRIES_MAX


async def test_a_node_that_died_with_a_mail_leaves_it_to_another(
    records: Records, database: Database, tied: Pair, mailbox: Mailbox
) -> None:
    await queue(database, tied.home.teacher)
    await sending._claim(database, InProcessBus())  # and then nothing
    assert await sending.send_due(database, InProcessBus(), mailbox.settings(records)) == 0
    with clock.set_clock(lambda: datetime.now(UTC) + sending.LEASE + timedelta(seconds=1)):
        assert await sending.send_due(database, InProcessBus(), mailbox.settings(records)) == 1
    assert len(mailbox.kept) == 1


async def test_it_signs_in_where_the_settings_say_so(
    records: Records, database: Database, tied: Pair, mailbox: Mailbox
) -> None:
    await queue(database, tied.home.teacher)
    wrong = mailbox.settings(records, smtp_username="us", smtp_password="wrong")
    await sending.send_due(database, InProcessBus(), wrong)
    assert mailbox.kept == []
    right = mailbox.settings(records, smtp_username="us", smtp_password="a secret")
    with clock.set_clock(lambda: datetime.now(UTC) + timedelta(minutes=3)):
        await sending.send_due(database, InProcessBus(), right)
    assert len(mailbox.kept) == 1
    assert set(mailbox.logins) == {b"us"}


async def test_without_a_mail_server_nothing_leaves_and_nothing_piles_up(
    records: Records, database: Database, tied: Pair
) -> None:
    await queue(database, tied.home.teacher)
    assert await sending.send_due(database, InProcessBus(), Settings(database_url=records.database_url)) == 0
    with clock.set_clock(lambda: datetime.now(UTC) + timedelta(days=3)):
        async with UnitOfWork(database, InProcessBus()) as uow:
            await mail.purge(uow.session)
    assert await stored(database) == []


async def test_the_day_before_a_lesson_its_adults_are_reminded_once(
    records: Records, database: Database, tied: Pair
) -> None:
    starts = clock.now() + timedelta(hours=20)
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add(
            Lesson(space_id=tied.space.id, title="Rivers", status=LessonStatus.SCHEDULED, starts_at=starts,
                   ends_at=starts + timedelta(hours=1), created_by_id=tied.home.teacher.id,
                   created_at=clock.now())
        )
        uow.session.add(ReminderChoice(user_id=tied.abroad.teacher.id, by_mail=False))
    settings = Settings(database_url=records.database_url)
    other = Database(records.database_url)
    await asyncio.gather(*(reminders.give(each, InProcessBus(), settings) for each in (database, other)))
    await other.close()
    (row,) = await stored(database)
    assert (row.kind, row.user_id) == ("lesson_tomorrow", tied.home.teacher.id)
    await change(database, update(Lesson).values(starts_at=starts + timedelta(hours=1)))
    await reminders.give(database, InProcessBus(), settings)
    assert len(await stored(database)) == 2  # of the new time
    async with database.read() as session:
        assert len((await session.scalars(select(LessonNotice))).all()) == 2
