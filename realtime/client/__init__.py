"""The live channel from the other side: a small client, for the tests and for programs in Python.

`LiveSpace` stays in a space and comes back by itself; `Page` is one socket. docs/protocol.md explains
the frames and shows an example. Nothing here needs the server's code.
"""

from realtime.client.model import Access, Changed, Joined, Presence, Said, SpaceModel, StartedAnew
from realtime.client.page import Entered, Page, RequestFailed, live_url
from realtime.client.space import Event, LineLost, LiveSpace, Missed, ShutOut

__all__ = [
    "Access",
    "Changed",
    "Entered",
    "Event",
    "Joined",
    "LineLost",
    "LiveSpace",
    "Missed",
    "Page",
    "Presence",
    "RequestFailed",
    "Said",
    "ShutOut",
    "SpaceModel",
    "StartedAnew",
    "live_url",
]
