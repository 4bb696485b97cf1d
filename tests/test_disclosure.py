"""The one door through which a named case leaves: two hands, a signed consent, a sealed file."""

import io
import json
import subprocess
import time
import zipfile
from datetime import date, timedelta
from threading import Event, Thread

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from fairwitness.casework.ring import NotUnlocked, case_chest
from fairwitness.disclosure.actions import (
    PreviewChanged,
    SecondHandNeeded,
    WaitsForGate,
    approve_release,
    look_at_preview,
    note_download,
    prepare_preview,
    refuse_release,
    release,
    request_release,
)
from fairwitness.disclosure.approving import NotApproved
from fairwitness.disclosure.consenting import (
    CannotReceive,
    Ended,
    NotConsented,
    NotCovered,
    NotSaid,
    NotTheReporters,
    SomebodyElses,
    TakenBack,
)
from fairwitness.disclosure.gate import answer_requests
from fairwitness.disclosure.gathering import NobodyToApprove, NothingToPass
from fairwitness.disclosure.models import Approval, Release
from fairwitness.disclosure.steps import NEXT, Step, require_step
from fairwitness.governance.actions import (
    add_recipient_key,
    confirm_recipient_key,
    end_recipient,
)
from fairwitness.intake.actions import (
    add_identity,
    change_code,
    give_consent,
    withdraw_consent,
)
from fairwitness.intake.models import Consent, Report, Section
from fairwitness.intake.payloads import pack
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions import suspend
from fairwitness.staff.roles import Role
from fairwitness.vault.age_file import make_age_file
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.opening import Chest, NoKey, unwrap_for_reporter
from fairwitness.vault.receipt import ReceiptCode
from fairwitness.vault.suites import PrivateKey
from tests.desk import TODAY, colleague, staff_of, tell

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

OMBUDS, AID = "Ombuds Office", "City Legal Aid"
WHO = {"your_gender_words": "Wren Holloway, 4 Lantern Row"}


@pytest.fixture
def staff(centre):
    """Everybody at the desk: Ben asks, Lea approves."""
    return staff_of(centre)


@pytest.fixture
def told(centre):
    """A report of somebody who said who they are, with their code."""
    return tell(centre, identity=WHO)


def yes(centre, told, *, to: str = OMBUDS, sections=("narrative",), **more) -> Consent:
    """The reporter's signed yes."""
    report, code = told
    given = {
        "recipient": centre.recipients[to],
        "sections": sections,
        "code": code,
        "on": TODAY,
    }
    return give_consent(report, **{**given, **more})


def ask(
    centre, staff, report, *, to: str = OMBUDS, sections=("narrative",), on=TODAY
) -> Release:
    """Ben asks for a release."""
    return request_release(
        report,
        recipient=centre.recipients[to],
        sections=sections,
        by=staff.ben.user,
        on=on,
    )


def prepare(asked: Release, staff, *, on=TODAY):
    """Ben prepares it."""
    return prepare_preview(asked, by=staff.ben.user, ring=staff.ben.ring, on=on)


def approve(asked: Release, staff, *, seen: bytes | None = None, who=None):
    """Lea, or another, looks at it and approves."""
    hand = who or staff.lea
    looked = look_at_preview(asked, by=hand.user, ring=hand.ring).digest
    return approve_release(
        asked, seen=seen or looked, by=hand.user, private=hand.private, on=TODAY
    )


def hand_over(asked: Release, staff, *, on=TODAY) -> bytes:
    """Ben releases it."""
    return release(asked, by=staff.ben.user, ring=staff.ben.ring, on=on)


def approved(centre, staff, told, **more) -> Release:
    """A release that only has to be handed over."""
    yes(centre, told, **more)
    asked = ask(centre, staff, told[0])
    prepare(asked, staff)
    approve(asked, staff)
    return asked


def files_in(centre, sealed: bytes, *, to: str = OMBUDS) -> dict[str, str]:
    """What the recipient reads, with their own key."""
    plain = pyrage.decrypt(sealed, [centre.identities[to]])
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


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


# Each refusal, with its own sentence


