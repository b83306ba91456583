"""Counting what a request asks of the database: a list must not cost more for being longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from server.db import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Within the block, the SQL of every statement that this database is sent, in order.

    For a node, `node.app.state.database` is the one that its requests use.
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
