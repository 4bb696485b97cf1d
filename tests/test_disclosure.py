"""The one door through which a named case leaves: two hands, a signed consent, a sealed file."""

import json
import subprocess
import time
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connections

from fairwitness.disclosure.actions import (
    WaitsForGate,
    look_at_preview,
    release,
)
from fairwitness.disclosure.gate import answer_requests
from fairwitness.disclosure.gathering import NothingToPass
from fairwitness.disclosure.models import Release
from fairwitness.intake.actions import (
    withdraw_consent,
)
from fairwitness.intake.models import Report
from fairwitness.ledger.models import Entry
from fairwitness.vault.age_file import make_age_file
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.opening import NoKey
from tests.desk import TODAY
from tests.passing_on import (
    AID,
    OMBUDS,
    approve,
    approved,
    ask,
    files_in,
    hand_over,
    prepare,
    yes,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


# The whole way


def test_a_case_leaves_with_consent_and_two_hands(centre, staff, told):
    asked = approved(centre, staff, told)

    sealed = hand_over(asked, staff)

    asked.refresh_from_db()
    files = files_in(centre, sealed)
    assert asked.state == Release.State.RELEASED
    assert list(files) == ["cover.txt", "account.txt", "consent.json"]
    assert "The ramp was locked again." in files["account.txt"]
    assert "Wren Holloway" not in "".join(files.values())
    assert bytes(asked.package or b"") == sealed
    acts = Entry.objects.filter(subject=f"disclosure.release:{asked.pk}")
    assert {
        "disclosure.requested",
        "disclosure.previewed",
        "disclosure.approved",
        "disclosure.released",
        "vault.opened.release",
        "vault.opened.preview",
    } <= set(acts.values_list("act", flat=True))


def test_the_stock_tool_opens_the_file_with_the_recipients_key_alone(
    centre, staff, told, tmp_path
):
    sealed = hand_over(approved(centre, staff, told), staff)
    package = tmp_path / "package.zip.age"
    package.write_bytes(sealed)
    for name in (OMBUDS, AID):
        (tmp_path / name).write_text(str(centre.identities[name]))

    right, wrong = (
        subprocess.run(
            ["age", "--decrypt", "-i", tmp_path / name, package],
            capture_output=True,
            check=False,
        )
        for name in (OMBUDS, AID)
    )

    assert sealed.startswith(b"age-encryption.org/v1")
    assert (right.returncode, right.stdout[:2]) == (0, b"PK")
    assert (wrong.returncode, wrong.stdout) == (1, b"")


def test_the_cover_says_what_this_is_and_what_it_is_not(centre, staff, told):
    asked = approved(centre, staff, told)

    cover = files_in(centre, hand_over(asked, staff))["cover.txt"]

    for words in (
        "Training centre. Nothing here is real.",
        "To Ombuds Office",
        "It is not a finding",
        "You may have: the account as it was told.",
        "to help the person who told us",
        "Until 22 November 2027",
        "centre@harbour.example",
        str(asked.pk),
        "“received”",
        "“done”",
        "“returned”",
    ):
        assert words in cover
    assert "Attested" not in cover


def test_the_recipient_can_verify_what_the_reporter_signed(centre, staff, told):
    said = json.loads(
        files_in(centre, hand_over(approved(centre, staff, told), staff))[
            "consent.json"
        ]
    )

    key = told[1].consent_key().public_key()

    assert said["verify_with"] == key.public_bytes_raw().hex()
    key.verify(bytes.fromhex(said["signature"]), said["statement"].encode())
    assert json.loads(said["statement"])["sections"] == ["narrative"]


def test_what_was_told_by_phone_is_marked_as_attested(centre, staff, told):
    Report.objects.filter(pk=told[0].pk).update(is_code_heard=True)

    files = files_in(centre, hand_over(approved(centre, staff, told), staff))

    assert "Attested, not signed by the reporter alone." in files["cover.txt"]
    assert json.loads(files["consent.json"])["attested"] is True


def test_a_package_is_the_same_byte_for_byte(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])

    first = prepare(asked, staff)
    second = prepare(asked, staff, on=TODAY + timedelta(days=3))

    assert first.content == second.content


def test_identity_leaves_only_through_the_gate(centre, staff, told):
    yes(centre, told, sections=("narrative", "identity"))
    asked = ask(centre, staff, told[0], sections=("narrative", "identity"))
    with pytest.raises(WaitsForGate, match="not answered yet"):
        prepare(asked, staff)

    answer_requests(private_key(KeyPair.Purpose.GATE), on=TODAY)
    prepare(asked, staff)
    approve(asked, staff)
    files = files_in(centre, hand_over(asked, staff))

    assert "Wren Holloway, 4 Lantern Row" in files["identity.txt"]
    assert list(files)[1:3] == ["account.txt", "identity.txt"]
    assert asked.gate_requests.get().answer is None


def test_the_second_hand_sees_the_very_package_without_the_gate(centre, staff, told):
    yes(centre, told, sections=("narrative", "identity"))
    asked = ask(centre, staff, told[0], sections=("narrative", "identity"))
    answer_requests(private_key(KeyPair.Purpose.GATE), on=TODAY)
    package = prepare(asked, staff)

    seen = look_at_preview(asked, by=staff.lea.user, ring=staff.lea.ring)

    assert seen.content == package.content
    assert b"Wren" not in bytes(Release.objects.get(pk=asked.pk).preview or b"")
    with pytest.raises(NoKey):
        look_at_preview(asked, by=staff.ben.user, ring=staff.ada.ring)


def test_nothing_of_the_preview_stays_after_the_release(centre, staff, told):
    asked = approved(centre, staff, told)
    hand_over(asked, staff)

    assert Release.objects.get(pk=asked.pk).preview is None
    assert not Wrap.objects.filter(subject=asked.pk).exists()
    with pytest.raises(NothingToPass, match="no preview"):
        look_at_preview(asked, by=staff.lea.user, ring=staff.lea.ring)


def test_the_report_is_worked_on_once_it_was_passed(centre, staff, told):
    hand_over(approved(centre, staff, told), staff)

    told[0].refresh_from_db()
    assert told[0].state == Report.State.WORKING


def test_an_erased_report_takes_its_releases_along(centre, staff, told):
    hand_over(approved(centre, staff, told), staff)

    told[0].delete()

    assert not Release.objects.exists()


# Two at once


@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_a_withdrawal_comes_after_a_release_that_has_begun_never_between(
    centre, staff, told, monkeypatch
):
    asked, ring = approved(centre, staff, told), staff.ben.ring
    begun, order = Event(), []

    def slowly(content, key):
        begun.set()
        time.sleep(0.5)
        return make_age_file(content, key)

    def let_go():
        release(asked, by=staff.ben.user, ring=ring, on=TODAY)
        order.append("released")
        connections.close_all()

    monkeypatch.setattr("fairwitness.disclosure.actions.make_age_file", slowly)
    releasing = Thread(target=let_go)
    releasing.start()
    begun.wait(timeout=10)
    withdraw_consent(
        told[0], code=told[1], recipient=centre.recipients[OMBUDS], on=TODAY
    )
    order.append("withdrawn")
    releasing.join(timeout=20)

    assert order == ["released", "withdrawn"]
