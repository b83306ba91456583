"""Bringing a database to the newest schema, and nothing else: there is no way back but a backup.

Migrations are numbered, `versions/0001_first_records.py` and so on; the number is the revision's id.
A database that is up to date is recognised by one small query, without importing Alembic: start-up
stays quick. `python -m server.migrations "what changes"` writes the next migration from the models.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from server.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

DIRECTORY = Path(__file__).parent
HEAD = max(path.name[:4] for path in (DIRECTORY / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))
"""The newest revision."""

LOCK_KEY = 0x436F6D6D6F6E
"""Postgres advisory lock: of nodes that start together one migrates and the others wait."""
LOCK_WAIT_S = 120


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at, or None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def config_for(connection: Connection) -> Config:
    """Alembic's settings for work on an open connection; there is no ini file."""
    from alembic.config import Config  # here: it takes 0.2 s, which a start without migrations saves

    config = Config()
    config.set_main_option("script_location", str(DIRECTORY).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database) -> None:
    """Bring a database to `HEAD`, in one transaction: it is there, or nothing has changed.

    Safe when several nodes start at once: Postgres by an advisory lock, SQLite by its write lock.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is out of reach, or another node takes longer than
            `LOCK_WAIT_S` seconds.
    """
    async with database.connect() as connection:
        if await connection.run_sync(revision_of) == HEAD:
            return
    async with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # The limits that suit a request are too short for a schema change.
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT_S}s'"))
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(config_for(connection), "head")
