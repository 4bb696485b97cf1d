"""Editions of a centre: asked for by one, built beside the worker's keys, published by another."""

import secrets
from datetime import date

import pytest
from django.urls import reverse

from fairwitness.casework.models import Fact
from fairwitness.figures.actions import (
    NotReady,
    SecondPersonNeeded,
    ask_for_edition,
    build_asked,
    discard_edition,
    folder_of,
    publish_edition,
)
from fairwitness.figures.models import Edition
from fairwitness.figures.own_work import Releases
from fairwitness.figures.plan import BadPlan
from fairwitness.figures.verify import verify_edition
from fairwitness.governance.actions import count_promise
from fairwitness.governance.models import PromiseKept
from fairwitness.ledger.actions import queue_leaves
from fairwitness.ledger.signing import signer
from fairwitness.refusal import NotAllowed
from fairwitness.vault.receipt import leaf_of

TODAY = date(2026, 11, 22)


def make_facts(count, *, status="counted", is_sent=True):
    """Facts as the batch lets them out, each with its leaf in the log of sendings."""
    for number in range(count):
        seed = secrets.token_bytes(32)
        if is_sent:
            queue_leaves([leaf_of(seed)])
        Fact.objects.create(
            id=secrets.token_hex(32),
            incident=secrets.token_hex(32),
            person=secrets.token_hex(32),
            received_month="2026-10",
            month=f"2026-0{number % 3 + 1}",
            district="lowmoor",
            type="words",
            grounds=["age"],
            setting="meeting",
            role="victim",
            status=status,
            reason="" if status == "counted" else "not_confirmed",
            detected_by="told",
            seed=seed,
            expires_month="2031-10",
        )


def asked(by):
    return ask_for_edition(period_from="2026-01", period_to="2026-10", by=by, on=TODAY)


def built(by, facts=30):
    make_facts(facts)
    edition = asked(by)
    build_asked(signer=signer(), releases=Releases(1, 0))
    edition.refresh_from_db()
    return edition


def stops(edition):
    return [one for one in verify_edition(folder_of(edition)) if one.level == "STOP"]


def test_an_edition_is_built_signed_and_verifies(ina):
    edition = built(ina)

    assert edition.state == Edition.State.DRAFTED
    assert edition.tables.filter(name="incidents_by_month").exists()
    assert stops(edition) == []


def test_a_second_person_publishes(ina, pia):
    edition = built(ina)

    publish_edition(edition, by=pia, on=TODAY)

    edition.refresh_from_db()
    assert edition.state == Edition.State.PUBLISHED


def test_who_asked_does_not_publish(lea, ina):
    lea.roles.create(role="statistician")
    edition = built(lea)

    with pytest.raises(SecondPersonNeeded, match="second person"):
        publish_edition(edition, by=lea, on=TODAY)


def test_a_caseworker_neither_asks_nor_publishes(ada, ina):
    edition = built(ina)

    with pytest.raises(NotAllowed):
        asked(ada)
    with pytest.raises(NotAllowed):
        publish_edition(edition, by=ada, on=TODAY)


def test_an_edition_that_changed_since_it_was_built_is_not_published(ina, pia):
    edition = built(ina)
    manifest = folder_of(edition) / "edition.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")

    with pytest.raises(NotReady, match="changed"):
        publish_edition(edition, by=pia, on=TODAY)


def test_one_edition_waits_at_a_time(ina):
    asked(ina)

    with pytest.raises(NotReady, match="waits already"):
        asked(ina)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-01", "2026-12"), ("2026-05", "2026-04"), ("May", "June")]
)
def test_a_period_that_cannot_be_is_refused(ina, first, last):
    with pytest.raises(BadPlan):
        ask_for_edition(period_from=first, period_to=last, by=ina, on=TODAY)


def test_a_fact_that_was_never_sent_stops_the_building(ina):
    make_facts(30)
    make_facts(1, is_sent=False)
    edition = asked(ina)

    build_asked(signer=signer())

    edition.refresh_from_db()
    assert edition.state == Edition.State.REFUSED
    assert edition.reason
    assert not folder_of(edition).exists()


def test_what_was_published_is_not_thrown_away(ina, pia):
    edition = built(ina)
    publish_edition(edition, by=pia, on=TODAY)

    with pytest.raises(NotReady, match="stays"):
        discard_edition(edition, by=ina)


def test_what_was_not_published_leaves_nothing_behind(
    ina, django_capture_on_commit_callbacks
):
    edition = built(ina)

    with django_capture_on_commit_callbacks(execute=True):
        discard_edition(edition, by=ina)

    assert not folder_of(edition).exists()
    assert not Edition.objects.exists()


def test_an_edition_says_how_often_we_kept_our_word(ina):
    for day in (1, 2, 9):
        count_promise(
            PromiseKept.Kind.READ, due_on=date(2026, 10, 5), on=date(2026, 10, day)
        )
    edition = built(ina)

    table = (folder_of(edition) / "tables" / "promises.csv").read_text()
    assert "2" in table.splitlines()[1]
    assert "3" in table.splitlines()[1]


def test_the_desk_asks_shows_and_publishes(client, ina, pia):
    make_facts(30)
    client.force_login(ina)
    client.post(
        reverse("figures:editions"), {"period_from": "2026-01", "period_to": "2026-10"}
    )
    build_asked(signer=signer())
    client.force_login(pia)
    page = client.get(reverse("figures:edition", args=[1]))
    wrong = client.post(reverse("figures:edition", args=[1]), {"typed": "2"})
    right = client.post(reverse("figures:edition", args=[1]), {"typed": "1"})

    assert b"incidents_by_month" in page.content
    assert b"This edition has the number 1" in wrong.content
    assert right.status_code == 302
    assert Edition.objects.get().state == Edition.State.PUBLISHED


def test_the_paper_of_an_edition_is_read_before_it_is_published(client, ina):
    built(ina)
    client.force_login(ina)

    page = client.get(reverse("figures:paper", args=[1]))

    assert page.content.startswith(b"%PDF")
