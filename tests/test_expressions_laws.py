"""Laws that hold for all expressions: compared with the plain definitions of XPath 1.0 in Python."""

import math
import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.surveys import expressions
from fairwitness.surveys.expressions import Context, Node, World, to_number, to_string

NUMBERS = st.integers(-99, 99) | st.sampled_from([0.5, -0.25, 12.75])
TEXTS = st.lists(
    st.sampled_from(["", "1", "2", "-3.5", "x", "2026-01-05", " 7 "]), max_size=5
)


def document(**groups: list[str]) -> Node:
    """A document with the texts of each group under its name."""
    top = Node("")
    root = Node("data", parent=top)
    for name, texts in groups.items():
        for text in texts:
            Node(name, text, parent=root)
    return top


def value_of(rule: str, top: Node, **more: object) -> object:
    world = World(root=top, **more)  # type: ignore[arg-type] # whatever is tried
    return expressions.compile(rule).evaluate(Context(world, top.children[0]))


def plain(number: float) -> str:
    """A number as a rule writes it; a negative one in brackets."""
    return f"(0 - {to_string(float(-number))})" if number < 0 else to_string(float(number))  # fmt: skip


SUMS = st.recursive(
    NUMBERS.map(lambda number: (plain(number), float(number))),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        lambda told: (
            f"({told[0][0]} {told[1]} {told[2][0]})",
            {"+": operator.add, "-": operator.sub, "*": operator.mul}[told[1]](told[0][1], told[2][1]),
        )
    ),
    max_leaves=12,
)  # fmt: skip
TRUTHS = st.recursive(
    st.sampled_from([("true()", True), ("false()", False), ("1 < 2", True), ("'' = 'x'", False)]),
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
        lambda told: (
            f"({told[0][0]}) {told[1]} ({told[2][0]})",
            (told[0][1] and told[2][1]) if told[1] == "and" else (told[0][1] or told[2][1]),
        )
    )
    | inner.map(lambda told: (f"not({told[0]})", not told[1])),
    max_leaves=16,
)  # fmt: skip


@given(SUMS)
def test_sums_are_what_arithmetic_says(told):
    rule, expected = told

    assert value_of(rule, document()) == expected


@given(TRUTHS)
def test_truths_are_what_logic_says(told):
    rule, expected = told

    assert value_of(rule, document()) is expected
    assert value_of(f"if({rule}, 'yes', 'no')", document()) == (
        "yes" if expected else "no"
    )


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@pytest.mark.parametrize("sign", COMPARISONS)
@given(left=TEXTS, right=TEXTS, number=NUMBERS)
def test_node_sets_compare_if_any_pair_does(sign, left, right, number):
    compare = COMPARISONS[sign]
    top = document(a=left, b=right)

    among = any(compare(to_number(a), to_number(b)) for a in left for b in right)
    beside = any(compare(to_number(a), number) for a in left)

    assert value_of(f"/data/a {sign} /data/b", top) is among
    assert value_of(f"/data/a {sign} {plain(number)}", top) is beside


@given(left=TEXTS, right=TEXTS, text=st.sampled_from(["", "1", "x"]))
def test_node_sets_are_equal_or_differ_if_any_pair_does(left, right, text):
    top = document(a=left, b=right)

    assert value_of("/data/a = /data/b", top) is any(a == b for a in left for b in right)  # fmt: skip
    assert value_of("/data/a != /data/b", top) is any(a != b for a in left for b in right)  # fmt: skip
    assert value_of(f"/data/a = '{text}'", top) is any(a == text for a in left)
    assert value_of(f"/data/a != '{text}'", top) is any(a != text for a in left)


@given(left=TEXTS)
def test_a_place_that_is_looked_up_is_the_one_that_is_walked_to(left):
    top = document(a=left)
    places = {"/data/a": list(top.children[0].children)} if left else {}

    for rule in ("count(/data/a)", "/data/a > 1", "join(',', /data/a)", "/data/a[2]"):
        walked, looked_up = value_of(rule, top), value_of(rule, top, places=places)

        assert looked_up == walked or (walked != walked and looked_up != looked_up)  # noqa: PLR0124 NaN


@given(
    chosen=st.lists(st.sampled_from(["a", "b", "ab"]), max_size=4),
    choice=st.sampled_from(["a", "b", "ab", "c"]),
)
def test_a_choice_is_selected_if_it_is_one_of_the_chosen(chosen, choice):
    top = document(q=[" ".join(chosen)], c=[choice])

    assert value_of(f"selected(/data/q, '{choice}')", top) is (choice in chosen)
    assert value_of("selected(/data/q, /data/c)", top) is (choice in chosen)
    assert value_of("count-selected(/data/q)", top) == len(chosen)


@given(number=NUMBERS, places=st.integers(0, 3))
def test_rounding_goes_up_at_the_half(number, places):
    scale = 10.0**places

    assert value_of(f"round({plain(number)}, {places})", document()) == (
        math.floor(number * scale + 0.5) / scale
    )
