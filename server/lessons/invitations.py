"""Lessons as calendar entries (RFC 5545, RFC 5546): invitations in mail, files, and feeds.

A row of lessons is one entry with one UID that never changes. It repeats by a weekly rule in the time zone
that the row keeps to; what was left out or cancelled is excepted, and what was moved stands beside it under
its old place. SEQUENCE grows with each change, so that a calendar takes in the newest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event, vDatetime, vRecur, vText, vUri

from server import clock
from server.lessons import vtimezone
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonSeries
from server.lessons.times import places

PRODUCT = "-//Commonroom//Lessons//EN"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


class Planned(msgspec.Struct, frozen=True):
    """A row of lessons with what a calendar shows of it: no person, no class."""

    series: LessonSeries
    lessons: Sequence[Lesson]
    """All of them, in order."""
    partnership: str
    path: str
    """Of the page that it is about, "/spaces/..."."""
    clocks: Sequence[tuple[str, str]] = ()
    """(school, IANA zone) of each side."""


def calendar_of(
    planned: Iterable[Planned], method: str, *, site: str = "", name: str = "", now: datetime | None = None
) -> str:
    """A calendar file.

    Args:
        method: `REQUEST` or `CANCEL` for a mail, about one row; `PUBLISH` for a feed.
        site: where the pages are; empty: no links.
        name: what a feed is called in a list of calendars.
    """
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", method)
    if name:
        found.add("x-wr-calname", name)
        found.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", "PT1H")
    stamp = (now or clock.now()).astimezone(UTC).replace(microsecond=0)
    events: list[Event] = []
    spans: dict[str, list[int]] = {}
    for each in planned:
        mine = _events(each, method, site, stamp)
        events += mine
        if mine:
            # By the clock there: in a zone ahead of UTC a year begins earlier.
            zone = ZoneInfo(each.series.timezone)
            moments = [one.starts_at for one in each.lessons] + [each.series.first_at]
            spans.setdefault(each.series.timezone, []).extend(one.astimezone(zone).year for one in moments)
    for timezone, years in sorted(spans.items()):
        found.add_component(vtimezone.component(timezone, min(years), max(years)))
    for event in events:
        found.add_component(event)
    return found.to_ical().decode()


def _events(of: Planned, method: str, site: str, stamp: datetime) -> list[Event]:
    series = of.series
    living = [each for each in of.lessons if each.status is not LessonStatus.CANCELLED]
    if not of.lessons or (method == PUBLISH and not living):
        return []
    is_over = method == CANCEL or not living
    if series.times == 1:
        only = of.lessons[0]
        return [_event(of, only, only.starts_at, only.ends_at, site, stamp, is_cancelled=is_over)]

    length = timedelta(minutes=series.minutes)
    by_place = {each.place_at: each for each in of.lessons}
    every = places(series.first_at, series.timezone, series.times, series.every_weeks)
    shown = living[0] if living else of.lessons[0]
    master = _event(of, shown, every[0], every[0] + length, site, stamp, is_cancelled=is_over)
    master.add("rrule", vRecur({"freq": "weekly", "interval": series.every_weeks, "count": series.times}))
    if is_over:
        return [master]
    gone = [
        place for place in every
        if place not in by_place or by_place[place].status is LessonStatus.CANCELLED
    ]
    if gone:
        zone = ZoneInfo(series.timezone)
        master.add("exdate", [each.astimezone(zone) for each in gone])
    events = [master]
    for each in living:
        if each.place_at is None or (each.starts_at, each.ends_at) == (each.place_at, each.place_at + length):
            continue
        moved = _event(of, each, each.starts_at, each.ends_at, site, stamp, is_cancelled=False)
        _add_moment(moved, "recurrence-id", each.place_at, series.timezone)
        events.append(moved)
    return events


def _event(
    of: Planned, lesson: Lesson, starts: datetime, ends: datetime, site: str, stamp: datetime, *,
    is_cancelled: bool,
) -> Event:
    event = Event()
    event.add("uid", f"{of.series.id}@commonroom")
    event.add("sequence", of.series.sequence)
    event.add("dtstamp", stamp)
    _add_moment(event, "dtstart", starts, of.series.timezone)
    _add_moment(event, "dtend", ends, of.series.timezone)
    event.add("summary", vText(lesson.title))
    event.add("status", "CANCELLED" if is_cancelled else
              "TENTATIVE" if lesson.status is LessonStatus.PROPOSED else "CONFIRMED")
    event.add("transp", "OPAQUE")
    lines = [of.partnership, *clock_lines(starts, of.clocks)]
    if site:
        event.add("url", vUri(site + of.path))
        event.add("location", vText(site + of.path))
        lines.append(site + of.path)
    event.add("description", vText("\n".join(lines)))
    return event


def clock_lines(starts: datetime, clocks: Iterable[tuple[str, str]]) -> list[str]:
    """A line for each school: when it begins by its clock. Figures only: a file has no language."""
    return [f"{starts.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {school}" for school, zone in clocks]


def _add_moment(event: Event, name: str, moment: datetime, timezone: str) -> None:
    local: Any = vDatetime(moment.astimezone(ZoneInfo(timezone)))
    local.params["TZID"] = timezone
    event.add(name, local)
