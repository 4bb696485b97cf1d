"""Every kind of page of a questionnaire in front of somebody, with and without script, in three languages."""
# ruff: noqa: RUF001  # signs of other scripts are what this is about

import os
from pathlib import Path

import pytest

from fairwitness.intake.models import Report
from fairwitness.surveys.actions import publish_version
from tests.browser import DESKTOP, SEEN, sideways, violations
from tests.journeys.person import PHONE, somebody
from tests.publishable import publishable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

PERSIAN = "فارسی (fa)"  # which our own pages do not speak


def said(english, arabic, persian, *, hint=""):
    """A label in each language, and a hint in the same words in all of them."""
    texts = {"label": english, "label_ar": arabic, "label_fa": persian}
    return {**texts, "hint": hint} if hint else texts


def asked(kind, name, *words, **more):
    return {"type": kind, "name": name, **said(*words), **more}


def every_page() -> bytes:
    """A questionnaire with a page of every kind, and a repeat inside a repeat."""
    return publishable(
        asked("begin group", "when", "When and where", "متى وأين", "کِی و کجا"),
        asked("note", "first", "Before you begin\nThis is **yours**.\n\n- One\n- Two",
              "قبل أن تبدأ\nلك **وحدك**.", "پیش از آغاز\n**مال شماست**."),
        asked("date", "day", "On which day?", "في أي يوم؟", "در کدام روز؟"),
        asked("time", "clock", "At what time?", "في أي ساعة؟", "در چه ساعتی؟"),
        asked("dateTime", "moment", "When exactly?", "متى بالضبط؟", "دقیقاً کِی؟"),
        asked("date", "month", "In which month?", "في أي شهر؟", "در کدام ماه؟",
              appearance="month-year"),
        asked("geopoint", "spot", "Where was it?", "أين كان ذلك؟", "کجا بود؟"),
        asked("select_one towns", "town", "In which town?", "في أي مدينة؟", "در کدام شهر؟"),
        asked("select_one streets", "street", "In which street of ${town}?", "في أي شارع؟",
              "در کدام خیابان؟", choice_filter="of = ${town}", hint="As you call it."),
        {"type": "end group"},
        asked("begin group", "how", "How it was", "كيف كان ذلك", "چگونه بود"),
        asked("text", "what", "What happened?", "ماذا حدث؟", "چه شد؟", appearance="multiline",
              hint="In your own words."),
        asked("select_multiple ways", "kinds", "What was it?", "ماذا كان؟", "چه بود؟"),
        asked("decimal", "length", "How long, in metres?", "كم متراً؟", "چند متر؟"),
        asked("range", "bad", "How bad was it?", "كم كان سيئاً؟", "چقدر بد بود؟",
              parameters="start=0 end=5 step=1"),
        asked("range", "loud", "How loud was it?", "كم كان عالياً؟", "چقدر بلند بود؟",
              parameters="start=0 end=120 step=0.5"),
        asked("rank wishes", "wishes", "What matters most?", "ما الأهم؟", "چه مهم‌تر است؟"),
        asked("acknowledge", "sure", "I wrote this myself.", "كتبت هذا بنفسي.", "خودم نوشتم."),
        asked("text", "kept", "We keep this", "نحتفظ بهذا", "این را نگه می‌داریم",
              read_only="yes", calculation="concat(${town}, ' ', ${day})"),
        asked("begin group", "both", "Two things", "أمران", "دو چیز", appearance="field-list"),
        asked("integer", "times", "How often?", "كم مرة؟", "چند بار؟", constraint=". < 100",
              constraint_message="Fewer than 100.", hint="About."),
        asked("select_one ways", "first_way", "What was it the first time?",
              "ماذا كان في المرة الأولى؟", "بار نخست چه بود؟", required="yes"),
        {"type": "end group"},
        {"type": "end group"},
        asked("begin repeat", "people", "People", "الناس", "مردم"),
        asked("text", "who", "Who saw it?", "من رأى ذلك؟", "چه کسی دید؟"),
        asked("begin repeat", "spots", "Places", "الأماكن", "جاها"),
        asked("text", "where", "Where was ${who}?", "أين كان ${who}؟", "${who} کجا بود؟"),
        {"type": "end repeat"},
        {"type": "end repeat"},
        choices={
            "towns": [("east", "East"), ("west", "West")],
            "streets": [("quay", "Quay", "east"), ("park", "Park", "west")],
            "ways": [("words", "Words"), ("blow", "A blow, or something thrown"),
                     ("not_sure", "I am not sure")],
            "wishes": [("quiet", "Quiet"), ("answer", "An answer"), ("change", "A change")],
        },
        also=(PERSIAN,),
    )  # fmt: skip


