"""The chat filter: what in a message an adult should see before the others do.

It is pure, knows no person and no space, and keeps nothing. It finds contact details and bad language in the
languages shipped, whatever language the room speaks; it is not a judge: what it holds, an adult decides on.
How it reads, what it cannot see, and why no library does it: docs/decisions/chat-filter.md.
"""

from __future__ import annotations

from server.safeguarding.filter import contact, language, numbers
from server.safeguarding.filter.findings import Finding, Reason
from server.safeguarding.filter.folding import fold

__all__ = ["FINDINGS_MAX", "Finding", "Reason", "find"]

FINDINGS_MAX = 20
"""So many are told of a message."""


def find(text: str) -> list[Finding]:
    """What is found in a message, by where it stands; of one reason at one place once."""
    folded = fold(text)
    found = {*contact.find(folded), *numbers.find(folded), *language.find(folded)}
    return sorted(found, key=lambda each: (each.start, each.end, each.reason))[:FINDINGS_MAX]
