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


def plain(text: str) -> str:
    """Lower case without accents, to compare by."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def words(names: Iterable[str]) -> frozenset[str]:
    """The words of somebody's real names, to compare by. Single letters tell nobody anything."""
    found = (word for name in names for word in re.split(r"[\W\d_]+", plain(name)))
    return frozenset(word for word in found if len(word) > 1)


_BY_ANIMAL = {
    animal: [alias for alias in ALL if alias.endswith(f" {animal}")] for animal in ANIMALS
}
_TRIES = 40


def fits(alias: str, real: frozenset[str]) -> bool:
    """Whether an alias gives nothing of these words (from `words`) away: neither holds the other."""
    mine = plain(alias)
    joined = mine.replace(" ", "")
    return not any(
        word in joined or any(part in word for part in mine.split() if len(part) > 2) for word in real
    )


def free(taken: Collection[str], real_names: Iterable[str]) -> list[str]:
    """The aliases that a student of these names could have in a class where some are taken."""
    used, real = {plain(alias) for alias in taken}, words(real_names)
    return [alias for alias in ALL if plain(alias) not in used and fits(alias, real)]


def choose(taken: Collection[str], real_names: Iterable[str], rng: random.Random) -> Alias:
    """An alias that is not taken, of an animal that few in the class have.

    Args:
        taken: the aliases in the class.
        real_names: given name, family name, and whatever else could tell who the student is.

    Raises:
        NoAliasLeft: none is left (400).
    """
    used, real = {plain(alias) for alias in taken}, words(real_names)
    animals = Counter(alias.split()[-1] for alias in taken if alias.strip())
    fewest = min(animals[animal] for animal in ANIMALS)
    for _ in range(_TRIES):  # nearly always the first one fits; a whole school is named at once
        animal = rng.choice([animal for animal in ANIMALS if animals[animal] == fewest])
        name = rng.choice(_BY_ANIMAL[animal])
        if plain(name) not in used and fits(name, real):
            return Alias(name, ALL[name])
    possible = [name for name in ALL if plain(name) not in used and fits(name, real)]
    if not possible:
        raise NoAliasLeft
    fewest = min(animals[name.split()[1]] for name in possible)
    name = rng.choice([name for name in possible if animals[name.split()[1]] == fewest])
    return Alias(name, ALL[name])
