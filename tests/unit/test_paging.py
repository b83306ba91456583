"""Cursors: what names a place in a list, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from server.errors import Invalid
from server.paging import cursor, place

HERE = UUID(int=7)


def test_a_cursor_leads_back_to_its_place() -> None:
    at = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert place(cursor(at, HERE), datetime, UUID) == (at, HERE)
    assert place(cursor("Àé", HERE), str, UUID) == ("Àé", HERE)
    assert place("", str, UUID) is None


@pytest.mark.parametrize(
    "moment",
    [
        # Before the first moment of the calendar in UTC, and after its last.
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-11-21T08:30:00",
        "yesterday",
    ],
)
def test_a_moment_that_is_none_is_no_place(moment: str) -> None:
    with pytest.raises(Invalid):
        place(cursor(moment, HERE), datetime, UUID)


@pytest.mark.parametrize("text", ["nonsense", "!", "a", "\0", cursor(2**31), cursor(1, 2), cursor("1")])
def test_what_is_no_cursor_of_this_list_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        place(text, int)
