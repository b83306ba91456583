"""The counts of polls as a table: by school, and nothing by person."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC
from uuid import UUID

from server.partnerships.evidence import cell
from server.polls.models import Poll
from server.polls.rules import Results

HEADINGS = ("question", "kind", "status", "opened", "answer", "right", "school", "count")


def as_csv(found: Sequence[tuple[Poll, Results]], names: Mapping[UUID, str]) -> bytes:
    """A row for each answer and school, and one for how many answered.

    Args:
        names: of the schools.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    for poll, results in found:
        opened = f"{poll.opened_at.astimezone(UTC):%Y-%m-%d %H:%M}" if poll.opened_at else ""
        start = (cell(poll.question), poll.kind.value, poll.status.value, opened)
        for at, school_id in enumerate(results.schools):
            school = cell(names.get(school_id, ""))
            writer.writerow([*start, "", "", school, str(results.voters[at])])
            for place, count in enumerate(results.counts):
                words = count.word or (poll.options[place] if poll.options else str(place + 1))
                is_right = ""
                if poll.right_options is not None:
                    is_right = "yes" if place in poll.right_options else "no"
                writer.writerow([*start, cell(words), is_right, school, str(count.counts[at])])
    return out.getvalue().encode("utf-8-sig")
