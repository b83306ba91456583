"""Whether a student's word may be shown to a whole room.

The filter is that of chat (`server.safeguarding.filter`), and it counts in every chat mode: whoever reveals a
word cloud shows all of it at once.
"""

from __future__ import annotations

from server.safeguarding import filter as chat_filter


def is_fit(word: str) -> bool:
    """Whether the filter lets this word through, or several words together."""
    return not chat_filter.find(word)
