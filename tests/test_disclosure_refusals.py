"""Each refusal of the one door through which a named case leaves, with its own sentence."""

from datetime import date, timedelta

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fairwitness.casework.ring import case_chest
from fairwitness.disclosure.actions import (
    PreviewChanged,
    SecondHandNeeded,
    approve_release,
    note_download,
    prepare_preview,
    refuse_release,
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
    withdraw_consent,
)
from fairwitness.intake.models import Consent, Report, Section
from fairwitness.intake.payloads import pack
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions import suspend
from fairwitness.staff.roles import Role
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.opening import Chest, unwrap_for_reporter
from fairwitness.vault.receipt import ReceiptCode
from fairwitness.vault.suites import PrivateKey
from tests.desk import TODAY, colleague, tell
from tests.passing_on import (
    AID,
    OMBUDS,
    approve,
    approved,
    ask,
    hand_over,
    prepare,
    yes,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


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
