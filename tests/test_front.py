"""The public pages: what everybody may read, ask and check, and how to leave fast."""

from datetime import date, timedelta
from io import BytesIO
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from django.conf import settings as house
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from fairwitness.figures.models import Edition
from fairwitness.front.kept import keep
from fairwitness.governance import actions as governance
from fairwitness.governance import notices
from fairwitness.governance.models import (
    Controller,
    Helpline,
    PromiseKept,
    Question,
)
from fairwitness.rights.actions import read_request
from fairwitness.rights.models import SubjectRequest
from fairwitness.vault.models import KeyPair
from fairwitness.vault.opening import Ring

BOTH = ["default", "keystore"]
OPEN_PAGES = (
    "home", "who_we_are", "notice", "policy", "limits", "named", "received",
    "questions", "asked", "editions", "left", "robots", "security_txt",
)  # fmt: skip

pytestmark = pytest.mark.django_db(databases=BOTH)


def page(client, name, *args):
    """The text of a public page."""
    return client.get(reverse(f"front:{name}", args=args)).content.decode()


def test_public_pages_open_for_everybody_in_each_language(centre, client):
    for language, way in (("en", "ltr"), ("ar", "rtl")):
        client.cookies[house.LANGUAGE_COOKIE] = language
        for name in OPEN_PAGES:
            response = client.get(reverse(f"front:{name}"))

            assert response.status_code == 200, name
            assert house.SESSION_COOKIE_NAME not in response.cookies
            assert response.headers["Cache-Control"] == "no-store"
            if "html" in response.headers["Content-Type"]:
                assert f'dir="{way}"' in response.content.decode(), name


def test_a_page_without_a_form_sets_no_cookie_at_all(centre, client):
    for name in ("home", "who_we_are", "notice", "policy", "limits", "editions"):
        assert not client.get(reverse(f"front:{name}")).cookies


def test_a_centre_that_is_not_set_up_answers_kindly(client):
    for name in ("home", "notice", "named", "questions", "limits"):
        response = client.get(reverse(f"front:{name}"))

        assert response.status_code in {200, 503}, name
        assert "<h1>" in response.content.decode()


def test_nobody_is_told_who_runs_a_centre_that_has_not_said_it(client):
    response = client.get(reverse("front:who_we_are"))

    assert response.status_code == 503
    assert "not open yet" in response.content.decode()


# Who we are


def test_the_first_page_begins_with_whom_to_ring(centre, client):
    text = page(client, "home")

    assert text.index("tel:555") < text.index("<h1>")
    assert reverse("intake:tell") in text
    assert reverse("reporter:enter") in text


def test_who_we_are_answers_before_it_explains(centre, client):
    text = page(client, "who_we_are")

    for said in (
        "Harbour Members&#x27; Trust", "ZA000000", "Members&#x27; fees", "Mara Quill",
        "Lantern Hosting", "City Legal Aid", "Ombuds Office", "5 years, then erased",
        "3 working days", "people who work here",
    ):  # fmt: skip
        assert said in text, said


def test_it_counts_how_often_we_kept_our_word(centre, client):
    for kept in (True, True, False):
        governance.count_promise(
            PromiseKept.Kind.READ,
            due_on=date(2026, 11, 20),
            on=date(2026, 11, 19 if kept else 21),
        )

    assert "kept 2 of 3 times" in page(client, "who_we_are")


# Notice and policy


def test_the_notice_marks_every_part(centre, client):
    text = page(client, "notice")

    for part in notices.current("en").body["parts"]:
        assert f'data-part="{part["name"]}"' in text


def test_an_old_notice_stays_where_a_report_points_at_it(centre, client):
    old = notices.current("en")
    governance.end_recipient(
        centre.recipients["Ombuds Office"], by=centre.lea.user, on=timezone.localdate()
    )

    assert "Ombuds Office" not in page(client, "notice")
    text = page(client, "notice_as_told", old.hash)
    assert "Ombuds Office" in text
    assert "may have changed" in text