def test_without_any_consent_nothing_is_asked_for(centre, staff, told):
    with pytest.raises(NotSaid, match="has not said yes to Ombuds Office"):
        ask(centre, staff, told[0])


def test_a_yes_to_another_is_not_a_yes_to_this_one(centre, staff, told):
    yes(centre, told, to=AID)

    with pytest.raises(NotSaid, match="said yes to City Legal Aid, not to Ombuds"):
        ask(centre, staff, told[0])


def test_a_section_that_the_consent_does_not_cover_stays(centre, staff, told):
    yes(centre, told)

    with pytest.raises(NotCovered, match="does not cover what the reporter said about"):
        ask(centre, staff, told[0], sections=("narrative", "identity"))


@pytest.mark.parametrize("sections", [(), ("header",), ("narrative", "messages")])
def test_only_whole_own_sections_can_be_asked_for(centre, staff, told, sections):
    yes(centre, told)

    with pytest.raises(NotCovered, match="Choose what"):
        ask(centre, staff, told[0], sections=sections)


def test_who_it_happened_to_never_leaves_on_an_observers_word(centre, staff):
    told = tell(centre, role="third_party", others={"others_who": "Sol Marsh"})
    yes(centre, told)

    with pytest.raises(SomebodyElses, match="that person's own"):
        ask(centre, staff, told[0], sections=("narrative", "others"))


def test_a_yes_that_ended_does_not_serve(centre, staff, told):
    yes(centre, told, until=date(2026, 12, 1))

    with pytest.raises(Ended, match=r"ended on Dec\. 1, 2026"):
        ask(centre, staff, told[0], on=date(2026, 12, 2))


def test_a_yes_taken_back_does_not_serve(centre, staff, told):
    yes(centre, told)
    withdraw_consent(
        told[0], code=told[1], recipient=centre.recipients[OMBUDS], on=TODAY
    )

    with pytest.raises(TakenBack, match="took back their yes to Ombuds Office"):
        ask(centre, staff, told[0])


@pytest.mark.parametrize("when", ["asked", "previewed", "approved"])
def test_a_yes_taken_back_on_the_way_stops_the_release(centre, staff, told, when):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    if when != "asked":
        prepare(asked, staff)
    if when == "approved":
        approve(asked, staff)
    withdraw_consent(
        told[0], code=told[1], recipient=centre.recipients[OMBUDS], on=TODAY
    )

    with pytest.raises(TakenBack):
        hand_over(asked, staff) if when == "approved" else prepare(asked, staff)

    assert Release.objects.get(pk=asked.pk).package is None


def test_a_yes_that_ends_on_the_way_stops_the_release(centre, staff, told):
    asked = approved(centre, staff, told, until=date(2026, 12, 1))

    with pytest.raises(Ended):
        hand_over(asked, staff, on=date(2026, 12, 2))


@pytest.mark.parametrize("column", ["signature", "statement", "until", "sections"])
def test_a_consent_altered_in_the_database_does_not_serve(centre, staff, told, column):
    consent = yes(centre, told)
    altered = {
        "signature": Ed25519PrivateKey.generate().sign(bytes(consent.statement)),
        "statement": bytes(consent.statement).replace(b"narrative", b"narratives"),
        "until": consent.until + timedelta(days=900),
        "sections": ["identity", "narrative"],
    }
    Consent.objects.filter(pk=consent.pk).update(**{column: altered[column]})

    with pytest.raises(NotTheReporters, match="not the reporter's"):
        ask(centre, staff, told[0])


def test_a_consent_under_a_key_put_in_its_place_does_not_serve(centre, staff, told):
    consent = yes(centre, told)
    forger = Ed25519PrivateKey.generate()
    Report.objects.filter(pk=told[0].pk).update(
        consent_key=forger.public_key().public_bytes_raw()
    )
    Consent.objects.filter(pk=consent.pk).update(
        signature=forger.sign(bytes(consent.statement))
    )
    told[0].refresh_from_db()

    with pytest.raises(NotTheReporters):
        ask(centre, staff, told[0])


