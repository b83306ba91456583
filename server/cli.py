"""Operator commands, beside Litestar's own: `litestar --app <app> migrate`, and so on.

They take their settings from the environment, as the server does (`server.config`), and need no
running server. docs/operators.md shows them in use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import click
from litestar import Litestar
from litestar.plugins import CLIPlugin
from sqlalchemy.exc import DBAPIError

from server import demo, migrations
from server.accounts import service as accounts
from server.bus import Bus
from server.db import Database, UnitOfWork


class OperatorCommands(CLIPlugin):
    """Adds `migrate`, `purge` and `demo-world` to Litestar's command line."""

    def on_cli_init(self, cli: click.Group) -> None:
        @cli.command("migrate", help="Bring the database to the newest schema. Safe on a running system.")
        def _(app: Litestar) -> None:
            _run(app, _migrate)

        @cli.command("purge", help="Delete what is over: expired sign-ins and old counts of wrong tries.")
        def _(app: Litestar) -> None:
            _run(app, _purge)

        @cli.command("demo-world", help="Fill an empty database with the demo world; print who can sign in.")
        def _(app: Litestar) -> None:
            _run(app, _demo_world)


def _run(app: Litestar, work: Callable[[Database, Bus], Awaitable[str]]) -> None:
    database: Database = app.state.database

    async def done() -> str:
        try:
            return await work(database, app.state.bus)
        finally:
            await database.close()

    try:
        click.echo(asyncio.run(done()))
    except demo.NotEmpty as error:
        raise click.ClickException(str(error)) from error
    except (DBAPIError, OSError) as error:
        # The address may hold a password, so the message names only the kind of failure.
        raise click.ClickException(
            f"The database cannot be reached or refused the work ({type(error).__name__}). Look at "
            "COMMONROOM_DATABASE_URL, and at the database's own log."
        ) from error


async def _migrate(database: Database, _: Bus) -> str:
    await migrations.upgrade(database)
    return f"The database is at revision {migrations.HEAD}."


async def _purge(database: Database, bus: Bus) -> str:
    async with UnitOfWork(database, bus) as uow:
        await accounts.purge(uow.session)
    return "Expired sign-ins and old counts are gone."


async def _demo_world(database: Database, bus: Bus) -> str:
    await migrations.upgrade(database)
    return (await demo.fill(database, bus)).table()
