"""SQLite behind asyncio: one trip to the connection's thread for each statement.

SQLAlchemy's adapter makes four of them (a cursor, the statement, its rows, the cursor's end). Each wakes two
threads, which is most of what a small transaction costs.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite import aiosqlite as adapter
from sqlalchemy.util.concurrency import await_only

WAL_TRIES = 50
WAL_PAUSE_S = 0.1


class Cursor(adapter.AsyncAdapt_aiosqlite_cursor):
    """Holds the rows that were brought back."""

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._run(operation, parameters or (), many=False)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        self._run(operation, seq_of_parameters, many=True)

    def _run(self, statement: str, parameters: Any, *, many: bool) -> None:
        connection: Any = self._adapt_connection._connection

        def run() -> tuple[Any, int, int | None, list[Any]]:
            cursor = connection._conn.cursor()
            try:
                (cursor.executemany if many else cursor.execute)(statement, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return cursor.description, cursor.rowcount, cursor.lastrowid, rows
            finally:
                cursor.close()

        try:
            self.description, self.rowcount, self.lastrowid, rows = self.await_(connection._execute(run))
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        self._rows = deque(rows)


class Connection(adapter.AsyncAdapt_aiosqlite_connection):
    """A connection whose cursors are `Cursor`, except where rows are streamed."""

    def cursor(self, server_side: bool = False) -> adapter.AsyncAdapt_aiosqlite_cursor:
        return super().cursor(server_side) if server_side else Cursor(self)


class Driver(adapter.AsyncAdapt_aiosqlite_dbapi):
    """What `create_async_engine` takes as `module`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> Connection:
        connection: Any = aiosqlite.connect(*arg, **kw)
        connection._thread.daemon = True
        return Connection(self, await_only(connection))


def use_wal(cursor: Any) -> None:
    """Switch the file to write-ahead logging.

    Of connections that do it at once one is told "locked", whatever it would have waited: it asks again.

    Raises:
        sqlite3.OperationalError: it is locked for good, or cannot be written.
    """
    for tries_left in reversed(range(WAL_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if not tries_left:
                raise
            await_only(asyncio.sleep(WAL_PAUSE_S))
        else:
            return
