"""Two people who do the same at the same moment: one of them is told that it was done, and nothing is done twice."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from fairwitness.outreach.actions import (
    NotReady,
    draft_campaign,
    launch_wave,
    leave,
    withdraw_source,
)
from fairwitness.outreach.answering import answer_wishes
from fairwitness.outreach.models import Campaign, Contact, Delivery, Suppression, Wave
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import send_due
from fairwitness.refusal import Refused
from tests.invited import (
    PEOPLE,
    key_in,
    letters,
    make_campaign,
    make_contacts,
    make_invited,
    make_source,
    path_in,
    press,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keystore"])

DAY = timezone.localdate()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of these gave or refused, all begun at the same moment."""
    start, told = threading.Barrier(len(acts)), list[object]()

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            told.append(act())
        except Refused as refusal:
            told.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == len(acts)
    return told


def refused(told):
    return [one for one in told if isinstance(one, Refused)]


def test_a_wave_is_launched_once(centre):
    source = make_source(centre)
    make_contacts(centre, source)
    draft = make_campaign(centre, source)

    for number in (1, 2):
        told = at_once(
            *[lambda n=number: launch_wave(draft, number=n, by=centre.lea.user)] * 4
        )
        send_due()
        assert len(refused(told)) == 3
        assert all(isinstance(one, NotReady) for one in refused(told))

    assert Wave.objects.count() == 2
    assert Delivery.objects.count() == 10
    assert totals(draft, wave=2).adds_up


def test_what_is_launched_is_what_was_written(centre):
    """Either the other coordinator's words are launched, or they come too late."""
    source = make_source(centre)
    make_contacts(centre, source)
    draft = make_campaign(centre, source)
    again = Campaign.objects.get()
    again.title = "Another title"

    at_once(
        lambda: launch_wave(draft, number=1, by=centre.lea.user),
        lambda: draft_campaign(again, by=centre.lea.user),
    )

    standing = Campaign.objects.get()
    assert standing.state == "running"
    assert standing.invited == Delivery.objects.count() == 5


def test_a_source_is_withdrawn_once_and_nothing_leaves(centre, settings, tmp_path):
    settings.OUTBOX = tmp_path / "outbox"
    source = make_invited(centre).source
    because = "The giver had no right to pass them on."

    told = at_once(
        *[lambda: withdraw_source(source, because=because, by=centre.lea.user, on=DAY)]
        * 2
    )
    send_due()

    assert len(refused(told)) == 1
    assert letters() == []


def test_leaving_and_forgetting_at_once_is_done_once(centre, settings, tmp_path):
    settings.OUTBOX = tmp_path / "outbox"
    make_invited(centre)
    send_due()
    first = letters()[0]
    key = key_in(first, "leave")
    Client().post(path_in(first, "mine"), {"act": "erase"})
    answer_wishes()
    [asked] = [one for one in letters() if one["Auto-Submitted"] == "auto-replied"]
    link = path_in(asked, "forget")

    told = at_once(
        *[lambda: leave(key, on=DAY)] * 3,
        *[lambda: press(Client(), link).status_code] * 3,
    )

    assert refused(told) == []
    assert told.count(200) >= 1
    assert Contact.objects.count() == len(PEOPLE) - 1
    assert Suppression.objects.get().reason == "forgotten"
