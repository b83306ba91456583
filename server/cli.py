"""Operator commands, beside Litestar's own: `litestar --app <app> migrate`, and so on.

They take their settings from the environment, as the server does (`server.config`). All but `tail` work
on the database and need no running server. docs/operators.md shows them in use.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID

import click
from litestar import Litestar
from litestar.plugins import CLIPlugin
from sqlalchemy.exc import DBAPIError

from server import demo, migrations, tail
from server.accounts import service as accounts
from server.audit import service as audit
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.errors import DomainError
from server.files.store import FileStore
from server.programmes import offices
from server.programmes import service as programmes
from server.retention import purge as retention
from server.rosters import service as rosters

PASSWORD_VARIABLE = "COMMONROOM_TAIL_PASSWORD"


class OperatorCommands(CLIPlugin):
    """Adds `migrate`, `office`, `roster-import`, `purge`, `push-keys`, `verify-audit`, `demo-world` and
    `tail`."""

    def on_cli_init(self, cli: click.Group) -> None:
        @cli.command("migrate", help="Bring the database to the newest schema. Safe on a running system.")
        def _(app: Litestar) -> None:
            _run(app, _migrate)

        @cli.command("office", help="Make the office NAME that runs programmes; print the link by which its "
                                    "first programme officer chooses a password.")
        @click.argument("name")
        @click.option("--country", required=True, help="Two capital letters, such as GB.")
        @click.option("--timezone", required=True, help="Such as Europe/London.")
        @click.option("--programme", "slugs", multiple=True, required=True,
                      help="Short name of a programme that it runs, such as global-learning. Repeatable.")
        @click.option("--officer-name", required=True)
        @click.option("--officer-email", required=True)
        def _(
            app: Litestar, name: str, country: str, timezone: str, slugs: tuple[str, ...], officer_name: str,
            officer_email: str,
        ) -> None:
            settings: Settings = app.state.settings

            async def make(database: Database, bus: Bus) -> str:
                async with UnitOfWork(database, bus) as uow:
                    token = await offices.make(
                        uow, name, country, timezone, slugs, officer_name, officer_email
                    )
                origin = settings.origins[0].rstrip("/") if settings.origins else ""
                return f"The office is there. Pass this link on; it works once:\n{origin}/welcome#{token}"

            _run(app, make)

        @cli.command("purge", help="Delete what is over: what was kept long enough, expired sign-ins.")
        def _(app: Litestar) -> None:
            store = app.state.intake.store

            async def purge_all(database: Database, bus: Bus) -> str:
                return await _purge(database, bus, store)

            _run(app, purge_all)

        @cli.command("push-keys", help="Make the key that signs push messages, for the settings.")
        def _() -> None:
            from server.push.sending import new_keys

            click.echo(f"COMMONROOM_VAPID_PRIVATE_KEY={new_keys()[0]}")

        @cli.command("verify-audit", help="Hold the audit log against its own hashes; print its end.")
        @click.option(
            "--expect", metavar="SEQ:HASH", default="",
            help="An end that this command printed earlier, kept where nobody who can write to the database "
                 "can change it.",
        )
        def _(app: Litestar, expect: str) -> None:
            kept = _kept(expect)
            _run(app, lambda database, _: _verify_audit(database, kept))

        @cli.command("demo-world", help="Fill an empty database with the demo world; print who can sign in.")
        def _(app: Litestar) -> None:
            _run(app, _demo_world)

        @cli.command("roster-import", help="Import a school's people and classes. Looks, unless --apply.")
        @click.argument("path", type=click.Path(exists=True, path_type=Path))
        @click.option("--school", "school_id", type=click.UUID, required=True, help="Id of the school.")
        @click.option("--org", default="", help="sourcedId of the school, where the files hold several.")
        @click.option("--dry-run/--apply", "is_dry_run", default=True, help="Look only, or carry it out.")
        def _(app: Litestar, path: Path, school_id: UUID, org: str, is_dry_run: bool) -> None:
            async def work(database: Database, bus: Bus) -> str:
                files = _files(path)
                return await _roster_import(database, bus, files, school_id, org, is_dry_run=is_dry_run)

            _run(app, work)

        @cli.command("tail", help="Print what happens in SPACE, an id, until Ctrl-C. You go in as yourself: "
                                  "the others see you there. The password is asked for, or read from "
                                  f"{PASSWORD_VARIABLE}, or from standard input.")
        @click.argument("space_id", metavar="SPACE", type=click.UUID)
        @click.option("--url", default="", help="Such as https://commonroom.example; the first of "
                                                "COMMONROOM_ORIGINS otherwise.")
        @click.option("--as", "email", required=True, help="Your e-mail address; you have to be staff.")
        def _(app: Litestar, space_id: UUID, url: str, email: str) -> None:
            _tail(app, space_id, url, email)


def _tail(app: Litestar, space_id: UUID, url: str, email: str) -> None:
    settings: Settings = app.state.settings
    follow: tail.Follow | None = app.state.get("follow")
    if follow is None:
        raise click.ClickException("This needs the live half: litestar --app realtime.asgi:create_app tail")
    try:
        if not (address := url or next(iter(settings.origins), "")):
            raise click.UsageError("Name the server with --url.")
        signed_in = tail.SignIn(tail.checked_url(address))
        signed_in.sign_in(email, _password(email))
        try:
            asyncio.run(_print_news(follow(tail.checked_url(address), space_id, signed_in.cookie)))
        except (KeyboardInterrupt, asyncio.CancelledError):
            click.echo("You have left the space.")
        finally:
            signed_in.sign_out()
    except tail.Refused as error:
        raise click.ClickException(str(error)) from None


async def _print_news(news: AsyncGenerator[tail.News, None]) -> None:
    me = asyncio.current_task()
    if me is not None:
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that does not speak UTF-8
    async with contextlib.aclosing(news):
        async for each in news:
            click.echo(tail.line_for(each))


def _password(email: str) -> str:
    """From where nobody else sees it: never an argument, which every process on the machine can read."""
    if given := os.environ.get(PASSWORD_VARIABLE):
        return given
    if sys.stdin.isatty():
        return click.prompt(f"Password of {tail.printable(email)}", hide_input=True, err=True)
    return sys.stdin.readline().rstrip("\r\n")


def _run(app: Litestar, work: Callable[[Database, Bus], Awaitable[str]]) -> None:
    database: Database = app.state.database

    async def done() -> str:
        try:
            return await work(database, app.state.bus)
        finally:
            await database.close()

    try:
        click.echo(asyncio.run(done()))
    except (demo.NotEmpty, DomainError) as error:
        raise click.ClickException(str(error)) from error
    except (DBAPIError, OSError) as error:
        # The address may hold a password, so the message names only the kind of failure.
        raise click.ClickException(
            f"The database cannot be reached or refused the work ({type(error).__name__}). Look at "
            "COMMONROOM_DATABASE_URL, and at the database's own log."
        ) from error


async def _migrate(database: Database, bus: Bus) -> str:
    await migrations.upgrade(database)
    async with UnitOfWork(database, bus) as uow:
        await programmes.ship(uow.session)
    return f"The database is at revision {migrations.HEAD}."


async def _purge(database: Database, bus: Bus, store: FileStore) -> str:
    async with UnitOfWork(database, bus) as uow:
        await accounts.purge(uow.session)
    counts = await retention.purge(database, bus, store)
    kept_long_enough = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()) if count)
    return f"Expired sign-ins and old counts are gone. Kept long enough: {kept_long_enough or 'nothing'}."


def _kept(text: str) -> audit.Kept | None:
    if not text:
        return None
    seq, _, digest = text.strip().partition(":")
    if not seq.isdecimal() or len(digest) != 64:
        raise click.BadParameter("Give it as this command prints it: a number, a colon, 64 characters.")
    return audit.Kept(int(seq), digest.lower())


BROKEN = {
    "missing": "entry {seq} is missing",
    "changed": "entry {seq} was changed",
    "moved": "entry {seq} does not follow the one before it",
    "end": "entries are missing at the end, from {seq} on, or the end itself was changed",
    "rewritten": "entry {seq} is not the one whose hash was kept: the log was written anew",
}


async def _verify_audit(database: Database, kept: audit.Kept | None) -> str:
    async with database.read() as session:
        verdict = await audit.verify(session, kept)
    held = f"{verdict.entries} entries hold"
    if verdict.broken:
        what = BROKEN[verdict.broken.problem].format(seq=verdict.broken.seq)
        raise click.ClickException(f"The audit log is broken: {what}. {held} before it.")
    return f"The audit log is whole: {held}. Keep its end elsewhere, for --expect:\n" \
           f"{verdict.entries}:{verdict.head}"


async def _demo_world(database: Database, bus: Bus) -> str:
    await migrations.upgrade(database)
    return (await demo.fill(database, bus)).table()


def _files(path: Path) -> list[tuple[str, bytes]]:
    if not path.is_dir():
        return [(path.name, path.read_bytes())]
    tables = [each for each in sorted(path.iterdir()) if each.suffix.lower() == ".csv"]
    return [(each.name, each.read_bytes()) for each in tables]


async def _roster_import(
    database: Database, bus: Bus, files: Sequence[tuple[str, bytes]], school_id: UUID, org: str, *,
    is_dry_run: bool,
) -> str:
    try:
        made = await rosters.plan_import(database, None, school_id, files, org)
    except DomainError as error:
        for row in error.extra.get("rows", []):
            click.echo(f"{row['file']}, row {row['row']}, {row['column']}: {row['problem']}", err=True)
        for each in error.extra.get("orgs", []):
            click.echo(f"--org {each['id']}: {each['name']}", err=True)
        raise
    counts = Counter(change.code.value for change in made.changes)
    lines = [f"{code}: {count}" for code, count in sorted(counts.items())]
    if not lines:
        return "There is nothing to change."
    if is_dry_run:
        return "\n".join([*lines, "Nothing was changed. Add --apply to carry this out."])
    await rosters.apply_import(database, bus, None, school_id, files, made.digest, org)
    return "\n".join([*lines, "Done."])
