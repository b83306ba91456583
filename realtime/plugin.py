"""The live half as a Litestar plugin: its route, and the hub's life with the application's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from functools import partial

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.plugins import InitPlugin
from prometheus_client import Gauge

from realtime.board_objects import read_object
from realtime.endpoint import live
from realtime.hub import Hub
from realtime.media import MediaDesk
from realtime.notes_text import NotesReader
from realtime.page_state import merge, read_page
from realtime.sfu import MediaServer
from realtime.tailing import follow
from server.config import Settings

MEDIA = Gauge("commonroom_media", "What the media server has counted since it started.", ["what"])


class RealtimePlugin(InitPlugin):
    """Adds the live channel to the records' application."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.route_handlers.append(live)
        app_config.lifespan.append(_hub_lifespan)
        app_config.state["follow"] = follow
        app_config.state["notes_text"] = NotesReader()
        app_config.state["merge_page"] = merge
        app_config.state["read_object"] = read_object
        app_config.state["read_page"] = read_page
        return app_config


@asynccontextmanager
async def _hub_lifespan(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    server = await MediaServer.start(
        host=settings.media_host, port=settings.media_port, advertise=settings.media_advertise
    )
    for counter in fields(server.counters):
        MEDIA.labels(counter.name).set_function(partial(getattr, server.counters, counter.name))
    hub = Hub(app.state.node_id, settings, app.state.database, app.state.bus, MediaDesk(server, settings))
    app.state.hub = hub
    app.state.presence = hub.presence
    app.state.liveness = hub
    await hub.start()
    try:
        yield
    finally:
        await hub.close()
