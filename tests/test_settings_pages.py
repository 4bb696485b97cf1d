"""The desk's pages of the settings, and of what people ask of us: who sees what, what they do."""

from datetime import date, timedelta
from uuid import UUID

import pyrage
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.demo.world import PASSPHRASE, PASSWORD
from fairwitness.governance import actions as governance
from fairwitness.governance.models import (
    Area,
    Controller,
    Helpline,
    Promise,
    Purpose,
    Question,
    Recipient,
    RecipientKey,
)
from fairwitness.rights import actions as rights
from fairwitness.rights.models import Breach, Hold, SubjectRequest
from tests.desk import fresh_code
from tests.test_rights import make_report

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(databases=BOTH)

PAGES = (
    "settings", "controller", "declarations", "promise", "areas", "helplines", "notice",
    "drills", "purposes", "processors", "recipients", "questions",
)  # fmt: skip


def at_desk(user):
    """A browser in which somebody has signed in; their key is locked."""
    client = Client()
    client.force_login(user)
    return client


def unlocked(member):
    """A browser in which somebody has signed in and unlocked their key."""
    client = Client()
    told = {
        "name": member.user.name,
        "password": PASSWORD,
        "passcode": fresh_code(member),
    }
    client.post(reverse("staff:sign_in"), told)
    client.post(reverse("staff:unlock"), {"passphrase": PASSPHRASE})
    return client


def text_of(response):
    """The page, as text."""
    return response.content.decode()


def test_the_settings_open_for_those_who_govern_and_for_nobody_else(lea, ina):
    for name in PAGES:
        address = reverse(f"governance:{name}")

        assert at_desk(lea).get(address).status_code == 200, name
        assert Client().get(address).status_code == 302, name
        if name != "settings":
            assert at_desk(ina).get(address).status_code == 403, name


def test_all_staff_see_what_is_missing_and_why_it_matters(ina):
    Promise.objects.all().delete()

    text = text_of(at_desk(ina).get(reverse("governance:settings")))

    assert "Open your centre" in text
    assert "Each receipt names the day" in text
    assert "Say within how many working days" in text


def test_the_form_begins_with_what_is_known_and_refuses_beside_the_field(lea):
    client = at_desk(lea)
    known: dict[str, object] = dict(Controller.objects.values().get())
    known["registration_ends_on"] = "2099-01-01"
    assert "Harbour Centre" in text_of(client.get(reverse("governance:controller")))

    refused = client.post(
        reverse("governance:controller"), {**known, "registration_number": "nonsense"}
    )
    kept = client.post(
        reverse("governance:controller"), {**known, "centre_name": "Quay Centre"}
    )

    assert "“nonsense” is not a registration" in text_of(refused)
    assert kept.status_code == 302
    assert Controller.objects.get().centre_name == "Quay Centre"


def test_a_purpose_is_written_then_approved_by_name(lea):
    client = at_desk(lea)
    address = reverse("governance:purpose", args=["staff"])
    told = {"basis": "consent", "basis_note": "We said yes.", "kept_months": 12}

    client.post(address, told)
    assert Purpose.objects.get(pk="staff").approved_by is None
    client.post(reverse("governance:approve_purpose", args=["staff"]))

    assert Purpose.objects.get(pk="staff").approved_by == lea
    assert client.get(reverse("governance:purpose", args=["none"])).status_code == 404


def test_a_recipient_gets_a_key_by_two_people(lea, pia):
    told = {
        "name": "Quay Advice",
        "what_it_does": "Advises tenants.",
        "country": "XX",
        "contact": "3 Quay Street",
        "agreement": "Only what was permitted.",
        "agreed_on": "2026-01-05",
    }
    first = at_desk(lea)
    first.post(reverse("governance:recipients"), told)
    added = Recipient.objects.get(name="Quay Advice")
    address = reverse("governance:recipient", args=[added.pk])
    age_key = str(pyrage.x25519.Identity.generate().to_public())
    first.post(address, {"age_key": age_key})
    key = RecipientKey.objects.get(recipient=added)
    confirm = reverse("governance:confirm_key", args=[key.pk])

    alone = first.post(confirm)
    at_desk(pia).post(confirm)

    assert alone.status_code == 409
    assert "Ask a colleague" in text_of(alone)
    assert added.key_in_force == key


def test_a_vague_recipient_is_refused_with_what_was_typed_still_there(lea):
    told = {
        "name": "Relevant parties",
        "what_it_does": "Helps.",
        "country": "XX",
        "contact": "3 Quay Street",
        "agreement": "Yes.",
        "agreed_on": "2026-01-05",
    }

    response = at_desk(lea).post(reverse("governance:recipients"), told)

    text = text_of(response)
    assert "<title>Error:" in text
    assert "Name each organisation" in text
    assert 'value="3 Quay Street"' in text


def test_lists_grow_and_shrink_at_the_desk(lea):
    client = at_desk(lea)
    line = {"name": "Quay Line", "number": "0300 000 003", "hours": ""}
    client.post(reverse("governance:helplines"), line)
    client.post(
        reverse("governance:areas"), {"code": "harbour", "name": "Harbour side"}
    )
    refused = client.post(
        reverse("governance:areas"), {"code": "east", "name": "East", "people": 7}
    )
    client.post(
        reverse("governance:promise"),
        {"read_within": 2, "answer_within": 9, "from_on": "2026-12-01"},
    )

    assert "Say where this number comes from" in text_of(refused)
    assert Area.objects.filter(code="harbour").exists()
    assert Promise.objects.filter(read_within=2).exists()
    added = Helpline.objects.get(name="Quay Line")
    client.post(reverse("governance:remove_helpline", args=[added.pk]))
    assert not Helpline.objects.exists()


