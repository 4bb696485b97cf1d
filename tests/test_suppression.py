"""Nobody is found in a table: not by subtraction, not by somebody who is in it."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.figures.attack import (
    Published,
    seen_by_an_insider,
    seen_from_outside,
)
from fairwitness.figures.suppression import (
    LEAST,
    Protection,
    first_close_change,
    is_safe,
    may_split,
    protect,
)

Table = dict[str, tuple[int, int, int]]


@st.composite
def told(draw: st.DrawFn) -> tuple[Table, tuple[int, int, int]]:
    """A table as facts make it: reports of incidents that happened to people, in several cells."""
    people = draw(st.integers(1, 60))
    cells = draw(
        st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)
    )
    weights = [cell for cell in cells for _ in range(draw(st.integers(1, 8)))]
    chance = draw(st.randoms(use_true_random=False))
    is_single = draw(st.booleans())
    seen: dict[str, tuple[set[int], set[int], set[int]]] = defaultdict(
        lambda: (set(), set(), set())
    )
    report = incident = 0
    for person in range(people):
        for _ in range(chance.choice([1, 1, 1, 2])):
            incident += 1
            where = {chance.choice(weights)}
            if not is_single and chance.random() < 0.3:
                where.add(chance.choice(weights))
            for _ in range(chance.choice([1, 1, 1, 2, 5])):
                report += 1
                for cell in where:
                    for unit, thing in enumerate((report, incident, person)):
                        seen[cell][unit].add(thing)
    table = {
        cell: (len(seen[cell][0]), len(seen[cell][1]), len(seen[cell][2]))
        for cell in "abcdefgh"
    }
    return table, (report, incident, people)


def published(table: Table, totals: tuple[int, ...], choice: Protection) -> Published:
    hidden = tuple(sorted(choice.hidden))
    pools = tuple(sum(table[cell][unit] for cell in hidden) for unit in range(3))
    return Published(hidden, pools, totals)


@given(told())
def test_no_small_count_is_ever_printed(made):
    table, totals = made
    choice = protect(table, totals=totals)
    shown = [
        n for cell, units in table.items() if cell not in choice.hidden for n in units
    ]

    assert all(n == 0 or n >= LEAST for n in shown)


@settings(max_examples=150, deadline=None)
@given(told())
def test_whoever_knows_all_that_is_printed_comes_no_nearer_than_the_threshold(made):
    table, totals = made
    choice = protect(table, totals=totals)
    if choice.is_total_only:
        return

    assert all(
        bounds.width >= LEAST
        for bounds in seen_from_outside(published(table, totals, choice))
    )


@settings(max_examples=150, deadline=None)
@given(told())
def test_whoever_knows_one_hidden_count_cannot_work_out_another(made):
    table, totals = made
    choice = protect(table, totals=totals)
    if choice.is_total_only:
        return
    told_in_print = published(table, totals, choice)

    for cell in choice.hidden:
        found = seen_by_an_insider(told_in_print, knows=cell, counts=table[cell])
        assert all(bounds.width >= LEAST - 1 for bounds in found)


@given(told(), st.randoms())
def test_the_same_counts_are_hidden_in_the_same_way(made, chance):
    table, totals = made
    shuffled = list(table.items())
    chance.shuffle(shuffled)

    assert protect(dict(shuffled), totals=totals) == protect(table, totals=totals)


@given(told())
def test_a_table_without_small_counts_is_printed_whole(made):
    table, totals = made
    large = {
        cell: tuple(n and n + LEAST for n in units) for cell, units in table.items()
    }

    assert not protect(large, totals=tuple(n * 20 for n in totals)).hidden


@given(told())
def test_the_two_smallest_others_are_hidden_too_and_none_that_is_larger(made):
    table, totals = made
    choice = protect(table, totals=totals)
    small = {
        cell
        for cell, units in table.items()
        if any(units)
        and (
            min(units) < LEAST
            or any(0 < t - n < LEAST for n, t in zip(units, totals, strict=True))
        )
    }
    added = sorted(table[cell][0] for cell in choice.hidden - small)
    shown = [n for cell, (n, *_) in table.items() if n and cell not in choice.hidden]

    if choice.hidden and not choice.is_total_only:
        assert len(added) == 2 or added[1] == added[-1]
        assert not shown or added[-1] < min(shown)


def test_a_small_number_of_people_hides_a_large_number_of_reports():
    table = {"a": (30, 20, 2), "b": (20, 20, 20), "c": (30, 30, 30), "d": (40, 40, 40)}

    assert protect(table, totals=(120, 110, 92)).hidden == {"a", "b", "c"}


def test_the_cheapest_cells_are_hidden_with_the_small_one():
    table = {"a": (1, 1, 1), "b": (90, 80, 70), "c": (6, 6, 6), "d": (7, 7, 7)}

    assert protect(table, totals=(104, 94, 84)).hidden == {"a", "c", "d"}


def test_all_but_few_is_as_telling_as_few():
    # Grounds: 30 incidents, 28 of them on ground a, so 2 are not.
    table = {"a": (28, 28, 28), "b": (9, 9, 9), "c": (8, 8, 8), "d": (7, 7, 7)}

    assert protect(table, totals=(30, 30, 30)).is_total_only
    assert not protect(table, totals=(52, 52, 52)).hidden


def test_two_rows_do_not_give_away_how_few_stand_in_both():
    told = {"victim": (60, 60, 60), "observer": (40, 40, 40)}

    assert protect(told, totals=(100, 98, 90)).is_total_only
    assert not protect(told, totals=(100, 100, 90)).hidden


def test_zero_is_printed():
    table = {"a": (0, 0, 0), "b": (2, 2, 2), "c": (9, 9, 9), "d": (8, 8, 8)}

    assert "a" not in protect(table, totals=(19, 19, 19)).hidden


@pytest.mark.parametrize(
    "table",
    [
        {"a": (2, 2, 2), "b": (50, 40, 30)},
        {"a": (2, 2, 2)},
        {"a": (3, 3, 3), "b": (4, 3, 3), "c": (3, 3, 3)},
        {"a": (3, 3, 3), "b": (4, 3, 3), "c": (30, 30, 30)},
    ],
)
def test_what_cannot_be_protected_gives_its_total_alone(table):
    totals = tuple(sum(units[u] for units in table.values()) for u in range(3))

    choice = protect(table, totals=totals)

    assert choice.is_total_only
    assert choice.hidden == set(table)
    assert "Only the total" in choice.sentence


def test_counts_that_fill_the_total_give_themselves_away_and_are_not_hidden_together():
    # With 10 incidents that each have several grounds, 24 in three rows leave no choice.
    table = {"a": (4, 4, 4), "b": (10, 10, 10), "c": (10, 10, 10)}

    assert protect(table, totals=(10, 10, 10)).is_total_only


def test_the_attacker_finds_what_a_careless_table_gives_away():
    one_hidden = Published(("a",), (3,), (20,))
    two_hidden = Published(("a", "b"), (4,), (20,))

    assert seen_from_outside(one_hidden)[0].width == 0
    assert seen_from_outside(two_hidden)[0].width == 2


def test_the_attacker_plays_the_units_against_each_other():
    # Reports alone leave 1 to 8; that no more reports than incidents exist fixes nothing,
    # that five people stand on five reports fixes all.
    alone = seen_from_outside(Published(("a", "b", "c"), (10,), (10,)))
    linked = seen_from_outside(Published(("a", "b", "c"), (10, 10, 3), (10, 10, 10)))

    assert alone[0].width == 7
    assert [b.width for b in linked if b.unit == 2] == [0, 0, 0]


def test_the_attacker_notices_numbers_that_contradict_each_other():
    with pytest.raises(ValueError, match="contradict"):
        seen_from_outside(Published(("a", "b", "c"), (2,), (20,)))


def test_an_insider_of_a_careless_table_finds_the_others():
    careless = Published(("a", "b", "c"), (9,), (30,))

    found = seen_by_an_insider(careless, knows="c", counts=(7,))

    assert {bounds.cell: bounds.width for bounds in found} == {"a": 0, "b": 0}
    assert not is_safe([1, 1, 7], total=30)


def test_even_somebody_who_runs_our_own_rule_finds_no_hidden_count():
    """All tables of four cells up to 12: which of them print the same?

    Hidden cells that add up to more are left out: their tables are not all among these.
    """
    seen = defaultdict(list)
    for counts in product(range(13), repeat=4):
        table = {cell: (n,) for cell, n in zip("abcd", counts, strict=True)}
        choice = protect(table, totals=(sum(counts),))
        print_ = tuple(
            None if cell in choice.hidden else n
            for cell, n in zip("abcd", counts, strict=True)
        )
        seen[print_, sum(counts), choice.is_total_only].append(counts)

    for (print_, total, is_total_only), possible in seen.items():
        hidden_together = total - sum(n or 0 for n in print_)
        if is_total_only or hidden_together > 12 + 2:
            continue
        for place, shown in enumerate(print_):
            values = {counts[place] for counts in possible}
            assert shown is not None or len(values) > 1


def test_a_threshold_that_protects_nobody_is_refused():
    with pytest.raises(ValueError, match="below 3"):
        protect({"a": (1,)}, totals=(1,), least=2)


@pytest.mark.parametrize(
    ("rows", "hidden", "may"),
    [
        ({"a": (5, 0), "b": (9, 7)}, set(), True),
        ({"a": (5, 1), "b": (9, 7)}, set(), False),
        ({"a": (1, 1), "b": (4, 4), "c": (9, 9)}, {"a", "b"}, True),
        ({"a": (1, 1), "b": (4, 0), "c": (9, 9)}, {"a", "b"}, False),
    ],
)
def test_rows_show_their_parts_only_if_no_part_is_small(rows, hidden, may):
    assert may_split(rows, hidden=frozenset(hidden)) is may


@pytest.mark.parametrize(
    ("after", "gives_away"),
    [
        ({"a": 30, "b": None}, None),
        ({"a": 35, "b": None}, None),
        ({"a": 31, "b": None}, "a"),
        ({"a": 26, "b": None}, "a"),
        ({"a": 30, "b": 12}, "b"),
        ({"a": None, "b": None}, "a"),
        ({"a": 30, "b": None, "c": 3}, "c"),
        ({"a": 30, "b": None, "c": 5}, None),
    ],
)
def test_two_editions_of_a_period_do_not_describe_what_came_between(after, gives_away):
    assert first_close_change({"a": 30, "b": None}, after) == gives_away
