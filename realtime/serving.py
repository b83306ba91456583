"""How the live channel wants to be served: uvicorn's websocket options, for the product and the tests."""

from __future__ import annotations

from typing import Any

from realtime.prepared import PreparedWebSocket
from realtime.protocol import FRAME_LIMIT_BYTES

WEBSOCKET_OPTIONS: dict[str, Any] = {
    "ws": PreparedWebSocket,
    "ws_per_message_deflate": False,  # prepared frames are written as they are
    "ws_max_size": FRAME_LIMIT_BYTES,
    "ws_ping_interval": 20,
    "ws_ping_timeout": 20,
}
