"""Operator commands, on a database of their own."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from litestar.cli._utils import LitestarEnv, LitestarGroup

from server import migrations
from server.app import create_app
from server.cli import OperatorCommands
from server.config import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "commonroom.sqlite3"


def run(url: str | Path, *command: str) -> Result:
    database_url = url if isinstance(url, str) else f"sqlite+aiosqlite:///{url}"
    app = create_app(Settings(database_url=database_url, client_dir="/nonexistent"))
    commands = LitestarGroup("commonroom")
    OperatorCommands().on_cli_init(commands)
    return CliRunner().invoke(commands, command, obj=LitestarEnv(app_path="", app=app, cwd=Path.cwd()))


def test_migrate_brings_an_empty_database_to_the_newest_schema(file: Path) -> None:
    for _ in range(2):
        done = run(file, "migrate")
        assert (done.exit_code, done.output) == (0, f"The database is at revision {migrations.HEAD}.\n")
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        assert found == [(migrations.HEAD,)]
    connection.close()


def test_demo_world_prints_who_can_sign_in_and_purge_deletes_what_is_over(file: Path) -> None:
    done = run(file, "demo-world")
    assert done.exit_code == 0
    assert "okafor@willow.example" in done.output
    assert "WLW-5RV" in done.output
    connection = sqlite3.connect(file)
    connection.execute(
        "INSERT INTO sign_in_tries (subject, window_start, failures) "
        "VALUES ('account:x', '2020-01-01 00:00:00', 3)"
    )
    connection.commit()
    assert run(file, "purge").exit_code == 0
    assert connection.execute("SELECT count(*) FROM sign_in_tries").fetchone() == (0,)
    connection.close()


def test_a_database_out_of_reach_is_one_sentence_without_its_password(closed_port: int) -> None:
    done = run(f"postgresql+psycopg://app:secret-word@127.0.0.1:{closed_port}/gone", "migrate")
    assert done.exit_code == 1
    assert "COMMONROOM_DATABASE_URL" in done.output
    assert "secret-word" not in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("arguments", [["--url", "https://commonroom.example"], []])
def test_tail_says_so_where_nothing_is_live(file: Path, arguments: list[str]) -> None:
    done = run(file, "tail", str(uuid4()), "--as", "okafor@willow.example", *arguments)
    assert done.exit_code == 1
    assert "litestar --app realtime.asgi:create_app tail" in done.output
    assert not file.exists()  # it does not touch the database
