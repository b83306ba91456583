"""The whole product: records, API, client and the live channel."""

from __future__ import annotations

from litestar import Litestar

from realtime.plugin import RealtimePlugin
from server import app as records
from server.cli import OperatorCommands
from server.config import Settings, from_environment


def create_app(settings: Settings | None = None) -> Litestar:
    """Build the application, from the environment's settings when none are given."""
    return records.create_app(settings or from_environment(), [RealtimePlugin(), OperatorCommands()])
