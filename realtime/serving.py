"""How the live channel wants to be served: uvicorn's websocket options, for the product and the tests."""

from __future__ import annotations

import gc
from typing import Any

from realtime.prepared import PreparedWebSocket
from realtime.protocol import FRAME_LIMIT_BYTES

WEBSOCKET_OPTIONS: dict[str, Any] = {
    "ws": PreparedWebSocket,
    "ws_per_message_deflate": False,  # prepared frames are written as they are
    "ws_max_size": FRAME_LIMIT_BYTES,
    "ws_ping_interval": 20,  # and a page that has not answered by the next one is cut off
    "ws_ping_timeout": 20,
}


def keep_what_is_loaded() -> None:
    """Tell the garbage collector that the program itself stays.

    A full collection walks everything there is, over 100 ms with the loop standing still; most of that are
    modules, models and routes, which never go. To be called once, when a server process has loaded them.
    """
    gc.collect()
    gc.freeze()
