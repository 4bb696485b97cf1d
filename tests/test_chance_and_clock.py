"""A questionnaire that draws lots and looks at the clock: the same order on every page, and read at the desk."""

import re

import pytest

from fairwitness.intake.accounts import told
from fairwitness.surveys.actions import publish_version
from tests.publishable import publishable
from tests.walking import Walker


def drawn() -> bytes:
    """A list in random order, a number that must be small, and a rule that knows the day."""
    return publishable(
        {"type": "calculate", "name": "lot", "calculation": "once(random())"},
        {"type": "calculate", "name": "day", "calculation": "today()"},
        {"type": "begin group", "name": "both", "label": "Both", "appearance": "field-list"},
        {"type": "select_one many", "name": "wish", "label": "Which?", "parameters": "randomize=true"},
        {"type": "integer", "name": "age", "label": "How old on ${day}?", "constraint": ". < 100",
         "constraint_message": "Below 100."},
        {"type": "end group"},
        choices={"many": [(letter, letter.upper()) for letter in "abcdefghijkl"]},
    )  # fmt: skip


def order_on(walker: Walker) -> list[str]:
    return re.findall(r'name="wish"[^>]* value="([a-l])"', walker.page.content.decode())


@pytest.fixture
def published(centre, lea):
    return publish_version(drawn(), name="Drawn", by=lea)


def test_an_order_that_is_drawn_stays_through_a_journey(published):
    walker, other = Walker(), Walker()
    walker.begin()
    other.begin()
    first = order_on(walker)

    walker.post(wish=first[0], age="400")
    assert "Below 100." in walker.text
    assert order_on(walker) == first
    walker.post(wish=first[0], age="40")
    walker.open("/tell/form/both/")

    assert order_on(walker) == first
    assert sorted(first) == list("abcdefghijkl")
    assert order_on(other) != first


def test_what_was_told_is_read_at_the_desk_whatever_its_rules_ask_of_clock_and_chance(
    published,
):
    answers = {"wish": "b", "age": "40"}

    read = told(published.pk, answers, language="en")

    assert [(one.key, one.answer) for one in read] == [("wish", "B"), ("age", "40")]
