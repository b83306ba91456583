"""The guard of a board page: honest pages are never refused, and nothing else changes the document.

`Server` is a page's document behind its guard, without sockets or storage; `Editor` is a person's page.
Both use what `realtime.board_room` uses, in the same order.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections import deque
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, TransactionEvent

from realtime import yjs_update
from realtime.board_guard import (
    CLIENT_LIMIT,
    ELEMENT_LIMIT,
    FIELD_LIMIT,
    KEY_LIMIT,
    RUN_LIMIT,
    SIBLING_LIMIT,
    UPDATE_LIMIT_BYTES,
    WORK_LIMIT,
    WORK_PER_S,
    WRITER_LIMIT,
    BoardGuard,
    Gap,
    Refused,
)
from realtime.board_ranges import Ranges
from realtime.yjs_update import Deletion
from tests.unit import yjs_bytes as raw

ANA, BEN, EVE = (UUID(int=number) for number in (1, 2, 3))


class Server:
    """What the server holds of a page."""

    def __init__(self) -> None:
        self.doc = Doc(client_id=1)
        self.elements = self.doc.get("elements", type=Map)
        self.guard = BoardGuard({}, lambda: self.doc.get_update(self.doc.get_state()))

    def receive(self, data: bytes, user_id: UUID) -> bytes | None:
        """Take an update as a room does; returns what is sent on, if anything is.

        Raises:
            Refused: it was not taken, or what was taken does not make the sender's document ours.
            Gap: something is missing.
        """
        verdict = self.guard.check(data, user_id, limit_bytes=1 << 20)
        if not verdict.is_new:
            return None
        self.doc.apply_update(verdict.data)
        self.guard.accept(verdict, user_id)
        if not self.guard.is_deleted(verdict.doubtful):
            raise Refused("its document is another")
        return verdict.data

    def state(self) -> tuple[dict[str, object], dict[int, int]]:
        return self.elements.to_py() or {}, raw.state_vector(self.doc.get_state())


class Editor:
    """A person's page: edits by the rules of a board, offline whenever it likes."""

    def __init__(self, user_id: UUID, client_id: int) -> None:
        self.user_id = user_id
        self.doc = Doc(client_id=client_id)
        self.elements = self.doc.get("elements", type=Map)
        self.unsent: deque[bytes] = deque()
        self.inbox: deque[bytes] = deque()
        self._applying = False
        self._subscription = self.doc.observe(self._on_change)

    def _on_change(self, event: TransactionEvent) -> None:
        if not self._applying:
            self.unsent.append(event.update)

    def apply(self, data: bytes) -> None:
        self._applying = True
        self.doc.apply_update(data)
        self._applying = False

    def state(self) -> tuple[dict[str, object], dict[int, int]]:
        return self.elements.to_py() or {}, raw.state_vector(self.doc.get_state())

    def add(self, key: str) -> None:
        if key in self.elements:
            return
        with self.doc.transaction():
            self.elements[key] = Map({"by": str(self.user_id), "x": 0, "text": "", "gone": True})
        with self.doc.transaction():
            self.elements[key]["gone"] = False

    def set(self, key: str, **fields: object) -> None:
        with self.doc.transaction():
            for name, value in fields.items():
                self.elements[key][name] = value


def exchange(server: Server, editors: list[Editor]) -> None:
    """Until everything has reached everyone."""
    while any(each.unsent or each.inbox for each in editors):
        for each in editors:
            step(server, editors, each)


def step(server: Server, editors: list[Editor], editor: Editor) -> None:
    """One message of an editor's goes, and one to it comes."""
    if editor.unsent:
        sent_on = server.receive(editor.unsent.popleft(), editor.user_id)
        if sent_on is not None:
            for each in editors:
                each.inbox.append(sent_on)
    if editor.inbox:
        editor.apply(editor.inbox.popleft())


