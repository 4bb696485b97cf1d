"""What the house says to requests that no form of its own makes.

There is no machine-readable description of the pages to test against: they are pages for
people, and no interface for programs. So every address and every form is asked for itself.
"""

from collections import Counter
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fairwitness.demo import world as demo
from fairwitness.governance import readiness
from fairwitness.governance.models import Processor
from fairwitness.vault.models import KeyPair
from tests.clumsy import (
    Clumsy,
    forms_shown,
    odd_addresses,
    odd_answers,
    odd_requests,
    true_addresses,
    urlencoded,
    who_may_come,
)
from tests.lived_in import LivedIn

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

MARK = "zq7harbour"
SHARP = f"\"'><{MARK}"
QUERY = f"?a={MARK}&next=/{MARK}&before={MARK}&show={MARK}&basis={MARK}"
MARKED: tuple[tuple[str, str], ...] = (
    ("HTTP_USER_AGENT", SHARP),
    ("HTTP_REFERER", f"http://testserver/{MARK}"),
    ("HTTP_ACCEPT_LANGUAGE", MARK),
    ("HTTP_X_FORWARDED_FOR", MARK),
    ("HTTP_ORIGIN", f"http://{MARK}"),
)


def ask(
    lived: LivedIn, requests: st.SearchStrategy[Clumsy], *, times: int
) -> Counter[int]:
    """Send so many requests; none may be an error of ours."""
    answers: Counter[int] = Counter()

    @settings(
        max_examples=times,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests)
    def send(asked: Clumsy) -> None:
        response = asked.send(lived)
        answers[response.status_code] += 1
        assert response.status_code < 500, (asked, response.exc_info)

    send()
    return answers


def test_odd_requests_are_never_an_error_of_ours(lived):
    addresses = [*odd_addresses(), *(address for _p, address in true_addresses(lived))]

    answers = ask(lived, odd_requests(addresses, [*lived.browsers]), times=120)

    assert {200, 302, 403, 404, 405} <= set(answers)


def test_forms_filled_with_odd_things_are_never_an_error_of_ours(lived):
    public = ("/tell/", "/answer/", "/questions", "/named", "/i/", "/leave", "/report/")
    forms = [one for one in forms_shown(lived, within=public) if one.form.asks]

    answers = ask(lived, odd_answers(forms), times=60)

    assert answers[200] + answers[302] > 10


@pytest.mark.proof
def test_no_address_is_an_error_of_ours_for_anybody_by_any_method(lived):
    """Each address, with odd parts and with true ones, read, sent to, and by a method of nobody."""
    answers: Counter[int] = Counter()
    addresses = [*odd_addresses(), *(address for _p, address in true_addresses(lived))]
    for address in addresses:
        for who in {"nobody", *who_may_come(address)} - {"ina"}:
            for method in ("GET", "POST", "BREW"):
                response = Clumsy(who, method, address).send(lived)
                answers[response.status_code] += 1
                assert response.status_code < 500, (who, method, address)

    told = f"{answers.total()} requests to {len(addresses)} addresses"
    print(f"\n{told}: {dict(sorted(answers.items()))}")  # noqa: T201 # the proof's result


@pytest.mark.proof
def test_thousands_of_odd_requests_and_odd_forms_are_no_error_of_ours(lived):
    addresses = [*odd_addresses(), *(address for _p, address in true_addresses(lived))]
    forms = forms_shown(lived)

    requests = ask(lived, odd_requests(addresses, [*lived.browsers]), times=1_500)
    answers = ask(lived, odd_answers(forms), times=1_500)

    told = f"{dict(sorted(requests.items()))}; {len(forms)} forms"
    print(f"\nRequests {told}: {dict(sorted(answers.items()))}")  # noqa: T201 # the proof's result


# Nothing comes back


def require_no_echo(response: Any, address: str, *, is_typed: bool) -> None:
    """What was sent stands in no title, header or script; on a page only where it was typed."""
    page = response.body.decode(errors="replace")
    assert f"<{MARK}" not in page, address
    for name, told in response.headers.items():
        is_way_back = name == "Location" and "/desk/" in told
        assert is_way_back or MARK not in told, (address, name)
    assert MARK not in page.partition("</title>")[0], address
    if response.status_code >= 400 and not is_typed:
        assert MARK not in page, (address, response.status_code)