def test_a_notice_that_never_was_is_not_found(centre, client):
    response = client.get(reverse("front:notice_as_told", args=["0" * 64]))

    assert response.status_code == 404


def test_the_policy_is_published_word_for_word(centre, client):
    text = page(client, "policy")

    assert "until expires_on" in text
    assert "intake.Report" in text


# Requests


def send_request(client, **changed):
    """Fill in the form for people whom a report names."""
    told = {"kind": "named", "text": "I was not there.", "reach": "0300 000 007"}
    return client.post(reverse("front:named"), {**told, **changed})


def test_somebody_whom_a_report_names_asks_without_an_account(centre, client):
    response = send_request(client)

    assert response.headers["Location"] == reverse("front:received")
    asked = SubjectRequest.objects.get()
    ring = Ring.of(centre.ada.user.key, centre.ada.private)
    told = read_request(asked, ring=ring, by=centre.ada.user)
    assert told == {"text": "I was not there.", "reach": "0300 000 007"}


def test_the_page_names_the_day_of_the_answer(centre, client, time_machine):
    time_machine.move_to(date(2026, 11, 23))

    assert "Wednesday 23 December 2026" in page(client, "received")
    assert "Wednesday 23 December 2026" in page(client, "named")


@pytest.mark.parametrize("lacking", ["kind", "text", "reach"])
def test_a_request_that_lacks_something_comes_back_filled(centre, client, lacking):
    response = send_request(client, **{lacking: ""})

    text = response.content.decode()
    assert "<title>Error:" in text
    assert lacking == "text" or "I was not there." in text
    assert not SubjectRequest.objects.exists()


def test_a_request_that_cannot_be_sealed_comes_back_filled(centre, client):
    KeyPair.objects.filter(purpose="triage").update(signatures=[])

    response = send_request(client)

    text = response.content.decode()
    assert "I was not there." in text
    assert not SubjectRequest.objects.exists()


def test_a_request_is_taken_also_while_the_doors_are_closed(centre, client):
    Controller.objects.update(registration_ends_on=date(2020, 1, 1))
    assert client.post(reverse("front:ask"), {"text": "?"}).status_code == 503

    response = send_request(client)

    assert response.headers["Location"] == reverse("front:received")


# Questions


def test_a_question_waits_unread_then_stands_with_its_answer(centre, client):
    response = client.post(reverse("front:ask"), {"text": "Who pays you?"})
    assert response.headers["Location"] == reverse("front:asked")
    assert "Who pays you?" not in page(client, "questions")
    assert "not read yet" in page(client, "questions")

    question = Question.objects.get()
    today = timezone.localdate()
    governance.answer_question(question, "Members do.", by=centre.lea.user, on=today)

    text = page(client, "questions")
    assert "Who pays you?" in text
    assert "Members do." in text


def test_an_unanswered_question_says_how_long_it_has_waited(centre, client):
    asked_on = timezone.localdate() - timedelta(days=12)
    question = governance.ask_question("Who pays you?", on=asked_on)
    governance.show_question(question, by=centre.lea.user)

    assert "waits 12 days" in page(client, "questions")
    assert "the oldest for 12 days" in page(client, "questions")


def test_an_empty_question_is_refused_and_a_long_one_kept_on_the_page(centre, client):
    empty = client.post(reverse("front:ask"), {"text": ""})
    long = client.post(reverse("front:ask"), {"text": "?" * 2001})

    assert "Write your question first." in empty.content.decode()
    assert "?" * 2001 in long.content.decode()
    assert not Question.objects.exists()


def test_a_page_comes_back_with_every_answer_but_no_password(client):
    told = {"what_came_to_pass": "They shut the gate.", "password": "correct horse"}

    reported = client.post("/tell/form/what_came_to_pass/", told).content.decode()
    at_the_desk = keep(
        RequestFactory().post("/desk/sign-in", told), because="unsaved", status=503
    ).content.decode()

    assert "They shut the gate." in reported
    assert "correct horse" not in at_the_desk


