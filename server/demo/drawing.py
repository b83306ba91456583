"""What the classes of the demo world drew on the first page of the river project, in the lesson that is over.

Rows hold pages as bytes that only the live half can write: without it the page stays empty.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from itertools import groupby
from typing import Any, NamedTuple

from server.boards.figures import Kind, stroke_bytes
from server.boards.models import BoardUpdate, BoardWriter
from server.boards.objects import WritePage
from server.db import Model
from server.demo.shapes import demo_id, school_day
from server.demo.world import WORLD

DAYS_AGO = 2
AT = time(9, 30, tzinfo=UTC)
SPACE = WORLD.space("Rivers: measuring together")
PAGE_ID = demo_id("board", str(SPACE.id))

Points = Sequence[tuple[float, float]]


class Mark(NamedTuple):
    """A thing on the page. Lengths are in pixels of the board."""

    who: str
    """"school/who"."""
    kind: Kind
    fields: dict[str, Any]
    points: Points = ()


def _pen(who: str, colour: str, size: float, points: Points) -> Mark:
    return Mark(who, Kind.PEN, {"colour": colour, "size": size}, points)


def _thing(
    who: str, kind: Kind, x: float, y: float, w: float, h: float, *, colour: str, size: float = 4,
    text: str = "",
) -> Mark:
    return Mark(who, kind, {"x": x, "y": y, "w": w, "h": h, "colour": colour, "size": size, "text": text})


def _wave(left: float, right: float, y: float, height: float, length: float) -> Points:
    """A line of water."""
    return [
        (x, y + height * math.sin((x - left) / length * math.tau))
        for x in (left + (right - left) * step / 60 for step in range(61))
    ]


def _bird(x: float, y: float, side: float) -> Points:
    """Two wings."""
    return [
        (x + side * step / 12, y - side * 0.35 * abs(math.sin(step / 12 * math.tau))) for step in range(13)
    ]


def _marks() -> Iterator[Mark]:
    """In the order in which they were made, one writer's together."""
    yield _thing("willow/okafor", Kind.TEXT, 300, 20, 460, 47, colour="ink", size=8, text="The orange race")
    yield _thing("willow/okafor", Kind.LINE, 510, 90, 0, 430, colour="grey", size=2)

    frog, hedgehog, heron = "willow/Green Frog", "willow/Hedgehog", "willow/Blue Heron"
    yield _pen(frog, "blue", 4, _wave(60, 450, 220, 7, 65))
    yield _pen(frog, "blue", 4, _wave(60, 450, 244, 6, 78))
    yield _thing(frog, Kind.TEXT, 60, 110, 300, 32, colour="ink", text="Willow's stream")
    yield _thing(frog, Kind.ARROW, 430, 210, 0, 60, colour="ink", size=2)
    yield _thing(frog, Kind.TEXT, 370, 274, 120, 32, colour="ink", text="18 cm")
    yield _thing(hedgehog, Kind.ELLIPSE, 96, 176, 34, 34, colour="orange", size=8)
    yield _thing(hedgehog, Kind.ARROW, 150, 193, 210, 0, colour="orange", size=4)
    yield _thing(
        hedgehog, Kind.NOTE, 70, 320, 176, 176, colour="yellow",
        text="31 seconds for ten metres. Then a dog took the orange.",
    )
    yield _pen(heron, "ink", 2, [(300, 420), (302, 370), (310, 340), (322, 330), (340, 336), (318, 338)])
    yield _pen(heron, "ink", 2, [(300, 372), (282, 384), (270, 396), (300, 396)])
    yield _thing(heron, Kind.TEXT, 270, 440, 200, 24, colour="ink", size=2, text="He is not a stick!")

    tortoise, zebra, giraffe = "nakuru-hill/Tortoise", "nakuru-hill/Zebra", "nakuru-hill/Giraffe"
    yield _thing(tortoise, Kind.TEXT, 570, 110, 300, 32, colour="ink", text="The Njoro")
    yield _thing(tortoise, Kind.ELLIPSE, 606, 170, 40, 28, colour="green", size=8)
    yield _thing(tortoise, Kind.ARROW, 660, 186, 240, 0, colour="green", size=4)
    yield _thing(
        tortoise, Kind.NOTE, 580, 320, 176, 176, colour="green",
        text="14 seconds. We used a mango stone. It rained at night.",
    )
    yield _pen(zebra, "blue", 8, _wave(570, 960, 222, 14, 98))
    yield _pen(zebra, "blue", 8, _wave(570, 960, 254, 12, 110))
    yield _thing(zebra, Kind.ARROW, 930, 210, 0, 96, colour="ink", size=2)
    yield _thing(zebra, Kind.TEXT, 870, 310, 120, 32, colour="ink", text="42 cm")
    for place in range(3):
        yield _pen(giraffe, "red", 4, _bird(790 + 54 * place, 400 - 16 * place, 36))
    yield _thing(giraffe, Kind.TEXT, 790, 420, 200, 24, colour="ink", size=2, text="Flamingos!")


MARKS = list(_marks())
LAST_SEQ = sum(1 for _ in groupby(mark.who for mark in MARKS))


def count_of(school: str) -> int:
    """How many marks a school made."""
    return sum(mark.who.startswith(f"{school}/") for mark in MARKS)


def drawn_at(now: datetime) -> datetime:
    return datetime.combine(school_day(now.date(), DAYS_AGO), AT)


def drawn(write_page: WritePage, now: datetime) -> list[Model]:
    """The log of the page: an update by each who drew."""
    found: list[Model] = []
    numbered = list(enumerate(MARKS, start=1))
    for seq, (who, theirs) in enumerate(groupby(numbered, key=lambda each: each[1].who), start=1):
        author_id = WORLD.school(who.partition("/")[0]).person(who.partition("/")[2])
        objects = {
            str(demo_id("mark", str(place))): {
                "x": 0.0, "y": 0.0, "w": 0.0, "h": 0.0, "dx": 0.0, "dy": 0.0, "text": "", "gone": False,
                **_place_of(mark), **mark.fields, "kind": mark.kind.value, "by": str(author_id),
                "z": float(place), "points": stroke_bytes(mark.points) if mark.points else None,
            }
            for place, mark in theirs
        }
        found += [
            BoardUpdate(
                board_id=PAGE_ID, seq=seq, author_id=author_id, data=write_page(objects, client_id=seq),
                stored_at=drawn_at(now),
            ),
            BoardWriter(board_id=PAGE_ID, client_id=seq, user_id=author_id),
        ]
    return found


def _place_of(mark: Mark) -> dict[str, float]:
    """What a stroke covers."""
    if not mark.points:
        return {}
    across, down = zip(*mark.points, strict=True)
    return {"x": min(across), "y": min(down), "w": max(across) - min(across), "h": max(down) - min(down)}