def echo(lived: LivedIn, address: str, *, who: str) -> None:
    """Mark every part of a request to this address, twice."""
    cookies = "; ".join(f"{name}={MARK}" for name in ("answer", "draft", "visit", "a"))
    asked = Clumsy(who, "GET", address + QUERY, more=MARKED)
    require_no_echo(asked.send(lived), address, is_typed=False)
    strange = Clumsy("nobody", "GET", address, more=(("HTTP_COOKIE", cookies),))
    require_no_echo(strange.send(lived), address, is_typed=False)
    names = (
        "text",
        "reach",
        "code",
        "name",
        "who",
        "act",
        "young",
        "next",
        "language",
        MARK,
    )
    body = urlencoded([(name, SHARP) for name in names])
    posted = Clumsy(who, "POST", address, body, more=MARKED)
    require_no_echo(posted.send(lived), address, is_typed=True)


def test_what_is_sent_to_a_public_page_comes_back_nowhere_but_in_its_field(lived):
    pages = [
        address
        for _page, address in true_addresses(lived)
        if not address.startswith(("/desk/", "/editions/"))
    ][::3]  # a third of them; the proof asks all

    for address in pages:
        echo(lived, address, who=who_may_come(address)[0])
    echo(lived, reverse("staff:sign_in"), who="nobody")


@pytest.mark.proof
def test_what_is_sent_to_any_page_comes_back_nowhere_but_in_its_field(lived):
    pages = [address for _page, address in true_addresses(lived)]
    for address in pages:
        echo(lived, address, who=who_may_come(address)[0])

    print(f"\n{len(pages)} pages, 3 marked requests each: no echo")  # noqa: T201 # the proof's result


@pytest.mark.parametrize(
    "address",
    [f"/{MARK}", f"/{MARK}/%3C{MARK}", f"/editions/1/{MARK}", f"/desk/{MARK}"],
)
def test_an_address_that_leads_nowhere_does_not_come_back(centre, client, address):
    response = client.get(address)

    page = response.content.decode()
    assert MARK not in page or f'name="next" value="{address}"' in page
    assert f"<{MARK}" not in page
    assert MARK not in page.partition("</title>")[0]


# Said kindly, with nothing lost


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/named", {"text": "x" * 1_600_000}),
        ("/tell/", {f"field{n}": "1" for n in range(401)}),
        ("/questions/ask", {"text": "x" * 1_600_000}),
        ("/desk/sign-in", {"name": "x" * 1_600_000}),
    ],
)
def test_more_than_fits_is_told_apart_and_says_what_to_do(
    centre, client, address, typed
):
    response = client.post(address, typed)

    assert response.status_code == 413
    page = response.content.decode()
    assert "what you wrote is still there" in page
    assert "ما كتبته ما زال هناك" in page


def test_after_signing_in_nobody_is_led_to_a_word_that_is_no_page(lived):
    for wanted in (
        "nowhere",
        "javascript:alert(1)",
        "//evil.example",
        "\\\\evil.example",
    ):
        response = lived.browser("ada").post(
            reverse("staff:unlock"),
            {"passphrase": demo.PASSPHRASE, "next": wanted},
        )

        assert response.headers["Location"] == reverse("staff:desk")


def test_the_last_who_keeps_the_machine_stays_named(lived):
    hosting = Processor.objects.get(does=Processor.Does.HOSTING)

    response = lived.browser("lea").post(
        reverse("governance:remove_processor", args=[hosting.pk])
    )

    assert response.status_code == 409
    assert "Name the next one first." in response.content.decode()
    assert Processor.objects.filter(pk=hosting.pk).exists()


def test_an_altered_key_closes_every_door_and_keeps_what_was_typed(lived):
    triage = KeyPair.objects.get(purpose=KeyPair.Purpose.TRIAGE)
    KeyPair.objects.filter(pk=triage.pk).update(public=bytes(len(triage.public)))
    readiness.forget()  # a yes holds for a few seconds

    response = lived.browser("tess").post(
        "/tell/form/role/", {"role": "happened_to_me", "text": "They shut the door."}
    )

    assert response.status_code == 503
    assert "They shut the door." in response.content.decode()


def test_another_house_is_not_answered_for(client):
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_a_length_that_is_no_number_is_not_read(client):
    response = client.post("/named", {"text": "One line."}, CONTENT_LENGTH="x")

    assert response.status_code == 400


def test_an_address_that_asks_too_much_is_not_read(client):
    asked = "&".join(f"a{number}=1" for number in range(2_000))

    response = client.get(f"/?{asked}")

    assert response.status_code == 413
