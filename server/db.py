"""The database: engine, model base, and the unit of work.

Two dialects: SQLite for one node and the demo, PostgreSQL for more. A write runs in a `UnitOfWork`:
one transaction, whose events are published only after its commit. A read runs in `Database.read`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from types import TracebackType
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from server import sqlite
from server.bus import Bus
from server.events import Event


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, in UTC. SQLite forgets the zone; this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum]) -> Enum:
    """A column that holds the values of `kind` as text: readable in both dialects, easy to extend."""
    return Enum(kind, native_enum=False, length=24, values_callable=lambda e: [member.value for member in e])


class Model(DeclarativeBase):
    """A record. Constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


def insert_into(session: AsyncSession, model: type[Model]) -> Any:
    """An INSERT that knows ON CONFLICT, which each dialect writes by itself.

    Only the dialect in use is loaded: the other one would slow every start.
    """
    dialect = session.get_bind().dialect.name
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(model)


class Identified(Model):
    """A record with an id of its own."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class Database:
    """One engine, and the sessions on it.

    Args:
        url: SQLAlchemy URL, `sqlite+aiosqlite://` or `postgresql+psycopg://`.
        timeout_s: how long a connection, a lock or a statement is waited for.
    """

    def __init__(self, url: str, timeout_s: float = 5.0) -> None:
        self.url = url
        self._timeout_s = timeout_s
        self._returning: set[asyncio.Future[None]] = set()
        """Connections that nobody waited for in the end, until the pool has them again."""
        options: dict[str, Any]
        if make_url(url).get_backend_name() == "sqlite":
            # The driver's own transaction handling is off: `_begin_sqlite` says BEGIN itself.
            options = {
                "module": sqlite.Driver(), "connect_args": {"timeout": timeout_s, "isolation_level": None},
            }
            if make_url(url).database:  # one in memory has a single connection and no pool
                options["pool_timeout"] = timeout_s
        else:
            from server.postgres import connect_within  # here: only the dialect in use is loaded

            statement_ms = int(timeout_s * 1000)
            options = {
                "pool_size": 10, "max_overflow": 10, "pool_timeout": timeout_s, "pool_pre_ping": True,
                "connect_args": {
                    "async_creator_fn": connect_within(timeout_s),
                    "prepare_threshold": None,  # PgBouncer in transaction mode
                    "connect_timeout": max(1, int(timeout_s)),
                    "options": f"-c statement_timeout={statement_ms} -c lock_timeout={statement_ms}",
                },
            }
        # Parameters hold messages and names; they stay out of error texts, and so out of the logs.
        self.engine = create_async_engine(url, hide_parameters=True, **options)
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine.sync_engine)
            self._read_engine = self.engine.execution_options(commonroom_reading=True)
        else:
            # One state for the whole session: what is read in several statements must fit together.
            self._read_engine = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the records and changes nothing."""
        async with await self._connected(
            AsyncSession(self._read_engine, expire_on_commit=False, autoflush=False)
        ) as session:
            yield session

    async def begin(self) -> AsyncSession:
        """A session that changes records, in a transaction that has begun. Whoever asks closes it."""
        return await self._connected(AsyncSession(self.engine, expire_on_commit=False))

    async def _connected(self, session: AsyncSession) -> AsyncSession:
        # A connection whose checkout is cancelled is lost to the pool: who goes does not take it along.
        checkout = asyncio.ensure_future(session.connection())
        try:
            await asyncio.shield(checkout)
        except BaseException:
            returning = asyncio.ensure_future(_give_back(session, checkout))
            self._returning.add(returning)
            returning.add_done_callback(self._returning.discard)
            raise
        return session

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            yield connection

    async def let_go_of_what_was_deleted(self) -> None:
        """Let the database itself forget deleted rows, which it keeps for a while.

        SQLite writes over them (`secure_delete`), but its log still has the pages as they were. PostgreSQL
        keeps old versions of rows until they are vacuumed.

        Raises:
            SQLAlchemyError: it could not be done now; a later call does it.
        """
        if self.engine.dialect.name == "sqlite":
            outside, statement = {"commonroom_outside": True}, "PRAGMA wal_checkpoint(TRUNCATE)"
        else:
            outside, statement = {"isolation_level": "AUTOCOMMIT"}, "VACUUM"
        async with self.engine.execution_options(**outside).connect() as connection:
            if statement == "VACUUM":  # it takes as long as it takes
                await connection.exec_driver_sql("SET statement_timeout = 0")
            await connection.exec_driver_sql(statement)
            if statement == "VACUUM":
                await connection.exec_driver_sql("RESET statement_timeout")

    async def close(self) -> None:
        if self._returning:
            await asyncio.wait(self._returning, timeout=self._timeout_s)
        await self.engine.dispose()


async def _give_back(session: AsyncSession, checkout: asyncio.Future[AsyncConnection]) -> None:
    await asyncio.wait([checkout])
    if not checkout.cancelled():
        checkout.exception()  # it is told to whoever waited for it, or it is nobody's any more
    await session.close()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        sqlite.use_wal(cursor)
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is written over
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin_sqlite(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("commonroom_outside"):
            return
        # A transaction that will write takes its lock first; upgrading later loses updates.
        connection.exec_driver_sql("BEGIN" if options.get("commonroom_reading") else "BEGIN IMMEDIATE")


class UnitOfWork:
    """One transaction, and the facts it makes true.

    Leaving the block without an exception commits, then publishes `events` in order; with one,
    everything is undone and nothing is published.
    """

    session: AsyncSession

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self.events: list[Event] = []
        self.last: list[Callable[[AsyncSession], Awaitable[None]]] = []
        """What is written as the last thing before the commit."""
        self.noted: list[Any] = []
        """Acts for the audit log (`server.audit.service.record`)."""

    async def __aenter__(self) -> Self:
        self.session = await self._database.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        finishing = asyncio.ensure_future(self._finish(is_done=kind is None))
        cancelled: asyncio.CancelledError | None = None
        while not finishing.done():
            try:
                await asyncio.wait([finishing])
            except asyncio.CancelledError as cancel:
                # A commit that has begun is waited for, however often this is cancelled: its events must
                # be told if it was made.
                cancelled = cancel
        finishing.result()
        if cancelled is not None:
            raise cancelled

    async def _finish(self, *, is_done: bool) -> None:
        try:
            if is_done:
                for write in self.last:
                    await write(self.session)
                await self.session.commit()
        finally:
            await self.session.close()
        if is_done and self.events:
            self._bus.publish(self.events)
