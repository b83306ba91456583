"""Someone in a space, as the others see them."""

from __future__ import annotations

from uuid import UUID

from realtime.frames import Record


class Person(Record):
    """Someone in the space. `name` is a student's alias or a staff member's display name."""

    user_id: UUID
    name: str
    kind: str
    """"student" or "staff"."""
    avatar: str
    """A student's animal, as a slug ("blue-heron"); empty for staff."""
    school_id: UUID
    class_name: str
    """The student's class; empty for staff."""
