"""The lease under which the students of one school are live in a space. Pure: times are given.

A verified adult of their own school who is connected renews it. Without them it is lost: `GRACE_S` later the
students are held, and `HOLD_S` after that a running lesson has ended for them. Source: the safeguarding
rules in docs/safeguarding.md.
"""

from __future__ import annotations

import msgspec

from realtime.frames.supervision import Watch

RENEW_S = 1.0
"""So often adults' pages are asked for a sign of life, and nodes tell each other of it."""
FRESH_S = 3.0
"""An adult who was heard so lately is there: answers take a while on a poor line."""
GRACE_S = 10.0
"""From the last sign of life of the last adult until the students are held."""
HOLD_S = 300.0
"""From there until a running lesson has ended for them."""


class Lease(msgspec.Struct):
    """Of one school in one space.

    Attributes:
        heard_at: when an adult of the school was last heard, in seconds of a clock that never goes back;
            None: there was none yet, so nothing was lost, and nobody is thrown out for it.
        is_over: the running lesson has ended for this school (`server.lessons.models.LessonOver`).
    """

    heard_at: float | None = None
    is_over: bool = False

    def hear(self, at: float) -> None:
        """An adult of the school gave a sign of life. Late news does not set the clock back."""
        if self.heard_at is None or at > self.heard_at:
            self.heard_at = at

    def watch(self, now: float) -> Watch:
        """How the school's students are supervised at this moment."""
        if self.is_over:
            return Watch.OVER
        if self.heard_at is None:
            return Watch.HELD
        silent_s = now - self.heard_at
        if silent_s < FRESH_S:
            return Watch.PRESENT
        return Watch.GRACE if silent_s < GRACE_S else Watch.HELD

    def is_overdue(self, now: float) -> bool:
        """Whether a running lesson is to end for this school."""
        return (
            not self.is_over and self.heard_at is not None and now - self.heard_at >= GRACE_S + HOLD_S
        )

    def until(self, now: float, *, is_lesson: bool) -> float | None:
        """When it ends by itself, if it does."""
        if self.heard_at is None:
            return None
        watch = self.watch(now)
        if watch is Watch.GRACE:
            return self.heard_at + GRACE_S
        return self.heard_at + GRACE_S + HOLD_S if watch is Watch.HELD and is_lesson else None
