"""What a frame costs the person who sends it."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest

from realtime import board_wire, pace, protocol
from realtime.desks import Desk
from realtime.groups import GroupsDesk
from realtime.pace import Pace, price_of
from realtime.polling import PollDesk
from realtime.room import RoomDesk
from realtime.supervision import SupervisionDesk


@pytest.mark.parametrize(
    ("message", "is_dear"),
    [
        (protocol.SpaceJoin(ref=1, space_id=uuid4()), True),
        (protocol.ChatPost(ref=1, client_id=uuid4(), text="hello"), True),
        (protocol.MediaPublish(ref=1, sdp=""), True),
        (protocol.MediaPause(track_id="a", paused=True), False),
        (board_wire.sync(board_wire.STEP_1, b"\0"), True),
        (board_wire.sync(board_wire.UPDATE, b"\0\0"), False),
        (board_wire.awareness([]), False),
        (None, False),
    ],
)
def test_what_makes_work_is_dear(message: protocol.Frame | bytes | None, is_dear: bool) -> None:
    assert (price_of(message) > 0) is is_dear


async def test_a_purse_that_is_spent_makes_the_next_frame_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(delay_s: float) -> None:
        waited.append(delay_s)

    # Only here: whatever else runs in this loop goes on sleeping as it should.
    monkeypatch.setattr(pace, "asyncio", SimpleNamespace(sleep=sleep))
    purse = Pace()
    await purse.wait(10)
    assert waited == []
    purse.charge(pace.FRAMES_BURST + pace.FRAMES_PER_S)
    await purse.wait(10)
    assert waited[0] == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("desk", [RoomDesk, SupervisionDesk, GroupsDesk, PollDesk])
def test_what_takes_a_transaction_and_a_line_in_the_log_is_dear(desk: type[Desk]) -> None:
    cheap = [kind.__name__ for kind in desk.frames if kind not in pace._PRICES]
    assert cheap == []