def resync(server: Server, editors: list[Editor], editor: Editor) -> None:
    """A new connection as any Yjs client makes it: what was on its way is lost, whole states are compared."""
    editor.unsent.clear()
    editor.inbox.clear()
    step_2 = editor.doc.get_update(server.doc.get_state())
    sent_on = server.receive(step_2, editor.user_id)
    if sent_on is not None:
        for each in editors:
            if each is not editor:
                each.inbox.append(sent_on)
    editor.apply(server.doc.get_update(editor.doc.get_state()))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_honest_pages_are_never_refused_and_end_equal(chance: random.Random) -> None:
    server = Server()
    # Two pages of one person, two of others; the order of client ids decides who wins.
    ids = chance.sample(range(2, 100), 4)
    editors = [Editor(who, client) for who, client in zip((ANA, ANA, BEN, EVE), ids, strict=True)]
    for number in range(chance.randint(1, 40)):
        editor = chance.choice(editors)
        keys = sorted(editor.elements)
        match chance.choice(
            ["add", "set", "set", "set", "delete", "step", "step", "step", "resync", "whole"]
        ):
            case "add":
                editor.add(f"{editor.doc.client_id}-{number}")
            case "set" if keys:
                editor.set(chance.choice(keys), **{chance.choice(["x", "text", "gone", "dx"]): number})
            case "delete" if keys:  # as undo does: a value of one's own goes, and leaves nothing
                key = chance.choice(keys)
                if server.guard.writers and editor.elements[key].get("own") == editor.doc.client_id:
                    del editor.elements[key]["own"]
                else:
                    editor.set(key, own=editor.doc.client_id)
            case "step":
                step(server, editors, editor)
            case "resync":
                resync(server, editors, editor)
            case "whole":  # everything it knows, after everything it has sent
                while editor.unsent:
                    step(server, editors, editor)
                assert server.receive(editor.doc.get_update(), editor.user_id) is None
    for editor in editors:
        chance.choice([exchange, lambda s, e, one=editor: resync(s, e, one)])(server, editors)
    exchange(server, editors)
    for editor in editors:
        resync(server, editors, editor)
    exchange(server, editors)
    for editor in editors:
        assert editor.state() == server.state()


def world() -> tuple[Server, Editor, Editor]:
    """Ana and Ben have each drawn something, and both know both."""
    server = Server()
    ana, ben = Editor(ANA, 10), Editor(BEN, 20)
    ana.add("a")
    ben.add("b")
    exchange(server, [ana, ben])
    ben.set("a", x=5)
    exchange(server, [ana, ben])
    return server, ana, ben


def test_a_loser_of_a_race_may_tell_what_it_knows() -> None:
    """Ana has seen Ben's value lose against hers, and her own update was lost with the connection."""
    server, ana, ben = world()
    ana.set("b", x="mine")
    ben.set("b", x="his")
    ana.unsent.clear()
    step(server, [ana, ben], ben)
    exchange(server, [ana, ben])
    resync(server, [ana, ben], ana)
    exchange(server, [ana, ben])
    assert ana.elements.to_py() == ben.elements.to_py() == server.elements.to_py()


def test_who_lost_a_race_may_resync_too() -> None:
    server, _, ben = world()
    low = Editor(ANA, 5)
    resync(server, [low, ben], low)
    low.set("b", x="low")
    ben.set("b", x="high")
    low.unsent.clear()
    exchange(server, [low, ben])
    resync(server, [low, ben], low)
    exchange(server, [low, ben])
    assert low.elements.to_py() == ben.elements.to_py() == server.elements.to_py()


def test_everything_known_is_nothing_new() -> None:
    server, ana, ben = world()
    for editor in (ana, ben):
        verdict = server.guard.check(editor.doc.get_update(), editor.user_id)
        assert not verdict.is_new


# Eve sends these; `at` are clocks in the world above. Ana is client 10, Ben 20, Eve 30.
# In both elements: 0 the element, then its fields in any order, then "gone" again.


def eve_draws(server: Server) -> int:
    """Eve draws something by the rules; returns her next clock."""
    server.receive(raw.drawing(30, "e", EVE, x="0"), EVE)
    return 3