# What is typed page by page; what a rule refuses comes with what it takes instead.
TOLD = [
    {},
    {"day": "2026-03-31"},
    {"clock": "14:30"},
    {"moment": "2026-03-31T14:30"},
    {"month-month": "03", "month-year": "2026"},
    {"spot": "north", "again": "52.52, 13.40"},
    {"town": "east"},
    {"street": "quay"},
    {"what": "They shut the gate.\nThen they laughed."},
    {"kinds": ["words", "blow"]},
    {"length": "far", "again": "2.5"},
    {"bad": "3"},
    {"loud": "500", "again": "80.5"},
    {"wishes-quiet": "2", "wishes-answer": "1", "wishes-change": "3"},
    {"sure": "OK"},
    {},
    {"times": "400", "again": "4"},
    {"who~1": "Ana"},
    {"where~1-1": "At the gate"},
]


# The pages that are also looked at on a wide screen in the dark; the others are built of the same.
SHOWN = ("/first/", "/month/", "/kinds/", "/wishes/", "/both/", "/people~/")
# How answers read on the page before sending.
READ = {
    "en": ["People 1, Places 2: Where was Ana?", "31 March 2026, 14:30", "80.5"],
    "ar": ["الناس 1، الأماكن 2", "31 مارس 2026، 14:30", "80.5"],
    "fa": ["مردم ۱، جاها ۲", "۳۱ مارس ۲۰۲۶", "۸۰٫۵"],
}


@pytest.fixture
def published(centre, lea):
    return publish_version(every_page(), name="Every page", by=lea)


def look_around(person):
    """The page on a wide screen and in the dark: seen by everybody."""
    page = person.page
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    found = violations(page, rules=SEEN) if person.has_script else []
    assert (found, sideways(page)) == ([], 0), person.at
    picture(person)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")


def picture(person):
    """A picture of the page, where pictures are asked for."""
    folder = os.environ.get("FAIRWITNESS_SHOTS")
    if folder:
        name = "-".join(filter(None, person.at.split("/")))
        file = Path(folder) / f"dark-{name}.png"
        person.page.screenshot(path=file, full_page=True)


def go_on(person):
    person.arrive(person.page.locator("main [name=act][value=continue]").click)


def answer(person, told, *, is_shown):
    """Answer a page; what a rule refuses is said, and answered again."""
    again = {next(iter(told)): told["again"]} if "again" in told else {}
    person.fill_in({name: one for name, one in told.items() if name != "again"})
    go_on(person)
    if again:
        assert person.page.locator(".errors").count() == 1, person.at
        if is_shown and "times" in told:
            look_around(person)
        if "times" in told:
            assert person.page.locator("[href='#first_way']").count() == 1
            again["first_way"] = "blow"
        person.fill_in(again)
        go_on(person)
    assert person.page.locator(".errors").count() == 0, person.at


@pytest.mark.parametrize(
    ("language", "has_script", "is_shown"),
    [("en", True, True), ("ar", False, False), pytest.param("fa", True, False, marks=pytest.mark.proof)],
)  # fmt: skip
def test_every_kind_of_page_serves_anybody(
    origin, published, chromium, language, has_script, is_shown
):
    ours = "en" if language == "fa" else language
    with somebody(chromium, origin, locale=ours, has_script=has_script) as reporter:
        reporter.open("/tell/")
        reporter.arrive(reporter.page.locator("main form .button").last.click)
        if language == "fa":
            reporter.press("فارسی")
            assert reporter.page.locator("main [lang=fa][dir=rtl]").count()
        for told in TOLD:
            if is_shown and any(word in reporter.at for word in SHOWN):
                look_around(reporter)
            answer(reporter, told, is_shown=is_shown)
        reporter.arrive(reporter.page.locator("[value=add]").click)
        reporter.fill_in({"where~1-2": "In the hall"})
        go_on(reporter)
        go_on(reporter)
        go_on(reporter)
        look_around(reporter)
        for words in READ[language]:
            assert words in reporter.text, reporter.text
        reporter.arrive(reporter.page.locator("main [value=send]").click)
    assert Report.objects.count() == 1
