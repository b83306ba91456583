"""No gap, no duplicate, nothing lost, over any pattern of faults: plans drawn from a seed, on real sockets,
Postgres and Valkey, held against a model (`tests.realtime.lesson`).

A plan is named by its seed. By hand, for as long as one likes:
`COMMONROOM_FAULT_SEEDS=1000:1200 pytest tests/realtime/test_any_faults.py`.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable

import pytest

from realtime import protocol
from server.db import Database
from tests.faults import Line, Way
from tests.realtime.cluster import DATABASE_TIMEOUT_S, RECHECK_S, Cluster, Machine
from tests.realtime.lesson import Lesson, leftovers, no_surprises
from tests.realtime.pupil import Pupil

SEEDS = range(*map(int, os.environ.get("COMMONROOM_FAULT_SEEDS", "0:12").split(":")))
STEPS = 18
WAYS: list[tuple[Way, ...]] = [(), (Way.UP,), (Way.DOWN,)]
PUPILS, READERS = 4, 1


class Plan:
    """Steps drawn from a seed and done to a lesson, one after the other, while everything runs."""

    def __init__(self, lesson: Lesson, seed: int) -> None:
        self.lesson = lesson
        self.cluster = lesson.cluster
        self.seed = seed
        self.draw = random.Random(seed)
        self.trace: list[str] = []
        self.has_had_faults = False
        """Of the bus, the database or a node: what an event tells may then take a recheck."""
        self.has_had_database_faults = False

    async def run(self) -> None:
        steps: dict[Callable[[], Awaitable[None]], int] = {
            self.say: 8, self.burst: 4, self.say_again: 2, self.change: 6, self.react_all: 2,
            self.sketch: 6, self.wait: 4,
            self.cut_page: 3, self.stall_page: 2, self.break_frame: 3, self.slow_page: 1,
            self.mend_page: 4, self.move_page: 2,
            self.cut_bus: 2, self.stall_bus: 1, self.mend_bus: 2,
            self.cut_database: 1, self.stall_database: 1, self.mend_database: 3,
            self.kill: 1, self.stop: 1, self.start: 2, self.remove: 1,
        }
        for number, step in enumerate(self.draw.choices(list(steps), list(steps.values()), k=STEPS)):
            self.trace.append(step.__name__)
            # For each step anew: what one draws may depend on how far things have come.
            self.draw = random.Random(f"{self.seed}-{number}")
            await step()
            await asyncio.sleep(self.draw.choice((0, 0, 0.01, 0.05, self.draw.uniform(0, 0.3))))

    def note(self, *what: object) -> None:
        self.trace[-1] = " ".join(map(str, (self.trace[-1], *what)))

    def pupil(self) -> Pupil:
        return self.draw.choice(self.lesson.pupils)

    def page(self) -> Line:
        person = self.draw.choice(self.lesson.people)
        self.note(self.lesson.people.index(person))
        return person.line

    def place(self) -> int:
        place = self.draw.randrange(len(self.cluster.machines))
        self.note("at", place)
        return place

    def machine(self) -> Machine | None:
        return self.cluster.machines[self.place()]

    # --- what people do

    async def say(self) -> None:
        for person in self.draw.sample(self.lesson.people, self.draw.randint(1, 3)):
            for _ in range(self.draw.choice((1, 1, 2))):
                person.say(f"message {self.draw.randrange(1000)}")

    async def burst(self) -> None:
        """Everyone at once, and more than one write can hold."""
        for number in range(3):
            for person in self.lesson.people:
                person.say(f"burst {number}")
        for pupil in self.lesson.pupils:
            pupil.draw()

    async def say_again(self) -> None:
        pupil = self.pupil()
        if pupil.said:
            pupil.say_again(self.draw.choice(list(pupil.said)))

    async def change(self) -> None:
        """Some people edit or delete what they said, or react to what they see."""
        for pupil in self.draw.sample(self.lesson.pupils, self.draw.randint(1, 3)):
            seen = [pupil.known[seq] for seq in sorted(pupil.known)]
            own = [each for each in seen if each.author.user_id == pupil.user_id]
            what = self.draw.choice(("edit", "edit", "delete", "react", "react"))
            if what == "react" and seen:
                kind = self.draw.choice(list(protocol.ReactionKind))
                pupil.react(self.draw.choice(seen), kind, self.draw.random() < 0.8)
            elif what == "edit" and own:
                pupil.edit(self.draw.choice(own), f"edited {self.draw.randrange(1000)}")
            elif what == "delete" and own:
                pupil.delete(self.draw.choice(own))

    async def react_all(self) -> None:
        """Everyone to the same message, at once."""
        seen = self.pupil().known
        if seen:
            message = seen[self.draw.choice(sorted(seen))]
            for pupil in self.lesson.pupils:
                pupil.react(message, protocol.ReactionKind.CLAP, on=True)

    async def sketch(self) -> None:
        pupil = self.pupil()
        drawn = pupil.board.drawn()
        if drawn and self.draw.random() < 0.5:
            pupil.move(self.draw.choice(sorted(drawn)), self.draw.random())
        else:
            pupil.draw()

    async def wait(self) -> None:
        pause_s = self.draw.choice((0.2, 0.5, 1.5))
        self.note(pause_s)
        await asyncio.sleep(pause_s)

    async def remove(self) -> None:
        """One at most: somebody has to be left."""
        machine = self.machine()
        if machine is not None and not self.lesson.removed:
            await self.lesson.remove(self.pupil().user_id, machine.node.bus)

    # --- what happens to lines

    async def cut_page(self) -> None:
        line = self.page()
        if self.draw.random() < 0.5:
            line.cut()
        else:
            line.drop()

    async def stall_page(self) -> None:
        self.page().stall(*self.draw.choice(WAYS))

    async def break_frame(self) -> None:
        count, way = self.draw.choice((1, 3, 40, 200, 700, 2000)), self.draw.choice(list(Way))
        self.page().drop_after(count, way)
        self.note(count, way)

    async def slow_page(self) -> None:
        self.page().slow(delay_s=0.02, bytes_per_s=50_000)

    async def mend_page(self) -> None:
        self.page().mend()

    async def move_page(self) -> None:
        """Their proxy sends them to another node from now on."""
        line = self.page()
        if machine := self.machine():
            line.target = machine.node.address
            line.drop()

    async def cut_bus(self) -> None:
        self._fault(lambda machine: machine.bus.cut())

    async def stall_bus(self) -> None:
        ways = self.draw.choice(WAYS)
        self._fault(lambda machine: machine.bus.stall(*ways))

    async def mend_bus(self) -> None:
        if machine := self.machine():
            machine.bus.mend()

    async def cut_database(self) -> None:
        self.has_had_database_faults = True
        self._fault(lambda machine: machine.database.cut())

    async def stall_database(self) -> None:
        self.has_had_database_faults = True
        ways = self.draw.choice(WAYS)  # down alone: what is asked is done, and the answer does not come
        self._fault(lambda machine: machine.database.stall(*ways))

    async def mend_database(self) -> None:
        if machine := self.machine():
            machine.database.mend()

    def _fault(self, do: Callable[[Machine], None]) -> None:
        self.has_had_faults = True
        if machine := self.machine():
            do(machine)

    # --- what happens to nodes

    async def kill(self) -> None:
        self.has_had_faults = True
        self.cluster.kill(self.place())

    async def stop(self) -> None:
        self.has_had_faults = True
        self.cluster.stop(self.place())

    async def start(self) -> None:
        machine = await self.cluster.start(self.place())
        for person in self.lesson.people:
            if self.lesson.cluster_address(person.line) is None and self.draw.random() < 0.7:
                person.line.target = machine.node.address


@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_is_lost_doubled_or_out_of_order(
    cluster: Cluster, sound_database: Database, seed: int
) -> None:
    with no_surprises():
        await cluster.mend()
        async with Lesson.begin(cluster, sound_database, PUPILS, READERS) as lesson:
            plan = Plan(lesson, seed)
            try:
                await plan.run()
                bound_s = RECHECK_S + 2 * DATABASE_TIMEOUT_S + 1 if plan.has_had_faults else 1.0
                await lesson.settle(bound_s, in_order=not plan.has_had_database_faults)
            except Exception as error:
                error.add_note("\n".join(plan.trace))
                raise
        await cluster.ended()
        await lesson.until(lambda: not any(map(leftovers, cluster.running)), "nothing is left over")
