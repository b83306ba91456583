"""The guard of the notes: honest pages are never refused, and nothing else changes the document."""

from __future__ import annotations

import contextlib
import random
import time
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime import notes_guard, yjs_update
from realtime.notes_guard import DEPTH_LIMIT, NotesGuard
from realtime.page_guard import CLIENT_LIMIT, RUN_LIMIT, WORK_PER_S, Gap, Refused
from realtime.yjs_update import Id
from tests.unit import yjs_bytes as raw
from tests.unit.notes_page import NotesEditor, NotesServer, exchange, resync, step, str_of
from tests.unit.yjs_bytes import TEXT_TYPE, child, format_, inserted, letters

ANA, BEN, EVE = (UUID(int=number) for number in (1, 2, 3))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_honest_pages_are_never_refused_and_end_equal(chance: random.Random) -> None:
    server = NotesServer()
    known: dict[str, Id] = {}
    ids = chance.sample(range(2, 100), 4)
    editors = [NotesEditor(who, client, known)
               for who, client in zip((ANA, ANA, BEN, EVE), ids, strict=True)]
    for _ in range(chance.randint(1, 50)):
        editor = chance.choice(editors)
        match chance.choice(["edit", "edit", "edit", "edit", "step", "step", "step", "resync", "whole"]):
            case "edit":
                editor.edit(chance)
            case "step":
                step(server, editors, editor)
            case "resync":
                resync(server, editors, editor)
            case _:  # everything it knows, after everything it has sent
                while editor.unsent:
                    step(server, editors, editor)
                assert server.receive(editor.doc.get_update(), editor.user_id) is None
        if chance.random() < 0.1:
            server.guard._renew_at = 0
            server.guard.compacted(server.doc.get_update())
    for editor in editors:
        chance.choice([exchange, lambda s, e, one=editor: resync(s, e, one)])(server, editors)
    exchange(server, editors)
    for editor in editors:
        resync(server, editors, editor)
    exchange(server, editors)
    for editor in editors:
        assert editor.state() == server.state()
    knows_the_order(server, known)


def knows_the_order(server: NotesServer, known: dict[str, Id]) -> None:
    """Letters stand for the guard in the order in which they stand in the document."""
    whole = NotesGuard({}, lambda: b"\0\0")
    whole.observe(yjs_update.read_stored(server.doc.get_update()))
    reader = NotesEditor(EVE, 1000)
    reader.apply(server.doc.get_update())
    for guard in (server.guard, whole):
        assert guard._next_clock == raw.state_vector(server.doc.get_state())
        for text in reader.texts():
            ticks = [known[letter] for letter in str_of(text)]
            if ticks:
                found = guard._known._order.find(ticks[0])
                assert found is not None
                assert found[1].place is not None
                here = guard._known._order.listed(found[1].place)
                assert [each for each in here if each in set(ticks)] == ticks


def world() -> tuple[NotesServer, NotesEditor, NotesEditor]:
    """Ana has written a paragraph, clocks 0 to 5 of client 10: the paragraph, its text, "abcd"."""
    server = NotesServer()
    ana, ben = NotesEditor(ANA, 10), NotesEditor(BEN, 20)
    server.receive(
        raw.update(
            (10, 0, [child("notes", "paragraph"), child((10, 0), TEXT_TYPE), letters((10, 1), "abcd")])
        ),
        ANA,
    )
    for each in (ana, ben):
        each.apply(server.doc.get_update())
    assert str(server.notes) == "<paragraph>abcd</paragraph>"
    return server, ana, ben


def nested_lists(client: int, depth: int) -> bytes:
    """`depth` elements in elements."""
    structs = [child("notes", "bullet_list")]
    structs += [child((client, n), "list_item" if n % 2 == 0 else "bullet_list") for n in range(depth - 1)]
    return raw.update((client, 0, structs))


