"""Every kind of question: what may be typed, what is kept, how it reads, and its page."""

import pytest

from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.answers import Problem, Trouble
from fairwitness.surveys.headless import run_form
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.questions import Form, Part
from fairwitness.surveys.said import in_words
from fairwitness.surveys.xlsform import read_form
from tests.journeys.person import somebody
from tests.publishable import publishable
from tests.walking import Walker

KINDS = [
    ("decimal", "length", "How long, in metres?", ""),
    ("range", "how_bad", "How bad was it?", "start=0 end=5 step=1"),
    ("range", "loud", "How loud was it?", "start=0 end=120 step=0.5"),
    ("range", "depth", "How deep was it?", "start=-40 end=0"),
    ("date", "day", "On which day?", ""),
    ("time", "clock", "At what time?", ""),
    ("dateTime", "moment", "When exactly?", ""),
    ("rank orders", "wishes", "What matters most?", ""),
    ("acknowledge", "sure", "I wrote this myself.", ""),
    ("barcode", "ticket", "The number on the ticket", ""),
    ("geopoint", "spot", "Where was it?", ""),
    ("geotrace", "way", "Which way did you go?", ""),
    ("geoshape", "square", "Around which place?", ""),
]


def every_kind() -> bytes:
    """A questionnaire that may be published, with every kind in its report part."""
    asked = [
        {"type": kind, "name": name, "label": label, "parameters": parameters}
        for kind, name, label, parameters in KINDS
    ]
    wishes = [("quiet", "Quiet"), ("answer", "An answer"), ("change", "A change")]
    return publishable(*asked, choices={"orders": wishes})


@pytest.fixture(scope="module")
def form() -> Form:
    return read_form(every_kind())


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("length", "2.50", "2.5"),
        ("length", "2,5", "2.5"),
        ("length", "\u0662\u066b\u0665", "2.5"),
        ("length", "-0", "0"),
        ("length", "-0.0", "0"),
        ("length", "NaN", Trouble.NOT_A_DECIMAL),
        ("length", "Infinity", Trouble.NOT_A_DECIMAL),
        ("length", "1" * 13, Trouble.NOT_A_DECIMAL),
        ("length", "two", Trouble.NOT_A_DECIMAL),
        ("length", "1e9", Trouble.NOT_A_DECIMAL),
        ("how_bad", "5", "5"),
        ("how_bad", "6", Trouble.OUT_OF_RANGE),
        ("how_bad", "2.5", Trouble.OUT_OF_RANGE),
        ("loud", "0.5", "0.5"),
        ("day", "2026-03-31", "2026-03-31"),
        ("day", "2026-02-30", Trouble.NOT_A_DATE),
        ("day", "yesterday", Trouble.NOT_A_DATE),
        ("day", "2026-W14-2", Trouble.NOT_A_DATE),
        ("day", "20260331", Trouble.NOT_A_DATE),
        ("day", "\u0662\u0660\u0662\u0666-03-31", "2026-03-31"),
        ("clock", "14:30", "14:30"),
        ("clock", "9:05", "09:05"),
        ("clock", "25:00", Trouble.NOT_A_TIME),
        ("clock", "14:30:59", "14:30"),
        ("clock", "14:30+05:00", Trouble.NOT_A_TIME),
        ("clock", "T14", Trouble.NOT_A_TIME),
        ("moment", "2026-03-31T14:30", "2026-03-31T14:30"),
        ("moment", "2026-03-31 14:30", "2026-03-31T14:30"),
        ("moment", "noon", Trouble.NOT_A_MOMENT),
        ("moment", "2026-03-31", Trouble.NOT_A_MOMENT),
        ("moment", "2026-03-31T14:30-08:00", Trouble.NOT_A_MOMENT),
        ("depth", "0", "0"),
        ("depth", "1", Trouble.OUT_OF_RANGE),
        ("wishes", ["change", "quiet", "answer"], ["change", "quiet", "answer"]),
        ("wishes", ["change", "quiet"], Trouble.NOT_RANKED),
        ("sure", "yes", "OK"),
        ("ticket", "0012-A", "0012-A"),
        ("spot", "52.51628, 13.37772", "52.52 13.38 0 0"),
        ("spot", "-52.51628 13.37772 34 5", "-52.52 13.38 0 0"),
        ("spot", "52,51628 13,37772", "52.52 13.38 0 0"),
        (
            "spot",
            "\u0665\u0662.\u0665\u0661 \u0661\u0663.\u0663\u0667",
            "52.51 13.37 0 0",
        ),
        ("spot", "-0.001 0.001", "0.00 0.00 0 0"),
        ("spot", "91, 13", Trouble.NOT_A_PLACE),
        ("spot", "by the river", Trouble.NOT_A_PLACE),
        ("spot", "52.51; 13.37", Trouble.NOT_A_PLACE),
        ("spot", "52.5 13.4; 52.6 13.4", Trouble.NOT_A_PLACE),
        ("way", "52.51 13.37\n52.6, 13.4", "52.51 13.37 0 0;52.60 13.40 0 0"),
        ("way", "52.511 13.371; 52.512 13.372", "52.51 13.37 0 0"),
        ("way", "52.51 13.37", Trouble.NOT_A_PLACE),
        (
            "square",
            "1 1; 1 2; 2 2",
            "1.00 1.00 0 0;1.00 2.00 0 0;2.00 2.00 0 0;1.00 1.00 0 0",
        ),
        ("square", "1 1; 1 2", Trouble.NOT_A_PLACE),
    ],
)
def test_what_is_typed_is_kept_or_needs_another_look(form, key, typed, kept):
    outcome = run_form(form, {key: typed})

    if isinstance(kept, Trouble):
        assert outcome.errors[key].trouble is kept
    else:
        assert outcome.submission[key] == kept


