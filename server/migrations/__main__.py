"""Writes the next migration: what the models have that the migrations so far do not.

Compares with an empty SQLite database brought to `HEAD`. Read the result before you keep it: Alembic
does not see renames, and types of `server.db` are to be written as plain SQLAlchemy types.
"""

from __future__ import annotations

import asyncio
import re
import sys

from alembic import command
from sqlalchemy import Connection

from server.db import Database
from server.migrations import HEAD, config_for, upgrade


def _write(connection: Connection, message: str) -> None:
    number = f"{int(HEAD) + 1:04}"
    config = config_for(connection)
    config.set_main_option("file_template", "%%(rev)s_" + re.sub(r"\W+", "_", message.lower()))
    command.revision(config, message[:1].upper() + message[1:], autogenerate=True, rev_id=number)


async def main(message: str) -> None:
    database = Database("sqlite+aiosqlite://")
    await upgrade(database)
    async with database.connect() as connection:
        await connection.run_sync(_write, message)
    await database.close()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        raise SystemExit('usage: python -m server.migrations "what changes"')
    asyncio.run(main(sys.argv[1].strip()))
