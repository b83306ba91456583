"""What time it is. Everything asks here, so that a test can set the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_source: ContextVar[Callable[[], datetime] | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment, in UTC, with its time zone."""
    source = _source.get()
    return source() if source else datetime.now(UTC)


@contextmanager
def set_clock(source: Callable[[], datetime]) -> Iterator[None]:
    """Within the block, `now()` answers what `source` says. For tests."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)
