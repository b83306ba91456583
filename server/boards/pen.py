"""The outline of a pen stroke, as the board paints it on a screen. Pure.

The client draws strokes with perfect-freehand 1.2 (MIT License, Copyright (c) 2021 Stephen Ruiz Ltd); this is
its `getStroke` for the options that `client/src/board/shapes.ts` gives, and no others: round ends, no tapers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, pi, sin
from typing import NamedTuple

SIZE = 1.9
"""The widest that a stroke gets, in sizes of its pen."""
THINNING = 0.5
SMOOTHING = 0.5
STREAMLINE = 0.4

FIRST_PRESSURE = 0.25
HALF_PRESSURE = 0.5
PRESSURE_RATE = 0.275
FIRST_FEW = 10
"""So many points say how hard a stroke begins."""
END_NOISE = 3
"""Points so near to the end are passed over."""
LEAST_RADIUS = 0.01
TURN = pi + 0.0001
CORNER_STEPS, END_STEPS = 13, 29

Sample = tuple[float, float, float]
"""x, y, and how hard the pen was pressed (0 to 1)."""
Point = tuple[float, float]


class _Way(NamedTuple):
    """A point that the pen passes, with the direction that it came from."""

    x: float
    y: float
    pressure: float
    dx: float
    dy: float
    distance: float
    length: float
    """Of the stroke so far."""


def outline(samples: Sequence[Sample], size: float, *, has_pressure: bool) -> list[Point]:
    """The corners of a stroke's outline, in order. Smooth curves go through the middles between them.

    Args:
        samples: where the pen was.
        size: of the pen, in the unit of the samples; above 0.
        has_pressure: a real pen; else a slow hand counts as a heavy one.
    """
    if not samples:
        return []
    widest = size * SIZE
    way = _streamlined(samples, widest)
    total = way[-1].length
    nearest = (widest * SMOOTHING) ** 2
    pressure = _begun(way, widest, is_made_up=not has_pressure)
    radius = _radius(widest, way[-1].pressure)
    first_radius: float | None = None
    before_x, before_y = way[0].dx, way[0].dy
    left: list[Point] = []
    right: list[Point] = []
    last_left = last_right = (way[0].x, way[0].y)
    is_after_corner = False
    for at, each in enumerate(way):
        x, y = each.x, each.y
        is_last = at == len(way) - 1
        if not is_last and total - each.length < END_NOISE:
            continue
        here = each.pressure if has_pressure else _pressed(pressure, each.distance, widest)
        radius = max(LEAST_RADIUS, _radius(widest, here))
        if first_radius is None:
            first_radius = radius
        ahead = each if is_last else way[at + 1]
        straight = 1.0 if is_last else each.dx * ahead.dx + each.dy * ahead.dy
        is_corner = each.dx * before_x + each.dy * before_y < 0 and not is_after_corner
        if is_corner or straight < 0:
            across_x, across_y = before_y * radius, -before_x * radius
            for step in _steps(CORNER_STEPS, with_start=True):
                last_left = _turned(x - across_x, y - across_y, x, y, TURN * step)
                left.append(last_left)
                last_right = _turned(x + across_x, y + across_y, x, y, -TURN * step)
                right.append(last_right)
            if straight < 0:
                is_after_corner = True
            continue
        is_after_corner = False
        if is_last:
            across_x, across_y = each.dy * radius, -each.dx * radius
            left.append((x - across_x, y - across_y))
            right.append((x + across_x, y + across_y))
            continue
        turned_x = ahead.dx + (each.dx - ahead.dx) * straight
        turned_y = ahead.dy + (each.dy - ahead.dy) * straight
        across_x, across_y = turned_y * radius, -turned_x * radius
        point = (x - across_x, y - across_y)
        if at <= 1 or _apart2(last_left, point) > nearest:
            left.append(point)
            last_left = point
        point = (x + across_x, y + across_y)
        if at <= 1 or _apart2(last_right, point) > nearest:
            right.append(point)
            last_right = point
        pressure, before_x, before_y = here, each.dx, each.dy
    start, end = way[0], way[-1]
    if len(way) == 1:
        return _dot(start.x, start.y, first_radius or radius)
    x, y = right[0]
    around_start = [_turned(x, y, start.x, start.y, TURN * step) for step in _steps(CORNER_STEPS)]
    tip_x, tip_y = end.x - end.dy * radius, end.y + end.dx * radius
    around_end = [
        _turned(tip_x, tip_y, end.x, end.y, TURN * 3 * step) for step in _steps(END_STEPS) if step < 1
    ]
    return left + around_end + right[::-1] + around_start


def _streamlined(samples: Sequence[Sample], widest: float) -> list[_Way]:
    """The way of the pen without the tremble of the hand."""
    follow = 0.15 + (1 - STREAMLINE) * 0.85
    points = list(samples)
    if len(points) == 1:
        x, y, pressure = points[0]
        points.append((x + 1, y + 1, pressure))
    elif len(points) == 2:  # a dash gets points in between
        (x, y, _), (to_x, to_y, _) = points
        points[1:] = [
            (x + (to_x - x) * part / 4, y + (to_y - y) * part / 4, HALF_PRESSURE) for part in range(1, 5)
        ]
    x, y, pressure = points[0]
    way = [_Way(x, y, pressure if pressure >= 0 else FIRST_PRESSURE, 1, 1, 0, 0)]
    length, is_long, last = 0.0, False, len(points) - 1
    for at in range(1, len(points)):
        to_x, to_y, pressure = points[at]
        if at != last:
            to_x, to_y = x + (to_x - x) * follow, y + (to_y - y) * follow
        if to_x == x and to_y == y:
            continue
        distance = hypot(to_y - y, to_x - x)
        length += distance
        if at < last and not is_long:
            if length < widest:
                continue
            is_long = True
        way.append(
            _Way(to_x, to_y, pressure, (x - to_x) / distance, (y - to_y) / distance, distance, length)
        )
        x, y = to_x, to_y
    second = way[1] if len(way) > 1 else None
    way[0] = way[0]._replace(dx=second.dx if second else 0, dy=second.dy if second else 0)
    return way


def _begun(way: Sequence[_Way], widest: float, *, is_made_up: bool) -> float:
    """How hard a stroke begins."""
    mean = way[0].pressure
    for each in way[:FIRST_FEW]:
        here = _pressed(mean, each.distance, widest) if is_made_up else each.pressure
        mean = (mean + here) / 2
    return mean


def _pressed(before: float, distance: float, widest: float) -> float:
    """How hard a pen without pressure seems to be pressed: the faster, the less."""
    speed = min(1.0, distance / widest)
    return min(1.0, before + (min(1.0, 1 - speed) - before) * (speed * PRESSURE_RATE))


def _radius(widest: float, pressure: float) -> float:
    return widest * (0.5 - THINNING * (0.5 - pressure))


def _steps(count: int, *, with_start: bool = False) -> list[float]:
    """Added up as the original adds, so that the last one is there or not as it is there."""
    found, step = [0.0] if with_start else [], 1 / count
    each = step
    while each <= 1:
        found.append(each)
        each += step
    return found


def _turned(x: float, y: float, about_x: float, about_y: float, angle: float) -> Point:
    across, down, turn, stay = x - about_x, y - about_y, sin(angle), cos(angle)
    return across * stay - down * turn + about_x, across * turn + down * stay + about_y


def _apart2(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _dot(x: float, y: float, radius: float) -> list[Point]:
    aside = radius / 2**0.5
    return [_turned(x + aside, y - aside, x, y, TURN * 2 * step) for step in _steps(CORNER_STEPS)]
