"""Answers belong to nobody: not even the whole database joins one to the link that was spent for it."""

import random
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import NoReturn

import pytest
from django.db import connections, transaction
from django.utils import timezone

from fairwitness.ledger.actions import release_leaves
from fairwitness.ledger.models import Entry, Leaf, WaitingLeaf
from fairwitness.outreach.actions import LinkSpent
from fairwitness.outreach.models import Invitation
from fairwitness.refusal import NotAllowed
from fairwitness.surveys import release
from fairwitness.surveys.actions import (
    NotAnAnswer,
    publish_version,
    submit_response,
)
from fairwitness.surveys.doors import spending
from fairwitness.surveys.fitness import NotFit
from fairwitness.surveys.models import Pending, Response, Version
from fairwitness.surveys.release import release_responses
from fairwitness.surveys.xlsform import DEFAULT, UnreadableForm
from fairwitness.vault.actions import KeysNotTrusted
from fairwitness.vault.models import KeyPair
from fairwitness.vault.receipt import CountCode, leaf_of
from tests.invited import make_invited
from tests.sheets import question, sheet_of

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(databases=BOTH)

DAY = date(2026, 11, 22)
PLENTY = 60  # people who are invited
ANSWERED, LOT = 36, 12  # of them answer, in three lots
CHANCE = 0.75  # of 36 pairs in no order, rho is beyond it once in a million times
LUCK = 8  # right pairs more than by chance: of Poisson(1), once in a million times


def send(
    version, invitation=None, *, area="north", campaign=None, seed=None, **answers
):
    """Send one answer, by a link if there is one."""
    submit_response(
        campaign_id=campaign,
        door=Response.Door.INVITED if invitation else Response.Door.OPEN,
        version=version,
        answers={"about": "nothing_happened", "area": area, **answers},
        seed=seed or CountCode.new().seed,
        spend=spending(str(invitation) if invitation else None),
    )


# Publishing.


def test_the_default_questionnaire_is_published_once(centre, lea):
    again = publish_version(DEFAULT.read_bytes(), name="Default questionnaire", by=lea)

    assert again == centre.version
    assert Version.objects.count() == 1


def test_a_new_version_retires_the_one_before(centre, lea):
    newer = sheet_of([question("about", part="survey", **SAYS_ALL)])

    version = publish_version(newer, name="Default questionnaire", by=lea, on=DAY)

    centre.version.refresh_from_db()
    assert (centre.version.retired_on, version.retired_on) == (DAY, None)


SAYS_ALL = {
    "bind::fw:purpose": "answers",
    "guidance_hint": "So that we know.",
}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (question("age", part="survey", **SAYS_ALL), "“age” has no place"),
        (question("told", "image", **SAYS_ALL), "told"),
        ({**question("why", **SAYS_ALL), "bind::fw:part": ""}, "why"),
        (question("where", **{**SAYS_ALL, "bind::fw:purpose": ""}), "where"),
        (question("when", **{**SAYS_ALL, "guidance_hint": ""}), "when"),
        (question("who", **SAYS_ALL), "which sealed section"),
    ],
    ids=["survey", "kind", "part", "purpose", "reason", "section"],
)
def test_a_form_that_says_too_little_is_refused_by_name(centre, lea, row, told):
    sheet = sheet_of([question("about", part="survey", **SAYS_ALL), row])

    with pytest.raises(NotFit, match=told):
        publish_version(sheet, name="Another", by=lea)


def test_a_form_without_a_survey_part_is_refused(centre, lea):
    sheet = sheet_of(
        [question("account", **SAYS_ALL, **{"bind::fw:section": "narrative"})]
    )

    with pytest.raises(NotFit, match="does not ask “about”"):
        publish_version(sheet, name="Another", by=lea)


def test_what_is_no_form_is_refused(centre, lea):
    with pytest.raises(UnreadableForm):
        publish_version(b"email\n", name="Another", by=lea)


def test_only_those_who_write_questionnaires_publish(centre, ada):
    with pytest.raises(NotAllowed):
        publish_version(DEFAULT.read_bytes(), name="Another", by=ada)


# Taking an answer.


def test_the_link_is_spent_and_the_answer_kept_or_neither(centre):
    campaign = make_invited(centre)
    invitation = Invitation.objects.first().pk
    KeyPair.objects.filter(purpose="release").update(signatures=[])

    with pytest.raises(KeysNotTrusted):
        send(centre.version, invitation, campaign=campaign.pk)

    assert not Invitation.objects.spent().exists()
    assert not Pending.objects.exists()


def test_a_link_is_spent_once(centre):
    campaign = make_invited(centre)
    invitation = Invitation.objects.first().pk
    send(centre.version, invitation, campaign=campaign.pk)

    with pytest.raises(LinkSpent):
        send(centre.version, invitation, campaign=campaign.pk)

    assert Pending.objects.count() == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "Ann"},
        {"about": "My neighbour Ann did it."},
        {"area": "LS8 1AB, 4 High Street"},
        {"how_many": "x" * 41},
    ],
)
def test_free_words_have_no_place_in_the_survey_part(centre, answers):
    with pytest.raises(NotAnAnswer):
        send(centre.version, **{"area": "north", **answers})

    assert not Pending.objects.exists()


