"""Texts of a questionnaire: in which language they are shown, and what of their markup gets through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.markup import line, paragraphs, plain, split
from tests.publishable import ARABIC, publishable
from tests.walking import Walker

KURDISH = "Kurdî (kmr)"
ALLOWED = re.compile(r"</?(?:p|em|strong|ul|ol|li)>|<ol start=\"\d+\">|<br>")


@given(st.text(alphabet="ab<>&\"'*_[]()#-1.\n\\`!:/ ", max_size=80))
def test_whatever_is_written_only_a_little_markup_gets_through(text):
    for drawn in (str(paragraphs(text)), str(line(text)) if "*" in text else ""):
        left = ALLOWED.sub("", drawn)

        assert "<" not in left
        assert ">" not in left


def test_emphasis_and_lists_are_drawn_and_the_rest_is_dropped_or_shown():
    note = "# Before you begin\nThis is **yours**.\n\n- one\n- <b>two</b>\n\n[more](https://centre.example)"

    heading, rest = split(note)

    assert heading == "Before you begin"
    drawn = paragraphs(rest)
    assert "<strong>yours</strong>" in drawn
    assert "<li>two</li>" in drawn
    assert "[more](https://centre.example)" in drawn
    assert plain("How **old** are <i>you</i>?") == "How old are you?"
    assert line("Is 3 < 4?") == "Is 3 &lt; 4?"


def spoken() -> bytes:
    """Two questions in English and Kurdish, which our own pages do not speak, and a note."""
    asked = publishable(
        {"type": "note", "name": "first", "label": "Before you begin\nThis is **yours**."},
        {"type": "text", "name": "what", "label": "What happened?", "label_ar": "Çi qewimî?"},
        choices={},
    )  # fmt: skip
    return asked.replace(ARABIC.encode(), KURDISH.encode())


@pytest.fixture
def published(centre, lea):
    name = centre.version.questionnaire.name
    return publish_version(spoken(), name=name, by=lea, is_meant_alike=True)


def test_a_language_that_only_the_form_has_is_chosen_and_kept(published):
    walker = Walker()
    walker.begin()
    assert "<strong>yours</strong>" in walker.page.content.decode()
    walker.post(act="continue")
    walker.post(walker.at, language="kmr", what="Derî girtî bû.")

    page = walker.page.content.decode()
    assert "Çi qewimî?" in page
    assert 'lang="kmr" dir="ltr"' in page
    assert "Derî girtî bû." in page

    walker.post(what="Derî girtî bû.")
    assert "Çi qewimî?" in walker.text
    assert "Derî girtî bû." in walker.text
    walker.open("/tell/form/what/")
    walker.post(walker.at, language="en")
    assert "What happened?" in walker.text


def test_what_was_not_translated_is_shown_and_marked(published):
    walker = Walker(language="ar")
    walker.begin()
    walker.open("/tell/form/what/")

    page = walker.page.content.decode()
    assert "What happened?" in page
    assert "<bdi>English</bdi>" in page
    assert 'lang="en" dir="ltr"' in page


def test_each_text_is_marked_with_its_language_where_that_is_not_the_one_around_it(
    published,
):
    walker = Walker()
    walker.begin()
    walker.open("/tell/form/what/")
    walker.post(walker.at, language="kmr")

    page = walker.page.content.decode()
    assert '<span lang="kmr" dir="ltr">So that we can help.</span>' in page
    walker.post(what="x")
    assert (
        '<span lang="kmr" dir="ltr">Çi qewimî?</span>' in walker.page.content.decode()
    )