HOSTILE = {
    "another root": raw.update((30, 0, [child("other", "paragraph")])),
    "the board's root": raw.update((30, 0, [raw.element("a")])),
    "an element that there is not": raw.update((30, 0, [child("notes", "image")])),
    "a script": raw.update((30, 0, [child("notes", "script")])),
    "an element called as texts are here": raw.update((30, 0, [child((10, 0), "#text")])),
    "an element without a name": raw.update((30, 0, [child("notes", "")])),
    "an item outside of a list": raw.update((30, 0, [child("notes", "list_item")])),
    "a paragraph in a paragraph": raw.update((30, 0, [child((10, 0), "paragraph")])),
    "a heading in a list": raw.update(
        (30, 0, [child("notes", "bullet_list"), child((30, 0), "list_item"), child((30, 1), "heading")])
    ),
    "a text at the top": raw.update((30, 0, [child("notes", TEXT_TYPE)])),
    "letters in an element": raw.update((30, 0, [letters((10, 0), "x")])),
    "letters at the top": raw.update((30, 0, [letters("notes", "x")])),
    "letters in letters": raw.update((30, 0, [letters((10, 3), "x")])),
    "an element in a text": raw.update((30, 0, [child((10, 1), "paragraph")])),
    "an element beside letters": raw.update(
        (30, 0, [inserted((10, 3), (10, 4), raw.uint(3) + raw.blob("paragraph"), kind=raw.TYPE)])
    ),
    "an attribute": raw.update((30, 0, [raw.field((10, 0), "href", raw.text("https://x.example"))])),
    "a map": raw.update((30, 0, [child("notes", raw.MAP)])),
    "a plain text": raw.update((30, 0, [child((10, 0), raw.TEXT)])),
    "a hook": raw.update((30, 0, [child("notes", "paragraph", ref=5)])),
    "a fragment": raw.update((30, 0, [child((10, 0), 4)])),
    "an embedded thing": raw.update((30, 0, [inserted((10, 5), None, raw.blob("{}"), kind=raw.EMBED)])),
    "plain values": raw.update((30, 0, [inserted((10, 5), None, raw.text("x"), kind=raw.ANY)])),
    "old JSON": raw.update((30, 0, [inserted((10, 5), None, raw.uint(1) + raw.blob("1"), kind=raw.JSON)])),
    "a document": raw.update((30, 0, [inserted((10, 5), None, raw.blob("x") + b"\x7f", kind=raw.DOC)])),
    "bytes": raw.update((30, 0, [inserted((10, 5), None, raw.blob("x"), kind=raw.BINARY)])),
    "a link": raw.update((30, 0, [format_((10, 5), "link", '{"href":"https://x.example"}')])),
    "a mark with a value": raw.update((30, 0, [format_((10, 5), "strong", '{"style":"x"}')])),
    "a mark that is no JSON": raw.update((30, 0, [format_((10, 5), "strong", "{")])),
    "a mark in an element": raw.update((30, 0, [format_((10, 1), "strong", "{}")])),
    "lists too deep": nested_lists(30, DEPTH_LIMIT + 1),
    "Ana's client id": raw.update((10, 6, [letters((10, 1), "x")])),
    "a gap filled for Ana": raw.update((10, 6, [raw.gc(1000)])),
    "neighbours the wrong way round": raw.update((30, 0, [inserted((10, 4), (10, 2), raw.blob("x"))])),
    "neighbours in two places": raw.update((30, 0, [inserted((10, 0), (10, 3), raw.blob("x"))])),
    "one item between itself": raw.update((30, 0, [inserted((10, 3), (10, 3), raw.blob("x"))])),
    "deleted before it exists": raw.update(deletes=[(10, 6, 1)]),
    "deleted of a client unknown": raw.update(deletes=[(77, 0, 1)]),
    "too long a run": raw.update((30, 0, [raw.gc(RUN_LIMIT + 1)])),
    "too many client ids": raw.update(
        *[(100 + n, 0, [child("notes", "paragraph")]) for n in range(CLIENT_LIMIT + 1)]
    ),
    "items upon each other": raw.update(
        (30, 0, [inserted((31, 0), None, raw.blob("x"))]), (31, 0, [inserted((30, 0), None, raw.blob("x"))])
    ),
    "no UTF-8": raw.update((30, 0, [inserted((10, 5), None, raw.blob(b"\xff"))])),
    "a lone zero": b"\0",
    "52 kB of arrays in arrays": raw.update((30, 0, [raw.field((10, 0), "y", raw.nested_arrays(52_000))])),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_updates_change_nothing(data: bytes) -> None:
    server, ana, ben = world()
    before = server.state()
    with pytest.raises(Refused):
        server.receive(data, EVE)
    assert server.state() == before
    assert server.guard.writers.keys() == {10}
    # And nobody else is hurt: they go on as before.
    ben.write(ben.texts()[0], 4)
    exchange(server, [ana, ben])
    assert ana.state() == ben.state() == server.state()
    assert len(str_of(ana.texts()[0])) == 5


@pytest.mark.parametrize(
    "data",
    [
        raw.update((30, 5, [child("notes", "paragraph")])),
        raw.update((30, 0, [inserted((10, 99), None, raw.blob("x"))])),
        raw.update((30, 0, [inserted((10, 5), (99, 0), raw.blob("x"))])),
        raw.update((30, 0, [letters((30, 8), "x")])),
        raw.update((30, 0, [raw.skip(4), child("notes", "paragraph")])),
    ],
    ids=["own", "left", "right", "parent", "skip"],
)
def test_what_builds_on_something_missing_is_asked_for(data: bytes) -> None:
    server, *_ = world()
    before = server.state()
    with pytest.raises(Gap):
        server.receive(data, EVE)
    assert server.state() == before


def test_everyone_may_delete_what_is_there() -> None:
    server, ana, ben = world()
    ben.erase(ben.texts()[0], 0, 2)
    exchange(server, [ana, ben])
    assert str(server.notes) == "<paragraph>cd</paragraph>"
    assert str(ana.notes) == str(server.notes)


def test_what_came_and_went_before_it_was_sent_may_come() -> None:
    """A page that wrote without a connection, and deleted again, sends only how much that was."""
    server, *_ = world()
    server.receive(raw.update((30, 0, [raw.gc(5), letters((10, 1), "", kind=raw.DELETED)])), EVE)
    before = str(server.notes)
    # What builds on it is gone as well, wherever it says that it stands.
    server.receive(raw.update((30, 6, [inserted((30, 2), None, raw.blob("x")), letters((30, 3), "y")])), EVE)
    assert str(server.notes) == before
    assert raw.state_vector(server.doc.get_state())[30] == 8 == server.guard._next_clock[30]


def test_a_gap_that_is_half_known() -> None:
    server, *_ = world()
    server.receive(raw.update((30, 0, [raw.gc(5)])), EVE)
    server.receive(raw.update((30, 0, [raw.gc(9)])), EVE)
    assert raw.state_vector(server.doc.get_state())[30] == 9 == server.guard._next_clock[30]
    server.receive(raw.update((30, 9, [child("notes", "heading")])), EVE)
    assert "<heading></heading>" in str(server.notes)


def test_who_writes_into_what_was_deleted_meanwhile_is_not_refused() -> None:
    server, ana, ben = world()
    del ana.notes.children[0]
    ben.write(ben.texts()[0], 2, 3)
    ben.add("paragraph", 1)
    step(server, [ana, ben], ana)
    server.guard._renew_at = 0
    server.guard.compacted(server.doc.get_update())
    exchange(server, [ana, ben])
    assert ana.state() == ben.state() == server.state()
    assert len(str_of(ana.texts()[0])) == 1


def test_a_client_id_belongs_to_who_used_it_first() -> None:
    server, *_ = world()
    assert not server.guard.reserve(10, EVE)
    assert server.guard.reserve(40, ANA)
    with pytest.raises(Refused):
        server.receive(raw.update((40, 0, [child("notes", "paragraph")])), EVE)
    server.guard.release(40)
    server.receive(raw.update((40, 0, [child("notes", "paragraph")])), EVE)


def test_so_much_text_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_guard, "TEXT_LIMIT", 20)
    server, ana, ben = world()
    ana.write(ana.texts()[0], 4, 16)
    exchange(server, [ana, ben])
    ben.write(ben.texts()[0], 0)
    with pytest.raises(Refused, match="full"):
        step(server, [ana, ben], ben)
    ana.erase(ana.texts()[0], 0, 10)
    exchange(server, [ana])
    resync(server, [ana, ben], ben)
    ana.write(ana.texts()[0], 0, 9)
    exchange(server, [ana, ben])
    # Everything is written anew: what goes makes room for what comes.
    with ana.doc.transaction():
        text = ana.texts()[0]
        ana.erase(text, 0, len(str_of(text)))
        ana.write(text, 0, 20)
    exchange(server, [ana, ben])
    assert len(str_of(ben.texts()[0])) == 20


