"""Letters by a mail service's own API: the same letters, counted by nobody, each in one state."""

import importlib
import logging
import sys

import pytest

from fairwitness import environment, worker
from fairwitness.environment import WrongSetting
from fairwitness.mail import NO_EXTRA, service
from fairwitness.outreach.models import Delivery
from fairwitness.outreach.sending import SendReport, send_due
from fairwitness.outreach.trouble import sentence_for
from tests.esp import INACTIVE, INVALID, serve_mail_service  # noqa: F401 # a fixture
from tests.invited import PEOPLE, make_invited

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def wave(centre):
    """Letters that wait."""
    return make_invited(centre)


def states() -> list[str]:
    """The state of each letter."""
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_a_wave_goes_by_the_service_as_it_would_by_smtp(wave, esp):
    report = send_due()

    assert report == SendReport(handed_over=len(PEOPLE))
    assert len(esp.letters) == len({one["To"] for one in esp.letters}) == len(PEOPLE)
    assert esp.keys == {"a key of the service"}
    for letter in esp.letters:
        headers = {one["Name"]: one["Value"] for one in letter["Headers"]}
        assert letter["TrackOpens"] is False
        assert letter["TrackLinks"] == "None"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Unsubscribe"].count("/leave/") == 1
        assert "/i/" in letter["TextBody"]
        assert "/i/" in letter["HtmlBody"]
        assert letter["Subject"]
        assert not {"Date", "Message-ID", "Content-Type"} & set(headers)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((422, INACTIVE), "bounced"),
        ((422, INVALID), "bounced"),
        ((422, {"ErrorCode": 300, "Message": "odd"}), "refused"),
        ((404, {"Message": "no"}), "refused"),
        ((429, {"Message": "slowly"}), "waiting"),
        ((503, {"Message": "later"}), "waiting"),
        ((401, {"Message": "who?"}), "waiting"),
        ((500, {"Message": "oh"}), "uncertain"),
        ((502, b"<html>"), "uncertain"),
        ((200, b"<html>"), "uncertain"),
        ((0, None), "uncertain"),
    ],
)
def test_each_answer_leaves_a_letter_in_one_state(centre, esp, answer, state):
    make_invited(centre)
    esp.answers.append(answer)

    send_due()
    Delivery.objects.filter(state="waiting").update(lease_until=None)
    was = states()
    send_due()

    assert state in was or state == "waiting"
    assert states().count("handed_over") == len(PEOPLE) - (state != "waiting")
    people = [one["To"] for one in esp.letters if one]
    assert state == "uncertain" or len(people) == len(set(people))


def test_nothing_leaves_while_the_service_is_not_there(wave, esp, settings):
    settings.ESP_URL = "http://127.0.0.1:1/"

    assert send_due() == SendReport()
    assert set(states()) == {"waiting"}


def test_a_wrong_key_is_told_at_the_desk_and_stands_in_no_log(wave, esp, caplog):
    esp.answers += [(401, {"Message": "a key of the service is wrong"})] * 3

    with caplog.at_level(logging.DEBUG):
        report = send_due()

    assert report.said == "401"
    assert "FAIRWITNESS_ESP_KEY" in sentence_for(report.said)
    assert "a key of the service" not in caplog.text
    assert "members.example" not in caplog.text


def test_without_the_extra_it_says_what_to_install(wave, esp, monkeypatch):
    monkeypatch.setitem(sys.modules, "anymail.backends.postmark", None)

    assert worker.work_through(
        tuple(one for one in worker.JOBS if one.name == "letters")
    ) == {"letters"}
    assert "pip install fairwitness[esp]" in sentence_for(NO_EXTRA)
    assert set(states()) == {"waiting"}


def test_a_service_that_may_count_readers_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("FAIRWITNESS_ESP", "resend")

    with pytest.raises(WrongSetting, match="who opens a letter"):
        environment.one_of(
            "FAIRWITNESS_ESP",
            service.SERVICES,
            why="Others may count who opens a letter.",
        )


@pytest.mark.parametrize("name", service.SERVICES)
def test_each_service_can_leave_the_counting_out(name):
    backend = importlib.import_module(f"anymail.backends.{name}")
    payload = next(
        kind
        for title, kind in vars(backend).items()
        if title == f"{backend.EmailBackend.esp_name}Payload"
    )

    assert {"set_track_clicks", "set_track_opens"} <= set(vars(payload))


def test_the_service_is_one_of_those_whom_people_are_told_of():
    assert service.host_of("postmark") == "api.postmarkapp.com"
    assert service.host_of("mailgun", "https://api.eu.example/v3") == "api.eu.example"
