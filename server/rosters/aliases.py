"""The names that partners know students by: a good quality and an animal, "Brave Zebra".

Pure. The animals are those that the client has drawings of. Every quality is something a child is glad to
be called in any of our languages: none speaks of bodies, looks, skin or size, and none has a second meaning
that we know of. A student's real names, the family name among them, are held against an alias here and
stored nowhere.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from server.errors import Invalid

ANIMALS = {
    "Heron": "blue-heron", "Fox": "red-fox", "Owl": "grey-owl", "Frog": "green-frog", "Bear": "brown-bear",
    "Turtle": "sea-turtle", "Zebra": "zebra", "Giraffe": "giraffe", "Elephant": "elephant", "Lion": "lion",
    "Kingfisher": "kingfisher", "Tortoise": "tortoise", "Crane": "crane", "Dolphin": "dolphin",
    "Hedgehog": "hedgehog", "Rabbit": "rabbit",
}
"""The last word of an alias -> the drawing beside it (`ANIMALS` in client/src/ui/drawing.tsx)."""

NATURAL = ("Blue Heron", "Red Fox", "Grey Owl", "Green Frog", "Brown Bear", "Sea Turtle")
"""Animals that are drawn in the colour of their name."""

QUALITIES = tuple(
    """
    Active Alert Amazing Attentive Awake Balanced Brave Bright Brilliant Busy Calm Careful Caring Cheerful
    Clever Confident Considerate Courageous Creative Curious Daring Decisive Dependable Determined Devoted
    Diligent Eager Earnest Encouraging Enthusiastic Excellent Exploring Fair Faithful Fearless Festive
    Flexible Focused Forgiving Friendly Generous Gentle Giving Glad Gleaming Glowing Golden Graceful Grateful
    Happy Hardworking Helpful Honest Hopeful Imaginative Inspiring Inventive Jolly Joyful Keen Kind Learning
    Listening Lively Loyal Lucky Mindful Musical Nimble Noble Observant Optimistic Painting Patient Peaceful
    Playful Pleasant Poetic Polite Positive Practical Precise Punctual Quick Ready Reliable Resourceful
    Respectful Serene Sharing Shining Sincere Singing Skilful Smiling Sparkling Splendid Starry Steady Sunny
    Supportive Surprising Swift Talented Thankful Thorough Thoughtful Tidy Tireless Trusty Truthful Unique
    Useful Versatile Welcoming Willing Wise Wonderful
    """.split()  # noqa: SIM905 - easier to read and to sort than a hundred quoted words
)

ALL: dict[str, str] = {
    **{alias: ANIMALS[alias.split()[1]] for alias in NATURAL},
    **{f"{quality} {animal}": slug for animal, slug in ANIMALS.items() for quality in QUALITIES},
}
"""Every alias -> its drawing."""


class Alias(msgspec.Struct, frozen=True):
    name: str
    avatar: str
    """A drawing, as a slug."""


class NoAliasLeft(Invalid):
    """No alias is left for a student. Split the class, or shorten the names. Nothing was changed."""


_LOOKS_LIKE = str.maketrans(
    {
        # What NFKD does not take apart.
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "ȷ": "j", "æ": "ae",  # noqa: RUF001
        "œ": "oe", "þ": "th", "ß": "ss", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ɛ": "e",
        "ɔ": "o", "ɲ": "n", "ɨ": "i", "ʉ": "u",
        # Letters of other scripts that are read as one of ours.
        **dict(zip("аеорсухіѕјһкмтнвԁԛԝ", "aeopcyxisjhkmthbdqw", strict=True)),
        **dict(zip("αβεικνορτυχη", "abeiknoptuxn", strict=True)),
    }
)


def plain(text: str) -> str:
    """Lower case without accents or invisible signs, in plain Latin letters where it looks so: to compare
    by."""
    # Letters that are only another form of one (bold, full width) are lower case only once they are it.
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(
        sign for sign in parts if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
    ).translate(_LOOKS_LIKE)


def words(names: Iterable[str]) -> frozenset[str]:
    """The words of somebody's real names, to compare by. Single letters tell nobody anything."""
    found = (word for name in names for word in re.split(r"[\W\d_]+", plain(name)))
    return frozenset(word for word in found if len(word) > 1)


_BY_ANIMAL = {
    animal: [alias for alias in ALL if alias.endswith(f" {animal}")] for animal in ANIMALS
}
_PLAIN = {alias: plain(alias) for alias in ALL}
_TRIES = 40


class Taken:
    """The aliases in a class, kept so that asking for one does not take longer the more there are."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.animals: Counter[str] = Counter()
        """How many have an alias that ends with this word."""
        self._plain: set[str] = set()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        self._plain.add(_PLAIN.get(name) or plain(name))
        if name.strip():
            self.animals[name.rsplit(maxsplit=1)[-1]] += 1

    def __contains__(self, name: str) -> bool:
        return (_PLAIN.get(name) or plain(name)) in self._plain



def fits(alias: str, real: frozenset[str]) -> bool:
    """Whether an alias gives nothing of these words (from `words`) away: neither holds the other."""
    mine = _PLAIN.get(alias) or plain(alias)
    joined = mine.replace(" ", "")
    return not any(
        word in joined or any(part in word for part in mine.split() if len(part) > 2) for word in real
    )


def free(taken: Collection[str], real_names: Iterable[str]) -> list[str]:
    """The aliases that a student of these names could have in a class where some are taken."""
    used, real = {plain(alias) for alias in taken}, words(real_names)
    return [alias for alias in ALL if _PLAIN[alias] not in used and fits(alias, real)]


def choose(taken: Collection[str], real_names: Iterable[str], rng: random.Random) -> Alias:
    """An alias that is not taken, of an animal that few in the class have.

    Args:
        taken: the aliases in the class.
        real_names: given name, family name, and whatever else could tell who the student is.

    Raises:
        NoAliasLeft: none is left (400).
    """
    return choose_among([Taken(taken)], real_names, rng)


def choose_among(around: Collection[Taken], real_names: Iterable[str], rng: random.Random) -> Alias:
    """`choose`, for somebody who is in several classes.

    Raises:
        NoAliasLeft: none is left (400).
    """
    real = words(real_names)
    animals = {animal: sum(taken.animals[animal] for taken in around) for animal in ANIMALS}

    def is_free(name: str) -> bool:
        return fits(name, real) and not any(name in taken for taken in around)

    fewest = min(animals.values())
    rare = [animal for animal in ANIMALS if animals[animal] == fewest]
    for _ in range(_TRIES):  # nearly always the first one fits; a whole school is named at once
        name = rng.choice(_BY_ANIMAL[rng.choice(rare)])
        if is_free(name):
            return Alias(name, ALL[name])
    possible = [name for name in ALL if is_free(name)]
    if not possible:
        raise NoAliasLeft
    fewest = min(animals[name.split()[1]] for name in possible)
    name = rng.choice([name for name in possible if animals[name.split()[1]] == fewest])
    return Alias(name, ALL[name])
