"""What a form asks to look like: drawn, drawn plainly, or said to do nothing here."""

import pytest

from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.checking import check_form
from tests.journeys.person import somebody
from tests.publishable import publishable
from tests.sheets import question, sheet_of
from tests.walking import Walker

PLACES = [(f"place{number}", f"Place {number}") for number in range(300)]


def found(kind: str, appearance: str) -> list[tuple[str, str]]:
    sheet = sheet_of([question("it", kind, appearance=appearance)])
    codes = {"plain-here", "unknown-appearance"}
    return [(one.code, f"{one.message} {one.fix}") for one in check_form(sheet) if one.code in codes]  # fmt: skip


@pytest.mark.parametrize(
    "appearance",
    ["multiline", "numbers", "url", "thousands-sep", "columns-4", "columns-pack", "likert", "w2",
     "quick", "no-calendar", "label", "list-nolabel", "horizontal compact", "Multiline", "compact-2"],
)  # fmt: skip
def test_what_is_drawn_as_well_plainly_is_not_worth_a_word(appearance):
    assert found("text", appearance) == []


@pytest.mark.parametrize(
    ("appearance", "says"),
    [
        ("rating", "the numbers stand in a list"),
        ("signature", "a file is asked for"),
        ("masked", "what is typed can be seen"),
        ("hidden-answer", "what is typed can be seen"),
        ("placement-map", "places are typed"),
        ("ethiopian", "Gregorian"),
        ("year", "a whole date is asked for"),
        ("counter", "a number is typed"),
        ("bearing", "nothing is measured"),
        ("ex:org.example.reader(kind='a b')", "no other program is asked"),
        ("minimal search('places')", "no other program is asked"),
    ],
)
def test_what_somebody_would_miss_is_said_with_what_stands_there_instead(
    appearance, says
):
    ((code, told),) = found("text", appearance)

    assert code == "plain-here"
    assert says in told


def test_a_misspelt_appearance_is_named_with_the_nearest_one():
    ((code, told),) = found("text", "multilin")

    assert code == "unknown-appearance"
    assert "Did you mean multiline?" in told


def long_list() -> bytes:
    return publishable(
        {"type": "select_one places", "name": "place", "label": "Where?", "appearance": "minimal", "required": "yes"},
        {"type": "text", "name": "number", "label": "The number on the bus?", "appearance": "numbers"},
        choices={"places": PLACES},
    )  # fmt: skip


def test_a_long_list_is_folded_and_keeps_what_was_chosen(centre, lea):
    publish_version(long_list(), name="Places", by=lea)
    walker = Walker()
    walker.begin()
    page = walker.page.content.decode()
    assert '<select class="input" id="place" name="place"' in page
    assert 'type="radio"' not in page

    walker.post(act="continue")
    assert 'aria-invalid="true"' in walker.page.content.decode()
    walker.post(place="place7")
    assert 'inputmode="numeric"' in walker.page.content.decode()
    walker.open("/tell/form/place/")
    assert '<option value="place7" selected>' in walker.page.content.decode()
    walker.post(place="-not_sure")

    assert walker.draft().contents["answers"]["place"] == "-not_sure"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no_script"])
def test_three_hundred_choices_are_found_by_typing(
    origin, centre, lea, chromium, has_script
):
    publish_version(long_list(), name="Places", by=lea)
    with somebody(chromium, origin, has_script=has_script) as reporter:
        reporter.open("/tell/")
        reporter.press("Begin")
        reporter.page.locator("select").focus()
        reporter.page.keyboard.type("Place 273")
        assert reporter.page.input_value("select") == "place273"
        reporter.press("Continue")
        reporter.press("Skip this question")
        assert "Place 273" in reporter.text
