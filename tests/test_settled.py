"""What is read once in a few seconds: for how long, and that a change is seen at once."""

import os

import pytest
from django.conf import settings
from django.db import transaction

from fairwitness import settled
from fairwitness.governance.models import Area
from fairwitness.settled import recall
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.walks import areas
from tests.publishable import publishable
from tests.walking import Walker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keystore"])


@pytest.fixture(autouse=True)
def nothing_remembered():
    settled.forget()


def test_what_was_made_is_made_once():
    first = recall("page", lambda: "first")
    second = recall("page", lambda: "second")

    assert first == second == "first"


def test_a_change_while_something_is_read_leaves_nothing_old_behind():
    def read_before_the_change() -> str:
        settled.forget()  # as another thread of this process does when it saves
        return "before"

    recall("page", read_before_the_change)

    assert recall("page", lambda: "after") == "after"


def test_what_is_seen_inside_a_transaction_is_not_remembered():
    with transaction.atomic():
        recall("page", lambda: "perhaps taken back")

    assert recall("page", lambda: "as it is") == "as it is"


def test_a_change_by_another_process_is_seen_by_its_mark():
    recall("page", lambda: "before")
    mark = settings.DIR / settled.MARK
    mark.touch()
    os.utime(mark, ns=(1, mark.stat().st_mtime_ns + 1))

    assert recall("page", lambda: "after") == "after"


def test_a_saved_row_is_seen_at_once():
    before = list(areas())

    Area.objects.create(code="harbour", name="Harbour")

    assert "harbour" not in [one.name for one in before]
    assert "harbour" in [one.name for one in areas()]


def test_no_word_of_an_answer_is_remembered(centre, lea):
    """Also not where it stands in the next question: "How old is Zelda?"."""
    sheet = publishable(
        {"type": "text", "name": "who", "label": "Who saw it?"},
        {"type": "integer", "name": "age", "label": "How old is ${who}?"},
        choices={},
    )
    publish_version(sheet, name="Witnesses", by=lea)
    walker = Walker()
    walker.begin()
    walker.post(who="Zelda Example")
    shown = walker.text
    walker.post(act="skip")

    assert walker.step == "check"
    assert "How old is Zelda Example?" in shown
    assert "How old is Zelda Example?" in walker.text
    assert "Zelda" not in repr(settled._kept)
