"""Functions of texts."""

import base64
import hashlib
import math
import re

from fairwitness.surveys.expressions.context import (
    LONGEST_TEXT,
    SIGNS_A_STEP,
    Context,
)
from fairwitness.surveys.expressions.refusals import TooCostly, Unsupported
from fairwitness.surveys.expressions.regexes import Regex, compile_regex
from fairwitness.surveys.expressions.registry import MANY, Literals, Run, form, function
from fairwitness.surveys.expressions.values import Value, to_number, to_string

_SPACES = re.compile(r"[ \t\r\n]+")  # what XPath takes for spaces
# The names of the specification, by which other software makes the same digest.
_DIGESTS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def _texts(c: Context, values: tuple[Value, ...]) -> list[str]:
    texts: list[str] = []
    for value in values:
        if isinstance(value, list):
            texts.extend(node.string() for node in value)
        else:
            texts.append(to_string(value))
    length = sum(map(len, texts))
    c.world.spend(length // SIGNS_A_STEP)
    if length > LONGEST_TEXT:
        raise TooCostly("A rule of this form makes a text that is too long.")
    return texts


@function("string", 0, 1)
def _string(c: Context, value: Value | None = None) -> Value:
    return c.node.string() if value is None else to_string(value)


@function("concat", 1, MANY)
def _concat(c: Context, *values: Value) -> Value:
    return "".join(_texts(c, values))


@function("join", 2, MANY)
def _join(c: Context, separator: Value, *values: Value) -> Value:
    texts = _texts(c, values)
    between = to_string(separator)
    if len(between) * len(texts) > LONGEST_TEXT:
        raise TooCostly("A rule of this form makes a text that is too long.")
    return between.join(texts)


@function("string-length", 0, 1)
def _string_length(c: Context, value: Value | None = None) -> Value:
    return float(len(c.node.string() if value is None else to_string(value)))


@function("contains", 2)
def _contains(c: Context, text: Value, part: Value) -> Value:
    return to_string(part) in to_string(text)


@function("starts-with", 2)
def _starts_with(c: Context, text: Value, part: Value) -> Value:
    return to_string(text).startswith(to_string(part))


@function("ends-with", 2)
def _ends_with(c: Context, text: Value, part: Value) -> Value:
    return to_string(text).endswith(to_string(part))


@function("normalize-space", 0, 1)
def _normalize_space(c: Context, value: Value | None = None) -> Value:
    text = c.node.string() if value is None else to_string(value)
    return " ".join(_SPACES.split(text.strip(" \t\r\n")))


@function("translate", 3)
def _translate(c: Context, text: Value, signs: Value, others: Value) -> Value:
    replacements: dict[str, str] = {}
    other = to_string(others)
    for place, sign in enumerate(to_string(signs)):
        replacements.setdefault(sign, other[place : place + 1])
    return "".join(replacements.get(sign, sign) for sign in to_string(text))


@function("substr", 2, 3)
def _substr(c: Context, text: Value, start: Value, end: Value | None = None) -> Value:
    whole = to_string(text)
    first = _place(to_number(start), len(whole))
    last = len(whole) if end is None else _place(to_number(end), len(whole))
    return whole[first:last]


def _place(number: float, length: int) -> int:
    if math.isnan(number):
        return 0
    if number < 0:
        return int(max(0.0, length + number))
    return int(min(number, length))


@function("substring-before", 2)
def _substring_before(c: Context, text: Value, part: Value) -> Value:
    before, found, _after = to_string(text).partition(to_string(part) or "\0")
    return before if found else ""


@function("substring-after", 2)
def _substring_after(c: Context, text: Value, part: Value) -> Value:
    if not to_string(part):
        return to_string(text)
    return to_string(text).partition(to_string(part))[2]


@function("digest", 2, 3)
def _digest(
    c: Context, text: Value, algorithm: Value, encoding: Value | None = None
) -> Value:
    name = to_string(algorithm).upper()
    written = "base64" if encoding is None else to_string(encoding).lower()
    if name not in _DIGESTS or written not in {"base64", "hex"}:
        raise Unsupported(f"The digest {name} as {written}")
    content = to_string(text).encode()
    c.world.spend(len(content) // SIGNS_A_STEP)
    digest = hashlib.new(_DIGESTS[name], content, usedforsecurity=False)
    if written == "hex":
        return digest.hexdigest()
    return base64.b64encode(digest.digest()).decode()


@function("base64-decode", 1)
def _base64_decode(c: Context, text: Value) -> Value:
    signs = "".join(to_string(text).split()).rstrip("=")
    try:
        return base64.b64decode(signs + "=" * (-len(signs) % 4), validate=True).decode()
    except ValueError:
        return ""


@form("regex", 2)
def _regex(runs: list[Run], literals: Literals) -> Run:
    text, pattern = runs
    if literals[1] is not None:
        ready = compile_regex(literals[1])
        return lambda c: _found(c, ready, to_string(text(c)))
    return lambda c: _found(c, compile_regex(to_string(pattern(c))), to_string(text(c)))


def _found(c: Context, pattern: Regex, text: str) -> bool:
    is_found = pattern.found_in(text)
    c.world.spend(pattern.work + len(text) // SIGNS_A_STEP)
    return is_found


@function("uuid", 0, 1)
def _uuid(c: Context, length: Value | None = None) -> Value:
    dice = c.world.dice()
    if length is not None:
        signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        count = to_number(length)
        return "".join(dice.choices(signs, k=int(min(count, 100)) if count > 0 else 0))
    bits = (dice.getrandbits(128) & ~(0xF << 76) | 4 << 76) & ~(3 << 62) | 2 << 62
    digits = f"{bits:032x}"
    return "-".join(
        (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    )
