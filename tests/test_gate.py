"""The gate gives its half of an identity against a signed consent, and against nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fairwitness.disclosure.actions import request_release
from fairwitness.disclosure.gate import Answered, answer_requests, run
from fairwitness.disclosure.gathering import gate_context
from fairwitness.disclosure.models import GateRequest, Release
from fairwitness.intake.actions import give_consent, withdraw_consent
from fairwitness.intake.models import Consent, Report
from fairwitness.ledger.models import Entry
from fairwitness.staff.actions import suspend
from fairwitness.vault.actions import add_key, wrap_context
from fairwitness.vault.envelope import CannotOpen, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.halves import join
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.opening import NoKey, unwrap_for_reporter
from fairwitness.vault.suites import PrivateKey
from tests.desk import TODAY, tell

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

BOTH = ("identity", "narrative")


@pytest.fixture
def gate(centre):
    """The gate's own key."""
    return private_key(KeyPair.Purpose.GATE)


@pytest.fixture
def told(centre):
    """A report of somebody who said who they are and let the ombuds office know."""
    report, code = tell(centre, identity={"your_gender_words": "Wren Holloway"})
    give_consent(
        report,
        code=code,
        recipient=centre.recipients["Ombuds Office"],
        sections=BOTH,
        on=TODAY,
    )
    return report, code


@pytest.fixture
def asked(centre, staff, told):
    """A release that waits for the gate."""
    return request_release(
        told[0],
        recipient=centre.recipients["Ombuds Office"],
        sections=BOTH,
        by=staff.ben.user,
        on=TODAY,
    )


def half_of(asked: Release) -> GateRequest:
    """What was asked of the gate."""
    return asked.gate_requests.get()


def reason(asked: Release, gate: PrivateKey, *, on=TODAY) -> str:
    """Why the gate refused; the release ends with it."""
    assert answer_requests(gate, on=on) == Answered(answered=0, refused=1)
    request = half_of(asked)
    assert (request.state, request.answer) == (GateRequest.State.REFUSED, None)
    asked.refresh_from_db()
    assert asked.state == Release.State.REFUSED
    return request.reason


def test_both_halves_together_open_and_neither_alone(asked, staff, told, gate):
    report, code = told
    assert answer_requests(gate, on=TODAY) == Answered(answered=1, refused=0)

    request = half_of(asked)
    theirs = open_with(
        staff.ben.private, bytes(request.answer or b""), gate_context(request)
    )
    ours = staff.ben.ring.open_wrap(report.pk, "identity.a")

    whole = unwrap_for_reporter(report.pk, "identity", code.read_key)
    assert join(ours, theirs) == whole
    assert whole not in {ours, theirs}


def test_the_answer_is_for_the_one_who_asked(asked, staff, gate):
    answer_requests(gate, on=TODAY)
    request = half_of(asked)

    with pytest.raises(CannotOpen):
        open_with(
            staff.ada.private, bytes(request.answer or b""), gate_context(request)
        )


def test_the_answer_is_for_this_release(asked, staff, gate):
    answer_requests(gate, on=TODAY)
    request = half_of(asked)
    answer, request.release_id = bytes(request.answer or b""), uuid4()

    with pytest.raises(CannotOpen):
        open_with(staff.ben.private, answer, gate_context(request))


def test_staff_do_not_reach_the_gates_half(asked, staff, told):
    with pytest.raises(NoKey):
        staff.ben.ring.open_wrap(told[0].pk, "identity.b")


def test_the_gate_does_not_reach_the_staffs_half(told, gate):
    ours = Wrap.objects.get(subject=told[0].pk, part="identity.a")

    with pytest.raises(CannotOpen):
        open_with(gate, bytes(ours.envelope), wrap_context("identity.a", told[0].pk))


def test_what_the_gate_does_is_recorded_as_the_gates(asked, gate):
    answer_requests(gate, on=TODAY)

    entry = Entry.objects.get(act="disclosure.gate_answered")
    assert (entry.by, entry.subject) == (
        "gate",
        f"disclosure.gaterequest:{half_of(asked).pk}",
    )


def test_a_question_is_answered_once(asked, gate):
    answer_requests(gate, on=TODAY)

    assert answer_requests(gate, on=TODAY) == Answered(answered=0, refused=0)


def test_the_gates_own_process_answers(asked):
    run(once=True)

    assert half_of(asked).state == GateRequest.State.ANSWERED


