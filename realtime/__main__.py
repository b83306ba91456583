"""Runs the product: `python -m realtime serve` for a node, `python -m realtime demo` to look at it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import secrets
from pathlib import Path

import uvicorn
from litestar import Litestar

from realtime.asgi import create_app
from realtime.draining import DrainingServer
from realtime.page_state import write_page
from realtime.serving import WEBSOCKET_OPTIONS, keep_what_is_loaded
from server import demo
from server import logging as logs
from server.bus import InProcessBus
from server.config import Settings, from_environment
from server.db import Database
from server.migrations import upgrade

SHUTDOWN_S = 5


def server_config(app: Litestar, host: str, port: int) -> uvicorn.Config:
    """How the product is served."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        **WEBSOCKET_OPTIONS,
        lifespan="on",
        access_log=False,  # `server.logging` writes what may be written
        log_config=None,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


def main() -> None:
    """Read the command line and serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m realtime", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run one node; settings come from COMMONROOM_* variables")
    show = commands.add_parser("demo", help="run one node on a demo world of its own")
    for command in (serve, show):
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--port", type=int, default=8000)
    show.add_argument(
        "--data", type=Path, default=Path(".data/demo"), help="where the demo keeps its records"
    )
    arguments = parser.parse_args()
    logs.configure(readable=arguments.command == "demo")
    if arguments.command == "demo":
        settings = _demo_settings(arguments.data)
        told = asyncio.run(_demo_world(settings))
        print(told)
        print(_where(arguments.port), flush=True)
    else:
        settings = from_environment()
    app = create_app(settings)
    keep_what_is_loaded()
    server = DrainingServer(server_config(app, arguments.host, arguments.port), app, settings.drain_s)
    with contextlib.suppress(KeyboardInterrupt):  # before uvicorn listens for it
        server.run()


def _where(port: int) -> str:
    return (
        f"\nCommonroom runs on http://localhost:{port} (Ctrl-C stops it)\n"
        f"A second person at this computer: open http://127.0.0.1:{port}, which keeps its own sign-in.\n"
    )


def _demo_settings(directory: Path) -> Settings:
    directory.mkdir(parents=True, exist_ok=True)
    secret = directory / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(32))
    path = (directory / "commonroom.sqlite3").resolve()
    return Settings(
        database_url=f"sqlite+aiosqlite:///{path}", secret=secret.read_text().strip(), drain_s=0.0
    )


async def _demo_world(settings: Settings) -> str:
    database = Database(settings.database_url)
    await upgrade(database)
    world = await demo.fill(database, InProcessBus(), write_page)
    await database.close()
    return world.table()


if __name__ == "__main__":
    main()
