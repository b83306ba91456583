"""What every frame is made of. The frames of one subject stand together in a file of this folder.

`realtime.protocol` brings all of them into the two unions that may cross the wire.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

Ref = Annotated[int, Meta(ge=0, le=2**31)]
"""Chosen by the client; the reply to a request carries the same number."""


AsId = UUID | None
"""In whose name, of several students at one device; null: of the one who signed in first."""


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a frame."""


class Frame(
    msgspec.Struct,
    forbid_unknown_fields=True,
    tag_field="type",
):
    """A whole frame; subclasses name their `type`."""
