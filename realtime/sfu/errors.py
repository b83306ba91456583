"""The one error that leaves this package."""

from __future__ import annotations


class MediaError(Exception):
    """A media request could not be done. `str(error)` is one plain English sentence."""
