"""The lists of `words/`: one file for each language, in sections that all languages share.

Sections of phrases part them by semicolons, the others hold single words. All is written as it is after
folding (`folding`): small letters without accents, Arabic without vowel signs and with every alef bare.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

LANGUAGES = ("en", "fr", "ar", "sw")
PHRASES = frozenset(("unkind", "worry", "allowed", "asks"))


def _read() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        name = ""
        path = Path(__file__).parent / "words" / f"{language}.txt"
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                name = line.strip("[]")
            elif line and not line.startswith("#"):
                entries = line.split(";") if name in PHRASES else line.split()
                found[name] += [entry.strip() for entry in entries if entry.strip()]
    return {name: tuple(entries) for name, entries in found.items()}


LISTS = _read()
"""By section, what is in it, of all languages."""
