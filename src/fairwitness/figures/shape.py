"""Whether a JSON document has the shape that we write, before anything else trusts it."""

from typing import Any

ANY_KEY = "*"


def fits(value: Any, shape: Any) -> bool:
    """Whether a value has a shape.

    A shape is a type, None, a tuple of shapes (any of them), a list with one shape
    (of every part), or a dict: these keys with these shapes, or `ANY_KEY` for all.
    """
    if isinstance(shape, tuple):
        return any(fits(value, one) for one in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, dict):
        return isinstance(value, dict) and _fits_keys(value, shape)
    if shape is None:
        return value is None
    return type(value) is shape


def _fits_keys(value: dict[str, Any], shape: dict[str, Any]) -> bool:
    if ANY_KEY in shape:
        return all(fits(one, shape[ANY_KEY]) for one in value.values())
    return all(key in value and fits(value[key], one) for key, one in shape.items())
