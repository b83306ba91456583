"""The balance between the schools while a lesson runs. For adults who run the space."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from realtime.frames import Frame, Record


class BalanceShare(Record):
    """A school's part of one measure."""

    value: int
    """Whole seconds of talk; messages, marks or lessons."""
    percent: Annotated[int, Meta(ge=0, le=100)]
    """Those of all schools make 100; or 0, when there is nothing yet."""


class SchoolBalance(Record):
    """What the people of a school gave to the lesson, together. It is never known by person."""

    school_id: UUID
    name: str
    short_name: str
    colour: Annotated[int, Meta(ge=0, le=7)]
    talk: BalanceShare
    messages: BalanceShare
    marks: BalanceShare
    hosted: BalanceShare
    """Of the lessons that were held in the space."""


class BalanceState(Frame, tag="balance.state"):
    """The balance of the lesson that runs: whole, about every 10 seconds while it changes.

    Sent to adults who run the space, in the space itself and in its groups, and to nobody else.
    """

    lesson_id: UUID
    schools: list[SchoolBalance]
    """In the order of their colours."""


BalanceServerFrame = BalanceState
