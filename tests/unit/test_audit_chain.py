"""The hash chain of the audit log: whatever is done to a chain, the check finds where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from server.audit.chain import GENESIS, Broken, Entry, check

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SCHOOL = UUID(int=5)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(st.text(max_size=6), values, max_size=3)


def entry(seq: int = 1, previous: str = GENESIS, **fields: Any) -> Entry:
    given_fields: dict[str, Any] = {
        "at": NOON, "actor_id": None, "actor_school_id": None, "act": "school.verify", "subject_id": SCHOOL,
        "school_id": SCHOOL, "partnership_id": None, "before": {}, "after": {}, **fields,
    }
    return Entry(seq=seq, previous_hash=previous, **given_fields)


def linked(afters: list[dict[str, Any]]) -> list[tuple[Entry, str]]:
    made: list[tuple[Entry, str]] = []
    previous = GENESIS
    for seq, after in enumerate(afters, 1):
        each = entry(seq, previous, after=after)
        previous = each.hash()
        made.append((each, previous))
    return made


def walk(stored: list[tuple[Entry, str]]) -> Broken | None:
    seq, previous = 0, GENESIS
    for each, digest in stored:
        if broken := check(each, digest, seq + 1, previous):
            return broken
        seq, previous = each.seq, digest
    return None


def test_the_hash_of_an_entry_is_the_same_in_every_version_of_commonroom() -> None:
    made = entry(
        7, "ab" * 32, actor_id=UUID(int=1), actor_school_id=UUID(int=2), partnership_id=UUID(int=3),
        before={"status": "active", "ä": 1}, after={"b": [1, None, True], "a": {"ü": "中"}},
    )
    assert made.hash() == "0253fbdac13f9606d047f04e8717e73449a7e22930e2ce55c7308cac3f95bdc3"


@given(records, st.sampled_from([-11, -3, 0, 5, 14]))
def test_a_hash_outlives_the_way_through_json_the_order_of_keys_and_another_time_zone(
    after: dict[str, Any], hours: int
) -> None:
    made = entry(after=after)
    back = msgspec.json.decode(msgspec.json.encode(after))
    turned = dict(reversed(list(back.items())))
    elsewhere = NOON.astimezone(timezone(timedelta(hours=hours)))
    assert entry(after=turned, at=elsewhere).hash() == made.hash()


@given(st.lists(records, min_size=3, max_size=6), st.data())
def test_what_was_changed_removed_or_moved_is_found(
    afters: list[dict[str, Any]], data: st.DataObject
) -> None:
    stored = linked(afters)
    assert walk(stored) is None
    place = data.draw(st.integers(0, len(stored) - 2))

    changed = list(stored)
    each, digest = changed[place]
    changed[place] = msgspec.structs.replace(each, after={"something": "else entirely"}), digest
    assert walk(changed) == Broken(place + 1, "changed")

    forged = list(stored)  # with the hash made to fit: the next one still names the old hash
    other = msgspec.structs.replace(each, after={"something": "else entirely"})
    forged[place] = other, other.hash()
    assert walk(forged) == Broken(place + 2, "moved")

    assert walk(stored[:place] + stored[place + 1:]) == Broken(place + 1, "missing")

    swapped = list(stored)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert walk(swapped) == Broken(place + 1, "missing")

    renumbered = [
        (msgspec.structs.replace(one, seq=seq), kept) for seq, (one, kept) in enumerate(swapped, 1)
    ]
    assert walk(renumbered) == Broken(place + 1, "moved")


def test_every_field_is_part_of_the_hash() -> None:
    plain = entry()
    others: dict[str, Any] = {
        "seq": 2, "at": NOON + timedelta(microseconds=1), "actor_id": SCHOOL, "actor_school_id": SCHOOL,
        "act": "school.unverify", "subject_id": None, "school_id": None, "partnership_id": SCHOOL,
        "before": {"a": 1}, "after": {"a": 1}, "previous_hash": "1" * 64,
    }
    assert set(others) == set(Entry.__struct_fields__)
    found = {msgspec.structs.replace(plain, **{name: value}).hash() for name, value in others.items()}
    assert len(found | {plain.hash()}) == len(others) + 1
