"""The plan of a lesson: what fits in it, when each step is due, and how it is gone through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from realtime.frames import lesson as frames
from server.errors import Invalid, InvalidTransition
from server.lessons import room as rules
from server.lessons import step_rules
from server.lessons.room import Phase, Room, Running, RunningStep
from server.lessons.step_rules import STEPS_MAX, Step, StepKind
from server.polls.models import PollKind
from server.polls.rules import Draft

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
LESSON = Running(uuid4(), "Rivers", NOW, NOW + timedelta(hours=1))
ASKED = Draft(PollKind.SINGLE, "Which river is longer?", ["Ours", "Yours"])
LIVE = Room(phase=Phase.LIVE, lesson=LESSON)


def step(kind: StepKind = StepKind.TALK, minutes: int = 5, title: str = "Hello") -> Step:
    return Step(
        id=uuid4(), kind=kind, title=title, minutes=minutes, poll=ASKED if kind is StepKind.POLL else None
    )


def begun(plan: list[Step], place: int, at: datetime, started_at: datetime = NOW) -> RunningStep:
    each = plan[place]
    return RunningStep(
        each.id, each.kind, each.title, at, at + timedelta(minutes=each.minutes),
        step_rules.due_at(plan, each.id, started_at),
    )


steps = st.builds(step, st.sampled_from(StepKind), st.integers(1, 180), st.text("abc é", min_size=1).filter(
    lambda title: title.strip()
))
plans = st.lists(steps, min_size=1, max_size=STEPS_MAX)


# --- what fits


@given(plans)
def test_a_plan_keeps_its_order_and_what_is_in_it(plan: list[Step]) -> None:
    kept = step_rules.checked(plan)
    assert [each.id for each in kept] == [each.id for each in plan]
    assert [(each.kind, each.minutes) for each in kept] == [(each.kind, each.minutes) for each in plan]
    stored = msgspec.convert(msgspec.to_builtins(kept), list[Step])
    assert stored == kept == step_rules.checked(stored), "what is stored comes back as it was"


@pytest.mark.parametrize(
    "wrong",
    [
        replace(step(), title="  "),
        replace(step(), title="x" * 121),
        replace(step(), minutes=0),
        replace(step(), minutes=181),
        replace(step(), note="x" * 501),
        replace(step(), page_id=uuid4()),
        replace(step(), group_count=3),
        replace(step(), poll=ASKED),
        replace(step(StepKind.GROUPS), group_count=0),
        replace(step(StepKind.GROUPS), group_count=21),
        replace(step(StepKind.POLL), poll=None),
        replace(step(StepKind.POLL), poll=replace(ASKED, options=["Ours"])),
    ],
    ids=lambda wrong: f"{wrong.kind} {wrong.minutes} {wrong.group_count}",
)
def test_what_does_not_fit_is_refused(wrong: Step) -> None:
    with pytest.raises(Invalid):
        step_rules.checked([step(), wrong])


def test_a_plan_has_its_limits() -> None:
    assert len(step_rules.checked([step() for _ in range(STEPS_MAX)])) == STEPS_MAX
    with pytest.raises(Invalid):
        step_rules.checked([step() for _ in range(STEPS_MAX + 1)])
    again = step()
    with pytest.raises(Invalid):
        step_rules.checked([again, again])


def test_words_are_kept_on_one_line_and_notes_are_not() -> None:
    kept = step_rules.checked([replace(step(title=" Draw\n both\trivers "), note=" one\ntwo ")])[0]
    assert (kept.title, kept.note) == ("Draw both rivers", "one\ntwo")


# --- against the clock


@given(plans, st.lists(st.integers(-10, 30), min_size=STEPS_MAX, max_size=STEPS_MAX))
def test_who_takes_longer_is_behind_by_as_much(plan: list[Step], longer: list[int]) -> None:
    at, late = NOW, 0
    for place, each in enumerate(plan):
        running = begun(plan, place, at)
        assert running.ends_at - running.due_at == timedelta(minutes=late)
        took = max(0, each.minutes + longer[place])
        at += timedelta(minutes=took)
        late += took - each.minutes


@given(plans)
def test_who_keeps_to_the_plan_is_never_behind(plan: list[Step]) -> None:
    at = NOW
    for place, each in enumerate(plan):
        assert begun(plan, place, at).due_at == begun(plan, place, at).ends_at
        at += timedelta(minutes=each.minutes)
    assert at == NOW + timedelta(minutes=step_rules.minutes_of(plan))


@given(plans, st.data())
def test_leaving_a_step_out_wins_its_minutes(plan: list[Step], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(plan) - 1))
    left_out = step_rules.minutes_of(plan[:place])
    running = begun(plan, place, NOW)
    assert running.due_at - running.ends_at == timedelta(minutes=left_out)


# --- going through it


@given(plans, st.lists(st.integers(0, STEPS_MAX - 1), max_size=40))
def test_any_order_of_steps_leaves_one_current_and_the_others_done(
    plan: list[Step], order: list[int]
) -> None:
    room, been = LIVE, list[UUID]()
    for place in order:
        chosen = plan[place % len(plan)]
        room = rules.begin_step(room, begun(plan, place % len(plan), NOW))
        if been and been[-1] == chosen.id:
            continue
        been.append(chosen.id)
        assert room.step is not None and room.timer is not None
        assert (room.step.id, room.timer.length_s) == (chosen.id, chosen.minutes * 60)
    current = been[-1] if been else None
    assert (room.step.id if room.step else None) == current
    assert set(room.steps_done) == set(been) - {current}
    assert len(set(room.steps_done)) == len(room.steps_done)
    assert msgspec.convert(msgspec.to_builtins(room), Room) == room


def test_the_same_step_again_changes_nothing() -> None:
    plan = [step(), step()]
    room = rules.begin_step(LIVE, begun(plan, 0, NOW))
    assert rules.begin_step(room, begun(plan, 0, NOW + timedelta(minutes=3))) is room


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.LOBBY])
def test_a_step_begins_in_a_lesson_that_runs(phase: Phase) -> None:
    room = Room(phase=phase, lesson=None if phase is Phase.OPEN else LESSON)
    with pytest.raises(InvalidTransition):
        rules.begin_step(room, begun([step()], 0, NOW))


def test_the_end_of_a_step_stops_its_timer_and_no_other() -> None:
    plan = [step()]
    room = rules.begin_step(LIVE, begun(plan, 0, NOW))
    over = rules.end_step(room)
    assert (over.step, over.timer, over.steps_done) == (None, None, (plan[0].id,))
    assert rules.end_step(over) is over
    own = rules.set_timer(room, 60, NOW)
    assert rules.end_step(own).timer == own.timer


def test_the_end_of_the_lesson_clears_the_plan_and_no_page_turns_twice() -> None:
    room = rules.turn_to(rules.begin_step(LIVE, begun([step()], 0, NOW)), uuid4())
    assert room.page_turns == 1
    again = rules.turn_to(room, room.page_id or uuid4())
    assert again.page_turns == 2, "whoever went elsewhere is brought there again"
    over = rules.move_to(again, Phase.OPEN, LESSON)
    assert (over.step, over.steps_done, over.page_id, over.page_turns) == (None, (), None, 2)


def test_a_poll_of_a_step_is_always_the_same() -> None:
    lesson_id, step_id = uuid4(), uuid4()
    assert step_rules.poll_id(lesson_id, step_id) == step_rules.poll_id(lesson_id, step_id)
    assert step_rules.poll_id(lesson_id, step_id) != step_rules.poll_id(uuid4(), step_id)


def test_the_protocol_knows_every_kind_of_step() -> None:
    assert {each.value for each in frames.StepKind} == {each.value for each in StepKind}
