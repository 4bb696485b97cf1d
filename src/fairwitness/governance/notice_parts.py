"""The sentences of the notice, made from what the centre has bound itself to.

The names of the parts follow the regulator's checklist of what people must be told
(GDPR Art 13 and 14): sixteen parts, none of them ever typed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairwitness.governance import countries
from fairwitness.governance.models import (
    Basis,
    Controller,
    Processor,
    Purpose,
    Recipient,
)

Says = list[str]


@dataclass(frozen=True)
class Bound:
    """What the centre has bound itself to, as it stands today."""

    controller: Controller
    country: countries.Country
    purposes: dict[str, Purpose]
    processors: list[Processor]
    holders: list[Processor]
    recipients: list[Recipient]

    @property
    def registration(self) -> str:
        """The registration number, or the reason why there is none."""
        controller = self.controller
        if controller.registration_number:
            return _("%(name)s %(number)s") % {
                "name": countries.in_words(self.country.registration.name),
                "number": controller.registration_number,
            }
        return _("not registered: %(reason)s (signed by %(name)s)") % {
            "reason": controller.exemption_reason.rstrip("."),
            "name": controller.exemption_signed_by,
        }


def how_long(months: int) -> str:
    """A number of months in words: in years where it is whole years."""
    if months % 12 == 0:
        years = months // 12
        return ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def place_of(holder: Processor) -> str:
    """Where one processor keeps things: city and country."""
    return _("%(city)s, %(country)s") % {
        "city": holder.city,
        "country": countries.name_of(holder.country),
    }


def top(bound: Bound) -> Says:
    """The first layer: what everybody should know before the first question."""
    reports = bound.purposes[Purpose.Serves.REPORTS]
    return [
        _("%(centre)s is run by %(name)s.")
        % {
            "centre": bound.controller.centre_name,
            "name": bound.controller.legal_name,
        },
        *held_where(bound),
        _(
            "We pass on nothing unless you say yes to an organisation by name. Two"
            " exceptions: the law orders it, or a life is in danger. Then two of us"
            " decide, and we tell you if the law lets us."
        ),
        _("We keep reports for %(time)s. Then we erase them.")
        % {"time": how_long(reports.kept_months)},
        _("With your code you can read, add to, take back and erase what you told us."),
        _("If we do wrong, you can complain to us and to the %(regulator)s.")
        % {"regulator": bound.country.regulator.name},
    ]


def held_where(bound: Bound) -> Says:
    """In clear words, where a report lies and who keeps the machine."""
    return [
        _("Your report is held in %(place)s, by %(name)s.")
        % {"place": place_of(holder), "name": holder.name}
        for holder in bound.holders
    ]


def _controller(bound: Bound) -> Says:
    one = bound.controller
    comma = _(", ")
    ways = comma.join(filter(None, (one.email, one.phone, one.phone_hours)))
    return [
        _("%(name)s (%(form)s) answers for this centre: %(registration)s.")
        % {
            "name": one.legal_name,
            "form": one.legal_form,
            "registration": bound.registration,
        },
        _("Write to us: %(address)s, %(ways)s.")
        % {"address": " ".join(one.postal_address.split()), "ways": ways},
    ]


def _representative(bound: Bound) -> Says:
    named = bound.controller.representative
    return [named or _("We have none, and the law asks for none here.")]


def _officer(bound: Bound) -> Says:
    named = bound.controller.protection_officer
    return [
        named
        or _("We have no data-protection officer. Write to the address of the centre.")
    ]


def _purposes(bound: Bound) -> Says:
    return [f"{purpose}." for purpose in bound.purposes.values()]


def _bases(bound: Bound) -> Says:
    said = []
    for purpose in bound.purposes.values():
        named = (purpose.special_category_condition, purpose.criminal_offence_condition)
        conditions = "; ".join(dict.fromkeys(filter(None, named)))
        said.append(
            _("%(purpose)s: %(basis)s. %(note)s %(conditions)s")
            % {
                "purpose": str(purpose),
                "basis": Basis(purpose.basis).label,
                "note": purpose.basis_note,
                "conditions": conditions,
            }
        )
    return [line.strip() for line in said]


def _interests(bound: Bound) -> Says:
    weighed = {Basis.LEGITIMATE_INTERESTS, Basis.RECOGNISED_LEGITIMATE_INTERESTS}
    said = [
        _("%(purpose)s: %(note)s") % {"purpose": str(one), "note": one.basis_note}
        for one in bound.purposes.values()
        if one.basis in weighed
    ]
    return said or [_("None of what we do rests on our own interests.")]


def _categories(_bound: Bound) -> Says:
    return [
        _("From you: what you write, and nothing else. No IP address, no exact time."),
        _("From others: what somebody who saw something tells us about you or about"
          " somebody else; and, for letters, an address, a language and a name if one"
          " was given."),
    ]  # fmt: skip


def _recipients(bound: Bound) -> Says:
    if not bound.recipients:
        return [_("Nobody. There is no organisation on our list.")]
    return [
        _("Only if you say yes to it by name, one by one:"),
        *(
            _("%(name)s, %(country)s: %(what)s")
            % {
                "name": one.name,
                "country": countries.name_of(one.country),
                "what": one.what_it_does,
            }
            for one in bound.recipients
        ),
    ]


def _transfers(bound: Bound) -> Says:
    said = [
        _("%(name)s %(task)s in %(place)s.")
        % {
            "name": one.name,
            "task": Processor.Does(one.does).label,
            "place": place_of(one),
        }
        for one in bound.processors
    ]
    said += [
        _("What lets data go to %(country)s: %(why)s")
        % {"country": countries.name_of(one.country), "why": one.transfer}
        for one in bound.processors
        if one.transfer
    ]
    return said


def _kept(bound: Bound) -> Says:
    return [
        _("%(purpose)s: %(time)s, then it is erased.")
        % {"purpose": str(one), "time": how_long(one.kept_months)}
        for one in bound.purposes.values()
    ] + [
        _("What you erase is gone at once here, and from every copy within 7 days."),
        _("Figures that were published before stay as they are."),
    ]


def _rights(_bound: Bound) -> Says:
    return [
        _("You may ask what we hold about you, and get a copy."),
        _("You may have it corrected, added to, or erased."),
        _("You may tell us to stop using it, or not to count it."),
        _("With your code you do most of this yourself, at once. Without a code, write"
          " to us: we answer within one month, and name the day."),
    ]  # fmt: skip


def _withdraw(_bound: Bound) -> Says:
    return [
        _("What you said yes to you can take back on your own page, at any time. We"
          " tell the organisation the same day to stop using it. What its people have"
          " already read, they know."),
    ]  # fmt: skip


def _complain(bound: Bound) -> Says:
    return [
        _("To us, in the form on the page “Who we are”, without an account."),
        _("To the regulator: %(regulator)s.")
        % {"regulator": bound.country.regulator.line},
    ]


def _source(_bound: Bound) -> Says:
    return [
        _("Each letter says where we have the address from. The page “Who we are”"
          " says it for each campaign."),
        _("What is told about other people comes from those who tell us."),
    ]  # fmt: skip


def _obligation(_bound: Bound) -> Says:
    return [
        _("You need not tell us anything. Each question can be skipped, and nothing"
          " bad follows."),
    ]  # fmt: skip


def _automated(_bound: Bound) -> Says:
    return [_("None. People decide about each report, never a machine alone.")]


def parts() -> Iterable[tuple[str, str, Callable[[Bound], Says]]]:
    """The sixteen parts of the full layer: name, title, and what makes its sentences."""
    return (
        ("controller", _("Who answers for this centre"), _controller),
        ("representative", _("Our representative in another country"), _representative),
        ("officer", _("Who watches over data protection here"), _officer),
        ("purposes", _("What we hold it for"), _purposes),
        ("bases", _("By what right"), _bases),
        ("interests", _("Which interests we weighed"), _interests),
        ("categories", _("What we hold"), _categories),
        ("recipients", _("Who may receive a report"), _recipients),
        ("transfers", _("Where it lies, and who keeps it for us"), _transfers),
        ("kept", _("How long we keep it"), _kept),
        ("rights", _("What you may ask of us"), _rights),
        ("withdraw", _("Taking back a yes"), _withdraw),
        ("complain", _("How to complain"), _complain),
        ("source", _("Where we have it from"), _source),
        ("obligation", _("Whether you must tell us"), _obligation),
        ("automated", _("Whether a machine decides"), _automated),
    )
