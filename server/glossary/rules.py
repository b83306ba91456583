"""What fits into a glossary. Pure; docs/glossary.md says it in words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from server.chat.rules import search_text
from server.errors import Invalid
from server.polls.rules import plain
from server.schools.vocabulary import is_language

ENTRIES_LIMIT = 500
LANGUAGES_LIMIT = 8
WORD_LIMIT = 80
NOTE_LIMIT = 300
SORT_KEY_LIMIT = 80


class Word(msgspec.Struct, frozen=True):
    """A word in one language. `language`: BCP 47."""

    language: str
    text: str


class Draft(msgspec.Struct, frozen=True):
    """An entry as somebody wants it."""

    words: Sequence[Word]
    note: str = ""


def checked(draft: Draft) -> Draft:
    """The entry as it is stored.

    Raises:
        Invalid: there is no word, or one that is too long; too many languages, one twice, or none (400).
    """
    words = [Word(each.language, plain(each.text)) for each in draft.words]
    note = plain(draft.note)
    if not 1 <= len(words) <= LANGUAGES_LIMIT:
        raise Invalid(f"Give a word in 1 to {LANGUAGES_LIMIT} languages.")
    if not all(is_language(each.language) for each in words):
        raise Invalid("One of these is not a language.")
    if len({each.language.casefold() for each in words}) < len(words):
        raise Invalid("There are two words in one language. Give one, or two entries.")
    # What is only marks has nothing to be found or sorted by.
    if not all(search_text(each.text) and len(each.text) <= WORD_LIMIT for each in words):
        raise Invalid(f"Each word has 1 to {WORD_LIMIT} letters.")
    if len(note) > NOTE_LIMIT:
        raise Invalid(f"The note has at most {NOTE_LIMIT} letters.")
    return Draft(words, note)


def sort_key(draft: Draft) -> str:
    """What an entry is sorted by: its first word, without case and accents."""
    return search_text(draft.words[0].text)[:SORT_KEY_LIMIT]


def searched(draft: Draft) -> str:
    """What an entry is found by: its words and its note, each on a line of its own."""
    return "\n".join(search_text(each) for each in (*(word.text for word in draft.words), draft.note))
