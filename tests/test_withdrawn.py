"""A source that is withdrawn serves for nothing from then on, and the campaigns that used it say why."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.governance.wording import VagueWords
from fairwitness.ledger.models import Entry
from fairwitness.outreach.actions import (
    NotReady,
    SourceIncomplete,
    SourceWithdrawn,
    import_contacts,
    launch_wave,
    resume_campaign,
    take_upload,
    withdraw_source,
    work_on_upload,
)
from fairwitness.outreach.arriving import Import
from fairwitness.outreach.forms import CampaignForm
from fairwitness.outreach.models import Campaign, Contact, Source
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import send_due
from fairwitness.refusal import NotAllowed
from fairwitness.rights.actions import apply_retention
from tests.desk import staff_of, text_of
from tests.invited import (
    PEOPLE,
    letters,
    make_campaign,
    make_contacts,
    make_invited,
    make_source,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()
WHY = "The giver found that the members had never been asked."


@pytest.fixture
def campaign(centre, settings, tmp_path):
    """Five first letters that wait."""
    settings.OUTBOX = tmp_path / "outbox"
    return make_invited(centre)


@pytest.fixture
def source(campaign):
    return campaign.source


def withdraw(source, by):
    withdraw_source(source, because=WHY, by=by, on=DAY)


def test_no_letter_that_waits_leaves(campaign, source, lea):
    withdraw(source, lea)
    send_due()

    campaign.refresh_from_db()
    assert letters() == []
    assert campaign.state == "paused"
    assert "withdrawn" in campaign.stopped_because
    with pytest.raises(NotReady, match="Close the campaign"):
        resume_campaign(campaign, by=lea)


def test_a_letter_is_looked_at_again_also_when_its_campaign_still_runs(
    campaign, source, lea
):
    withdraw(source, lea)
    Campaign.objects.update(state="running")

    assert send_due().refused == 5
    assert totals(campaign).refused == 5
    assert totals(campaign).adds_up


def test_nothing_is_launched_by_it_and_nobody_is_offered_it(centre, lea):
    source = make_source(centre)
    make_contacts(centre, source)
    draft = make_campaign(centre, source)
    withdraw(source, lea)

    with pytest.raises(NotReady, match="FW141"):
        launch_wave(draft, number=1, by=lea)
    source.refresh_from_db()
    assert "members" not in str(CampaignForm()["source"])


def test_nothing_is_imported_from_it_nor_from_a_file_that_waited(centre, lea):
    source = make_source(centre)
    take_upload(b"email\nann@members.example\n", source=source, by=lea, on=DAY)
    withdraw(source, lea)
    source.refresh_from_db()

    assert work_on_upload(on=DAY) == 0
    with pytest.raises(SourceWithdrawn):
        import_contacts(b"email\nbob@members.example\n", source=source, by=lea)
    with pytest.raises(SourceWithdrawn):
        take_upload(b"email\nbob@members.example\n", source=source, by=lea, on=DAY)
    assert Import.objects.get().state == "stopped"
    assert not Contact.objects.exists()


def test_whom_nobody_else_gave_us_is_erased_in_the_night(centre, source, lea):
    send_due()
    other = make_source(centre, code="guests")
    make_contacts(centre, other, PEOPLE[:2])
    withdraw(source, lea)

    apply_retention(DAY)

    assert Contact.objects.count() == 2
    assert set(Contact.objects.values_list("also_from__source__code", flat=True)) == {
        "guests"
    }


def test_whom_another_gave_us_too_is_written_to_by_the_others_right(
    centre, source, lea
):
    other = make_source(centre, code="guests")
    make_contacts(centre, other, PEOPLE[:2])
    withdraw(source, lea)

    launch_wave(make_campaign(centre, other, name="summer"), number=1, by=lea)
    send_due()

    assert [str(one["To"]) for one in letters()] == PEOPLE[:2]


def test_the_public_page_says_since_when_and_why(campaign, source, lea):
    address = reverse("front:campaign", args=[campaign.name])
    assert "Used no more" not in text_of(Client().get(address))

    withdraw(source, lea)

    page = text_of(Client().get(address))
    assert "Used no more" in page
    assert WHY in page


def test_it_needs_a_reason_that_others_understand_and_is_done_once(source, lea, ada):
    for because, error in (
        ("", SourceIncomplete),
        ("wrong", SourceIncomplete),
        ("It was shared with relevant parties.", VagueWords),
    ):
        with pytest.raises(error):
            withdraw_source(source, because=because, by=lea, on=DAY)
    with pytest.raises(NotAllowed):
        withdraw(source, ada)
    withdraw(source, lea)

    with pytest.raises(SourceIncomplete, match="before"):
        withdraw_source(source, because="Another reason.", by=lea, on=DAY)

    assert Source.objects.get().withdrawn_because == WHY
    assert Entry.objects.filter(act="outreach.source_withdrawn").count() == 1


def test_at_the_desk_it_says_first_what_ends(centre, source):
    lea = staff_of(centre).lea.browser()
    here = reverse("outreach:source", args=[source.code])
    there = reverse("outreach:withdraw", args=[source.code])
    assert f'href="{there}"' in text_of(lea.get(here))

    asked = text_of(lea.get(there))
    again = text_of(lea.post(there, {"because": "hm"}))
    done = text_of(lea.post(there, {"because": WHY}, follow=True))

    assert "What cannot be undone" in asked
    assert "Write a reason that others can understand." in again
    assert "The source is withdrawn." in done
    assert WHY in done
    assert 'type="file"' not in done
    assert lea.get(there).status_code == 404
    assert Source.objects.get().withdrawn_on == DAY