def test_the_notice_is_read_and_published_at_the_desk(lea):
    client = at_desk(lea)

    text = text_of(client.get(reverse("governance:notice")))
    again = client.post(reverse("governance:notice"), {"language": "en"})

    assert "Harbour Centre is run by" in text
    assert again.status_code == 302


def test_a_question_is_read_shown_and_answered(lea):
    question = governance.ask_question("Who pays you?", on=date(2026, 11, 1))
    client = at_desk(lea)
    assert "Who pays you?" in text_of(client.get(reverse("governance:questions")))

    client.post(reverse("governance:show_question", args=[question.pk]))
    vague = client.post(
        reverse("governance:question", args=[question.pk]), {"answer": "Partners."}
    )
    client.post(
        reverse("governance:question", args=[question.pk]), {"answer": "Members do."}
    )

    assert "Name each organisation" in text_of(vague)
    assert Question.objects.get().answer == "Members do."


def test_a_question_that_names_somebody_is_declined(lea):
    question = governance.ask_question("Is So-and-so a liar?", on=date(2026, 11, 1))

    at_desk(lea).post(
        reverse("governance:show_question", args=[question.pk]), {"decline": "yes"}
    )

    assert Question.objects.get().state == Question.State.DECLINED


# What people ask of us


@pytest.fixture
def asked(centre):
    """A request that somebody sent from the page “A report names you?”."""
    return rights.receive_request(
        SubjectRequest.Kind.NAMED,
        text="I was not there.",
        reach="0300 000 007",
        on=timezone.localdate(),
    )


def test_a_request_shows_its_day_and_not_its_words(asked, pia):
    client = at_desk(pia)

    listed = text_of(client.get(reverse("rights:requests")))
    opened = text_of(client.get(reverse("rights:asked", args=[asked.pk])))

    assert "A report names me" in listed
    assert "I was not there." not in listed + opened


def test_opening_a_request_needs_the_unlocked_key(asked, ada):
    address = reverse("rights:asked", args=[asked.pk])

    response = at_desk(ada).post(address)

    assert response.status_code == 302
    assert reverse("staff:unlock") in response.headers["Location"]


def test_a_request_goes_from_the_reader_to_the_one_who_answers(asked, centre):
    address = reverse("rights:asked", args=[asked.pk])
    reader, answerer = unlocked(centre.ada), unlocked(centre.pia)
    assert "I was not there." in text_of(reader.post(address))
    assert answerer.post(address).status_code == 403

    hand = reverse("rights:hand", args=[asked.pk])
    reader.post(hand, {"to": centre.pia.user.pk})

    assert "I was not there." in text_of(answerer.post(address))
    answerer.post(reverse("rights:answer", args=[asked.pk]), {"outcome": "done"})
    asked.refresh_from_db()
    assert asked.outcome == SubjectRequest.Outcome.DONE


@pytest.mark.parametrize("to", ["", "nobody", str(UUID(int=7))])
def test_a_request_is_handed_to_nobody_who_is_not_there(asked, centre, to):
    answer = unlocked(centre.ada).post(
        reverse("rights:hand", args=[asked.pk]), {"to": to}
    )

    assert answer.status_code == 409
    assert "somebody who answers requests" in text_of(answer)


def test_requests_are_nobody_elses_business(asked, ina):
    assert at_desk(ina).get(reverse("rights:requests")).status_code == 403
    assert at_desk(ina).get(reverse("rights:breaches")).status_code == 403


def test_a_hold_is_asked_by_one_and_made_by_another(centre, ada, pia):
    report = make_report(centre)
    soon = timezone.localdate() + timedelta(days=30)
    asker = at_desk(ada)
    address = reverse("rights:ask_hold", args=[report.pk])

    late = asker.post(address, {"reason": "A court.", "review_on": "2099-01-01"})
    asker.post(address, {"reason": "A court has asked.", "review_on": soon.isoformat()})
    hold = Hold.objects.get()
    at_desk(pia).post(reverse("rights:approve_hold", args=[hold.pk]))

    assert "within six months" in text_of(late)
    assert Hold.objects.standing().get() == hold
    assert "A court has asked." in text_of(asker.get(reverse("rights:holds")))
    asker.post(reverse("rights:lift_hold", args=[hold.pk]))
    assert not Hold.objects.standing().exists()


def test_a_breach_runs_its_72_hours_at_the_desk(pia):
    client = at_desk(pia)
    since = timezone.localtime() - timedelta(hours=1)
    told = {"what": "A laptop was left.", "aware_at": f"{since:%Y-%m-%dT%H:%M}"}

    client.post(reverse("rights:breaches"), told)
    assert "left" in text_of(client.get(reverse("rights:breaches")))
    client.post(reverse("rights:regulator_told", args=[Breach.objects.get().pk]))

    assert Breach.objects.get().told_regulator_at
