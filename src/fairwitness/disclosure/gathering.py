"""Opens the sections of a release, joins the halves of an identity, and keeps the preview sealed."""

import secrets

from django.conf import settings
from django.utils.translation import gettext as _

from fairwitness.casework.ring import case_chest
from fairwitness.disclosure.models import GateRequest, Release
from fairwitness.disclosure.package import Covering, Package, build_package
from fairwitness.intake.accounts import Told, told
from fairwitness.intake.models import Section
from fairwitness.intake.payloads import File, unpack, unpack_file
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import TABLE, May, Role
from fairwitness.vault.actions import wrap_to
from fairwitness.vault.envelope import Context, open_with
from fairwitness.vault.halves import join
from fairwitness.vault.models import Wrap
from fairwitness.vault.opening import Chest, NoKey, Ring
from fairwitness.vault.padding import pad_evidence, unpad_evidence

PREVIEW, EVIDENCE = "preview", "evidence"


class NobodyToApprove(Refused):
    """There is no second hand with a key."""


class NothingToPass(Refused):
    """The report has no such section."""


def gate_context(request: GateRequest) -> Context:
    """What the gate's answer is bound to: this release and this half."""
    return Context("gate", str(request.release_id), request.part)


def gather(asked: Release, *, ring: Ring) -> Package:
    """Open what was asked for and put the package together. Errors: `NoKey`, `Shredded`."""
    covering = Covering(
        number=str(asked.pk),
        requested_on=asked.requested_on,
        sections=asked.sections,
    )
    has_files = EVIDENCE in asked.sections
    opened = {
        section: _open(asked, section, ring)
        for section in asked.sections
        if section != EVIDENCE
    }
    added = _open_files(asked, ring) if has_files else ()
    return build_package(covering, consent=asked.consent, told=opened, added=added)


def _open_files(asked: Release, ring: Ring) -> tuple[File, ...]:
    chest = case_chest(asked.report, ring)
    files = tuple(
        unpack_file(chest.open(EVIDENCE, bytes(one.envelope)))
        for one in asked.report.evidence.order_by("pk")
    )
    if not files:
        raise NothingToPass(_("The reporter has added no file."))
    return files


def _open(asked: Release, section: str, ring: Ring) -> tuple[Told, ...]:
    row = asked.report.sections.filter(kind=section).first()
    if row is None:
        raise NothingToPass(_("The reporter has not said who they are."))
    if section == Section.Kind.IDENTITY:
        chest = _identity_chest(asked, ring)
    else:
        chest = case_chest(asked.report, ring)
    answers = unpack(chest.open(section, bytes(row.envelope)))["answers"]
    return told(asked.report.version_id, answers, language=settings.LANGUAGE_CODE)


def _identity_chest(asked: Release, ring: Ring) -> Chest:
    """Join our half with the one that the gate sealed to us."""
    request = asked.gate_requests.filter(part="identity.b").first()
    if request is None or request.answer is None:
        raise NoKey(_("The gate has not opened its half."))
    private = ring.keys.get(request.member_key_id)
    if private is None:
        raise NoKey(_("The gate answered somebody else."))
    theirs = open_with(private, bytes(request.answer), gate_context(request))
    ours = ring.open_wrap(asked.report_id, "identity.a")
    return Chest(
        report=asked.report_id, slot=asked.report.slot_id, key=join(ours, theirs)
    )


def seal_package(
    asked: Release, package: Package, *, by: User
) -> tuple[bytes, list[Wrap]]:
    """Seal a package for the one who asked and for those who may approve it."""
    key = secrets.token_bytes(32)
    sealed = _chest(asked, key).seal(PREVIEW, pad_evidence(package.content))
    hands = [by, *_second_hands(by)]
    wraps = [
        wrap_to(one.key, key, part=PREVIEW, subject=asked.pk)
        for one in hands
        if one.key
    ]
    return sealed, wraps


def open_package(asked: Release, *, ring: Ring) -> Package:
    """Open the package that waits. Errors: `NoKey`, `Shredded`, `NothingToPass`."""
    if asked.preview is None:
        raise NothingToPass(_("There is no preview to look at."))
    key = ring.open_wrap(asked.pk, PREVIEW)
    plain = _chest(asked, key).open(PREVIEW, bytes(asked.preview))
    return Package(unpad_evidence(plain))


def _second_hands(by: User) -> list[User]:
    approving = [role for role in Role if May.APPROVE_RELEASES in TABLE[role]]
    others = User.objects.filter(
        is_active=True, roles__role__in=approving, key__retired_on=None
    ).exclude(key=None)
    found = list(others.exclude(pk=by.pk).select_related("key").distinct())
    if not found:
        raise NobodyToApprove(
            _("Nobody else here may approve a release and has a key.")
        )
    return found


def _chest(asked: Release, key: bytes) -> Chest:
    return Chest(report=asked.report_id, slot=asked.report.slot_id, key=key)
