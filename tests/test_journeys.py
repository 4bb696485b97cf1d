"""The whole way in a browser: who is asked, who tells, and who reads what was published.

On every page of these journeys axe finds nothing, nothing is asked of another host, the
browser complains of nothing, nothing runs off the side, and the title tells nothing.
"""

import pytest
from django.utils import timezone

from fairwitness.demo import people
from fairwitness.governance.models import Question
from fairwitness.intake.models import Report
from fairwitness.outreach.models import Invitation
from fairwitness.rights.models import SubjectRequest
from fairwitness.surveys.models import Pending
from tests.journeys.person import somebody
from tests.journeys.reporting import (
    STORY,
    WHO_IT_WAS,
    a_report,
    an_observers_report,
    begin,
    code_on,
    come_back,
    digits_on,
    leave_the_rest_for_later,
    tell,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

with_and_without_script = pytest.mark.parametrize(
    "has_script", [True, False], ids=["script", "no_script"]
)


@pytest.fixture
def links(origin, centre, tmp_path) -> list[str]:
    """Three personal links, each out of the letter that its reader got."""
    today = timezone.localdate()
    file = people.write_list(tmp_path, contacts=3)
    people.run_campaign(centre, people.take_contacts(centre, file, on=today), on=today)
    return [people.link_in(letter) for letter in people.letters()]


@with_and_without_script
def test_a_member_answers_by_the_link_in_their_letter(
    links, origin, chromium, has_script
):
    with somebody(chromium, origin, has_script=has_script) as member:
        member.open(links[0])
        member.press("Start")
        member.choose("It happened to me")
        member.press("Continue")
        member.choose("Once")
        member.press("Continue")
        member.walk({"age_band": "40_to_59"}, until="/answer/check/")
        assert "Nothing has been sent yet" in member.text
        assert "40 to 59" in member.text
        member.press("Send my answers")

        assert "Your answers are with us" in member.text
        member.open(links[0])
        assert member.heading == "Somebody has answered with this link"
    assert Pending.objects.count() == 1
    assert Invitation.objects.spent().count() == 1


@with_and_without_script
def test_nothing_happened_is_a_full_answer_of_two_pages(
    links, origin, chromium, has_script
):
    with somebody(chromium, origin, has_script=has_script) as member:
        member.open(links[0])
        member.press("Start")
        assert "Harbour Members' Trust" in member.text
        member.choose("Nothing happened to me in this period")
        member.press("Continue")

        assert "That counts as much as any other answer" in member.text
    assert Pending.objects.count() == 1


@with_and_without_script
def test_somebody_to_whom_a_link_was_passed_on_answers_for_themselves(
    links, origin, chromium, has_script
):
    with somebody(chromium, origin, has_script=has_script) as other:
        other.open(links[0])
        other.follow("This was not sent to me")
        other.press("Continue")
        assert "needs another look" in other.page.inner_text(".errors")
        other.page.check("[value=passed_on]")
        other.press("Continue")
        other.choose("Nothing happened to me in this period")
        other.press("Continue")

        assert "That counts as much" in other.text
    assert Pending.objects.count() == 1
    assert not Invitation.objects.spent().exists()


@with_and_without_script
def test_somebody_tells_everything_and_comes_back_with_their_code(
    origin, centre, chromium, has_script
):
    with somebody(chromium, origin, has_script=has_script) as reporter:
        code = tell(reporter, a_report())
        assert "Your report is safe with us" in reporter.text
        assert code_on(reporter) == " ".join(code.words)
        assert digits_on(reporter) == " ".join(code.digits)
        _decide_who_may_receive_it(reporter)
        _hear_of_news(reporter)
        reporter.walk({"your_age": "40_to_59"}, until="/report/page/")
        assert "given until" in reporter.text
        reporter.press("Close, and clear this device")

    with somebody(chromium, origin, has_script=has_script) as reporter:
        come_back(reporter, " ".join(code.words))
        assert "Nobody yet." in reporter.text
        reporter.follow("Read what you sent")
        assert STORY in reporter.text
        reporter.follow("Back")
        reporter.follow("Write to us")
        reporter.write("Write to us", "The gate was open on Monday.")
        reporter.press("Send this message")
        assert "The gate was open on Monday." in reporter.text

    with somebody(chromium, origin, has_script=has_script) as reporter:
        come_back(reporter, " ".join(code.digits))
        reporter.press("Take back (City Legal Aid)")
        assert "You took it back" in reporter.text
        reporter.follow("Erase it")
        reporter.press("Erase now")
        assert "Your report is erased." in reporter.text
        come_back(reporter, " ".join(code.words))
        assert reporter.heading == "Nothing opens with this code"


def _decide_who_may_receive_it(reporter):
    """Yes to one organisation, no to the other."""
    reporter.press("I have it, go on")
    for _page in range(2):
        if "City Legal Aid" in reporter.heading:
            assert STORY in reporter.follow_out("Open exactly what they get")
            reporter.press("Yes, pass this to City Legal Aid")
        else:
            assert "Ombuds Office" in reporter.heading
            reporter.press("No, not now")


def _hear_of_news(reporter):
    reporter.press("Send me such a letter")
    assert "2 things need another look" in reporter.page.inner_text(".errors")
    reporter.page.check("[name=subject][value=new]")
    reporter.write("Your e-mail address", "quiet@mail.example")
    reporter.press("Send me such a letter")


@with_and_without_script
def test_what_an_observer_says_of_others_stands_apart(
    origin, centre, chromium, has_script
):
    with somebody(chromium, origin, has_script=has_script) as observer:
        begin(observer)
        observer.walk(an_observers_report(), until="/tell/check/")
        assert WHO_IT_WAS in observer.text
        assert "Sealed apart" in observer.text
        observer.press("Send my report")
        observer.press("I have it, go on")
        assert "Your own account only" in observer.text
        assert WHO_IT_WAS not in observer.follow_out("Open exactly what they get")

        observer.open("/report/sent/")
        assert WHO_IT_WAS in observer.text
    sections = Report.objects.get().sections.values_list("kind", flat=True)
    assert "others" in sections


@with_and_without_script
def test_what_was_saved_goes_on_with_the_code(origin, centre, chromium, has_script):
    with somebody(chromium, origin, has_script=has_script) as reporter:
        begin(reporter)
        reporter.walk({"young": "no", "role": "happened_to_me"}, until="what_happened")
        reporter.fill_in({"what_happened": STORY})
        reporter.press("Save, and come back later")
        assert "What you wrote is kept for 7 days" in reporter.text
        code = code_on(reporter)
        reporter.press("Close, and clear this device")

    with somebody(chromium, origin, has_script=has_script) as reporter:
        come_back(reporter, code)
        reporter.follow("Go on with it")
        reporter.open("/tell/form/what_happened/")
        assert reporter.page.input_value("textarea") == STORY
        reporter.press("Send what I have so far")
        assert code_on(reporter) == code
        reporter.press("Send my report")

        assert "Your report is safe with us" in reporter.text


@with_and_without_script
def test_somebody_under_18_finds_people_instead_of_a_form(
    origin, centre, chromium, has_script
):
    with somebody(chromium, origin, has_script=has_script) as young:
        begin(young)
        young.choose("Yes")
        young.press("Continue")

        assert young.heading == "There are people who can help you now"
        assert young.page.locator("main a[href^='tel:']").count() >= 2
        young.press("Close, and clear this device")
        assert "this device is cleared" in young.text
    assert not Report.objects.exists()


@with_and_without_script
def test_a_double_click_on_send_makes_one_report(origin, centre, chromium, has_script):
    with somebody(chromium, origin, has_script=has_script) as reporter:
        begin(reporter)
        reporter.walk({"young": "no", "role": "happened_to_me"}, until="what_happened")
        reporter.fill_in({"what_happened": STORY})
        reporter.press("Send what I have so far")
        send = reporter.page.get_by_role("button", name="Send my report")
        send.dblclick()
        reporter.page.wait_for_url("**/tell/receipt/")
        reporter.look()

        assert "Your report is safe with us" in reporter.text
        leave_the_rest_for_later(reporter)
    assert Report.objects.count() == 1


def test_back_and_reload_lose_nothing(origin, centre, chromium):
    with somebody(chromium, origin) as reporter:
        begin(reporter)
        reporter.walk(a_report(), until="/form/district/")
        reporter.press("Back")
        assert reporter.page.input_value("[name=when-year]") == "2026"
        reporter.press("Back")
        assert reporter.page.input_value("textarea") == STORY
        reporter.reload()
        assert reporter.page.input_value("textarea") == STORY

        reporter.press("Continue")
        reporter.press("Send what I have so far")
        reporter.press("Send my report")
        reporter.reload()
        assert "Your report is safe with us" in reporter.text
        reporter.go_back()
        assert "Your report is safe with us" in reporter.text
    assert Report.objects.count() == 1


def test_from_right_to_left_nothing_is_out_of_place(links, origin, chromium):
    with somebody(chromium, origin, locale="ar") as reporter:
        reporter.open(links[0])
        assert reporter.page.get_attribute("html", "dir") == "rtl"
        reporter.arrive(reporter.page.locator("main form .button").click)
        reporter.open("/tell/")
        reporter.arrive(reporter.page.locator("main form .button").last.click)
        answers = a_report(what_happened="كان الباب مغلقاً.")
        for act in ("continue", "continue", "send"):
            reporter.fill_in(answers)
            reporter.arrive(reporter.page.locator(f"main [value={act}]").click)
        assert "كان الباب مغلقاً." in reporter.text
        reporter.arrive(reporter.page.locator("[value=send]").click)
        reporter.arrive(reporter.page.locator("[value=yes]").click)
        assert reporter.page.get_attribute("html", "dir") == "rtl"
        reporter.open("/report/page/")
        assert reporter.page.get_attribute("html", "dir") == "rtl"


@with_and_without_script
def test_anybody_can_see_who_runs_it_and_ask(origin, centre, chromium, has_script):
    with somebody(chromium, origin, has_script=has_script) as reader:
        reader.open("/")
        reader.follow("Who we are")
        assert "Harbour Members' Trust" in reader.text
        assert "ZA000000" in reader.text
        reader.follow("What we do with what you tell us")
        reader.open("/policy")
        reader.open("/limits")
        reader.open("/figures")
        assert "Nothing published yet" in reader.text

        reader.open("/questions")
        reader.press("Ask in public")
        assert "Write your question first." in reader.page.inner_text(".errors")
        reader.write("Your question", "Who pays for the centre?")
        reader.press("Ask in public")
        assert "Your question is with us." in reader.text

        reader.open("/named")
        reader.choose("A report names me")
        reader.write("What do you ask of us?", "What is held about me?")
        reader.write("How can we answer you?", "By letter to 4 Quay Street.")
        reader.press("Send my request")
        assert "Your request is with us." in reader.text
    assert Question.objects.count() == SubjectRequest.objects.count() == 1