HOSTILE = {
    "another author": raw.drawing(31, "f", ANA),
    "an author that is no text": raw.update((30, 3, [raw.element("f"), raw.field((30, 3), "by", b"\1\x7f")])),
    "two authors": raw.update(
        (30, 3, [raw.element("f"), *[raw.field((30, 3), "by", raw.text(str(EVE)))] * 2])
    ),
    "the author of somebody else's element": raw.update(
        (30, 3, [raw.field((10, 0), "by", raw.text(str(EVE)))])
    ),
    "another author over one's own": raw.update((30, 3, [raw.value((30, 1), raw.text(str(ANA)))])),
    "an element replaced": raw.update((30, 3, [raw.element("a")])),
    "an element replaced by its id": raw.update((30, 3, [raw.value((10, 0), raw.uint(1), kind=raw.TYPE)])),
    "an element replaced by a value": raw.update((30, 3, [raw.value((10, 0), raw.text("x"))])),
    "a value for an element": raw.update((30, 3, [raw.plain(raw.text("x"), "f")])),
    "one element twice": raw.update((30, 3, [raw.element("f"), raw.element("f")])),
    "an array": raw.update((30, 3, [raw.element("f", kind=raw.ARRAY)])),
    "a text": raw.update((30, 3, [raw.element("f", kind=raw.TEXT)])),
    "another root": raw.update((30, 3, [raw.element("f", root="other")])),
    "a map in an element": raw.update((30, 3, [raw.field((30, 0), "m", raw.uint(1), kind=raw.TYPE)])),
    "text of a document": raw.update((30, 3, [raw.field((30, 0), "t", raw.blob("x"), kind=raw.STRING)])),
    "a document": raw.update((30, 3, [raw.field((30, 0), "d", raw.blob("x") + b"\x7f", kind=raw.DOC)])),
    "a field of a field": raw.update((30, 3, [raw.field((30, 2), "x", raw.text("x"))])),
    "a field without a name": raw.update((30, 3, [bytes((raw.ANY, 0, 30, 0)) + raw.text("x")])),
    "several values in one": raw.update((30, 3, [raw.field((30, 0), "y", b"\2\x7e\x7e")])),
    "several values in one, half of them replaced": raw.update(
        (30, 3, [raw.field((30, 0), "y", b"\2\x7e\x7e")]), deletes=[(30, 3, 1)]
    ),
    "a long name": raw.update((30, 3, [raw.field((30, 0), "k" * (KEY_LIMIT + 1), raw.text("x"))])),
    "a long id": raw.update((30, 3, [raw.element("k" * (KEY_LIMIT + 1))])),
    "an insertion before something": raw.update(
        (30, 3, [bytes((raw.ANY | 0xC0,)) + raw.uint(30) + b"\2" + raw.uint(30) + b"\2" + raw.text("x")])
    ),
    "Ana's client id": raw.update((10, 6, [raw.element("f")])),
    "Ana's client id beside one's own": raw.update((10, 6, [raw.element("g")]), (30, 3, [raw.element("f")])),
    "a gap filled for Ana": raw.update((10, 6, [raw.gc(1000)])),
    "a hidden run": raw.update((30, 3, [raw.gc(1)])),
    "too long a run": raw.update((30, 3, [raw.value((30, 2), raw.uint(RUN_LIMIT + 1), kind=raw.DELETED)])),
    "an item upon a later one": raw.update(
        (30, 3, [raw.value((30, 4), raw.text("x")), raw.value((30, 2), raw.text("y"))])
    ),
    "items upon each other": raw.update(
        (30, 3, [raw.value((31, 0), raw.text("x"))]), (31, 0, [raw.value((30, 3), raw.text("y"))])
    ),
    "a client twice": raw.update(
        (30, 3, [raw.field((30, 0), "y", raw.text("x"))]), (30, 3, [raw.element("a")])
    ),
    "a foreign kind where it is known": raw.update(
        (30, 0, [raw.plain(b"\1{", kind=raw.EMBED), raw.element("f")])
    ),
    "many client ids": raw.update(*[(100 + n, 0, [raw.element(f"f{n}")]) for n in range(CLIENT_LIMIT + 1)]),
    "the page emptied": raw.update(deletes=[(10, 0, 6), (20, 0, 7)]),
    "an element deleted": raw.update(deletes=[(10, 0, 1)]),
    "one's own element deleted": raw.update(deletes=[(30, 0, 1)]),
    "an element that is deleted as it comes": raw.update((30, 3, [raw.element("f")]), deletes=[(30, 3, 1)]),
    "an author deleted": raw.update(deletes=[(30, 1, 1)]),
    "somebody's field deleted": raw.update(deletes=[(10, 5, 1)]),
    "deleted before it exists": raw.update(deletes=[(10, 6, 1)]),
    "deleted of a client unknown": raw.update(deletes=[(77, 0, 1)]),
    "one deletion, many times": raw.update(deletes=[(10, 0, 6)] * 5_000),
    "a lone zero": b"\0",
    "52 kB of arrays in arrays": raw.update((30, 3, [raw.field((30, 0), "y", raw.nested_arrays(52_000))])),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_updates_change_nothing(data: bytes) -> None:
    server, ana, ben = world()
    eve_draws(server)
    before = server.state()
    with pytest.raises(Refused):
        server.receive(data, EVE)
    assert server.state() == before
    assert server.guard.writers.keys() == {10, 20, 30}
    # And nobody else is hurt: they go on as before.
    ana.apply(server.doc.get_update(ana.doc.get_state()))
    ana.set("e", x="still here")
    exchange(server, [ana, ben])
    assert server.elements["e"]["x"] == "still here"


def test_a_longer_item_over_a_known_author() -> None:
    """Yjs takes the new part of an item that it half knows, as another value of the same field."""
    server, *_ = world()
    server.receive(raw.drawing(30, "e", EVE), EVE)
    forged = raw.update((30, 1, [raw.value((10, 5), raw.uint(2) + 2 * (b"\x77" + raw.blob(str(ANA))))]))
    with pytest.raises(Refused):
        server.receive(forged, EVE)
    assert server.elements["e"]["by"] == str(EVE)


def test_a_foreign_deletion_beside_an_edit_has_no_effect_and_is_told() -> None:
    server, _, ben = world()
    eve_draws(server)
    edit = raw.update((30, 3, [raw.value((30, 2), raw.text("1"))]), deletes=[(30, 2, 1), (20, 4, 2)])
    with pytest.raises(Refused):
        server.receive(edit, EVE)
    assert server.elements["b"].to_py() == ben.elements["b"].to_py()
    assert server.elements["e"]["x"] == "1"


def test_values_that_were_all_replaced_come_as_one() -> None:
    """A page that keeps them for undo writes them like this; the last is on its way, or known."""
    server, *_ = world()
    eve_draws(server)
    run = raw.update(
        (30, 3, [raw.field((30, 0), "y", b"\2\x7e\x7e"), raw.value((30, 4), X)]), deletes=[(30, 3, 2)]
    )
    server.receive(run, EVE)
    assert server.elements["e"]["y"] == "1"


def test_what_is_too_large() -> None:
    server, *_ = world()
    points = raw.update(
        (
            30,
            0,
            [
                raw.element("f"),
                raw.field((30, 0), "points", raw.blob(bytes(UPDATE_LIMIT_BYTES)), kind=raw.BINARY),
            ],
        )
    )
    with pytest.raises(Refused):
        server.guard.check(points, EVE)
    server.guard.check(points, EVE, limit_bytes=len(points))


@pytest.mark.parametrize(
    "data",
    [
        raw.update((30, 5, [raw.element("f")])),
        raw.update((30, 3, [raw.value((10, 99), raw.text("x"))])),
        raw.update((30, 3, [raw.value((99, 0), raw.text("x"))])),
        raw.update((30, 3, [raw.field((30, 8), "x", raw.text("x"))])),
        raw.update((30, 3, [raw.skip(4), raw.element("f")])),
        raw.update(deletes=[(30, 7, 1)]),
    ],
    ids=["own", "origin", "unknown client", "parent", "skip", "own deletion"],
)
def test_what_builds_on_something_missing_is_asked_for(data: bytes) -> None:
    server, *_ = world()
    eve_draws(server)
    before = server.state()
    with pytest.raises(Gap):
        server.receive(data, EVE)
    assert server.state() == before


def test_a_client_id_belongs_to_who_used_it_first() -> None:
    server, *_ = world()
    assert not server.guard.reserve(10, EVE)
    assert server.guard.reserve(10, ANA)
    assert server.guard.reserve(40, ANA)
    assert not server.guard.reserve(40, EVE)
    with pytest.raises(Refused):
        server.receive(raw.drawing(40, "f", EVE), EVE)
    server.guard.release(40)
    server.receive(raw.drawing(40, "f", EVE), EVE)
    assert not server.guard.reserve(40, ANA)


def test_what_another_node_stored_binds_its_client_id() -> None:
    """Its author comes with the event; without that, anyone here could write as them."""
    server = Server()
    drawn = raw.drawing(20, "b", BEN)
    server.doc.apply_update(drawn)
    server.guard.observe(yjs_update.read(drawn), BEN)
    with pytest.raises(Refused):
        server.receive(raw.update((20, 2, [raw.field((20, 0), "x", raw.text("forged"))])), EVE)
    server.receive(raw.update((20, 2, [raw.field((20, 0), "x", raw.text("his"))])), BEN)


def test_a_page_is_full_one_day() -> None:
    server = Server()
    many = raw.update((30, 0, [raw.element(str(n)) for n in range(ELEMENT_LIMIT)]))
    server.receive(many, EVE)
    with pytest.raises(Refused):
        server.receive(raw.update((31, 0, [raw.element("one more")])), EVE)


def test_a_stored_page_of_any_size_is_known_again() -> None:
    """Its structs outnumber what one person may send at once."""
    page = raw.update(
        *[
            (
                client,
                0,
                [
                    raw.element(f"{client}"),
                    *[raw.field((client, 0), f"k{n}", raw.text("x")) for n in range(60)],
                ],
            )
            for client in range(1, 1001)
        ]
    )
    guard = BoardGuard({}, lambda: b"\0\0")
    guard.observe(yjs_update.read_stored(page))
    with pytest.raises(Refused):
        guard.check(raw.update((2000, 0, [raw.element("7")])), EVE)


# --- work: what Yjs has to pass to find an item's place

X = raw.text("1")


def heavy() -> tuple[Server, Editor, Editor]:
    """A world in which Ana's element `a` has a long row of values of `x`, clocks 6 to 2005."""
    server, ana, ben = world()
    at, last = 6, (20, raw.state_vector(server.doc.get_state())[20] - 1)
    row = [raw.value(last if n == 0 else (10, at + n - 1), X) for n in range(2000)]
    server.receive(raw.update((10, at, row)), ANA)
    return server, ana, ben


QUADRATIC = {
    "one field, first, many times": raw.update((30, 0, [raw.field((10, 0), "y", X)] * 50)),
    "one value replaced many times": raw.update((30, 0, [raw.value((10, 10), X)] * 50)),
    "one field, first, after others": raw.update((30, 0, [raw.field((10, 0), "x", X)] * 2)),
    "every value of a row replaced": raw.update((30, 0, [raw.value((10, 6 + n), X) for n in range(2000)])),
    "every value of a row, backwards": raw.update(
        (30, 0, [raw.value((10, 2005 - n), X) for n in range(2000)])
    ),
    "its own row, replaced from another id": raw.update(
        (30, 0, [raw.field((10, 0), "y", X), *[raw.value((30, n), X) for n in range(3000)]]),
        (31, 0, [raw.value((30, n), X) for n in range(3000)]),
    ),
}


@pytest.mark.parametrize("data", QUADRATIC.values(), ids=QUADRATIC.keys())
def test_work_that_grows_with_the_square_is_refused(data: bytes) -> None:
    server, ana, ben = heavy()
    before = server.state()
    with pytest.raises(Refused):
        server.receive(data, EVE)
    assert server.state() == before
    ben.apply(server.doc.get_update(ben.doc.get_state()))
    ben.set("a", x="still here")
    exchange(server, [ana, ben])
    assert server.elements["a"]["x"] == "still here"


def test_a_place_is_taken_for_the_following_updates_too() -> None:
    server, *_ = heavy()
    server.receive(raw.update((30, 0, [raw.field((10, 0), "y", X), raw.value((10, 10), X)])), EVE)
    again = BoardGuard(server.guard.writers, server.doc.get_update)
    again.observe(yjs_update.read_stored(server.doc.get_update()))
    for guard in (server.guard, again):
        for struct in (raw.field((10, 0), "y", X), raw.value((10, 10), X)):
            with pytest.raises(Refused):
                guard.check(raw.update((30, 2, [struct])), EVE)
        guard.check(raw.update((30, 2, [raw.value((30, 0), X)])), EVE)
        guard.check(raw.update((31, 0, [raw.value((10, 10), X)])), EVE)


def test_so_many_may_set_one_field_at_once() -> None:
    server = Server()
    server.receive(raw.drawing(10, "a", ANA), ANA)
    for n in range(SIBLING_LIMIT):
        server.receive(raw.update((100 + n, 0, [raw.field((10, 0), "x", X)])), UUID(int=100 + n))
    with pytest.raises(Refused):
        server.receive(raw.update((99, 0, [raw.field((10, 0), "x", X)])), EVE)
    server.receive(raw.update((100, 1, [raw.value((100, 0), X)])), UUID(int=100))


def test_the_work_of_a_person_is_counted_and_forgotten() -> None:
    server, *_ = heavy()
    now = 0.0
    server.guard._now = lambda: now
    done = 0
    for client in range(30, 60):  # each alone would do
        data = raw.update((client, 0, [raw.value((10, 20 + n), X) for n in range(20)]))
        try:
            verdict = server.guard.check(data, EVE)
        except Refused:
            break
        server.receive(data, EVE)
        done += verdict.work
    assert 0.9 * WORK_LIMIT < done <= WORK_LIMIT
    now = WORK_LIMIT / WORK_PER_S
    server.receive(raw.update((90, 0, [raw.value((10, 20 + n), X) for n in range(20)])), EVE)


def test_the_worst_update_that_is_accepted_is_applied_soon() -> None:
    server = Server()
    row = [raw.field((10, 0), "x", X), *[raw.value((10, 2 + n), X) for n in range(20_000)]]
    server.receive(raw.drawing(10, "a", ANA), ANA)
    server.receive(raw.update((10, 2, row)), ANA)
    worst = [raw.value((10, 3 + n), X) for n in range(WORK_LIMIT // 20_001)]
    data = raw.update((30, 0, worst))
    verdict = server.guard.check(data, EVE)
    assert WORK_LIMIT * 0.9 < verdict.work <= WORK_LIMIT
    started = time.perf_counter()
    server.receive(data, EVE)
    assert time.perf_counter() - started < 5


def test_a_person_has_so_many_client_ids() -> None:
    server = Server()
    for first in range(100, 100 + WRITER_LIMIT, 10):
        many = [(client, 0, [raw.element(f"{client}")]) for client in range(first, first + 10)]
        server.receive(raw.update(*many), EVE)
    with pytest.raises(Refused):
        server.receive(raw.update((9, 0, [raw.element("more")])), EVE)
    server.receive(raw.update((100, 1, [raw.element("more")])), EVE)
    server.receive(raw.update((9, 0, [raw.element("hers")])), ANA)


def test_an_element_has_so_many_fields() -> None:
    server = Server()
    server.receive(raw.drawing(10, "a", ANA, **{f"k{n}": "1" for n in range(FIELD_LIMIT - 1)}), ANA)
    with pytest.raises(Refused):
        server.receive(raw.update((30, 0, [raw.field((10, 0), "more", X)])), EVE)
    server.receive(raw.update((30, 0, [raw.field((10, 0), "k1", X)])), EVE)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_updates_never_harm(data: st.DataObject) -> None:
    """Whatever passes the guard, Yjs takes; elements and authors stay as they were."""
    server, *_ = world()
    eve_draws(server)
    honest = bytearray(
        raw.update(
            (
                30,
                3,
                [
                    raw.value((30, 2), raw.text("1")),
                    raw.element("f"),
                    raw.field((30, 4), "by", raw.text(str(EVE))),
                    raw.value((10, 5), raw.text("2")),
                ],
            ),
            deletes=[(30, 2, 1), (10, 5, 1)],
        )
    )
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(honest) - 1))
        honest[at] = data.draw(st.integers(0, 255) | st.sampled_from([0, 1, 3, 4, 10, 20, 30, 0xA8, 0x88]))
    elements = {key: server.elements[key]["by"] for key in server.elements}
    with contextlib.suppress(Refused, Gap):
        server.receive(bytes(honest), EVE)
    assert elements.items() <= {key: server.elements[key].get("by") for key in server.elements}.items()
    assert "by" in server.elements["a"]  # any other field may be set, and taken out again by who set it
    assert raw.state_vector(server.doc.get_state()) == server.guard._next_clock


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 40), st.integers(1, 9)), max_size=20),
    st.tuples(st.integers(0, 1), st.integers(0, 40), st.integers(1, 20)),
)
def test_ranges_are_sets_of_clocks(added: list[tuple[int, int, int]], wanted: tuple[int, int, int]) -> None:
    ranges, model = Ranges(), set[tuple[int, int]]()
    for client, clock, length in added:
        ranges.add(client, clock, length)
        model |= {(client, each) for each in range(clock, clock + length)}
    client, clock, length = wanted
    asked = {(client, each) for each in range(clock, clock + length)}
    missing = {(c, each) for c, at, n in ranges.missing(Deletion(*wanted)) for each in range(at, at + n)}
    assert missing == asked - model
    assert ranges.touches(Deletion(*wanted)) == bool(asked & model)
