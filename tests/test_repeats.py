"""Repeats in repeats on pages: told one by one, added, removed, checked, sent and read back."""

import pytest

from fairwitness.intake.models import Report
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.expressions import compile as compile_rule
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.program import program_of
from fairwitness.surveys.published import form_of
from fairwitness.surveys.questions import Form, Part
from fairwitness.surveys.tables import tables_of
from fairwitness.surveys.walks import without_time
from fairwitness.surveys.xlsform import read_form
from tests.journeys.person import somebody
from tests.publishable import publishable
from tests.walking import Walker

TOWNS = [("east", "East"), ("west", "West")]
STREETS = [("quay", "Quay", "east"), ("mill", "Mill", "east"), ("park", "Park", "west")]


def witnesses() -> bytes:
    """Who saw it, each with the places where they were: two repeats, one in the other."""
    return publishable(
        {"type": "text", "name": "what", "label": "What happened?", "label_ar": "ماذا حدث؟"},
        {"type": "begin repeat", "name": "people", "label": "People", "label_ar": "الناس"},
        {"type": "text", "name": "who", "label": "Who saw it?", "label_ar": "من رأى ذلك؟"},
        {
            "type": "integer", "name": "age", "label": "How old is ${who}?",
            "constraint": ". < 130", "constraint_message": "Nobody is that old.",
        },
        {"type": "begin repeat", "name": "spots", "label": "Places", "relevant": "${age} >= 18"},
        {"type": "select_one towns", "name": "town", "label": "In which town?"},
        {
            "type": "select_one streets", "name": "street", "label": "In which street?",
            "choice_filter": "of = ${town}",
        },
        {"type": "end repeat"},
        {"type": "end repeat"},
        {"type": "text", "name": "more", "label": "Anything else?"},
        choices={"towns": TOWNS, "streets": STREETS},
    )  # fmt: skip


@pytest.fixture(scope="module")
def form() -> Form:
    return read_form(witnesses())


def pages(form, **answers) -> list[str]:
    told = {
        key.replace("__", "~").replace("_and_", "-"): one
        for key, one in answers.items()
    }
    return [page.key for page in Journey(form, told, Part.REPORT).pages]


def test_each_time_has_pages_of_its_own_and_then_another_is_offered(form):
    assert pages(form) == ["what", "who~1", "age~1", "people~", "more"]
    assert pages(form, age__1="40") == [
        "what", "who~1", "age~1", "town~1-1", "street~1-1", "people.spots~1~", "people~", "more",
    ]  # fmt: skip


def test_a_time_that_is_taken_away_lets_those_behind_it_move_up(form):
    people = form.repeats[0]
    told = {
        "what": "x", "people~": "3", "who~1": "Ana", "who~2": "Bo", "who~3": "Cy",
        "people/spots~2~": "1", "people/spots~3~": "2", "town~3-2": "east",
    }  # fmt: skip

    left = without_time(form, told, people, (2,))

    assert left == {
        "what": "x", "people~": "3", "who~1": "Ana", "who~2": "Cy",
        "people/spots~2~": "2", "town~2-2": "east",
    }  # fmt: skip


def test_a_time_that_is_taken_away_leaves_other_repeats_alone():
    form = read_form(
        publishable(
            {"type": "begin repeat", "name": "people", "label": "People"},
            {"type": "text", "name": "who", "label": "Who saw it?"},
            {"type": "end repeat"},
            {"type": "begin repeat", "name": "days", "label": "Days"},
            {"type": "begin repeat", "name": "calls", "label": "Calls"},
            {"type": "text", "name": "said", "label": "What was said?"},
            {"type": "end repeat"},
            {"type": "end repeat"},
            choices={},
        )
    )
    people = form.repeats[0]
    calls = {"days~": "2", "days/calls~1~": "3", "days/calls~2~": "2", "said~2-2": "x"}

    left = without_time(form, {"people~": "2", "who~1": "Ana", **calls}, people, (1,))

    assert left == {"people~": "2", **calls}


@pytest.fixture
def published(centre, lea):
    """A centre that asks for witnesses."""
    return publish_version(witnesses(), name="Witnesses", by=lea)


def told_by_hand(walker: Walker) -> None:
    """Ana, 40, who was in two streets; Bo, 9."""
    posts = [
        ("what", "They shut the gate."), ("who~1", "Ana"), ("age~1", "40"),
        ("town~1-1", "east"), ("street~1-1", "mill"), ("act", "add"),
        ("town~1-2", "west"), ("street~1-2", "park"), ("act", "continue"), ("act", "add"),
        ("who~2", "Bo"), ("age~2", "9"), ("act", "continue"),
    ]  # fmt: skip
    for name, value in posts:
        walker.post(walker.at, **{name: value})


