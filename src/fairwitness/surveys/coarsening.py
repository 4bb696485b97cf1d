"""Places as they are kept: to about a kilometre, whatever was typed or measured."""

import re
import unicodedata

from fairwitness.surveys.answers import Cleaned, Problem, Trouble

DECIMALS = 2  # of a degree: a kilometre, or less
MOST_POINTS = 200
_LEAST = {"geotrace": 2, "geoshape": 3}
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{0,15})?")
_NORTH, _EAST = 90, 180


def clean_place(text: str, *, shape: str = "geopoint") -> Cleaned:
    """Return points as XForms writes them, "52.52 13.40 0 0;…", or a problem.

    A point is latitude and longitude, with a comma or a space between; each stands on a
    line of its own, or behind a semicolon. An area ends where it began.
    """
    written = [one for one in re.split(r"[;\n]", western_digits(text)) if one.strip()]
    points = [_point(one) for one in written[: MOST_POINTS + 1]]
    least = _LEAST.get(shape, 1)
    is_single = shape not in _LEAST
    known = [one for one in points if one]
    if (
        len(known) != len(points)
        or not least <= len(known) <= MOST_POINTS
        or (is_single and len(known) > 1)
    ):
        return Problem(Trouble.NOT_A_PLACE)
    if shape == "geoshape" and known[0] != known[-1]:
        known.append(known[0])
    return ";".join(
        one
        for number, one in enumerate(known)
        if not number or one != known[number - 1]
    )


def _point(text: str) -> str:
    """A point, coarsened; height and exactness are left out."""
    parts = text.split()
    if len(parts) > 1 and "." not in text:  # 52,5 13,4
        parts = [_DECIMAL_COMMA.sub(".", part) for part in parts]
    else:
        parts = text.replace(",", " ").split()
    numbers = [part.strip(",") for part in parts[:2]]
    if len(numbers) < len(("north", "east")) or not all(
        map(_NUMBER.fullmatch, numbers)
    ):
        return ""
    north, east = map(float, numbers)
    if abs(north) > _NORTH or abs(east) > _EAST:
        return ""
    return f"{_coarse(north)} {_coarse(east)} 0 0"


def _coarse(degrees: float) -> str:
    return f"{round(degrees, DECIMALS) + 0.0:.{DECIMALS}f}"


def western_digits(text: str) -> str:
    """Return the text with the digits of every script written as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text
    )


def place_in_words(kept: str) -> str:
    """How a kept place reads: 52.52, 13.40; each point on a line."""
    return "\n".join(", ".join(point.split()[:2]) for point in kept.split(";"))
