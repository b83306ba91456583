"""What may become of a message: pure rules (docs/chat.md states them in words)."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from server.access import Grant

CHANGE_WITHIN = timedelta(minutes=15)
"""So long an author may edit a message, and a student may delete one."""
PINS_LIMIT = 10
REACTORS_SHOWN = 100
"""Of one kind on one message: so many are named in a frame; all are counted."""
SEARCH_WORDS_LIMIT = 8


def may_edit(grants: frozenset[Grant], *, is_own: bool, sent_at: datetime, now: datetime) -> bool:
    """One's own, for a while, and while one may write at all."""
    return is_own and Grant.CHAT_POST in grants and now - sent_at <= CHANGE_WITHIN


def may_delete(
    grants: frozenset[Grant], *, is_own: bool, is_staff: bool, sent_at: datetime, now: datetime
) -> bool:
    """Moderators any message; others their own, a student for a while."""
    if Grant.SPACE_MODERATE in grants:
        return True
    return is_own and Grant.CHAT_POST in grants and (is_staff or now - sent_at <= CHANGE_WITHIN)


def search_text(text: str) -> str:
    """A text as it is looked for: without case, accents and vowel marks, each space one space."""
    # Decomposed first: a letter that is there for its looks has a case only as the letter it stands for.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


def search_words(query: str) -> list[str]:
    """What a message must contain, each word somewhere: the first `SEARCH_WORDS_LIMIT`."""
    return search_text(query).split()[:SEARCH_WORDS_LIMIT]