def test_so_many_items_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_guard, "ITEM_LIMIT", 30)
    server, ana, ben = world()
    for n in range(100):  # typed one after the other, they are one
        ana.write(ana.texts()[0], 4 + n)
    exchange(server, [ana, ben])

    def scatter() -> None:
        for n in range(30):
            ben.write(ben.texts()[0], 2 * n)
            step(server, [ben], ben)

    with pytest.raises(Refused, match="full"):
        scatter()


def test_what_is_too_large() -> None:
    server, *_ = world()
    much = raw.update((30, 0, [letters((10, 1), "x" * notes_guard.UPDATE_LIMIT_BYTES)]))
    with pytest.raises(Refused, match="large"):
        server.guard.check(much, EVE)


def test_who_clears_away_is_noticed() -> None:
    server, ana, ben = world()
    ana.write(ana.texts()[0], 4, 500)
    exchange(server, [ana, ben])
    ben.erase(ben.texts()[0], 0, 50)
    assert not server.guard.deletes_much(server.guard.check(ben.unsent[0], BEN))
    exchange(server, [ana, ben])
    ben.erase(ben.texts()[0], 0, 300)
    assert server.guard.deletes_much(server.guard.check(ben.unsent[0], BEN))


# --- work: what Yjs has to pass to find an item's place


