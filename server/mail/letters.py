"""What a mail says: one kind for each thing that is told, in the language of the receiver's school.

A new kind is a member of `Kind` and an entry in `server.mail.words`, in every language (a test looks).
Words are plain text with places such as {title}; what comes from people (titles, names of schools) is
put on one line first. Moments are said in the receiver's own time, and then in that of the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

LANGUAGES = ("en", "fr", "ar", "sw")
SUBJECT_MAX = 160


class Kind(StrEnum):
    LESSON_ASKED = "lesson_asked"
    """A lesson is proposed; the receiver's school answers."""
    LESSON_SCHEDULED = "lesson_scheduled"
    LESSON_DECLINED = "lesson_declined"
    """A proposal, a change or a cancellation was declined by a school."""
    LESSON_MOVE_ASKED = "lesson_move_asked"
    LESSON_MOVED = "lesson_moved"
    LESSON_CANCEL_ASKED = "lesson_cancel_asked"
    LESSON_CANCELLED = "lesson_cancelled"
    LESSON_TOMORROW = "lesson_tomorrow"
    REPORT_FILED = "report_filed"
    """A report waits for a safeguarding lead. `name` (of the partnership) and `path`."""
    REPORT_WAITS = "report_waits"
    """Nobody has acknowledged a report in time. `name` and `path`."""


class Receiver(msgspec.Struct, frozen=True):
    """Who a mail goes to."""

    name: str
    email: str
    timezone: str
    """IANA, of their school."""
    languages: tuple[str, ...] = ()
    """BCP 47 tags of their school, its own language first."""


def language_for(tags: tuple[str, ...] | list[str]) -> str:
    """The language of a school's mail: its own language if we have it, else English."""
    primary = tags[0].lower().split("-")[0] if tags else "en"
    return primary if primary in LANGUAGES else "en"


def one_line(text: object) -> str:
    """What a person wrote, on one line: no header and no line of ours can be made of it."""
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", str(text)).strip()


def moment_words(moment: datetime, timezone: str, language: str) -> str:
    """ "Thursday 26 November 2026, 10:00" at a clock there; days and months in that language."""
    from server.mail.words import MONTHS, WEEKDAYS

    local = moment.astimezone(ZoneInfo(timezone))
    comma = "\u060c" if language == "ar" else ","
    return (
        f"{WEEKDAYS[language][local.weekday()]} {local.day} {MONTHS[language][local.month - 1]} {local.year}"
        f"{comma} {local:%H:%M}"
    )


def times_words(values: Mapping[str, Any], receiver: Receiver, language: str) -> str:
    """The lines that say when: here first, then at each other clock."""
    from server.mail.words import HERE, IN_TOWN

    starts, ends = _moment(values.get("starts_at")), _moment(values.get("ends_at"))
    if starts is None:
        return ""
    ends = ends or starts + timedelta(hours=1)

    def span(timezone: str) -> str:
        return f"{moment_words(starts, timezone, language)}\u2013{ends.astimezone(ZoneInfo(timezone)):%H:%M}"

    others = [each for each in values.get("clocks", []) if each["timezone"] != receiver.timezone]
    return "\n".join([
        HERE[language].format(time=span(receiver.timezone)),
        *(
            IN_TOWN[language].format(time=span(each["timezone"]), school=one_line(each["school"]))
            for each in others
        ),
    ])


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def written(kind: str, values: Mapping[str, Any], receiver: Receiver, site: str) -> tuple[str, str]:
    """Subject and text.

    Args:
        site: where the pages are ("https://commonroom.example"); empty: no link is given.
    """
    from server.mail.words import LINK, OTHER, SIGNED, TIMES_MORE, WORDS

    language = language_for(receiver.languages)
    subject, text = WORDS[Kind(kind)][language]
    plain = {key: one_line(value) for key, value in values.items() if isinstance(value, str | int)}
    place = _Places({**plain, "receiver": one_line(receiver.name)})
    parts = [text.format_map(place)]
    if when := times_words(values, receiver, language):
        parts.append(when)
    if int(values.get("times", 1)) > 1:
        parts.append(TIMES_MORE[language].format(times=values["times"]))
    if other := OTHER.get(str(values.get("note", "")), {}).get(language):
        parts.append(other)
    if site and (path := str(values.get("path", ""))).startswith("/"):
        parts.append(f"{LINK[language]}\n{site}{path}")
    parts.append(SIGNED[language])
    return subject.format_map(place)[:SUBJECT_MAX], "\n\n".join(parts) + "\n"


class _Places(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def message(
    kind: str, values: Mapping[str, Any], receiver: Receiver, *, sender: str, site: str, calendar: str,
    message_id: str, date: datetime,
) -> EmailMessage:
    """The mail itself: plain text, and the calendar beside it as calendars want it.

    Args:
        sender: the address it comes from.
        message_id: the same however often it is tried, so that a mailbox can see that it has it already.
    """
    subject, text = written(kind, values, receiver, site)
    found = EmailMessage(policy=SMTP)
    found["Subject"] = subject
    found["From"] = Address("Commonroom", addr_spec=sender)
    found["To"] = Address(one_line(receiver.name), addr_spec=receiver.email)
    found["Date"] = date
    found["Message-ID"] = message_id
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(text)
    if calendar:
        path = str(values.get("path", ""))
        method, addressed = _addressed(calendar, sender, receiver, site + path if site else "")
        # Inside the alternative, as mail programs look for invitations there.
        found.add_alternative(addressed, subtype="calendar", params={"method": method})
    found["Content-Language"] = language_for(receiver.languages)  # to set the content would drop it
    return found


def _addressed(calendar: str, sender: str, receiver: Receiver, link: str) -> tuple[str, str]:
    """The method of a calendar, and its text from one and to another, with a link if there is one."""
    from icalendar import Calendar, vCalAddress, vText, vUri

    found = Calendar.from_ical(calendar)
    for event in found.walk("VEVENT"):
        organizer = vCalAddress(f"mailto:{sender}")
        organizer.params["CN"] = vText("Commonroom")
        attendee = vCalAddress(f"mailto:{receiver.email}")
        attendee.params["CN"] = vText(one_line(receiver.name))
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("organizer", organizer)
        event.add("attendee", attendee)
        if link and "URL" not in event:
            event.add("url", vUri(link))
            event.add("location", vText(link))
    return str(found["METHOD"]), found.to_ical().decode()
