"""Campaigns that answer for themselves, links that do one thing each, a desk that sees no address."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.governance import readiness
from fairwitness.governance.models import Controller
from fairwitness.governance.wording import Placeholder, VagueWords
from fairwitness.ledger.models import Entry
from fairwitness.outreach import commands
from fairwitness.outreach.actions import (
    NotReady,
    SourceIncomplete,
    WrongNumber,
    close_campaign,
    close_ended,
    draft_campaign,
    launch_wave,
    open_link,
    pause_campaign,
    resume_campaign,
    spend_link,
    work_on_upload,
)
from fairwitness.outreach.keys import new_key
from fairwitness.outreach.letters import letters_to_start_from
from fairwitness.outreach.models import (
    Campaign,
    Contact,
    Delivery,
    Invitation,
    Source,
    Suppression,
    Wave,
)
from fairwitness.outreach.preflight.campaign import preflight
from fairwitness.outreach.sending import send_due
from fairwitness.outreach.views import imports
from fairwitness.refusal import NotAllowed
from fairwitness.surveys.drafts import Journey, cookie_name, find
from fairwitness.surveys.models import Draft, Pending, Version
from fairwitness.vault.models import KeyPair
from tests.desk import staff_of
from tests.invited import (
    PEOPLE,
    a_campaign,
    key_in,
    letters,
    make_campaign,
    make_contacts,
    make_invited,
    make_source,
    path_in,
    press,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()


@pytest.fixture
def source(centre):
    return make_source(centre)


@pytest.fixture
def campaign(centre):
    return make_invited(centre)


@pytest.fixture
def letter(campaign):
    """The first of five letters that were handed over."""
    send_due()
    return letters()[0]


def written(**changes):
    """The English letter to start from, with some words changed."""
    english = {**letters_to_start_from()["en"], **changes}
    return {"en": english}


# Drafting.


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "{source} {leave}"}, "no link to the survey"),
        ({"text": "{link} {leave}"}, "where the address came from"),
        ({"text": "{link} {source}"}, "no way out"),
        ({"reminder_text": "{link} {source}"}, "no way out"),
        ({"text": "{link} {source} {leave} {name}"}, "{name}"),
        (
            {"text": "{link} {source} {leave} We ask relevant parties."},
            "relevant parties",
        ),
        (
            {"text": "{link} {source} {leave} https://elsewhere.example/x"},
            "leads elsewhere",
        ),
        ({"subject": ""}, "subject is empty"),
        ({"subject": "x" * 90}, "subject is empty or too long"),
        ({"subject": "a\nb"}, "subject is empty"),
        ({"subject": "From our partners"}, "partners"),
    ],
)
def test_a_letter_that_hides_something_is_refused(centre, source, lea, changes, told):
    with pytest.raises(NotReady, match=told):
        draft_campaign(a_campaign(centre, source, letter=written(**changes)), by=lea)

    assert not Campaign.objects.exists()


def test_a_campaign_without_a_letter_is_refused(centre, source, lea):
    with pytest.raises(NotReady, match="no letter"):
        draft_campaign(a_campaign(centre, source, letter={}), by=lea)


def test_research_does_not_ask_for_money(centre, lea):
    source = make_source(
        centre,
        basis="genuine_research",
        basis_evidence={
            "purpose": "To find out what members meet.",
            "promotes_nothing": "yes",
            "weighed": "Three letters at most.",
        },
    )
    text = letters_to_start_from()["en"]["text"] + "\nYou can also donate to us."

    with pytest.raises(NotReady, match="donate"):
        draft_campaign(a_campaign(centre, source, letter=written(text=text)), by=lea)


def test_a_deadline_needs_a_reason(centre, source, lea):
    with pytest.raises(NotReady, match="Say why"):
        draft_campaign(a_campaign(centre, source, closes_on=DAY), by=lea)

    with pytest.raises(IntegrityError), transaction.atomic():
        a_campaign(centre, source, closes_on=DAY, drafted_by=lea).save()


def test_a_deadline_stands_in_the_letter(centre, source, lea):
    other = {"closes_on": DAY, "deadline_reason": "the meeting is then."}
    letter = written(text="{link} {source} {leave}")

    with pytest.raises(NotReady, match="say when and why"):
        draft_campaign(a_campaign(centre, source, letter=letter, **other), by=lea)


@pytest.mark.parametrize("name", ["audience", "chosen_how"])
def test_vague_words_about_a_campaign_are_refused(centre, source, lea, name):
    with pytest.raises(VagueWords):
        draft_campaign(
            a_campaign(centre, source, **{name: "interested parties"}), by=lea
        )


def test_a_campaign_that_says_nothing_is_refused(centre, source, lea):
    with pytest.raises(Placeholder):
        draft_campaign(a_campaign(centre, source, place="tbd"), by=lea)


def test_a_name_serves_once_and_a_draft_can_be_written_anew(centre, source, lea):
    first = make_campaign(centre, source)
    first.title = "Summer survey"
    draft_campaign(first, by=lea)

    with pytest.raises(NotReady, match="already"):
        make_campaign(centre, source)
    assert Campaign.objects.get().title == "Summer survey"


def test_what_was_launched_is_not_rewritten(campaign, lea):
    with pytest.raises(NotReady, match="have left"):
        draft_campaign(campaign, by=lea)


def test_only_those_who_run_campaigns_do(centre, source, ada):
    campaign = make_campaign(centre, source)

    for act in (
        lambda: draft_campaign(a_campaign(centre, source, name="other"), by=ada),
        lambda: launch_wave(campaign, number=1, by=ada),
        lambda: pause_campaign(campaign, by=ada),
        lambda: resume_campaign(campaign, by=ada),
        lambda: close_campaign(campaign, by=ada),
    ):
        with pytest.raises(NotAllowed):
            act()


# The check.


def codes(campaign):
    return {finding.code: finding for finding in preflight(campaign, on=DAY)}


def test_a_sound_campaign_passes(centre, source):
    make_contacts(centre, source)

    assert codes(make_campaign(centre, source)) == {}


def test_the_check_names_what_stops_a_campaign(centre, source):
    campaign = make_campaign(
        centre, source, closes_on=DAY, deadline_reason="the meeting is then."
    )
    campaign.closes_on = DAY - timedelta(days=1)
    campaign.deadline_reason = ""
    campaign.source.basis_evidence = {}
    Controller.objects.update(registration_ends_on=DAY - timedelta(days=1))
    KeyPair.objects.filter(purpose="mailer").update(signatures=[])

    found = codes(campaign)

    assert {"FW131", "FW132", "FW141", "FW142", "FW151", "FW154"} <= found.keys()
    assert {finding.level for finding in found.values()} == {"STOP"}
    assert all(finding.fix and finding.place for finding in found.values())


def test_the_check_asks_for_a_second_look(centre, source):
    hard = (
        "{link} {source} {leave} Notwithstanding considerable organisational "
        "difficulties, comprehensive participation facilitates representative results "
        "regarding discriminatory experiences."
    )
    make_contacts(centre, source, language="ar")

    found = codes(
        make_campaign(centre, source, letter=written(text=hard, reminder_text=""))
    )

    assert {code: finding.level for code, finding in found.items()} == {
        "FW143": "LOOK",
        "FW212": "LOOK",
    }


def test_a_real_centre_is_asked_for_more(centre, source, settings):
    make_contacts(centre, source)
    campaign = make_campaign(centre, source)
    settings.IS_TRAINING = False

    found = codes(campaign)

    assert {"FW152", "FW153", "FW155"} <= found.keys()
    assert "FW156" not in found


@pytest.mark.parametrize("is_training", [True, False])
def test_a_campaign_says_that_the_doors_are_shut_and_why(
    centre, source, settings, is_training
):
    make_contacts(centre, source)
    campaign = make_campaign(centre, source)
    settings.IS_TRAINING = is_training
    Version.objects.update(retired_on=timezone.localdate())

    shut = codes(campaign)["FW156"]

    assert (shut.level, "Questionnaire" in shut.fix) == ("STOP", True)


# Launching.


def test_everybody_who_may_be_written_to_is_invited_once(campaign):
    assert campaign.state == "running"
    assert (
        campaign.invited == 5 == Invitation.objects.count() == Delivery.objects.count()
    )
    assert Entry.objects.get(act="outreach.launched").count == 5


def test_whoever_left_is_not_invited(centre, source, lea):
    make_contacts(centre, source)
    match = Contact.objects.first().match
    Suppression.objects.create(match=match, reason="left", since_on=DAY)
    campaign = make_campaign(centre, source)

    launch_wave(campaign, number=1, by=lea)

    assert Delivery.objects.count() == 4


def test_a_list_of_another_source_is_not_written_to(centre, lea):
    make_contacts(centre, make_source(centre, code="others"))

    with pytest.raises(NotReady, match="nobody to write to"):
        launch_wave(make_campaign(centre, make_source(centre)), number=1, by=lea)


def test_the_number_must_be_the_number_of_letters(centre, source, lea):
    make_contacts(centre, source)
    campaign = make_campaign(centre, source)

    with pytest.raises(WrongNumber, match="5 letters"):
        launch_wave(campaign, number=1, by=lea, expected=6)

    assert not Wave.objects.exists()


def test_a_campaign_is_launched_once(campaign, lea):
    with pytest.raises(NotReady, match="number 2"):
        launch_wave(campaign, number=1, by=lea)


def test_a_campaign_that_the_check_stops_is_not_launched(centre, source, lea):
    make_contacts(centre, source)
    campaign = make_campaign(centre, source)
    Controller.objects.update(registration_ends_on=DAY - timedelta(days=1))

    with pytest.raises(NotReady, match="FW151"):
        launch_wave(campaign, number=1, by=lea)


def test_nobody_gets_more_than_one_invitation_and_two_reminders(campaign, lea):
    for number in (2, 3):
        send_due()
        launch_wave(campaign, number=number, by=lea)
    send_due()

    with pytest.raises(NotReady, match="more than one invitation and two reminders"):
        launch_wave(campaign, number=4, by=lea)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.create(campaign=campaign, number=4, launched_on=DAY)
    assert len(letters()) == 15


def test_nobody_is_reminded_of_a_letter_that_never_left(campaign, lea):
    with pytest.raises(NotReady, match="nobody to write to"):
        launch_wave(campaign, number=2, by=lea)


def test_a_paused_campaign_reminds_nobody(campaign, lea):
    send_due()
    pause_campaign(campaign, by=lea)

    with pytest.raises(NotReady, match="only while"):
        launch_wave(campaign, number=2, by=lea)


def test_a_state_follows_only_from_some_others(centre, source, lea):
    campaign = make_campaign(centre, source)

    with pytest.raises(NotReady, match="cannot become"):
        resume_campaign(campaign, by=lea)
    with pytest.raises(NotReady, match="cannot become"):
        pause_campaign(campaign, by=lea)


def test_a_campaign_closes_when_its_day_has_passed(centre):
    campaign = make_invited(
        centre, closes_on=DAY, deadline_reason="the meeting is then."
    )

    assert close_ended(on=DAY) == 0
    assert close_ended(on=DAY + timedelta(days=1)) == 1
    campaign.refresh_from_db()
    assert campaign.state == "closed"


def test_no_model_of_contacts_has_room_for_more():
    assert {field.name for field in Contact._meta.fields} == {
        "id", "source", "batch", "match", "address", "name", "language", "told_on",
    }  # fmt: skip


# Opening.


def test_the_page_says_who_asks_and_why_without_a_name(letter, client):
    page = client.get(path_in(letter))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Harbour Members&#x27; Trust" in text
    assert "the branch" in text
    assert "1 January 2026" in text
    assert "2 to 9 minutes" in text
    assert "because you gave it when you joined the Trust" in text
    assert "This was not sent to me" in text
    assert "member1" not in text
    assert "members.example" not in text


def test_opening_changes_nothing_and_sets_no_cookie(letter, client):
    before = list(Invitation.objects.values())

    for _time in range(3):
        assert not client.get(path_in(letter)).cookies
        assert not client.head(path_in(letter)).cookies

    assert list(Invitation.objects.values()) == before
    assert not Draft.objects.exists()


def test_starting_begins_a_draft_at_a_clean_address(letter, client):
    started = press(client, path_in(letter))

    assert (started.status_code, started.url) == (303, reverse("surveys:page"))
    assert key_in(letter) not in started.url
    contents = draft_in(client).contents
    assert contents["door"] == "invited"
    assert contents["values"]["en"] == {
        "place": "the branch",
        "period": "1 January 2026",
    }
    assert contents["values"]["ar"]["place"] == "الفرع"
    assert not Invitation.objects.spent().exists()


def draft_in(client):
    written = client.cookies[cookie_name(Journey.SURVEY)].value.upper()
    key = base64.b32decode(written + "=" * (-len(written) % 8))
    draft = find(key, Journey.SURVEY)
    assert draft is not None
    return draft


def test_pressing_start_twice_loses_nothing(letter, client):
    press(client, path_in(letter))
    answer(client, "about", "happened_to_me")

    press(client, path_in(letter))

    assert draft_in(client).contents["answers"] == {"about": "happened_to_me"}
    assert Draft.objects.count() == 1


def answer(client, question, value):
    return client.post(reverse("surveys:page", args=[question]), {question: value})


def test_an_answer_through_the_pages_spends_the_link_once(letter, client):
    press(client, path_in(letter))
    answer(client, "about", "nothing_happened")

    assert Pending.objects.count() == 1
    assert Invitation.objects.spent().count() == 1
    spent = client.get(path_in(letter))
    assert spent.status_code == 200
    assert "Somebody has answered with this link" in spent.content.decode()
    assert press(client, path_in(letter)).status_code == 200


def test_two_browsers_with_one_link_give_one_answer(letter):
    one, other = Client(), Client()
    for client in (one, other):
        press(client, path_in(letter))

    for client in (one, other):
        answer(client, "about", "nothing_happened")

    assert Pending.objects.count() == 1


def test_a_key_that_nobody_got_leads_to_a_kind_page(centre, client):
    page = client.get(reverse("outreach:landing", args=[new_key()]))

    assert page.status_code == 404
    assert "look whether all of it is there" in page.content.decode()
    assert client.post(reverse("outreach:landing", args=["?"])).status_code == 404


def test_a_closed_survey_says_why_and_where_else_to_go(letter, campaign, client):
    Campaign.objects.update(
        closes_on=DAY - timedelta(days=1), deadline_reason="the meeting was then."
    )

    text = client.get(path_in(letter)).content.decode()

    assert "This survey is closed" in text
    assert "The reason: the meeting was then." in text
    assert reverse("intake:tell") in text
    assert press(client, path_in(letter)).status_code == 200
    assert not Draft.objects.exists()


def test_a_closed_centre_opens_no_link(letter, client):
    KeyPair.objects.filter(purpose="triage").update(signatures=[])
    readiness.forget()  # a yes holds for a few seconds

    assert client.get(path_in(letter)).status_code == 503


# "This was not sent to me".


@pytest.fixture
def not_mine(letter):
    return reverse("outreach:forwarded", args=[key_in(letter)])


def test_there_are_four_choices_and_none_is_made(not_mine, client):
    text = client.get(not_mine).content.decode()

    assert text.count('type="radio"') == 4
    assert "checked" not in text
    assert "Choosing here does not use up their link" in text


@pytest.mark.parametrize(
    ("told", "door"),
    [
        ({"who": "passed_on"}, "forwarded"),
        ({"who": "on_behalf", "knows": "yes"}, "on_behalf"),
    ],
)
def test_whoever_it_was_passed_on_to_gets_a_fresh_form(not_mine, client, told, door):
    started = press(client, not_mine, **told)

    contents = draft_in(client).contents
    assert started.url == reverse("surveys:page")
    assert (contents["door"], contents["invitation"]) == (door, None)
    answer(client, "about", "nothing_happened")
    assert Pending.objects.count() == 1
    assert not Invitation.objects.spent().exists()


def test_they_see_nothing_that_was_typed_before(letter, not_mine, client):
    press(client, path_in(letter))
    answer(client, "about", "happened_to_me")

    press(client, not_mine, who="passed_on")

    assert "answers" not in draft_in(client).contents
    assert Draft.objects.count() == 1


def test_whoever_it_was_sent_to_goes_back_to_it(letter, not_mine, client):
    assert press(client, not_mine, who="sent_to_me").url == path_in(letter)


def test_whoever_it_is_not_for_uses_nothing_up(not_mine, client):
    page = press(client, not_mine, who="not_for_me")

    assert "Nothing was used up" in page.content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("who", ["", "somebody"])
def test_a_choice_that_is_none_is_asked_for_again(not_mine, client, who):
    page = press(client, not_mine, who=who)

    assert page.status_code == 200
    assert "One thing needs another look" in page.content.decode()


def test_a_spent_link_offers_a_form_of_ones_own(letter, client):
    spend_link(open_link(key_in(letter), on=DAY).invitation_id)
    page = client.get(path_in(letter)).content.decode()
    assert 'name="who" value="passed_on"' in page

    press(client, reverse("outreach:forwarded", args=[key_in(letter)]), who="passed_on")

    assert draft_in(client).contents["door"] == "forwarded"


def test_the_same_choice_stands_on_every_page_of_the_form(letter, client):
    press(client, path_in(letter))
    address = draft_in(client).contents["not_mine_url"]
    assert address in client.get(reverse("surveys:page"), follow=True).content.decode()

    press(client, reverse("outreach:forwarded"), who="passed_on")

    contents = draft_in(client).contents
    assert (contents["door"], contents["not_mine_url"]) == (
        "forwarded",
        reverse("outreach:forwarded"),
    )


def test_without_a_form_or_a_key_there_is_nothing_to_choose(centre, client):
    assert client.get(reverse("outreach:forwarded")).status_code == 404


def test_a_link_of_a_closed_survey_cannot_be_passed_on(letter, not_mine, client):
    Campaign.objects.update(state="closed")

    assert "This survey is closed" in client.get(not_mine).content.decode()


# Leaving.


def test_looking_at_the_way_out_changes_nothing(letter, client):
    page = client.get(path_in(letter, "leave"))

    assert page.status_code == 200
    assert "except answers about your own report" in page.content.decode()
    assert not page.cookies
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("body", ["form", "multipart", "nothing"])
def test_one_click_leaves_at_once(letter, body):
    mail_program = Client(enforce_csrf_checks=True)
    how: dict[str, dict[str, Any]] = {
        "form": {
            "data": "List-Unsubscribe=One-Click",
            "content_type": "application/x-www-form-urlencoded",
        },
        "multipart": {"data": {"List-Unsubscribe": "One-Click"}},
        "nothing": {},
    }
    told = how[body]

    for _time in range(2):
        answered = mail_program.post(path_in(letter, "leave"), **told)
        assert answered.status_code == 200
        assert not answered.cookies
    assert Suppression.objects.get().reason == "left"


def test_whoever_left_gets_no_reminder(letter, campaign, client, lea):
    client.post(path_in(letter, "leave"))

    launch_wave(campaign, number=2, by=lea)
    send_due()

    assert len(letters()) == 9


def test_leaving_works_while_the_centre_is_closed(letter, client):
    KeyPair.objects.filter(purpose="triage").update(signatures=[])

    assert client.post(path_in(letter, "leave")).status_code == 200
    assert Suppression.objects.exists()


def test_the_key_that_opens_does_not_leave(letter, client):
    wrong = reverse("outreach:leave", args=[key_in(letter)])

    assert client.post(wrong).status_code == 404
    assert (
        client.get(
            reverse("outreach:landing", args=[key_in(letter, "leave")])
        ).status_code
        == 404
    )
    assert not Suppression.objects.exists()


def test_a_way_out_that_we_do_not_know_says_whom_to_write_to(centre, client):
    page = client.post(reverse("outreach:leave", args=[new_key()]))

    assert page.status_code == 404
    assert "centre@harbour.example" in page.content.decode()


def test_leaving_after_erasure_is_still_answered_kindly(letter, client):
    Contact.objects.all().delete()

    page = client.post(path_in(letter, "leave"))

    assert page.status_code == 200
    assert "We do not hold your address any more." in page.content.decode()
    assert "We do not write to you again" not in page.content.decode()


# The desk.


@pytest.fixture
def desk(centre):
    """Lea at her desk."""
    return staff_of(centre).lea.browser(unlocked=False)


def desk_pages(campaign):
    return [
        reverse("outreach:campaigns"),
        reverse("outreach:campaign", args=[campaign.name]),
        reverse("outreach:draft"),
        reverse("outreach:sources"),
        reverse("outreach:source", args=[campaign.source.code]),
        reverse("outreach:add_source"),
        reverse("outreach:asked"),
        reverse("outreach:add_source") + "?basis=consent",
    ]


def test_no_page_of_the_desk_shows_an_address(campaign, desk):
    send_due()

    for address in desk_pages(campaign):
        page = desk.get(address)
        assert page.status_code == 200, address
        assert "members.example" not in page.content.decode()


def test_the_desk_of_campaigns_is_for_those_who_run_them(campaign, centre):
    ina = staff_of(centre).ina.browser(unlocked=False)

    for address in desk_pages(campaign):
        assert ina.get(address).status_code == 403


def test_an_empty_desk_says_what_is_needed(desk):
    assert "No campaign yet" in desk.get(reverse("outreach:campaigns")).content.decode()
    assert "No source yet" in desk.get(reverse("outreach:sources")).content.decode()


def test_every_address_is_in_one_line_and_the_lines_add_up(campaign, desk):
    send_due(limit=2)

    page = desk.get(reverse("outreach:campaign", args=[campaign.name])).content.decode()

    lines = re.findall(r'<th scope="row">([^<]+)</th><td class="end">(\d+)</td>', page)
    assert lines == [("waiting", "3"), ("handed over", "2"), ("Together", "5")]
    assert "As many as were launched." in page


def file_of(name, content):
    return SimpleUploadedFile(name, content)


def test_a_source_is_added_and_a_list_imported_at_the_desk(centre, desk):
    told = {
        "code": "members",
        "given_by": "the membership office",
        "given_how": "by hand",
        "given_on": DAY.isoformat(),
        "told": "We may ask you what you meet.",
        "giver_basis": "The members said yes.",
        "sentence_en": "We have your address because you gave it.",
        "sentence_ar": "لدينا عنوانك لأنك أعطيته.",
        "need_wording": "Yes, write to me.",
        "need_agreed_how": "a box on the form",
        "need_agreed_on": "in March 2024",
        "evidence": file_of("form.pdf", b"the form for new members"),
    }
    added = desk.post(reverse("outreach:add_source") + "?basis=consent", told)
    assert added.url == reverse("outreach:source", args=["members"])

    rows = b"email\nann@members.example\nnobody\n"
    taken = desk.post(added.url, {"file": file_of("list.csv", rows)})
    assert work_on_upload(on=DAY) == 1
    page = desk.get(taken.url).content.decode()

    assert '<dt>Added</dt><dd class="number">1</dd>' in page
    assert "No letter can be sent to this address." in page
    assert "members.example" not in page.replace("name@members.example", "")
    assert len(Source.objects.get().evidence_hash) == 64


def test_a_route_is_chosen_first(desk):
    page = desk.get(reverse("outreach:add_source") + "?basis=charity_soft_opt_in")

    assert "does not exist in your country" in page.content.decode()


def test_a_file_that_is_no_list_is_refused_on_the_page(desk, source):
    address = reverse("outreach:source", args=[source.code])

    assert (
        desk.post(address, {"file": file_of("x.csv", b"phone\n1\n")}).status_code == 422
    )
    assert "Choose a file." in desk.post(address, {}).content.decode()


def test_a_list_that_is_too_large_never_touches_the_disk(desk, source, monkeypatch):
    monkeypatch.setattr(imports.source, "most_bytes", 100)
    address = reverse("outreach:source", args=[source.code])
    rows = b"email\n" + b"ann@members.example\n" * 50

    page = desk.post(address, {"file": file_of("list.csv", rows)}).content.decode()

    assert "Choose a file" in page
    assert not Contact.objects.exists()


def test_a_campaign_is_written_launched_paused_and_closed_at_the_desk(
    centre, source, desk
):
    make_contacts(centre, source)
    form = desk.get(reverse("outreach:draft")).context["form"]
    told = {name: field.initial or "" for name, field in form.fields.items()} | {
        "name": "summer",
        "title": "Summer survey",
        "source": source.pk,
        "version": centre.version.pk,
        "audience": "all members",
        "audience_size": "5",
        "way": "all",
        "chosen_how": "everybody on the list",
        "place_en": "the branch",
        "place_ar": "الفرع",
        "period_from": "2026-01-01",
    }
    drafted = desk.post(reverse("outreach:draft"), told)
    here = reverse("outreach:campaign", args=["summer"])
    assert drafted.url == here

    launch = reverse("outreach:launch", args=["summer"])
    assert "5 letters leave as soon as you launch" in desk.get(launch).content.decode()
    assert desk.post(launch, {"number": "6"}).status_code == 409
    assert "Type the number" in desk.post(launch, {}).content.decode()
    assert desk.post(launch, {"number": "5"}).url == here
    for step, state in (("pause", "paused"), ("resume", "running")):
        desk.post(reverse("outreach:change", args=["summer", step]))
        assert Campaign.objects.get().state == state
    assert (
        desk.post(reverse("outreach:change", args=["summer", "burn"])).status_code
        == 404
    )


# The command line.


SOURCE_FILE = f"""
code = "members"
given_by = "the membership office"
given_how = "by hand"
given_on = {DAY}
told = "We may ask you what you meet."
sentence = "We have your address because you gave it."
giver_basis = "The members said yes."
basis = "consent"
evidence = "form.txt"
[sentences]
ar = "لدينا عنوانك لأنك أعطيته."
[basis_evidence]
wording = "Yes, write to me."
agreed_how = "a box on the form"
agreed_on = 2024-03-01
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "list.csv").write_text("email\n" + "\n".join(PEOPLE))
    (tmp_path / "source.toml").write_text(SOURCE_FILE)
    (tmp_path / "form.txt").write_text("the form for new members")
    return tmp_path


