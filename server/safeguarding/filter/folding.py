"""Text as the filter reads it: without what is there only to deceive, and with the way back to each place.

Letters that look alike become one (NFKC, then a small table of Cyrillic and Greek look-alikes), vowel signs,
accents, joiners and other signs without width go, digits of every script become 0-9, and case goes.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import msgspec

_LOOKALIKES = str.maketrans(
    # Unicode's confusables.txt, as far as one letter stands for one letter of a word that is held.
    "авсԁеёһіїјкӏмнопрԛѕтуѵԝхαβγεηικνορτυχωѡɑɡıʟʀ",
    "abcdeehiijklmhonpqstyvwxabyenikvoptuxwwagilr",
)
_ARABIC = str.maketrans("أإآٱىئؤةکگیھہۀەڤپچ", "ااااييوهككيههههفبج")
_PLAIN = str.maketrans(
    "\u2019\u2018`\u00b4\u02bc\u2013\u2014\u2011\u2010\u2212øłđ", "'''''-----old"
)
SPELLED_OUT_MAX = 6
_KEPT = frozenset(("Nd", "Nl", "No"))


@lru_cache(maxsize=4096)
def _folded(sign: str) -> str:
    """One sign as it is read: none, one or several."""
    made: list[str] = []
    parts = unicodedata.normalize("NFKD", sign)
    if len(parts) > SPELLED_OUT_MAX:  # one sign for a whole phrase: it hides nothing, and would cost much
        return sign
    for each in parts:
        kind = unicodedata.category(each)
        if each == "ـ" or (kind in ("Mn", "Me", "Cf", "Cc") and each not in "\n\t"):
            continue  # the Arabic line that only stretches a word; accents, joiners, signs nobody sees
        if kind in _KEPT and (value := unicodedata.digit(each, None)) is not None:
            made.append(str(value))
        elif kind in ("Zs", "Zl", "Zp") or each in "\n\t":
            made.append(" ")
        else:
            made.append(each)
    low = "".join(made).casefold()
    return low.translate(_LOOKALIKES).translate(_ARABIC).translate(_PLAIN)


class Folded(msgspec.Struct, frozen=True):
    """A text as it is read, and where each of its signs stood."""

    text: str
    places: list[int]
    """For each sign of `text`, the index of the sign it came from."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of `text`, which is not empty, as places in what was written."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Read a text."""
    if text.isascii():
        low = text.lower().replace("\n", " ").replace("\t", " ").replace("`", "'")
        return Folded(low, list(range(len(low))))
    made: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        read = _folded(sign)
        made.append(read)
        places.extend([place] * len(read))
    return Folded("".join(made), places)