def test_waiting_answers_are_sealed_and_of_one_size(centre):
    send(centre.version, area="n")
    send(centre.version, area="a-district-with-a-rather-long-code", how_many=12)

    bodies = [bytes(body) for body in Pending.objects.values_list("body", flat=True)]
    assert len({len(body) for body in bodies}) == 1
    assert not any(b"nothing_happened" in body for body in bodies)


def test_a_seed_has_the_right_length_or_is_a_fault_of_ours(centre):
    with pytest.raises(ValueError, match="32 bytes"):
        send(centre.version, seed=b"short")


# Releasing.


def test_an_answer_holds_four_codes_a_week_and_its_door(centre):
    send(centre.version, how_many="one", age_band=None)

    assert release_responses(on=DAY) == 1
    response = Response.objects.get()
    assert response.answers == {
        "about": "nothing_happened",
        "how_many": "one",
        "age_band": None,
        "area": "north",
    }
    assert (response.week, response.door, response.campaign) == (
        "2026-W47",
        "open",
        None,
    )
    assert {field.name for field in Response._meta.fields} == {
        "id", "version", "campaign", "door", "week", "answers",
    }  # fmt: skip


def test_few_answers_wait_for_more(centre):
    send(centre.version)

    assert release_responses(on=DAY, at_least=2) == 0
    send(centre.version)
    assert release_responses(on=DAY, at_least=2) == 2
    assert not Pending.objects.exists()


def test_nothing_waits_nothing_happens(centre):
    assert release_responses(on=DAY) == 0
    assert not Entry.objects.filter(act="surveys.released").exists()


def test_each_answer_leaves_a_leaf_and_the_ledger_a_number(centre):
    code = CountCode.new()
    send(centre.version, seed=code.seed)
    send(centre.version)

    release_responses(on=DAY)

    entry = Entry.objects.get(act="surveys.released")
    assert (entry.subject, entry.count) == ("day", 2)
    assert WaitingLeaf.objects.filter(digest=leaf_of(code.seed)).exists()
    assert release_leaves() == 2


def test_an_answer_that_was_sent_twice_counts_once(centre):
    seed = CountCode.new().seed
    for _time in range(2):
        send(centre.version, seed=seed)
    release_responses(on=DAY)
    release_leaves()

    send(centre.version, seed=seed)

    assert release_responses(on=DAY) == 0
    assert (Response.objects.count(), Leaf.objects.count()) == (1, 1)
    assert not Pending.objects.exists()


def test_an_answer_under_another_key_waits_and_the_log_says_so(centre, caplog):
    send(centre.version)
    Pending.objects.create(body=bytes(Pending.objects.get().body)[:-1] + b"\0")

    assert release_responses(on=DAY) == 1
    assert Pending.objects.count() == 1
    assert "1 waiting answers do not open" in caplog.text


def test_a_release_happens_as_a_whole_or_not_at_all(centre, monkeypatch):
    send(centre.version)

    def fail(*_what: object) -> NoReturn:
        raise RuntimeError

    failing = release.Beside(mix=fail, settle=fail, rewrite=fail)
    monkeypatch.setattr(release, "beside", [failing])
    with pytest.raises(RuntimeError), transaction.atomic():
        release_responses(on=DAY)

    assert (Pending.objects.count(), Response.objects.count()) == (1, 0)
    assert not WaitingLeaf.objects.exists()


def test_what_a_killed_release_left_unmixed_is_mixed_though_nothing_waits(
    centre, monkeypatch
):
    send(centre.version)
    met: list[object] = []

    def die(_campaigns: object) -> NoReturn:
        raise SystemExit

    dying = release.Beside(mix=lambda: None, settle=set, rewrite=die)
    monkeypatch.setattr(release, "beside", [dying])
    with pytest.raises(SystemExit):
        release_responses(on=DAY)
    as_it_came = Response.objects.get().pk
    later = DAY + timedelta(days=7)

    assert release.days_unmixed() == [DAY]
    monkeypatch.setattr(release, "beside", [replace(dying, rewrite=met.append)])
    assert release_responses(on=later, at_least=20) == 0
    assert met == [None]
    assert Response.objects.get().pk != as_it_came
    assert release.days_unmixed() == []


def test_a_release_that_came_to_its_end_is_not_mixed_again(centre):
    send(centre.version)
    release_responses(on=DAY)
    before = Response.objects.get().pk

    assert release_responses(on=DAY, at_least=20) == 0
    assert Response.objects.get().pk == before


# One link, one answer.


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_fifty_people_at_once_with_one_link_give_one_answer(centre):
    campaign = make_invited(centre)
    invitation = Invitation.objects.first().pk
    outcomes = []
    start = threading.Barrier(50)

    def answer():
        start.wait()
        try:
            send(centre.version, invitation, campaign=campaign.pk)
            outcomes.append("taken")
        except LinkSpent:
            outcomes.append("spent")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer) for _person in range(50)]
    random.shuffle(threads)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["spent"] * 49 + ["taken"]
    assert Pending.objects.count() == 1
    assert release_responses(on=timezone.localdate()) == 1
