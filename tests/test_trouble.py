"""A mail server that takes nothing: the page of the campaign says so, without an address, and what to do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fairwitness import worker
from fairwitness.mail import NO_TLS
from fairwitness.outreach.models import Delivery
from fairwitness.outreach.speed import MailTrouble
from fairwitness.outreach.trouble import sentence_for
from tests.desk import at_desk, text_of
from tests.invited import PEOPLE, make_invited
from tests.post_office import serve_post_office  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

REFUSES_US = "550 5.7.1 <b+secret@centre.example> is not one of ours"


@pytest.fixture
def page(centre):
    """The page of the campaign, as the coordinator reads it."""
    make_invited(centre)
    browser = at_desk(centre.lea.user)
    return lambda: text_of(browser.get("/desk/campaigns/spring/"))


def work() -> set[str]:
    """One round of the letters."""
    return worker.work_through(
        tuple(one for one in worker.JOBS if one.name == "letters")
    )


def test_a_server_that_refuses_our_sender_is_named_until_it_takes_a_letter(
    page, post_office
):
    post_office.to_sender = REFUSES_US

    assert work() == {"letters"}

    told = page()
    assert "takes no letter of ours (550 5.7.1)" in told
    assert "FAIRWITNESS_MAIL_FROM" in told
    assert "Its letters wait since" in told
    assert "secret" not in told
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}
    post_office.to_sender = ""
    Delivery.objects.update(lease_until=None)
    assert work() == set()
    assert "takes no letter" not in page()
    assert not MailTrouble.objects.exists()


def test_a_server_that_is_not_there_is_named(page, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert work() == {"letters"}

    assert "could not be reached" in page()


def test_a_server_without_encryption_is_named(page, post_office, settings):
    settings.EMAIL_USE_TLS = True

    assert work() == {"letters"}

    assert "No encrypted line" in page()


def test_the_day_on_which_it_began_stays(page, post_office, time_machine):
    post_office.to_sender = REFUSES_US
    work()
    began = MailTrouble.objects.get().since_on

    time_machine.move_to(timezone.now() + timedelta(days=3))
    post_office.to_sender = "553 5.1.8 neither"
    Delivery.objects.update(lease_until=None)
    work()

    trouble = MailTrouble.objects.get()
    assert (trouble.since_on, trouble.said) == (began, "553 5.1.8")


def test_a_server_that_asks_everybody_to_wait_is_quoted_by_its_code(page, post_office):
    post_office.answers = dict.fromkeys(PEOPLE, "450 4.2.0 ann@members.example later")

    assert work() == set()

    told = page()
    assert "A mail server asked to wait (450 4.2.0)" in told
    assert "ann@members" not in told


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "EMAIL_HOST"),
        (NO_TLS, "certificate"),
        ("535 5.7.8", "EMAIL_PASSWORD"),
        ("550 5.7.1", "FAIRWITNESS_MAIL_FROM"),
        ("421 4.7.0", "asks to wait"),
    ],
)
def test_each_kind_of_trouble_has_its_own_advice(said, words):
    told = sentence_for(said)

    assert words in told
    assert said in told or said == NO_TLS