def test_the_command_line_imports_with_its_source(centre, files):
    for added in (5, 0):
        report = commands.import_file(
            files / "list.csv", files / "source.toml", by="Lea"
        )
        assert report.added == added

    assert Source.objects.get().basis_evidence["agreed_on"] == "2024-03-01"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("code = ", "cannot be read"),
        ('given_by = ""', "given_by"),
        ('evidence = "elsewhere.txt"', "no file elsewhere.txt"),
        ('evidence_hash = "short"', "SHA-256"),
    ],
)
def test_a_source_file_that_says_too_little_is_refused(centre, files, line, told):
    name = line.split(" ")[0].replace("_hash", "")
    lines = [one for one in SOURCE_FILE.splitlines() if not one.startswith(f"{name} =")]
    (files / "source.toml").write_text("\n".join([line, *lines]))

    with pytest.raises((SourceIncomplete, commands.NoSuchThing), match=told):
        commands.import_file(files / "list.csv", files / "source.toml", by="Lea")


def test_names_that_mean_nothing_are_refused(centre, files):
    source, rows = files / "source.toml", files / "list.csv"
    for act in (
        lambda: commands.import_file(files / "none.csv", source, by="Lea"),
        lambda: commands.import_file(rows, files / "none.toml", by="Lea"),
        lambda: commands.import_file(rows, source, by="Nobody"),
        lambda: commands.preflight_named("none"),
        lambda: commands.launch("none", by="Lea"),
    ):
        with pytest.raises(commands.NoSuchThing):
            act()


def test_the_command_line_checks_and_launches(centre, files):
    commands.import_file(files / "list.csv", files / "source.toml", by="Lea")
    make_campaign(centre, Source.objects.get())

    assert commands.preflight_named("spring").told == []
    assert commands.launch("spring", by="Lea").number == 1
    send_due()
    assert commands.launch("spring", by="Lea").number == 2
