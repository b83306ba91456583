"""Supervision over a space and its groups: whoever goes wherever, drops out, and however the clock goes on.

The rule is stated once more, over the whole story: a student writes, draws and is live exactly if an adult of
their own school, anywhere in the space or its groups, gave a sign of life in the last ten seconds, and they
are not alone with one adult. Real sockets: tests/realtime/test_groups.py.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from unittest import mock
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from realtime import supervision
from realtime.lease import FRESH_S, GRACE_S
from realtime.supervision import LIVE, SOUND_AND_PICTURE, SupervisionDesk
from server.access import HOST, TAKE_PART, Grant

ROOT = UUID(int=1)
PLACES = (ROOT, UUID(int=2), UUID(int=3))
"""The space, and two groups of it."""
SCHOOLS = (UUID(int=11), UUID(int=12))
ADULTS = tuple((UUID(int=20 + n), SCHOOLS[n % 2]) for n in range(3))
STUDENTS = tuple((UUID(int=30 + n), SCHOOLS[n % 2]) for n in range(4))


class Page:
    """A page as the desk sees it."""

    def __init__(self, user_id: UUID, school_id: UUID, *, is_staff: bool) -> None:
        self.user_id = user_id
        self.who = SimpleNamespace(user_id=user_id, school_id=school_id, is_staff=is_staff)
        self.access = HOST if is_staff else TAKE_PART
        self.channel: Place | None = None
        self.is_plugged_in = True
        self.heard = 0.0

    def heard_at(self) -> float:
        return self.heard

    def ask(self) -> None:
        pass


class Place:
    """A channel as the desk sees it."""

    def __init__(self, space_id: UUID) -> None:
        self.space_id, self.root_id, self.is_group = space_id, ROOT, space_id != ROOT
        self.connections: set[Page] = set()
        self.members = SimpleNamespace(send=lambda frames: None)
        self.people_version = 0

    @property
    def shown(self) -> dict[UUID, Any]:
        return {
            page.user_id: SimpleNamespace(
                school_id=page.who.school_id, kind="staff" if page.who.is_staff else "student"
            )
            for page in self.connections
        }


class Node:
    """What the desk asks of its hub."""

    def __init__(self) -> None:
        self.node_id = "here"
        self.places = {space_id: Place(space_id) for space_id in PLACES}
        self.bus = SimpleNamespace(publish=lambda events: None, hears=True)
        self.permitted: dict[Page, frozenset[Grant]] = {}
        """What each page was allowed when that was last worked out."""
        self.desk: Any = None

    @property
    def channels(self) -> dict[UUID, Place]:
        return {space_id: place for space_id, place in self.places.items() if place.connections}

    def family(self, root_id: UUID) -> list[Place]:
        return list(self.channels.values())

    def permit(self, pages: set[Page]) -> None:
        for page in pages:
            self.permitted[page] = page.access - self.desk.taken(page, page.channel)


class Coming(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.patched = mock.patch.object(supervision, "_now", new=self.clock)
        self.patched.start()
        self.node = Node()
        self.desk = self.node.desk = SupervisionDesk(cast(Any, self.node))
        self.pages = [Page(*who, is_staff=True) for who in ADULTS]
        self.pages += [Page(*who, is_staff=False) for who in STUDENTS]
        self.signs: dict[UUID, float] = {}
        """By school, when an adult of it was last heard in the space or a group."""

    def clock(self) -> float:
        return self.now

    @rule(which=st.integers(0, len(ADULTS) + len(STUDENTS) - 1), place=st.sampled_from([*PLACES, None]))
    def goes(self, which: int, place: UUID | None) -> None:
        """Into the space or one of its groups, or away."""
        page = self.pages[which]
        if page.channel is not None:
            left, page.channel = page.channel, None
            left.connections.discard(page)
            left.people_version += 1
            self.node.permitted.pop(page, None)
            self.desk.on_page_gone(cast(Any, page), cast(Any, left))
        if place is not None:
            page.channel = self.node.places[place]
            page.channel.connections.add(page)
            page.channel.people_version += 1
            page.heard, page.is_plugged_in = self.now, True  # who comes in is there
            self.node.permit({page})
            self.desk.on_page(cast(Any, page), cast(Any, page.channel))
        self._beat()

    @rule(which=st.integers(0, len(ADULTS) - 1), is_in=st.booleans())
    def plug(self, which: int, is_in: bool) -> None:
        """A line goes dead without a word, or comes back."""
        self.pages[which].is_plugged_in = is_in
        self._beat()

    @rule(step=st.one_of(st.floats(0.1, 2), st.floats(2, 15), st.sampled_from([FRESH_S, GRACE_S])))
    def time_passes(self, step: float) -> None:
        self.now += step
        self._beat()

    def _beat(self) -> None:
        for page in self.pages:
            if page.channel is not None and page.who.is_staff and page.is_plugged_in:
                page.heard = self.now
        for page in self.pages:
            if page.channel is not None and page.who.is_staff:
                school_id = page.who.school_id
                self.signs[school_id] = max(self.signs.get(school_id, 0.0), page.heard)
        self.desk.beat()

    @invariant()
    def what_each_may_do_is_what_the_rule_says(self) -> None:
        for page in self.pages:
            if page.channel is None:
                continue
            here = page.channel.connections
            kinds = sorted(each.who.is_staff for each in here)
            taken: frozenset[Grant] = frozenset()
            if kinds == [False, True]:
                taken |= LIVE if page.channel.is_group else SOUND_AND_PICTURE
            if not page.who.is_staff and self.now - self.signs.get(page.who.school_id, 0.0) >= GRACE_S:
                taken |= LIVE
            assert self.node.permitted[page] == page.access - taken

    def teardown(self) -> None:
        self.patched.stop()


TestComing = Coming.TestCase
TestComing.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


GROUP_OPENED_TWICE = uuid4()


class Opened:
    """A channel as it is opened: the first people are its first version."""

    def __init__(self, *kinds: str) -> None:
        self.space_id, self.people_version = GROUP_OPENED_TWICE, 1
        self.shown = {uuid4(): SimpleNamespace(school_id=ROOT, kind=kind) for kind in kinds}


def test_a_channel_that_is_opened_anew_is_looked_at_anew() -> None:
    desk = SupervisionDesk(cast(Any, None))
    before, now = Opened("student", "student"), Opened("staff", "student")
    assert not desk._who_is(cast(Any, before)).is_one_to_one
    assert desk._who_is(cast(Any, now)).is_one_to_one