def test_places_are_given_one_by_one(form):
    journey = Journey(form, {}, Part.REPORT)
    page = journey.page("wishes")

    ranked = {"wishes-quiet": "2", "wishes-answer": "3", "wishes-change": "1"}
    cleaned, problems = journey.check(page, ranked)
    _none, doubled = journey.check(page, {**ranked, "wishes-answer": "1"})
    _none, unknown = journey.check(page, {**ranked, "wishes-answer": "last"})

    assert (cleaned, problems) == ({"wishes": ["change", "quiet", "answer"]}, {})
    assert isinstance(doubled["wishes"], Problem)
    assert isinstance(unknown["wishes"], Problem)


@pytest.mark.parametrize(
    ("key", "answer", "words"),
    [
        ("day", "2026-03-31", "31 March 2026"),
        ("moment", "2026-03-31T14:30", "31 March 2026, 14:30"),
        ("wishes", ["change", "quiet", "answer"], "A change\nQuiet\nAn answer"),
        ("sure", "OK", "Confirmed"),
        ("way", "52.51 13.37 0 0;52.60 13.40 0 0", "52.51, 13.37\n52.60, 13.40"),
        ("length", "2.5", "2.5"),
    ],
)
def test_an_answer_reads_as_it_was_meant(form, key, answer, words):
    journey = Journey(form, {key: answer}, Part.REPORT)

    assert in_words(journey, form.by_key[key]) == words


@pytest.fixture
def published(centre, lea):
    """A centre that asks every kind."""
    return publish_version(every_kind(), name="Every kind", by=lea)


TYPED = {
    "length": {"length": "2.5"},
    "how_bad": {"how_bad": "4"},
    "loud": {"loud": "80"},
    "depth": {"depth": "0"},
    "day": {"day": "2026-03-31"},
    "clock": {"clock": "14:30"},
    "moment": {"moment": "2026-03-31T14:30"},
    "wishes": {"wishes__quiet": "2", "wishes__answer": "3", "wishes__change": "1"},
    "sure": {"sure": "OK"},
    "ticket": {"ticket": "0012-A"},
    "spot": {"spot": "52.51628, 13.37772"},
    "way": {"way": "52.51, 13.37; 52.6, 13.4"},
    "square": {"square": "1 1; 1 2; 2 2"},
}


def test_every_kind_is_answered_checked_and_mended(published):
    walker = Walker()
    walker.begin()
    walker.post(length="two metres")
    assert "Write a number, such as 2.5." in walker.text

    walker.walk(TYPED)

    assert "31 March 2026" in walker.text
    assert "80" in walker.text
    walker.open("/tell/form/wishes/")
    assert '<option value="1" selected>1</option>' in walker.page.content.decode()
    assert 'type="date"' in walker.client.get("/tell/form/day/").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_every_kind_can_be_answered_by_anybody(origin, published, chromium):
    with somebody(chromium, origin) as reporter:
        reporter.open("/tell/")
        reporter.press("Begin")
        for step, typed in TYPED.items():
            assert f"/form/{step}/" in reporter.at
            reporter.fill_in(
                {name.replace("__", "-"): told for name, told in typed.items()}
            )
            reporter.press("Continue")

        assert "31 March 2026" in reporter.text
