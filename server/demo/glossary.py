"""The words that the schools of the demo world have collected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from server.demo.shapes import demo_id
from server.demo.world import WORLD
from server.glossary import rules
from server.glossary.models import GlossaryEntry
from server.glossary.rules import Draft, Word

_WORDS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("willow/okafor", {"en": "river", "sw": "mto", "fr": "rivière", "ar": "نهر"},
     "Water that flows to a lake or to the sea."),
    ("nakuru-hill/wanjiru", {"sw": "ziwa", "en": "lake", "fr": "lac", "ar": "بحيرة"}, ""),
    ("nakuru-hill/wanjiru", {"sw": "kina", "en": "depth"}, "How far it is down to the ground."),
    ("willow/okafor", {"en": "rain gauge", "sw": "kipimamvua"}, "A glass that shows how much rain fell."),
    ("nakuru-hill/wanjiru", {"sw": "heroe", "en": "flamingo"}, "A pink bird with long legs."),
    ("willow/okafor", {"en": "heron", "sw": "korongo"}, "A grey bird that stands very still."),
)


def entries(now: datetime) -> Iterator[GlossaryEntry]:
    """Those of the partnership of the two rivers."""
    for number, (author, words, note) in enumerate(_WORDS):
        school_name, _, person = author.partition("/")
        school = WORLD.school(school_name)
        draft = rules.checked(Draft([Word(tag, word) for tag, word in words.items()], note))
        yield GlossaryEntry(
            id=demo_id("word", str(number)), partnership_id=demo_id("partnership", "rivers"),
            words=[[each.language, each.text] for each in draft.words], note=draft.note,
            sort_key=rules.sort_key(draft), search_text=rules.searched(draft),
            added_by_id=school.person(person), added_at=now, changed_by_school_id=school.id, changed_at=now,
        )