def test_no_question_is_taken_while_the_doors_are_closed(client):
    response = client.post(reverse("front:ask"), {"text": "Are you there?"})

    assert response.status_code == 503
    assert "Are you there?" in response.content.decode()
    assert not Question.objects.exists()


# Figures


@pytest.fixture
def edition(centre, settings):
    """A published edition with a few files."""
    folder = settings.EDITIONS / "1"
    (folder / "tables").mkdir(parents=True)
    (folder / "charts").mkdir()
    (folder / "index.html").write_text(
        "<!doctype html><title>x</title><style>b{color:red}</style><b>1</b>"
    )
    (folder / "edition.json").write_text("{}")
    (folder / "tables" / "by_month.csv").write_text("month,count\n")
    (folder / "charts" / "by_month.svg").write_text("<svg/>")
    (folder / "log").mkdir()
    (folder / "log" / "checkpoint").write_text("localhost counts\n14\n")
    (folder / "edition.sig").write_text("a signature")
    (folder / "notes.exe").write_text("no")
    (folder / "notes").write_text("no")
    (settings.EDITIONS / "secret.txt").write_text("harbour lantern")
    return Edition.objects.create(
        number=1,
        period_from="2026-01",
        period_to="2026-06",
        state=Edition.State.PUBLISHED,
        digest=b"\x01" * 32,
        drafted_by=centre.ina.user,
        drafted_on=date(2026, 7, 1),
        published_by=centre.pia.user,
        published_on=date(2026, 7, 2),
    )


def file_of(client, name, number=1):
    """One file of an edition, read to its end and closed."""
    response = client.get(f"/editions/{number}/{name}")
    if response.streaming:
        response.body = response.getvalue()
    else:
        response.body = response.content
    return response


def test_figures_lead_to_the_newest_edition(edition, client):
    response = client.get(reverse("front:figures"))

    assert response.headers["Location"] == "/editions/1/"
    text = page(client, "edition", 1)
    assert "tables/by_month.csv" in text
    assert "by month" in text
    assert "01" * 32 in text


def test_before_the_first_edition_figures_lead_to_the_empty_list(centre, client):
    response = client.get(reverse("front:figures"))

    assert response.headers["Location"] == reverse("front:editions")
    assert "Nothing published yet" in page(client, "editions")


def test_the_files_of_an_edition_are_served_as_what_they_are(edition, client):
    for name, kind in (
        ("edition.json", "application/json"),
        ("tables/by_month.csv", "text/csv; charset=utf-8"),
        ("charts/by_month.svg", "image/svg+xml"),
        ("index.html", "text/html; charset=utf-8"),
        ("edition.sig", "text/plain; charset=utf-8"),
        ("log/checkpoint", "text/plain; charset=utf-8"),
    ):
        response = file_of(client, name)

        assert response.status_code == 200
        assert response.headers["Content-Type"] == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_icon_is_there_for_pages_that_name_none(centre, client):
    response = client.get("/favicon.ico")

    assert response.headers["Location"].endswith("fairwitness/icon.svg")


def test_the_page_of_an_edition_may_wear_its_own_style_and_no_other(edition, client):
    policy = file_of(client, "index.html").headers["Content-Security-Policy"]

    assert "'sha256-" in policy
    assert "unsafe" not in policy


def test_the_whole_folder_can_be_taken_home(edition, client):
    taken = file_of(client, "all-files.zip")

    with ZipFile(BytesIO(taken.body)) as folder:
        assert sorted(folder.namelist()) == [
            "edition-1/charts/by_month.svg",
            "edition-1/edition.json",
            "edition-1/edition.sig",
            "edition-1/index.html",
            "edition-1/log/checkpoint",
            "edition-1/tables/by_month.csv",
        ]


def test_nothing_outside_of_an_edition_is_ever_served(edition, client):
    for name in (
        "../secret.txt", "..%2fsecret.txt", "tables/../../secret.txt", "%2e%2e/secret.txt",
        "/etc/hostname.txt", "//etc/passwd", "notes.exe", "notes", "tables", "none.csv", "\0.txt",
        "x" * 5000 + ".txt",
    ):  # fmt: skip
        response = file_of(client, name)

        assert response.status_code in {404, 301, 302}, name
        assert b"harbour lantern" not in response.body


