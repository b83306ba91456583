"""The ground rules of every space: which version holds, and in whose words it is shown.

The words themselves are in the client's language files (`client/src/i18n/rules`), one idea a line. Change
what a rule means there, and raise `VERSION` here: everybody is asked again before they next go in.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from server.accounts.models import UserKind
from server.schools.models import Phase

VERSION: Final = 1


class Wording(StrEnum):
    YOUNGER = "younger"
    """For a seven-year-old."""
    OLDER = "older"
    STAFF = "staff"


def wording_for(kind: UserKind, phase: Phase) -> Wording:
    """The words a person is shown.

    An all-through school does not say how old a class is. It gets the younger words: a seventeen-year-old
    understands those, and a seven-year-old would not understand the others.
    """
    if kind is UserKind.STAFF:
        return Wording.STAFF
    return Wording.OLDER if phase is Phase.SECONDARY else Wording.YOUNGER
