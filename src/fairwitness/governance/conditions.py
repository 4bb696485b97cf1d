"""What must be so before the doors open, as far as the centre's own settings go."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fairwitness.governance import notices, places, recoveries
from fairwitness.governance.models import (
    Controller,
    Declaration,
    Promise,
    Purpose,
)
from fairwitness.governance.readiness import Condition, register
from fairwitness.refusal import NotOpen
from fairwitness.staff.models import User
from fairwitness.vault.actions import standing_key
from fairwitness.vault.models import KeyPair, Slot

NEEDED_KEYS = (
    KeyPair.Purpose.TRIAGE,
    KeyPair.Purpose.GATE,
    KeyPair.Purpose.RELEASE,
    KeyPair.Purpose.MAILER,
)
SMALLEST_STAFF = 2


def _is_run_by_somebody() -> bool:
    return Controller.objects.exists()


def is_registered() -> bool:
    """Whether a registration number holds today, or an exemption was signed."""
    one = Controller.objects.first()
    if one is None:
        return False
    if not one.registration_number:
        return bool(one.exemption_reason and one.exemption_signed_by)
    ends = one.registration_ends_on
    return ends is None or ends >= timezone.localdate()


def _is_declared() -> bool:
    return Declaration.objects.exists()


def _are_purposes_approved() -> bool:
    approved = Purpose.objects.filter(approved_by__isnull=False)
    return set(Purpose.Serves.values) <= set(approved.values_list("code", flat=True))


def _are_places_named() -> bool:
    return not places.unnamed() and not places.without_reason()


def _is_promised() -> bool:
    return Promise.objects.filter(from_on__lte=timezone.localdate()).exists()


def _are_we_two() -> bool:
    return User.objects.filter(is_active=True).count() >= SMALLEST_STAFF


def _are_keys_trusted() -> bool:
    try:
        for purpose in NEEDED_KEYS:
            standing_key(purpose)
    except NotOpen:
        return False
    return True


def _are_slots_in_stock() -> bool:
    return Slot.objects.filter(is_taken=False).exists()


def _was_recovery_tried() -> bool:
    return recoveries.is_tried(on=timezone.localdate())


CONDITIONS = (
    Condition(
        code="controller",
        title=_("Who runs it"),
        why=_("Nobody should tell anything to a centre without a name and an address."),
        mend=_("Say who answers for the centre and how to reach them."),
        is_met=_is_run_by_somebody,
        page="governance:controller",
    ),
    Condition(
        code="registration",
        title=_("Registration"),
        why=_("The number lets anybody look the centre up. It stands in every letter."),
        mend=_("Give a registration number that has not ended, or a signed exemption."),
        is_met=is_registered,
        page="governance:controller",
    ),
    Condition(
        code="interests",
        title=_("Interests"),
        why=_("People ask first who pays, and what the officers gain from it."),
        mend=_("Let each officer declare their interests, or that there are none."),
        is_met=_is_declared,
        page="governance:declarations",
    ),
    Condition(
        code="purposes",
        title=_("Why we may"),
        why=_("Without a lawful basis that a person approved, nothing may be held."),
        mend=_("Write down each purpose, and let a named person approve it."),
        is_met=_are_purposes_approved,
        page="governance:purposes",
    ),
    Condition(
        code="places",
        title=_("Where data lies"),
        why=_("People must know who keeps the machine, in which city and country."),
        mend=_("Name who is behind each host that is configured, and why data may go there."),
        is_met=_are_places_named,
        page="governance:processors",
    ),
    Condition(
        code="promise",
        title=_("What we promise"),
        why=_("Each receipt names the day by which we read and answer."),
        mend=_("Say within how many working days you read, and answer."),
        is_met=_is_promised,
        page="governance:promise",
    ),
    Condition(
        code="people",
        title=_("People and roles"),
        why=_("One person alone must never be able to pass a case on."),
        mend=_("Invite at least one colleague."),
        is_met=_are_we_two,
        page="staff:colleagues",
    ),
    Condition(
        code="keys",
        title=_("Keys, signed by the trustees"),
        why=_("A report is sealed to these keys; an altered one would read it."),
        mend=_("Let a trustee sign the keys of the house: fairwitness keys statements, sign, accept."),
        is_met=_are_keys_trusted,
    ),
    Condition(
        code="slots",
        title=_("Places in the keystore"),
        why=_("A report takes one. Without it, it could never be erased for good."),
        mend=_("Start the worker; it makes them."),
        is_met=_are_slots_in_stock,
    ),
    Condition(
        code="recovery",
        title=_("Recovery, tried"),
        why=_("One forgotten passphrase or one broken disk could lose every report."),
        mend=_("Once a year, type your recovery sheet and that of the house, as if you had lost the keys."),
        is_met=_was_recovery_tried,
        page="governance:drills",
    ),
    Condition(
        code="notice",
        title=_("The notice"),
        why=_("Nobody may be asked anything before they were told what becomes of it."),
        mend=_("Read the notice in each language, and publish it."),
        is_met=notices.is_published,
        page="governance:notice",
    ),
)  # fmt: skip


def register_all() -> None:
    """Make these the conditions of every door."""
    for condition in CONDITIONS:
        register(condition)