def chop(server: NotesServer, count: int, first: int = 30, end: int = 60) -> None:
    """Letters that all claim the same place, as if each knew of no other."""
    for client in range(first, end):
        server.receive(raw.update((client, 0, [inserted((10, 5), None, raw.blob("x"))] * count)), EVE)


def test_work_that_grows_with_the_square_is_refused() -> None:
    server, *_ = world()
    with pytest.raises(Refused, match="too much"):
        chop(server, 600)
    assert str(server.notes).startswith("<paragraph>abcd")


def test_the_work_of_a_person_is_counted_and_forgotten() -> None:
    server, *_ = world()
    now = 0.0
    server.guard._now = lambda: now
    with pytest.raises(Refused):
        chop(server, 300)
    with pytest.raises(Refused):
        chop(server, 300, 90, 91)
    now = notes_guard.STEPS_LIMIT / WORK_PER_S
    chop(server, 50, 91, 92)


def test_what_is_accepted_is_applied_soon() -> None:
    server, *_ = world()
    row = [inserted((10, 5), None, raw.blob("x"))] * 590
    started = time.perf_counter()
    server.receive(raw.update((30, 0, row)), EVE)
    assert time.perf_counter() - started < 5


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_updates_never_harm(data: st.DataObject) -> None:
    """Whatever passes the guard, Yjs takes, and both come to the same clocks."""
    server, ana, ben = world()
    honest = bytearray(
        raw.update(
            (30, 0, [
                inserted((10, 3), (10, 4), raw.blob("xy")), child("notes", "bullet_list"),
                child((30, 2), "list_item"), child((30, 3), "paragraph"), child((30, 4), TEXT_TYPE),
                letters((30, 5), "zz"), format_((30, 6), "strong", "{}"),
            ]),
            deletes=[(10, 4, 1), (30, 0, 1)],
        )
    )
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(honest) - 1))
        honest[at] = data.draw(st.integers(0, 255) | st.sampled_from([0, 1, 3, 4, 6, 7, 10, 30, 0xC4, 0x84]))
    sent_on = None
    with contextlib.suppress(Refused, Gap):
        sent_on = server.receive(bytes(honest), EVE)
    assert raw.state_vector(server.doc.get_state()) == server.guard._next_clock
    for each in (ana, ben):
        if sent_on is not None:
            each.apply(sent_on)
        assert each.state() == server.state()
