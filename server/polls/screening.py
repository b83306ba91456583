"""Whether a student's word may be shown to a whole room. The filter itself is `server.safeguarding`'s."""

from __future__ import annotations


def is_fit(word: str) -> bool:
    """Whether the filter lets this word through."""
    del word
    return True
