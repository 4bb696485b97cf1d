"""Distance and area on a round Earth, as the reference engines work them out."""

import math
from itertools import pairwise

from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.registry import function
from fairwitness.surveys.expressions.values import NAN, Value, to_string

RADIUS = 6_378_100.0  # metres, at the Equator
Point = tuple[float, float]
_LEAST_CORNERS = 3


def _points(value: Value) -> list[Point] | None:
    texts = (
        [node.string() for node in value]
        if isinstance(value, list) and len(value) > 1
        else to_string(value).split(";")
    )
    points: list[Point] = []
    for text in texts:
        numbers = text.split()
        if not numbers:
            continue
        try:
            latitude, longitude = float(numbers[0]), float(numbers[1])
        except (ValueError, IndexError):
            return None
        points.append((math.radians(latitude), math.radians(longitude)))
    return points


@function("distance", 1)
def _distance(c: Context, value: Value) -> Value:
    points = _points(value)
    if points is None:
        return NAN
    return round(math.fsum(_arc(a, b) for a, b in pairwise(points)) * RADIUS, 2)


def _arc(start: Point, end: Point) -> float:
    """Return the angle between two points (haversine)."""
    across = math.sin((end[0] - start[0]) / 2) ** 2
    along = math.sin((end[1] - start[1]) / 2) ** 2
    inner = across + math.cos(start[0]) * math.cos(end[0]) * along
    return 2 * math.asin(min(1.0, math.sqrt(inner)))


@function("area", 1)
def _area(c: Context, value: Value) -> Value:
    points = _points(value)
    if points is None:
        return NAN
    if len(points) < _LEAST_CORNERS:
        return 0.0
    corners = zip(points, [*points[1:], points[0]], strict=True)
    total = math.fsum(
        (end[1] - start[1]) * (2 + math.sin(start[0]) + math.sin(end[0]))
        for start, end in corners
    )
    return round(abs(total) * RADIUS * RADIUS / 2, 2)
