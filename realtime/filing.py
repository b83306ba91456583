"""Tells the pages of a space that its files have changed. Which of them a page may see, the list says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realtime.desks import Desk
from realtime.frames import files
from server.events import Event, FilesChanged

if TYPE_CHECKING:
    from realtime.hub import Hub


class FilingDesk(Desk):
    """Hears of files. A page that missed it reads the list when it has come in again."""

    events = (FilesChanged,)

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def on_event(self, event: Event) -> None:
        if isinstance(event, FilesChanged) and (channel := self._hub.channels.get(event.space_id)):
            channel.members.send([files.FilesChanged()])
