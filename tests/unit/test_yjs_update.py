"""The reader of Yjs updates: agrees with the library, and takes whatever bytes come."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map

from realtime import yjs_update
from realtime.yjs_update import DEPTH_LIMIT, STRUCT_LIMIT, Deletion, Id, MalformedUpdate
from tests.unit import yjs_bytes as raw

plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20)
)
values = plain | st.lists(plain, max_size=3) | st.dictionaries(st.text(max_size=5), plain, max_size=3)
edits = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", "ключ", "", "🐦"]), values), max_size=12
)


def document(edits_made: list[tuple[str, str, object]]) -> tuple[Doc, list[bytes]]:
    """A document after some edits, and the update of each."""
    doc = Doc(client_id=7)
    elements = doc.get("elements", type=Map)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for key, field, value in edits_made:
        with doc.transaction():
            if key not in elements:
                elements[key] = Map()
            elements[key][field] = value
    doc.unobserve(subscription)
    return doc, updates


@settings(deadline=None)
@given(edits)
def test_reads_what_the_library_writes(made: list[tuple[str, str, object]]) -> None:
    doc, updates = document(made)
    whole = yjs_update.read(doc.get_update())
    ends: dict[int, int] = {}
    for item in whole.items:
        assert item.clock == ends.get(item.client, 0)
        ends[item.client] = item.clock + item.length
    assert ends == raw.state_vector(doc.get_state())
    for update in updates:
        yjs_update.read(update)


def test_reads_an_elements_items_and_deletions() -> None:
    doc, updates = document([("a", "by", "me"), ("a", "x", 1), ("a", "x", 2)])
    client = doc.client_id
    made, set_x, set_again = (yjs_update.read(each) for each in updates)
    assert next((item.parent_root, item.key, item.type_ref) for item in made.items) == ("elements", "a", 1)
    assert (made.items[1].parent_id, made.items[1].key, made.items[1].text) == (Id(client, 0), "by", "me")
    assert (set_x.items[0].key, set_x.items[0].origin) == ("x", None)
    assert (set_again.items[0].origin, set_again.items[0].parent_id) == (Id(client, 2), None)
    assert set_again.deletions == [Deletion(client, 2, 1)]


@settings(deadline=None)
@given(edits, st.data())
def test_an_update_can_be_put_together_with_other_deletions(
    made: list[tuple[str, str, object]], data: st.DataObject
) -> None:
    doc, _ = document(made)
    update = yjs_update.read(doc.get_update())
    assert yjs_update.read(yjs_update.with_deletions(update.structs, update.deletions)) == update
    fewer = [each for each in update.deletions if data.draw(st.booleans())]
    again = yjs_update.read(yjs_update.with_deletions(update.structs, fewer))
    assert (again.items, again.deletions) == (update.items, fewer)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_malformed(data: bytes) -> None:
    with contextlib.suppress(MalformedUpdate):
        yjs_update.read(data)


@settings(deadline=None)
@given(edits, st.data())
def test_a_damaged_update_is_read_or_malformed(
    made: list[tuple[str, str, object]], data: st.DataObject
) -> None:
    whole = bytearray(document(made)[0].get_update())
    for _ in range(data.draw(st.integers(1, 3))):
        kind = data.draw(st.sampled_from(["cut", "change", "insert"]))
        at = data.draw(st.integers(0, len(whole)))
        if kind == "cut":
            del whole[at:]
        elif kind == "insert":
            whole[at:at] = data.draw(st.binary(min_size=1, max_size=4))
        elif at < len(whole):
            whole[at] = data.draw(st.integers(0, 255))
    try:
        read = yjs_update.read(bytes(whole))
    except MalformedUpdate:
        return
    # What is read here, the library takes; otherwise one page could break a room.
    assume(all(item.content in (0, 1, 3, 7, 8, 10) for item in read.items))
    assume(all(item.type_ref in (-1, 1) for item in read.items))
    Doc().apply_update(bytes(whole))


BAD = {
    "empty": b"",
    "bytes after the end": raw.drawing(1, "a", "me") + b"\0",
    "a number written long": b"\1" + raw.uint(1, pad=1) + b"\1\0" + raw.element("a") + b"\0",
    "a number past 2^53": raw.update((1 << 53, 0, [raw.element("a")])),
    "a deletion of a client past 2^53": raw.update((1, 0, [raw.element("a")]), deletes=[(1 << 53, 0, 1)]),
    "a deletion of nothing": raw.update((1, 0, [raw.element("a")]), deletes=[(2, 0, 0)]),
    "a struct of nothing": raw.update((1, 0, [raw.gc(0)])),
    "a client twice": raw.update((1, 0, [raw.element("a")]), (1, 0, [raw.element("b")])),
    "a clock past 2^31": raw.update((1, (1 << 31) - 1, [raw.gc(2)])),
    "more structs than bytes": b"\1\x7f\1\0",
    "text that is no UTF-8": raw.update((1, 0, [raw.plain(raw.text(b"\xff"))])),
    "text in a list that is no UTF-8": raw.update((1, 0, [raw.plain(b"\1\x75\1\x77\1\xff")])),
    "a name that is no UTF-8": raw.update((1, 0, [raw.plain(b"\1\x76\1\1\xff\x7f")])),
    "a whole number past 2^53": raw.update((1, 0, [raw.plain(b"\1\x7d" + b"\xbf" + b"\xff" * 7 + b"\1")])),
    "a whole number without end": raw.update((1, 0, [raw.plain(b"\1\x7d" + b"\xff" * 40)])),
    "no such value": raw.update((1, 0, [raw.plain(b"\1\x73")])),
    "no such content": raw.update((1, 0, [raw.plain(b"\0", kind=12)])),
    "52 kB of arrays in arrays": raw.update((1, 0, [raw.plain(raw.nested_arrays(52_000))])),
    "one array too deep": raw.update((1, 0, [raw.plain(raw.nested_arrays(2 * DEPTH_LIMIT + 2))])),
    "too many structs": raw.update((1, 0, [raw.gc(1)] * (STRUCT_LIMIT + 1))),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_malformed(data: bytes) -> None:
    with pytest.raises(MalformedUpdate):
        yjs_update.read(data)


def test_a_stored_page_may_have_more_structs() -> None:
    page = raw.update((1, 0, [raw.gc(1)] * (STRUCT_LIMIT + 1)))
    assert len(yjs_update.read_stored(page).items) == STRUCT_LIMIT + 1


def test_time_grows_with_size_only() -> None:
    """Counts, not clocks, would be better; ten times over linear is far from noise and from quadratic."""

    def seconds(structs: int) -> float:
        page = raw.update((1, 0, [raw.element("a")] + [raw.field((1, 0), "x", raw.text("y"))] * structs))
        best = 1e9
        for _ in range(3):
            start = time.perf_counter()
            yjs_update.read(page)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(20_000) < 10 * 20 * seconds(1_000)