def test_a_recipient_whose_key_nobody_confirmed_receives_nothing(
    centre, staff, told, lea
):
    yes(centre, told)
    recipient = centre.recipients[OMBUDS]
    recipient.keys.update(ended_on=TODAY)
    identity = pyrage.x25519.Identity.generate()
    add_recipient_key(recipient, str(identity.to_public()), by=lea, on=TODAY)

    with pytest.raises(CannotReceive, match="no key that two of us have confirmed"):
        ask(centre, staff, told[0])


def test_a_recipient_without_any_key_receives_nothing(centre, staff, told):
    yes(centre, told)
    centre.recipients[OMBUDS].keys.all().delete()

    with pytest.raises(CannotReceive, match="no key that two of us have confirmed"):
        ask(centre, staff, told[0])


def test_a_recipient_whose_agreement_ended_receives_nothing(centre, staff, told, lea):
    yes(centre, told)
    end_recipient(centre.recipients[OMBUDS], by=lea, on=TODAY)

    with pytest.raises(CannotReceive, match="has ended"):
        ask(centre, staff, told[0])


def test_a_key_changed_on_the_way_needs_a_new_look(centre, staff, told, lea, pia):
    asked = approved(centre, staff, told)
    recipient = centre.recipients[OMBUDS]
    identity = pyrage.x25519.Identity.generate()
    key = add_recipient_key(recipient, str(identity.to_public()), by=lea, on=TODAY)
    confirm_recipient_key(key, by=pia, on=TODAY)

    with pytest.raises(PreviewChanged, match="has another key since"):
        hand_over(asked, staff)


