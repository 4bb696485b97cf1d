"""The sealed header of a report: what one has to know before reading it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fairwitness.governance.coding import Role
from fairwitness.intake.models import Report, Section
from fairwitness.intake.payloads import unpack
from fairwitness.vault.actions import wrap_context
from fairwitness.vault.envelope import disclose, open_with
from fairwitness.vault.models import ShredKey, Wrap
from fairwitness.vault.opening import Chest, Ring
from fairwitness.vault.report_keys import section_context, section_key

WHO_TELLS = {
    "victim": _("happened to me"),
    "third_party": _("I saw it"),
    "helper": _("I help somebody"),
}
CAME_BY = {
    "open": _("open form"),
    "phone": _("phone"),
    "mail": _("mail"),
    "paper": _("paper"),
}
ROLE_OF_FACT = {
    "victim": Role.VICTIM,
    "third_party": Role.OBSERVER,
    "helper": Role.OBSERVER,
}


@dataclass(frozen=True, repr=False)
class Header:
    """What stands above an account. Printing it prints nothing of it."""

    day: date
    language: str
    role: str  # victim, third_party, helper; empty when they did not say
    is_young: bool
    door: str
    seed: bytes
    read_by: date
    answer_by: date

    def __repr__(self) -> str:
        return "[header]"

    @property
    def told_by(self) -> str:
        """Who tells, in their own words."""
        return str(WHO_TELLS.get(self.role, _("did not say to whom")))

    @property
    def came_by(self) -> str:
        """Through which door it came."""
        return str(CAME_BY.get(self.door, self.door))

    @property
    def spoken(self) -> str:
        """The language in which it was told, by name."""
        return str(dict(settings.LANGUAGES).get(self.language, self.language))

    @property
    def role_of_fact(self) -> Role | None:
        """The same as figures know it; none when they did not say."""
        return ROLE_OF_FACT.get(self.role)


def header_in(chest: Chest, envelope: bytes) -> Header:
    """Open one header. Errors: `Shredded`, `CannotOpen`."""
    return _header_from(chest.open("header", envelope))


def headers_of(reports: Sequence[Report], ring: Ring) -> dict[uuid.UUID, Header]:
    """Open many headers with three questions to the databases; what is out of reach is left out."""
    by_id = {report.pk: report for report in reports}
    headers = Section.objects.filter(report__in=by_id, kind=Section.Kind.HEADER)
    envelopes = dict(headers.values_list("report_id", "envelope"))
    slots = ShredKey.objects.filter(pk__in=[report.slot_id for report in reports])
    shred_keys = dict(slots.values_list("slot", "key"))
    wraps = Wrap.objects.filter(subject__in=by_id, part="case", holder__in=ring.keys)
    opened: dict[uuid.UUID, Header] = {}
    for wrap in wraps:
        shred_key = shred_keys.get(by_id[wrap.subject].slot_id)
        if wrap.subject in opened or wrap.holder_id is None or shred_key is None:
            continue
        context = wrap_context("case", wrap.subject)
        case_key = open_with(ring.keys[wrap.holder_id], bytes(wrap.envelope), context)
        key = section_key(case_key, bytes(shred_key), "header")
        place = section_context(wrap.subject, "header")
        plain = disclose(key, bytes(envelopes[wrap.subject]), place)
        opened[wrap.subject] = _header_from(plain)
    return opened


def _header_from(plain: bytes) -> Header:
    said = unpack(plain)
    return Header(
        day=date.fromisoformat(said["day"]),
        language=str(said.get("language", "")),
        role=str(said.get("role", "")),
        is_young=bool(said.get("is_young", False)),
        door=str(said.get("door", "")),
        seed=bytes.fromhex(said["seed"]),
        read_by=date.fromisoformat(said["read_by"]),
        answer_by=date.fromisoformat(said["answer_by"]),
    )
