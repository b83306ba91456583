"""A student is live only while an adult of their own school is there: in any order of what can happen.

The rule is stated a second time here, over the whole story instead of over one number: at every moment the
students are live exactly if some adult gave a sign of life in the last ten seconds.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from realtime.frames.supervision import Watch
from realtime.lease import FRESH_S, GRACE_S, HOLD_S, Lease

STEPS = st.one_of(
    st.floats(0, 2), st.floats(2, 15), st.sampled_from([FRESH_S, GRACE_S, HOLD_S, GRACE_S + HOLD_S]),
    st.floats(250, 700),
)


class Adults(RuleBasedStateMachine):
    """Adults of one school who come, drop out, and are heard late or doubly, while the clock goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.lease = Lease()
        self.now = 1000.0
        self.connected: set[int] = set()
        self.next_id = 0
        self.signs: list[float] = []
        """When adults were truly heard."""
        self.is_over = False

    @rule()
    def an_adult_comes(self) -> None:
        self.connected.add(self.next_id)
        self.next_id += 1
        self._sign(self.now)

    @precondition(lambda self: self.connected)
    @rule()
    def an_adult_drops_out(self) -> None:
        self.connected.pop()

    @precondition(lambda self: self.connected)
    @rule()
    def a_page_answers(self) -> None:
        self._sign(self.now)

    @precondition(lambda self: self.signs)
    @rule(back=st.integers(1, 5))
    def another_node_tells_it_late(self, back: int) -> None:
        """What a node said comes after what another said, or twice: it cannot take a moment away."""
        self.lease.hear(self.signs[-min(back, len(self.signs))])

    @rule(step=STEPS)
    def time_passes(self, step: float) -> None:
        self.now += step

    @precondition(lambda self: not self.is_over and self.lease.is_overdue(self.now))
    @rule()
    def the_lesson_ends_for_them(self) -> None:
        self.is_over = self.lease.is_over = True

    @precondition(lambda self: self.is_over and self.connected)
    @rule()
    def an_adult_lets_them_in(self) -> None:
        self.is_over = self.lease.is_over = False
        self._sign(self.now)

    def _sign(self, at: float) -> None:
        self.signs.append(at)
        self.lease.hear(at)

    @invariant()
    def live_exactly_while_an_adult_was_heard(self) -> None:
        watch = self.lease.watch(self.now)
        heard = any(self.now - at < GRACE_S for at in self.signs)
        if self.is_over:
            assert watch is Watch.OVER  # nobody comes back into an ended lesson by an adult's coming alone
        else:
            assert (watch in (Watch.PRESENT, Watch.GRACE)) == heard
            assert (watch is Watch.PRESENT) == any(self.now - at < FRESH_S for at in self.signs)

    @invariant()
    def it_ends_after_five_minutes_of_being_held(self) -> None:
        due = bool(self.signs) and all(self.now - at >= GRACE_S + HOLD_S for at in self.signs)
        assert self.lease.is_overdue(self.now) == (due and not self.is_over)

    @invariant()
    def what_is_said_of_the_end_comes_true(self) -> None:
        until = self.lease.until(self.now, is_lesson=True)
        if until is None:
            assert self.lease.watch(self.now) in (Watch.PRESENT, Watch.OVER) or not self.signs
            return
        before, after = self.lease.watch(self.now), Lease(self.lease.heard_at)
        assert until >= self.now or self.lease.is_overdue(self.now)
        assert after.watch(max(until, self.now) + 1e-6) is not before or after.is_overdue(until + 1e-6)


TestAdults = Adults.TestCase
TestAdults.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


@given(st.lists(st.floats(0, 1e6), max_size=20), st.floats(0, 1e6))
def test_the_order_in_which_signs_arrive_does_not_matter(signs: list[float], now: float) -> None:
    forwards, backwards = Lease(), Lease()
    for at in signs:
        forwards.hear(at)
    for at in reversed(signs):
        backwards.hear(at)
    assert forwards == backwards
    assert forwards.watch(now) is backwards.watch(now)


def test_who_never_had_an_adult_waits_and_is_not_thrown_out() -> None:
    lease = Lease()
    assert lease.watch(1e9) is Watch.HELD
    assert not lease.is_overdue(1e9)
    assert lease.until(1e9, is_lesson=True) is None


def test_outside_a_lesson_nothing_ends() -> None:
    lease = Lease(heard_at=0.0)
    assert lease.watch(GRACE_S) is Watch.HELD
    assert lease.until(GRACE_S, is_lesson=False) is None
    assert lease.until(GRACE_S, is_lesson=True) == GRACE_S + HOLD_S
