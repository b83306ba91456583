"""What changed between two texts of an agreement, section by section and word by word. Pure.

Words are found in any script: a mark stays with its letter, and where a script puts no space between
words each letter stands alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

import msgspec

from server.agreements.rules import SECTIONS, AgreementText, Barrier, Goal, Task


class Op(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Part(msgspec.Struct, frozen=True):
    """Some words of a changed text. Those not `added` make the text before, those not `removed` after."""

    op: Op
    text: str


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs. `before` is empty when it was added, `after` when it was removed."""

    kind: ChangeKind
    field: str
    """Code of what it is: `goal.text`, `goal.baseline`, `barrier.barrier`, `barrier.strategy`,
    `duty.what`, `duty.who`, or the section itself."""
    position: int | None = None
    """Of an entry in a list, from 1: in the new text, or in the old one when it was removed."""
    school_id: UUID | None = None
    before: str
    after: str
    parts: list[Part]


class SectionChanges(msgspec.Struct, frozen=True):
    """A section of the text, by the name of its field; without changes when it is the same."""

    section: str
    changes: list[Change]


Item = TypeVar("Item", Goal, Barrier, Task)
Named = Callable[[UUID], str]


def difference(old: AgreementText, new: AgreementText, school_name: Named = str) -> list[SectionChanges]:
    """Every section in its order, with what is different in it.

    Args:
        school_name: what a school is called, where a text names one.
    """
    found: dict[str, Iterable[Change]] = {
        "goals": _in_list("goal", old.goals, new.goals, school_name),
        "weekly_minutes": _by_school("weekly_minutes", old.weekly_minutes, new.weekly_minutes),
        "typical_days": _by_school("typical_days", old.typical_days, new.typical_days),
        "time_difference": _in_text("time_difference", old.time_difference, new.time_difference),
        "internet": _by_school("internet", old.internet, new.internet),
        "barriers": _in_list("barrier", old.barriers, new.barriers, school_name),
        "duties": _in_list("duty", old.duties, new.duties, school_name),
        "review_on": _in_text("review_on", old.review_on.isoformat(), new.review_on.isoformat()),
        "expires_on": _in_text("expires_on", old.expires_on.isoformat(), new.expires_on.isoformat()),
        "extra": _in_text("extra", old.extra, new.extra),
    }
    return [SectionChanges(section, list(found[section])) for section in SECTIONS]


def _change(
    field: str, before: str, after: str, kind: ChangeKind, position: int | None = None,
    school_id: UUID | None = None,
) -> Change:
    return Change(
        kind=kind, field=field, position=position, school_id=school_id, before=before, after=after,
        parts=parts(before, after),
    )


def _kind(before: str, after: str) -> ChangeKind:
    if not before:
        return ChangeKind.ADDED
    return ChangeKind.CHANGED if after else ChangeKind.REMOVED


def _in_text(field: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield _change(field, before, after, _kind(before, after))


def _by_school(field: str, old: Mapping[UUID, object], new: Mapping[UUID, object]) -> Iterator[Change]:
    for school_id in [*old, *(each for each in new if each not in old)]:
        before, after = str(old.get(school_id, "")), str(new.get(school_id, ""))
        if school_id not in old:
            kind = ChangeKind.ADDED
        elif school_id not in new:
            kind = ChangeKind.REMOVED
        elif before != after:
            kind = ChangeKind.CHANGED
        else:
            continue
        yield _change(field, before, after, kind, school_id=school_id)


def _in_list(noun: str, old: Sequence[Item], new: Sequence[Item], school_name: Named) -> Iterator[Change]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for op, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if op == "equal":
            continue
        both = min(old_end - old_start, new_end - new_start)
        for step in range(both):
            before, after = old[old_start + step], new[new_start + step]
            for name in before.__struct_fields__:
                was, now = _shown(before, name, school_name), _shown(after, name, school_name)
                if getattr(before, name) != getattr(after, name):
                    yield _change(f"{noun}.{name}", was, now, _kind(was, now), new_start + step + 1)
        for place in range(old_start + both, old_end):
            yield from _whole(noun, old[place], ChangeKind.REMOVED, place + 1, school_name)
        for place in range(new_start + both, new_end):
            yield from _whole(noun, new[place], ChangeKind.ADDED, place + 1, school_name)


def _whole(
    noun: str, item: Goal | Barrier | Task, kind: ChangeKind, position: int, school_name: Named
) -> Iterator[Change]:
    for name in item.__struct_fields__:
        if shown := _shown(item, name, school_name):
            before, after = ("", shown) if kind is ChangeKind.ADDED else (shown, "")
            yield _change(f"{noun}.{name}", before, after, kind, position)


def _shown(item: Goal | Barrier | Task, name: str, school_name: Named) -> str:
    value = getattr(item, name)
    return school_name(value) if isinstance(value, UUID) else str(value)


PAIRS_LIMIT = 1_000_000
"""Words before times words after: longer texts are shown as replaced between what they begin and end with."""


def parts(before: str, after: str) -> list[Part]:
    """The words that stayed, went and came, in the order in which they are read."""
    old, new = words(before), words(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old_middle, new_middle = old[start:len(old) - end], new[start:len(new) - end]
    found: list[tuple[Op, list[str]]] = [(Op.SAME, old[:start])]
    if len(old_middle) * len(new_middle) > PAIRS_LIMIT:
        found += [(Op.REMOVED, old_middle), (Op.ADDED, new_middle)]
    else:
        matcher = SequenceMatcher(None, old_middle, new_middle)
        for op, old_start, old_end, new_start, new_end in matcher.get_opcodes():
            if op == "equal":
                found.append((Op.SAME, old_middle[old_start:old_end]))
            else:
                found.append((Op.REMOVED, old_middle[old_start:old_end]))
                found.append((Op.ADDED, new_middle[new_start:new_end]))
    found.append((Op.SAME, old[len(old) - end:]))
    return [Part(op, "".join(tokens)) for op, tokens in found if tokens]


_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts that put no space between words: each of their letters stands alone."""
_JOINERS = "\u200c\u200d"


def words(text: str) -> list[str]:
    """A text in words, spaces and signs, which joined are the text again. Marks stay with their letter."""
    found: list[str] = []
    last = ""
    for char in text:
        kind = _kind_of(char)
        if found and (kind == "mark" or (kind == last and kind in ("word", "space"))):
            found[-1] += char
        else:
            found.append(char)
            last = kind
    return found


def _kind_of(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "M" or char in _JOINERS:
        return "mark"
    if char.isspace():
        return "space"
    if any(first <= ord(char) <= final for first, final in _UNSPACED):
        return "letter"
    return "word" if category[0] in "LN" or char in "_'\u2019" else "sign"
