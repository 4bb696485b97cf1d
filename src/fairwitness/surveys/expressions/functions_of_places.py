"""Distance and area on a round Earth, as the reference engines work them out."""

import math
from itertools import pairwise

from fairwitness.surveys.expressions.context import Context
from fairwitness.surveys.expressions.registry import MANY, function
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


@function("distance", 1, MANY)
def _distance(c: Context, *values: Value) -> Value:
    points: list[Point] = []
    for value in values:
        told = _points(value)
        if told is None:
            return NAN
        points += told
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


@function("geofence", 2)
def _geofence(c: Context, place: Value, fence: Value) -> Value:
    """Tell whether a place lies inside an area: a line to the east crosses its edge an odd number of times."""
    points, corners = _points(place), _points(fence)
    if not points or corners is None or len(corners) < _LEAST_CORNERS:
        return False
    north, east = points[0]
    edges = zip(corners, [*corners[1:], corners[0]], strict=True)
    crossings = sum(
        (start[0] > north) != (end[0] > north)
        and east
        < (end[1] - start[1]) * (north - start[0]) / (end[0] - start[0]) + start[1]
        for start, end in edges
    )
    return crossings % 2 == 1