def test_a_link_out_of_the_folder_is_not_followed(edition, client, settings):
    link = settings.EDITIONS / "1" / "link.txt"
    link.symlink_to(settings.EDITIONS / "secret.txt")

    assert file_of(client, "link.txt").status_code == 404


def test_an_edition_that_is_not_published_is_not_there(edition, client):
    Edition.objects.update(
        state=Edition.State.DRAFTED, published_by=None, published_on=None
    )

    assert client.get(reverse("front:edition", args=[1])).status_code == 404
    assert file_of(client, "edition.json").status_code == 404


# Leaving, languages


def test_leaving_expires_every_cookie_and_clears_the_browser(centre, client):
    client.cookies["draft"] = "a"
    client.cookies[house.LANGUAGE_COOKIE] = "ar"

    response = client.post(reverse("front:leave"))

    assert response.status_code == 303
    assert response.headers["Location"] == reverse("front:left")
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert all(cookie["max-age"] == 0 for cookie in response.cookies.values())
    assert {"draft", house.LANGUAGE_COOKIE} <= set(response.cookies)


def test_leaving_works_without_a_form_token_and_ends_a_sitting(centre):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(centre.lea.user)

    strict.post(reverse("front:leave"))

    assert "_auth_user_id" not in strict.session


def test_the_empty_page_goes_on_to_the_neutral_site(centre, client):
    text = page(client, "left")

    assert "url=https://weather.example/" in text
    assert "Harbour" not in text


def test_leaving_is_a_post(centre, client):
    assert client.get(reverse("front:leave")).status_code == 405


def test_a_language_is_kept_and_leads_back(centre, client):
    response = client.post(
        reverse("front:language"), {"language": "ar", "next": "/notice"}
    )

    assert (response.status_code, response.headers["Location"]) == (303, "/notice")
    assert response.cookies[house.LANGUAGE_COOKIE].value == "ar"
    assert response.cookies[house.LANGUAGE_COOKIE]["samesite"] == "Strict"


def test_a_change_of_language_never_leads_to_another_site(centre, client):
    for there in (
        "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:x", "",
    ):  # fmt: skip
        chosen = {"language": "ar", "next": there}
        response = client.post(reverse("front:language"), chosen)

        assert response.headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(centre, client):
    response = client.post(reverse("front:language"), {"language": "tlh", "next": "/"})

    assert not response.cookies


# What machines ask


def test_search_engines_list_the_first_page_alone(client):
    response = client.get("/robots.txt")

    assert response.content.decode() == "User-agent: *\nAllow: /$\nDisallow: /\n"


def test_whoever_finds_a_hole_knows_whom_to_tell(centre, client, time_machine):
    time_machine.move_to(date(2026, 11, 22))

    text = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:centre@harbour.example\n" in text
    assert "Expires: 2027-05-01T00:00:00Z\n" in text


def test_nobody_to_tell_is_not_pretended(client):
    assert client.get("/.well-known/security.txt").status_code == 404


def test_a_page_that_is_not_there_says_so_kindly(centre, client):
    response = client.get("/no/such/page")

    assert response.status_code == 404
    assert "There is no page at this address" in response.content.decode()


def test_own_help_lines_stand_on_the_first_page(centre, client):
    governance.add_helpline(
        Helpline(name="Quay Line", number="0300 000 003"), by=centre.lea.user
    )

    text = page(client, "home")
    assert "Quay Line" in text
    assert "tel:0300000003" in text


def test_every_link_of_a_public_page_leads_to_a_page_of_ours(centre, client):
    import re

    broken = set()
    for name in ("home", "who_we_are", "notice", "limits", "named", "questions"):
        for address in re.findall(r'href="(/[^"#]*)"', page(client, name)):
            path = urlsplit(address).path
            if path.startswith("/static/"):
                continue
            if client.get(path).status_code not in {200, 302}:
                broken.add(path)

    assert broken == set()
