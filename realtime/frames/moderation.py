"""Messages that wait for an adult, and asking for help."""

from __future__ import annotations

from realtime.frames import Frame, Ref


class HelpAsk(Frame, tag="help.ask"):
    """Ask every adult in the room for help."""

    ref: Ref


class HelpAsked(Frame, tag="help.asked"):
    """Somebody asks for help. Only adults are told."""


ModerationClientFrame = HelpAsk
ModerationServerFrame = HelpAsked
