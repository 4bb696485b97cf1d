"""Sheets are confirmed and tried, and trustees asked, on pages of the desk; who trustees are."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from fairwitness.refusal import Refused
from fairwitness.staff.actions import (
    paper_of,
    unlock,
)
from fairwitness.staff.actions.keys import holds_triage_key
from fairwitness.staff.models import Rehearsal
from fairwitness.vault.actions import (
    TRUSTEES_FILE,
    KeysNotTrusted,
    standing_key,
)
from fairwitness.vault.models import KeyPair, LockedKey, Wrap
from fairwitness.vault.passphrase import RecoverySheet
from fairwitness.vault.recovery_paper import Paper
from fairwitness.vault.trustees import Believed, TrusteeCard, TrusteeKey
from tests.desk import staff_of
from tests.trusting import NAMES, NEW, helped, spoken


def upload(text):
    """A file as a browser sends it."""
    return SimpleUploadedFile("recovery.json", text.encode())


def test_a_new_sheet_is_confirmed_by_two_of_its_words(centre, ada):
    browser = staff_of(centre).ada.browser()
    told = {"passphrase": NEW, "passphrase_again": NEW}
    page = browser.post(reverse("staff:passphrase"), told)
    words = page.context["words"]

    asked = browser.get(reverse("staff:sheet_kept"))
    wrong = browser.post(
        reverse("staff:sheet_kept"), {"pass_one": "no", "pass_two": "no"}
    )
    first, second = (
        words[int(str(field.label).split()[1]) - 1] for field in asked.context["form"]
    )
    typed = {"pass_one": f" {first.upper()}", "pass_two": second}
    right = browser.post(reverse("staff:sheet_kept"), typed)

    assert all(word not in asked.content.decode() for word in (first, second))
    assert "These are not the words" in wrong.content.decode()
    assert right.status_code == 302
    assert LockedKey.objects.get(key=ada.key).sheet_kept_on
    assert browser.get(reverse("staff:sheet_kept")).status_code == 302
    assert "on paper" in browser.get(reverse("staff:account")).content.decode()


def test_a_sheet_is_tried_on_a_page(centre):
    browser = staff_of(centre).ada.browser()
    assert centre.ada.sheet

    right = {"whose": "mine", "pass_sheet": spoken(centre.ada.sheet)}
    wrong = {"whose": "house", "pass_sheet": spoken(RecoverySheet.new())}
    assert (
        "does not open"
        in browser.post(reverse("staff:rehearse"), wrong).content.decode()
    )
    assert browser.post(reverse("staff:rehearse"), right).status_code == 302


def test_a_member_asks_two_trustees_on_pages_alone(centre, escrowed, trustees):
    browser = staff_of(centre).ada.browser(unlocked=False)

    shown = browser.post(reverse("staff:trustees"), {"what": "mine"})
    asked, words = shown.context["asked"], shown.context["words"]
    paper = browser.get(reverse("staff:trustees_paper", args=[asked.pk]))
    whole = helped(Paper.read(paper.content), *trustees[:2])
    answer = reverse("staff:trustees_answer", args=[asked.pk])
    typed = {"passphrase": NEW, "passphrase_again": NEW}
    half = {"paper": upload("{}"), "pass_words": " ".join(words)}
    refused = browser.post(answer, {**half, **typed})
    taken = browser.post(
        answer, {**typed, "paper": upload(whole), "pass_words": " ".join(words)}
    )

    assert "no paper of a recovery" in refused.content.decode()
    assert len(taken.context["words"]) == 20
    unlock(escrowed, passphrase=NEW, at=timezone.now())
    other = staff_of(centre).ben.browser(unlocked=False)
    assert other.get(answer).status_code == 404


def test_a_rehearsal_and_the_key_to_new_reports_are_taken_on_the_same_page(
    centre, escrowed, trustees
):
    browser = staff_of(centre).ada.browser(unlocked=False)
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)
    for what in ("try_triage", "triage"):
        shown = browser.post(reverse("staff:trustees"), {"what": what})
        asked, words = shown.context["asked"], " ".join(shown.context["words"])
        whole = helped(paper_of(asked), *trustees[:2])
        if what == "triage":
            Wrap.objects.filter(subject=triage.pk, part="key").delete()

        answer = reverse("staff:trustees_answer", args=[asked.pk])
        told = {"paper": upload(whole), "pass_words": words}
        assert browser.post(answer, told).status_code == 302

    assert Rehearsal.objects.filter(way="trustees", key=triage).exists()
    assert holds_triage_key(escrowed)
    assert "Sam Reed" in (
        staff_of(centre)
        .lea.browser()
        .get(reverse("governance:drills"))
        .content.decode()
    )


def test_an_earlier_key_file_still_signs_and_says_that_it_cannot_help():
    seed = Ed25519PrivateKey.generate()
    old = TrusteeKey.read(seed.private_bytes_raw().hex() + "\n")

    assert old.sign.private_bytes_raw() == seed.private_bytes_raw()
    with pytest.raises(Refused, match="earlier one"):
        _key = old.recovery_key
    with pytest.raises(Refused, match="not the key file"):
        TrusteeKey.read("{}")


def test_a_card_that_was_altered_is_refused():
    card = TrusteeKey.new("Sam").card.to_json()
    assert TrusteeCard.from_json(card).name == "Sam"

    for change in ({"name": "Eve"}, {"trustee": 9}, {"recover": "02"}):
        with pytest.raises(Refused):
            TrusteeCard.from_json({**card, **change})


def test_an_altered_file_of_trustees_closes_the_doors(centre, trustees):
    place = settings.SECRETS / TRUSTEES_FILE
    place.chmod(0o600)
    place.write_text(place.read_text().replace("Sam Reed", "Eve"))

    with pytest.raises(KeysNotTrusted):
        standing_key(KeyPair.Purpose.TRIAGE)


def test_there_are_three_helpers_and_no_fourth_and_each_can_go():
    known = Believed()
    for name in NAMES:
        known = known.and_card(TrusteeKey.new(name).card, signs=name == "Sam Reed")
    again = Believed.parse(
        json.dumps(
            {
                "roots": [root.hex() for root in known.roots],
                "cards": [card.to_json() for card in known.cards],
            }
        )
    )

    assert again == known
    assert len(known.helpers) == 3
    assert len(known.roots) == 1
    with pytest.raises(Refused, match="three already"):
        known.and_card(TrusteeKey.new("Bo").card, signs=True)
    fewer = known.without("Sam Reed")
    assert (fewer.helpers, fewer.roots) == ({}, ())
    with pytest.raises(Refused, match="called Kit Marsh already"):
        fewer.and_card(TrusteeKey.new("Kit Marsh").card, signs=True)
    with pytest.raises(Refused, match="No trustee"):
        fewer.without("Eve")
