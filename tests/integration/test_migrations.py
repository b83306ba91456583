"""Migrations, run from empty on both dialects, make exactly what the models describe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text

from server import migrations
from server.db import Database
from server.models import Model
from server.schools.service import search_text
from tests.services import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url)
    yield database
    await database.close()


def _shape(connection: Connection) -> dict[str, Any]:
    """Tables with everything that has a name: what `compare_metadata` passes over too."""
    look = inspect(connection)
    # SQLAlchemy does not see the name of a link that was added to a table later.
    has_names = connection.dialect.name != "sqlite"
    return {
        table: {
            "columns": {(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)},
            "key": look.get_pk_constraint(table),
            "links": {
                (k["name"] if has_names else "", *k["constrained_columns"], k["referred_table"],
                 *k.get("options", {}).items())
                for k in look.get_foreign_keys(table)
            },
            "unique": {(u["name"], *u["column_names"]) for u in look.get_unique_constraints(table)},
            "indexes": {(i["name"], *i["column_names"], i["unique"]) for i in look.get_indexes(table)},
            "checks": {c["name"] for c in look.get_check_constraints(table)},
        }
        for table in look.get_table_names()
        if table != "alembic_version"
    }


async def test_migrated_database_is_what_the_models_describe(empty: Database) -> None:
    await migrations.upgrade(empty)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Model.metadata)

    async with empty.connect() as connection:
        assert await connection.run_sync(differences) == []
        migrated = await connection.run_sync(_shape)
    async with empty.engine.begin() as connection:
        await connection.run_sync(Model.metadata.drop_all)
        await connection.run_sync(Model.metadata.create_all)
    async with empty.connect() as connection:
        assert migrated == await connection.run_sync(_shape)


async def test_upgrade_again_changes_nothing(empty: Database) -> None:
    await migrations.upgrade(empty)
    await migrations.upgrade(empty)
    async with empty.connect() as connection:
        assert await connection.run_sync(migrations.revision_of) == migrations.HEAD


async def test_nodes_that_start_at_once_all_find_a_migrated_database(empty_url: str) -> None:
    nodes = [Database(empty_url) for _ in range(3)]
    try:
        await asyncio.gather(*(migrations.upgrade(each) for each in nodes))
        for each in nodes:
            async with each.connect() as connection:
                assert await connection.run_sync(migrations.revision_of) == migrations.HEAD
    finally:
        for each in nodes:
            await each.close()


async def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    async with empty.engine.begin() as connection:
        # The last tables of the first migration cannot be made: this name is taken.
        await connection.execute(text("CREATE TABLE board (id INTEGER)"))
    with pytest.raises(Exception, match="board"):
        await migrations.upgrade(empty)
    async with empty.connect() as connection:
        assert await connection.run_sync(lambda c: inspect(c).get_table_names()) == ["board"]


async def test_head_is_the_only_end_of_the_chain(empty: Database) -> None:
    async with empty.connect() as connection:
        config = await connection.run_sync(migrations.config_for)
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


async def test_spaces_from_before_have_notes(empty: Database) -> None:
    def to_before(connection: Connection) -> None:
        command.upgrade(migrations.config_for(connection), "0009")

    async with empty.engine.begin() as connection:
        await connection.run_sync(to_before)
    known = MetaData()
    async with empty.engine.begin() as connection:
        await connection.run_sync(lambda c: known.reflect(c, only=["programme", "partnership", "space"]))
        programme_id, partnership_id, now = uuid4(), uuid4(), datetime.now(UTC)
        rows: list[tuple[str, dict[str, Any]]] = [
            ("programme", {"id": programme_id, "slug": "p", "name": "P", "rules": {}}),
            ("partnership", {"id": partnership_id, "programme_id": programme_id, "kind": "one_to_one",
                             "name": "P", "status": "active", "status_reason": "",
                             "status_changed_at": now, "created_at": now}),
            *(("space", {"id": uuid4(), "partnership_id": partnership_id, "kind": "project", "name": name,
                         "last_seq": 0, "created_at": now}) for name in "ab"),
        ]
        for table, row in rows:
            made = row
            if connection.dialect.name == "sqlite":
                made = {name: each.hex if isinstance(each, UUID) else each for name, each in row.items()}
            await connection.execute(known.tables[table].insert().values(made))
    await migrations.upgrade(empty)
    async with empty.connect() as connection:
        found = await connection.execute(
            text("SELECT count(*), count(DISTINCT space_id) FROM board WHERE kind = 'notes' AND last_seq = 0")
        )
        assert tuple(found.one()) == (2, 2)


async def test_schools_from_before_are_found_by_the_words_that_are_searched_for(empty: Database) -> None:
    def to_the_first(connection: Connection) -> None:
        command.upgrade(migrations.config_for(connection), "0001")

    async with empty.engine.begin() as connection:
        await connection.run_sync(to_the_first)
        await connection.execute(
            text(
                "INSERT INTO school (id, name, short_name, country, timezone, phase, languages) VALUES "
                "(:id, 'École  Fénelon STRASSE', 'Fénelon', 'KE', 'Africa/Nairobi', 'primary', '[\"fr\"]')"
            ),
            {"id": uuid4().hex},
        )
    await migrations.upgrade(empty)
    async with empty.connect() as connection:
        (found,) = (await connection.execute(text("SELECT search_text FROM school"))).scalars()
    assert found == search_text("École  Fénelon STRASSE", "", "KE") == "ecole fenelon strasse ke"
