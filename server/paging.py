"""Long lists, a page at a time, by the place where the page before ended.

A cursor names the last row of a page by what the list is sorted by, so that a page costs the same
wherever it is, and rows that come or go do not shift the next one.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, overload

import msgspec
from litestar.params import QueryParameter

from server.errors import Invalid

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

PAGE_LIMIT = 100
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_LIMIT, description="How many at most.")]
Cursor = Annotated[
    str, QueryParameter(max_length=600, description="`next` of the page before; empty: the first page.")
]


def cursor(*place: Any) -> str:
    """The name of a place in a sorted list: the values of the last row that it is sorted by."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


@overload
def place(text: str, kind: type[A], /) -> tuple[A] | None: ...
@overload
def place(text: str, first: type[A], second: type[B], /) -> tuple[A, B] | None: ...
@overload
def place(text: str, first: type[A], second: type[B], third: type[C], /) -> tuple[A, B, C] | None: ...
def place(text: str, *kinds: type[Any]) -> tuple[Any, ...] | None:
    """The values behind a cursor, or None for the first page.

    Raises:
        Invalid: it is not a cursor of this list (400).
    """
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple[kinds])
        if any(isinstance(value, int) and abs(value) >= 2**31 for value in values):
            raise ValueError  # no list is sorted by such a number, and SQLite cannot hold every one
        for value in values:
            if isinstance(value, datetime):
                if value.tzinfo is None:
                    raise ValueError  # a moment has its time zone
                value.astimezone(UTC)  # on the calendar's first and last day, there may be no such moment
        return values
    except (ValueError, OverflowError, msgspec.MsgspecError) as error:
        raise Invalid("This page of the list does not exist. Begin again with the first.") from error
