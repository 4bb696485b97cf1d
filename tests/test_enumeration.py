"""Nobody finds out what exists by asking: neither by what is answered nor by what that costs."""

import re
import statistics
import time

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fairwitness.governance import readiness
from fairwitness.staff.models import Wait
from fairwitness.vault.receipt import ReceiptCode

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

NOBODYS = "0123456789abcdefghjkmnpqrs"


def seen(client, method, address, **typed):
    """The status, the page without its tokens, and how often each database was asked."""
    readiness.forget()
    with (
        CaptureQueriesContext(connections["default"]) as asked,
        CaptureQueriesContext(connections["keystore"]) as asked_keys,
    ):
        response = getattr(client, method)(address, typed)
    page = response.content.decode()
    bare = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    headers = {
        name: told for name, told in response.headers.items() if name != "Set-Cookie"
    }
    cookies = {name: len(one.value) for name, one in response.cookies.items()}
    return response.status_code, bare, headers, cookies, len(asked), len(asked_keys)


def a_code(*, other_than: str) -> str:
    """A well-formed code that opens nothing."""
    while (code := ReceiptCode.new()).words == tuple(other_than.split()):
        pass
    return " ".join(code.words)


def test_typing_a_code_answers_the_same_whether_or_not_it_opens_anything(lived):
    enter = reverse("reporter:enter")

    right = seen(Client(), "post", enter, code=lived.code)
    wrong = seen(Client(), "post", enter, code=a_code(other_than=lived.code))

    assert right == wrong


def test_without_a_visit_every_page_of_a_report_says_the_same(lived):
    pages = (
        "page",
        "sent",
        "messages",
        "add",
        "correct",
        "news",
        "count",
        "evidence",
        "erase",
    )
    answers = {
        seen(Client(), "get", reverse(f"reporter:{page}"))[0:2] for page in pages
    }

    assert answers == {(302, "")}


def test_a_code_that_opens_nothing_says_so_alike_whatever_it_is(lived):
    answers = []
    for _code in range(2):
        client = Client()
        client.post(reverse("reporter:enter"), {"code": a_code(other_than=lived.code)})
        answers.append(seen(client, "get", reverse("reporter:page")))

    assert answers[0] == answers[1]
    assert answers[0][0] == 200


def test_signing_in_answers_alike_for_names_that_exist_and_others(lived):
    sign_in = reverse("staff:sign_in")
    answers = {}
    for name in ("Ada", "Zoe", "ada", "A" * 60):
        Wait.objects.all().delete()
        status, page, *cost = seen(
            Client(), "post", sign_in, name=name, password="wrong", passcode="123456"
        )
        answers[name] = (status, page.replace(f'value="{name}"', 'value="…"'), cost)

    assert answers["Ada"] == answers["Zoe"] == answers["ada"] == answers["A" * 60]


def test_a_link_that_nobody_got_is_like_one_that_cannot_be(lived):
    first, *others = (
        seen(Client(), method, f"/{kind}/{key}{rest}")[0]
        for key in (NOBODYS, "x", "0" * 26, "é", "x" * 500)
        for kind, rest, method in (("i", "", "get"), ("i", "", "post"))
    )

    assert first == 404
    assert set(others) == {404}


def test_unknown_and_impossible_links_have_one_page(lived):
    for kind, rest in (("i", ""), ("i", "/passed-on")):
        pages = {
            seen(Client(), "get", f"/{kind}/{key}{rest}")[1].replace(
                f"/{kind}/{key}", "…"
            )
            for key in (NOBODYS, "x", "0" * 26)
        }

        assert len(pages) == 1


def test_a_key_of_another_door_opens_nothing(lived):
    own, other = (seen(Client(), "get", f"/i/{key}") for key in (NOBODYS, lived.leave))

    assert own[0] == other[0] == 404
    assert own[1].replace(NOBODYS, "") == other[1].replace(lived.leave, "")


def test_leaving_is_shown_alike_to_whoever_has_a_key_and_whoever_has_none(lived):
    known, unknown, odd = (
        seen(Client(), "get", f"/leave/{key}") for key in (lived.leave, NOBODYS, "x")
    )

    bare = [
        page[1].replace(key, "…")
        for page, key in ((known, lived.leave), (unknown, NOBODYS), (odd, "x"))
    ]
    assert known[0] == unknown[0] == odd[0] == 200
    assert bare[0] == bare[1]
    assert known[4:] == unknown[4:] == odd[4:]


def test_an_impossible_key_costs_as_many_questions_as_one_that_nobody_got(lived):
    costs = {key: seen(Client(), "get", f"/i/{key}")[4:] for key in (NOBODYS, "0" * 26)}

    assert len(set(costs.values())) == 1


def test_what_is_not_there_and_what_one_may_not_see_is_alike_to_the_public(lived):
    there = lived.part("casework:report", "report_id")
    absent = "00000000-0000-4000-8000-000000000001"

    for page in ("casework:report", "rights:ask_hold", "disclosure:request"):
        answers = []
        for one in (there, absent):
            status, text, headers, *cost = seen(
                Client(), "get", reverse(page, kwargs={"report_id": one})
            )
            away = headers["Location"].replace(one, "…")
            answers.append((status, text, away, cost))

        assert answers[0] == answers[1]
        assert answers[0][0] == 302


@pytest.mark.proof
def test_no_clock_tells_a_right_code_from_a_wrong_one(lived):
    """Interleaved, 200 each: the difference of the medians is lost in the noise between halves."""
    enter = reverse("reporter:enter")
    wrong = a_code(other_than=lived.code)
    link = f"/i/{NOBODYS}"
    cases = {
        "receipt code": [("post", enter, lived.code), ("post", enter, wrong)],
        "personal link": [("get", link, ""), ("get", f"/i/{lived.leave}", "")],
    }
    found = {}
    for named, pair in cases.items():
        took: tuple[list[float], list[float]] = ([], [])
        for turn in range(400):
            which = turn % 2
            method, address, code = pair[which]
            client = Client()
            began = time.perf_counter()
            getattr(client, method)(address, {"code": code} if code else {})
            took[which].append((time.perf_counter() - began) * 1000)
        apart = abs(statistics.median(took[0]) - statistics.median(took[1]))
        halves = [
            abs(statistics.median(one[0::2]) - statistics.median(one[1::2]))
            for one in took
        ]
        spread = statistics.quantiles(took[0], n=4)
        assert apart < max(3 * max(halves), (spread[2] - spread[0]) / 2)
        found[named] = f"{apart:.2f} ms apart, halves of one kind {max(halves):.2f} ms"

    print(f"\nMedians of 200 each: {found}")  # noqa: T201 # the proof's result