def test_a_consent_taken_back_meanwhile_closes_the_gate(centre, asked, told, gate):
    withdraw_consent(
        told[0],
        code=told[1],
        recipient=centre.recipients["Ombuds Office"],
        on=TODAY,
    )

    assert "took back their yes" in reason(asked, gate)


def test_a_consent_that_ended_meanwhile_closes_the_gate(asked, told, gate):
    last = told[0].consents.get().until

    assert "ended on" in reason(asked, gate, on=last + timedelta(days=1))


def test_a_forged_consent_closes_the_gate(asked, gate):
    consent = asked.consent
    forged = Ed25519PrivateKey.generate().sign(bytes(consent.statement))
    Consent.objects.filter(pk=consent.pk).update(signature=forged)

    assert "not the reporter's" in reason(asked, gate)


def test_a_consent_with_a_key_put_in_its_place_closes_the_gate(asked, gate):
    forger, consent = Ed25519PrivateKey.generate(), asked.consent
    Report.objects.filter(pk=asked.report_id).update(
        consent_key=forger.public_key().public_bytes_raw()
    )
    Consent.objects.filter(pk=consent.pk).update(
        signature=forger.sign(bytes(consent.statement))
    )

    assert "not the reporter's" in reason(asked, gate)


def test_a_release_redirected_to_another_recipient_closes_the_gate(centre, asked, gate):
    other = centre.recipients["City Legal Aid"]
    Release.objects.filter(pk=asked.pk).update(recipient=other)

    assert "not to City Legal Aid" in reason(asked, gate)


def test_a_section_put_in_afterwards_closes_the_gate(centre, staff, gate):
    report, code = tell(centre, identity={"your_gender_words": "Wren Holloway"})
    recipient = centre.recipients["Ombuds Office"]
    give_consent(
        report, code=code, recipient=recipient, sections=("narrative",), on=TODAY
    )
    asked = request_release(
        report,
        recipient=recipient,
        sections=("narrative",),
        by=staff.ben.user,
        on=TODAY,
    )
    Release.objects.filter(pk=asked.pk).update(sections=list(BOTH))
    GateRequest.objects.create(
        release=asked, part="identity.b", member_key=staff.ben.key
    )

    assert "does not cover" in reason(asked, gate)


def test_whoever_it_happened_to_is_never_given(centre, staff, gate):
    report, code = tell(centre, role="third_party", others={"others_who": "Sol Marsh"})
    recipient = centre.recipients["Ombuds Office"]
    give_consent(
        report, code=code, recipient=recipient, sections=("narrative",), on=TODAY
    )
    asked = request_release(
        report,
        recipient=recipient,
        sections=("narrative",),
        by=staff.ben.user,
        on=TODAY,
    )
    GateRequest.objects.create(release=asked, part="others.b", member_key=staff.ben.key)

    assert "that person's own signed consent" in reason(asked, gate)


def test_another_key_put_in_the_place_of_the_askers_closes_the_gate(asked, gate):
    stranger = add_key(
        PrivateKey.generate().public,
        purpose=KeyPair.Purpose.STAFF,
        not_after=TODAY + timedelta(days=900),
        holder=uuid4(),
    )
    GateRequest.objects.update(member_key=stranger)

    assert "not that of the one who asked" in reason(asked, gate)


def test_somebody_suspended_meanwhile_is_answered_nothing(asked, staff, gate):
    suspend(staff.ben.user, by=staff.lea.user, on=TODAY)

    assert "not that of the one who asked" in reason(asked, gate)


def test_a_release_refused_meanwhile_is_not_answered(asked, gate):
    Release.objects.filter(pk=asked.pk).update(state=Release.State.REFUSED)

    assert "no longer asked for" in reason(asked, gate)


def test_a_new_consent_needs_a_new_question(centre, asked, told, gate):
    give_consent(
        told[0],
        code=told[1],
        recipient=centre.recipients["Ombuds Office"],
        sections=BOTH,
        on=TODAY,
    )

    assert "new consent" in reason(asked, gate)


def test_without_its_half_the_gate_refuses(asked, gate):
    Wrap.objects.filter(subject=asked.report_id, part="identity.b").delete()

    assert "holds no half" in reason(asked, gate)


def test_a_half_moved_from_another_report_does_not_open(centre, asked, gate):
    other, _code = tell(centre, identity={"your_gender_words": "Sol Marsh"})
    foreign = Wrap.objects.get(subject=other.pk, part="identity.b")
    Wrap.objects.filter(subject=asked.report_id, part="identity.b").update(
        envelope=foreign.envelope
    )

    assert "holds no half" in reason(asked, gate)