def test_what_was_told_of_each_is_checked_changed_and_sent(published):
    walker = Walker()
    walker.begin()
    told_by_hand(walker)
    assert walker.step == "more"
    walker.post(act="skip")
    for words in (
        "People 1: Who saw it?",
        "Ana",
        "People 1, Places 2: In which street?",
        "Park",
    ):
        assert words in walker.text

    walker.post("/tell/form/people~/", act="remove-1")
    assert "Bo" in walker.text
    assert "Remove number 2" not in walker.text
    walker.post(act="continue")
    assert "Ana" not in walker.text
    assert "Bo" in walker.text
    code = " ".join(walker.page.context["words"])
    walker.post("/tell/check/", act="send")

    assert Report.objects.count() == 1
    back = Walker()
    back.come_back(code)
    back.open("/report/sent/")
    assert "Who saw it? (1)" in back.text
    assert "Bo" in back.text


def test_a_click_that_arrives_twice_takes_away_one_person(published):
    walker = Walker()
    walker.begin()
    told_by_hand(walker)
    shown = {"act": "remove-1", "shown-times": "2"}
    page = walker.client.get("/tell/form/people~/").content.decode()

    walker.client.post("/tell/form/people~/", shown)
    walker.client.post("/tell/form/people~/", shown)
    walker.client.post("/tell/form/people~/", {"act": "add", "shown-times": "2"})

    answers = walker.draft().contents["answers"]
    assert 'name="shown-times" value="2"' in page
    assert answers["who~1"] == "Bo"
    assert answers["people~"] == "1"


def test_what_was_typed_of_somebody_who_is_taken_away_is_gone(published):
    walker = Walker()
    walker.begin()
    told_by_hand(walker)
    walker.client.post("/tell/form/age~1/", {"age~1": "4000"})
    before = walker.client.get("/tell/form/age~1/").content.decode()

    walker.post("/tell/form/people~/", act="remove-1")

    assert 'value="4000"' in before
    assert "4000" not in str(walker.draft().contents)


def restarted() -> None:
    """Forget what a process of the server keeps in memory."""
    for kept in (form_of, program_of, compile_rule, tables_of):
        kept.cache_clear()


def test_who_comes_back_to_a_restarted_server_finds_every_time_of_a_repeat(published):
    walker = Walker()
    walker.begin()
    told_by_hand(walker)
    walker.post("/tell/form/age~2/", **{"act": "save", "age~2": "9"})
    before = dict(walker.draft().contents["answers"])
    code = " ".join(walker.page.context["words"])

    restarted()
    back = Walker()
    back.come_back(code)
    back.open("/tell/form/street~1-2/")

    assert back.draft().contents["answers"] == before
    assert before["street~1-2"] == "park"
    assert before["people/spots~1~"] == "2"
    assert 'value="park" checked' in " ".join(back.page.content.decode().split())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no_script"])
def test_two_levels_of_repeats_can_be_told_by_anybody(
    origin, published, chromium, has_script
):
    with somebody(chromium, origin, has_script=has_script) as reporter:
        reporter.open("/tell/")
        reporter.press("Begin")
        told = [
            {"what": "They shut the gate."}, {"who~1": "Ana"}, {"age~1": "400"},
            {"age~1": "40"}, {"town~1-1": "east"}, {"street~1-1": "mill"},
        ]  # fmt: skip
        for answers in told:
            reporter.fill_in(answers)
            reporter.press("Continue")
            if "400" in answers.values():
                assert "Nobody is that old." in reporter.page.inner_text(".errors")
        assert "Mill" in reporter.text
        reporter.press("Add another")
        reporter.fill_in({"town~1-2": "west"})
        reporter.press("Continue")
        assert reporter.page.locator("[value=mill]").count() == 0
        reporter.fill_in({"street~1-2": "park"})
        reporter.press("Continue")
        reporter.press("Remove number 1")
        assert "Park" in reporter.text
        reporter.press("Continue")
        reporter.press("Continue")
        reporter.press("Skip this question")
        assert "People 1, Places 1: In which town?" in reporter.text
        reporter.press("Send my report")
        code = reporter.page.locator(".code").first
        assert code.count()
    assert Report.objects.count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_repeats_read_from_right_to_left(origin, published, chromium):
    with somebody(chromium, origin, locale="ar", has_script=False) as reporter:
        reporter.open("/tell/")
        reporter.arrive(reporter.page.locator("main form .button").last.click)
        assert reporter.heading == "ماذا حدث؟"
        for answers in ({"what": "كان الباب مغلقاً."}, {"who~1": "آنا"}):
            reporter.fill_in(answers)
            reporter.arrive(reporter.page.locator("main [value=continue]").click)
        reporter.arrive(reporter.page.locator("main [value=skip]").click)

        assert "الناس" in reporter.heading
        assert reporter.page.get_attribute("html", "dir") == "rtl"
