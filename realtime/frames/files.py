"""Files of the space."""

from __future__ import annotations

from realtime.frames import Frame


class FilesChanged(Frame, tag="files.changed"):
    """A file came, went, or is shown now. Whoever has the list open reads it again: `GET .../files`."""


FilesServerFrame = FilesChanged