def test_nobody_approves_their_own_request(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    prepare(asked, staff)

    with pytest.raises(SecondHandNeeded, match="a second person must approve"):
        approve(asked, staff, who=staff.ben)


def test_without_an_approval_nothing_leaves(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    prepare(asked, staff)

    with pytest.raises(Refused, match="cannot become released"):
        hand_over(asked, staff)


def test_a_state_set_in_the_database_is_no_approval(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    prepare(asked, staff)
    Release.objects.filter(pk=asked.pk).update(state=Release.State.APPROVED)

    with pytest.raises(NotApproved, match="second person has not approved"):
        hand_over(asked, staff)


@pytest.mark.parametrize("column", ["signature", "statement"])
def test_an_approval_altered_in_the_database_does_not_serve(
    centre, staff, told, column
):
    asked = approved(centre, staff, told)
    kept = bytes(getattr(asked.approval, column))
    Approval.objects.update(**{column: kept[:-1] + bytes([kept[-1] ^ 1])})

    with pytest.raises(NotApproved, match="does not verify"):
        hand_over(asked, staff)


def test_the_approval_of_somebody_who_left_does_not_serve(centre, staff, told):
    asked = approved(centre, staff, told)
    boss = colleague("Mia", Role.COORDINATOR, by=staff.lea.user)
    suspend(staff.lea.user, by=boss.user, on=TODAY)

    with pytest.raises(NotApproved, match="may no longer"):
        hand_over(asked, staff)


def test_one_approves_only_what_one_has_seen(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    prepare(asked, staff)

    with pytest.raises(PreviewChanged, match="Look at it again"):
        approve(asked, staff, seen=bytes(32))


def test_what_changed_after_the_approval_does_not_leave(centre, staff, told):
    asked = approved(centre, staff, told)
    section = Section.objects.get(report=told[0], kind="narrative")
    chest = case_chest(told[0], staff.ben.ring)
    answers = {"answers": {"what_happened": "Other words."}}
    section.envelope = chest.seal("narrative", pack(answers))
    section.save()

    with pytest.raises(PreviewChanged, match="not what was approved"):
        hand_over(asked, staff)


def test_an_identity_changed_after_the_approval_does_not_leave(centre, staff, told):
    yes(centre, told, sections=("narrative", "identity"))
    asked = ask(centre, staff, told[0], sections=("narrative", "identity"))
    answer_requests(private_key(KeyPair.Purpose.GATE), on=TODAY)
    prepare(asked, staff)
    approve(asked, staff)
    report, code = told
    key = unwrap_for_reporter(report.pk, "identity", code.read_key)
    chest = Chest(report=report.pk, slot=report.slot_id, key=key)
    new = {"your_gender_words": "Wren H."}
    add_identity(report, identity_chest=chest, answers=new, on=TODAY)

    with pytest.raises(PreviewChanged, match="not what was approved"):
        hand_over(asked, staff)


def test_preparing_again_ends_the_approval(centre, staff, told):
    asked = approved(centre, staff, told)

    prepare(asked, staff)

    assert not Approval.objects.filter(release=asked).exists()
    with pytest.raises(Refused):
        hand_over(Release.objects.get(pk=asked.pk), staff)


def test_a_new_consent_needs_a_new_request(centre, staff, told):
    asked = approved(centre, staff, told)
    yes(centre, told, until=date(2027, 1, 1))

    with pytest.raises(PreviewChanged, match="new consent"):
        hand_over(asked, staff)


def test_a_consent_survives_a_new_code_and_is_then_signed_with_it(centre, staff, told):
    yes(centre, told)
    report, code = told
    change_code(report, old=code, new=ReceiptCode.new(), on=TODAY)
    report.refresh_from_db()

    asked = ask(centre, staff, report)
    prepare(asked, staff)
    approve(asked, staff)

    assert hand_over(asked, staff)


def test_an_identity_that_was_never_told_is_not_passed(centre, staff):
    told = tell(centre)
    yes(centre, told, sections=("narrative", "identity"))
    asked = ask(centre, staff, told[0], sections=("narrative", "identity"))
    answer_requests(private_key(KeyPair.Purpose.GATE), on=TODAY)

    with pytest.raises(NothingToPass, match="has not said who they are"):
        prepare(asked, staff)


def test_where_nobody_else_may_approve_nothing_is_prepared(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    KeyPair.objects.filter(pk=staff.lea.key.pk).update(retired_on=TODAY)

    with pytest.raises(NobodyToApprove):
        prepare(asked, staff)


def test_one_signs_with_ones_own_key_only(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    package = prepare(asked, staff)

    with pytest.raises(NotAllowed, match="not your key"):
        approve_release(
            asked,
            seen=package.digest,
            by=staff.lea.user,
            private=PrivateKey.generate(),
            on=TODAY,
        )


def test_whoever_asked_carries_the_release_on(centre, staff, told):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    eve = colleague("Eve", Role.DISCLOSURE, by=staff.lea.user)

    with pytest.raises(NotAllowed, match="Ben asked for this"):
        prepare_preview(asked, by=eve.user, ring=eve.ring, on=TODAY)


@pytest.mark.parametrize("name", ["ada", "ina", "pia"])
def test_only_those_who_may_have_a_hand_in_it(centre, staff, told, name):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    who = getattr(staff, name)

    with pytest.raises(NotAllowed):
        request_release(
            told[0],
            recipient=centre.recipients[OMBUDS],
            sections=("narrative",),
            by=who.user,
            on=TODAY,
        )
    with pytest.raises(NotAllowed):
        approve_release(
            asked, seen=bytes(32), by=who.user, private=who.private, on=TODAY
        )


def test_either_hand_can_refuse_and_then_nothing_leaves(centre, staff, told):
    asked = approved(centre, staff, told)

    refuse_release(asked, refusal=Release.Refusal.TOO_MUCH, by=staff.lea.user)

    with pytest.raises(Refused, match="cannot become released"):
        hand_over(asked, staff)
    with pytest.raises(Refused, match="Nothing was released"):
        note_download(asked, by=staff.ben.user)


@pytest.mark.parametrize("here", Step)
@pytest.mark.parametrize("there", Step)
def test_a_release_moves_only_along_its_table(here, there):
    if there in NEXT[here]:
        require_step(here, there)
    else:
        with pytest.raises(Refused, match="cannot become"):
            require_step(here, there)


def test_every_way_of_not_having_consent_is_a_refusal_of_its_own():
    kinds = {kind.__name__ for kind in NotConsented.__subclasses__()}

    assert kinds == {
        "NotSaid",
        "TakenBack",
        "Ended",
        "NotCovered",
        "NotTheReporters",
        "SomebodyElses",
    }


# Pages


def test_a_release_goes_its_way_on_pages(centre, staff, told):
    today = timezone.localdate()
    yes(centre, told, on=today)
    ben, lea = staff.ben.browser(), staff.lea.browser()
    ask_page = reverse("disclosure:request", args=[told[0].pk])
    assert b"Ombuds Office" in ben.get(ask_page).content
    recipient = centre.recipients[OMBUDS].pk
    asked = ben.post(ask_page, {"recipient": recipient, "sections": ["narrative"]})
    page = asked.headers["Location"]
    pk = Release.objects.get().pk

    shown = ben.post(reverse("disclosure:prepare", args=[pk])).content.decode()
    assert "The ramp was locked again." in shown
    assert "Approve the release" not in shown
    assert b"The ramp" not in lea.get(page).content
    looked = lea.post(reverse("disclosure:look", args=[pk]))
    assert b"The ramp was locked again." in looked.content
    seen = looked.context["form"]["seen"].value()
    approve_page = reverse("disclosure:approve", args=[pk])
    wrong = lea.post(approve_page, {"name": "Ombudsman", "seen": seen})
    assert b"That is not the name" in wrong.content
    lea.post(approve_page, {"name": "ombuds office", "seen": seen})
    hand = reverse("disclosure:hand_over", args=[pk])
    assert b"That is not the name" in ben.post(hand, {"name": "x"}).content
    ben.post(hand, {"name": "Ombuds Office"})
    saved = ben.post(reverse("disclosure:download", args=[pk]))

    assert saved["Content-Disposition"] == 'attachment; filename="package.zip.age"'
    assert "account.txt" in files_in(centre, saved.content)
    assert b"released" in ben.get(reverse("disclosure:releases")).content


def test_a_page_says_why_a_release_is_not_to_be(centre, staff, told):
    yes(centre, told, to=AID, on=timezone.localdate())
    client = staff.ben.browser()

    page = client.post(
        reverse("disclosure:request", args=[told[0].pk]),
        {"recipient": centre.recipients[OMBUDS].pk, "sections": ["narrative"]},
    )

    assert b"said yes to City Legal Aid, not to Ombuds Office" in page.content


def test_a_free_text_recipient_is_refused(centre, staff, told):
    yes(centre, told, on=timezone.localdate())
    client = staff.ben.browser()

    page = client.post(
        reverse("disclosure:request", args=[told[0].pk]),
        {"recipient": "anybody@elsewhere.example", "sections": ["narrative"]},
    )

    assert not Release.objects.exists()
    assert b"needs another look" in page.content


def test_with_a_locked_key_nothing_is_prepared_seen_approved_or_released(
    centre, staff, told
):
    today = timezone.localdate()
    yes(centre, told, on=today)
    asked = ask(centre, staff, told[0], on=today)
    prepare(asked, staff, on=today)
    ben = staff.ben.browser(unlocked=False)
    lea = staff.lea.browser(unlocked=False)
    fields = {"name": OMBUDS, "seen": "0" * 64}

    refused = [
        client.post(reverse(f"disclosure:{act}", args=[asked.pk]), fields)
        for client, act in (
            (ben, "prepare"),
            (lea, "look"),
            (lea, "approve"),
        )
    ]

    assert {page.status_code for page in refused} == {NotUnlocked.status}
    assert all(b"Your key is locked" in page.content for page in refused)


PAGES = {"disclosure:releases": {"lea", "ben"}, "disclosure:release": {"lea", "ben"}}


@pytest.mark.parametrize("name", ["lea", "ada", "ben", "ina", "pia"])
def test_each_page_opens_for_those_who_may(centre, staff, told, name):
    yes(centre, told)
    asked = ask(centre, staff, told[0])
    client = getattr(staff, name).browser()

    for page, allowed in PAGES.items():
        about = [asked.pk] if page == "disclosure:release" else []
        status = client.get(reverse(page, args=about)).status_code

        assert (page, status == 200) == (page, name in allowed)


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
