"""The two parts of a letter: 72 columns that phones join again, and HTML in the colours of the house."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from fairwitness.governance.models import Controller
from fairwitness.outreach import letters as module
from fairwitness.outreach.letters import Keys, compose, letters_to_start_from
from fairwitness.outreach.plain_part import COLUMNS, flowed, unflowed
from tests.invited import a_campaign, make_source, words_of
from tests.test_design import DARK, LIGHT

LINES = st.lists(
    st.text("ab >-من. é", max_size=200).map(lambda line: " ".join(line.split())),
    max_size=6,
)
SHEET = Path(module.__file__).with_name("letter.css").read_text()
ROOT = Path(__file__).parent.parent
ADDRESS = "https://centre.harbour.example/i/" + "k" * 26 + "/passed-on"


@given(LINES)
@example([">quoted", "From here", "", "x" * 200])
def test_broken_lines_are_joined_again(lines):
    text = "\n".join(lines) + "\n"

    assert unflowed(flowed(text)) == text


@given(LINES)
def test_no_line_with_a_space_in_it_is_wider_than_a_terminal(lines):
    for line in flowed("\n".join(lines)).splitlines():
        assert len(line) <= COLUMNS or " " not in line.strip()


def test_an_address_is_never_broken():
    assert ADDRESS in flowed(f"This was not for me: {ADDRESS}\n").splitlines()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_a_letter_are_those_of_the_house(scheme):
    light, _media, dark = SHEET.partition("@media (prefers-color-scheme: dark)")
    written = light if scheme == "light" else dark
    known = LIGHT if scheme == "light" else DARK

    found = re.findall(r"([a-z-]+)?: (?:1px solid )?(#[0-9A-F]{6})", written)

    assert found
    assert {colour for _name, colour in found} <= set(known.values())
    for name in ("page", "ink", "link", "ink-2"):
        assert known[name] in written


pages = pytest.mark.django_db(databases=["default", "keystore"])


def letter_of(centre, *, language="en", text=None, **other):
    """One letter of a campaign that is not written down."""
    letter = letters_to_start_from()
    if text is not None:
        letter = {code: {**texts, "text": text} for code, texts in letter.items()}
    campaign = a_campaign(centre, make_source(centre), letter=letter, **other)
    made = compose(campaign, Controller.objects.get(), language, wave=1)
    return made.to(
        "ann@members.example", name="", keys=Keys.new(), on=campaign.period_from
    )


def html_in(letter):
    return letter.get_body(("html",)).get_content()


@pages
def test_every_letter_leads_to_what_we_hold_and_to_the_campaign(centre):
    text = "{link} {source} {leave}"

    words = words_of(letter_of(centre, text=text))

    assert re.search(r"What we hold about you.*: \S+/mine/\w{26}\n", words)
    assert re.search(r"Whom we ask.*: http\S+\n", words)


@pages
def test_no_way_stands_there_twice(centre):
    words = words_of(letter_of(centre))

    assert words.count("/mine/") == 1
    assert "What we hold about you" not in words


@pages
def test_a_line_with_a_label_is_one_link_for_a_finger(centre):
    html = html_in(letter_of(centre))

    [answer] = re.findall(
        r'<p[^>]*><a href="([^"]+)" style="[^"]+">Answer</a></p>', html
    )
    assert reverse("outreach:landing", args=["k" * 26]).rpartition("/")[0] in answer
    assert html.count("<a ") == html.count("padding:12px 0;") == 6


@pages
def test_an_address_within_a_sentence_stays_visible(centre):
    html = html_in(letter_of(centre, text="Look at {link} now. {source} {leave}"))

    assert re.search(r'Look at <a href="(\S+)">\1</a> now\.', html)


@pages
def test_a_letter_runs_from_right_to_left_where_its_language_does(centre):
    html = html_in(letter_of(centre, language="ar"))

    assert '<html lang="ar" dir="rtl">' in html
    assert '<div class="letter" lang="ar" dir="rtl"' in html
    assert "<bdi>1 Quay Street" in html


@pages
def test_what_an_author_writes_is_no_markup(centre):
    html = html_in(letter_of(centre, text="<b>a</b> & {link} {source} {leave}"))

    assert "&lt;b&gt;a&lt;/b&gt; &amp;" in html


@pages
def test_both_colour_schemes_are_announced_and_nothing_is_fetched(centre):
    html = html_in(letter_of(centre))

    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    for word in ("src=", "url(", "@import", "<link", "<img", "<script"):
        assert word not in html


@pages
def test_the_letter_that_the_manual_shows_is_the_one_that_leaves(centre, settings):
    settings.BASE_URL, settings.IS_TRAINING = "https://centre.example", False
    shown = (ROOT / "docs" / "letters.md").read_text().split("```")[1]
    source = make_source(centre, given_on=date(2026, 6, 1))
    campaign = a_campaign(
        centre,
        source,
        closes_on=date(2026, 7, 15),
        deadline_reason="The autumn meeting needs the figures.",
    )

    letter = compose(campaign, Controller.objects.get(), "en", wave=1)

    text = re.sub(r"\b(w{26}|y{26})\b", "your-key", letter.text)
    page = r"\1https://centre.example/campaigns/spring"
    text = re.sub(r"(Whom you ask, and why: ).*", page, unflowed(text))
    assert text == unflowed(shown.removeprefix("\n"))
    assert all(len(line) <= COLUMNS for line in shown.splitlines())
