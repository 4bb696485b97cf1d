"""Whether what the centre says of itself can be right: numbers, places, words, keys."""

import re
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from fairwitness.governance import countries
from fairwitness.governance.models import Controller, Processor, Purpose, Recipient
from fairwitness.governance.wording import require_plain, require_real
from fairwitness.refusal import Refused

TAKES_SPECIAL = {
    Purpose.Serves.ANSWERS,
    Purpose.Serves.REPORTS,
    Purpose.Serves.RELEASES,
}
TAKES_ACCUSATIONS = {Purpose.Serves.REPORTS, Purpose.Serves.RELEASES}


class WrongAnswer(Refused):
    """What was written cannot be right. The message says why, and what would be."""

    status = 400


def check_controller(controller: Controller, *, on: date) -> None:
    """Refuse a controller that nobody could find, or that watches would not know."""
    require_real(
        controller.legal_name,
        controller.legal_form,
        controller.postal_address,
        controller.centre_name,
        controller.quiet_name,
    )
    _check_one_line(controller.legal_name, controller.centre_name, controller.email)
    require_plain(controller.affiliations, controller.funders)
    home = check_home(controller.country)
    _check_registration(controller, home, on=on)
    _check_exit(controller.exit_url)


# Some languages are written with them: a space that does not break, joiners, directions.
_WRITTEN_SO = dict.fromkeys(map(ord, "\u00a0\u200c\u200d\u200e\u200f"))


def _check_one_line(*names: str) -> None:
    """Refuse signs that nobody sees: these names stand in the headers of letters."""
    for name in names:
        if not name.translate(_WRITTEN_SO).isprintable():
            raise WrongAnswer(
                _("Write names and addresses on one line, without invisible signs.")
            )


def check_home(code: str) -> countries.Country:
    """The country in which a centre is run; an invented one only for training."""
    try:
        home = countries.country(code)
    except KeyError:
        raise WrongAnswer(
            _("We do not know the law of “%(code)s” yet. We know: %(known)s.")
            % {"code": code, "known": ", ".join(countries.known())}
        ) from None
    if home.is_invented and not settings.IS_TRAINING:
        raise WrongAnswer(_("This country is invented. It serves for training only."))
    return home


def _check_registration(
    controller: Controller, home: countries.Country, *, on: date
) -> None:
    number = controller.registration_number.strip()
    if number:
        _check_number_of_registration(controller, home, on=on)
        return
    if not (
        controller.exemption_reason.strip() and controller.exemption_signed_by.strip()
    ):
        raise WrongAnswer(
            _(
                "Give the registration number, or the reason why you need none and who signs it."
            )
        )
    require_plain(controller.exemption_reason)
    require_real(controller.exemption_signed_by)


def _check_number_of_registration(
    controller: Controller, home: countries.Country, *, on: date
) -> None:
    scheme, number = home.registration, controller.registration_number.strip()
    is_all_zeros = not home.is_invented and set(re.findall(r"\d", number)) == {"0"}
    if not scheme.fits(number) or is_all_zeros:
        raise WrongAnswer(
            _("“%(number)s” is not a %(name)s. One looks like %(sample)s.")
            % {
                "number": number,
                "name": countries.in_words(scheme.name),
                "sample": scheme.sample,
            }
        )
    ends = controller.registration_ends_on
    if scheme.ends and ends is None:
        raise WrongAnswer(_("Say until when the registration holds."))
    if ends is not None and ends < on:
        raise WrongAnswer(_("This registration has ended. Renew it first."))


def _check_exit(address: str) -> None:
    """The place where leaving quickly leads: another site, over TLS."""
    place = urlsplit(address)
    own = urlsplit(settings.BASE_URL).hostname
    if place.scheme != "https" or not place.hostname or place.hostname == own:
        raise WrongAnswer(
            _(
                "Leaving quickly must lead to another site, at an address that begins with https://."
            )
        )


def check_purpose(purpose: Purpose) -> None:
    """Refuse a purpose without a basis that the country knows, or without its conditions."""
    require_plain(purpose.basis_note)
    home = _home()
    if purpose.basis not in home.bases:
        raise WrongAnswer(_("The law of your country does not know this basis."))
    if purpose.code in TAKES_SPECIAL and not purpose.special_category_condition.strip():
        raise WrongAnswer(
            _(
                "People tell us about faith, health, origin. Name the condition that lets us hold it (Art 9)."
            )
        )
    if (
        purpose.code in TAKES_ACCUSATIONS
        and not purpose.criminal_offence_condition.strip()
    ):
        raise WrongAnswer(
            _(
                "A report may accuse somebody. Name the condition that lets us hold it (Art 10)."
            )
        )


def check_processor(processor: Processor) -> None:
    """Refuse a processor that is nowhere, or lies abroad without a reason."""
    require_real(processor.name, processor.host, processor.city)
    check_country(processor.country)
    if not processor.transfer.strip() and not _home().lets_flow_to(processor.country):
        raise WrongAnswer(
            _(
                "Data may not simply go to %(country)s. Say what allows it, and how it is protected there."
            )
            % {"country": countries.name_of(processor.country)}
        )
    require_plain(processor.transfer)


def check_recipient(recipient: Recipient) -> None:
    """Refuse a recipient that names nobody, or is not found anywhere."""
    require_plain(recipient.name, recipient.what_it_does, recipient.agreement)
    require_real(recipient.contact)
    check_country(recipient.country)


def check_country(code: str) -> None:
    """Refuse a country that we cannot name to people."""
    if not countries.is_known(code):
        raise WrongAnswer(
            _(
                "We do not know the country “%(code)s”. Write its code in two capital letters, as DE."
            )
            % {"code": code}
        )


def check_number(number: str) -> None:
    """Refuse what cannot be rung."""
    if not re.fullmatch(r"\+?[\d \-()/]{3,30}", number.strip()):
        raise WrongAnswer(
            _("“%(number)s” is not a telephone number.") % {"number": number}
        )


def _home() -> countries.Country:
    code = Controller.objects.values_list("country", flat=True).first()
    if code is None:
        raise WrongAnswer(_("Say first who runs the centre, and in which country."))
    return countries.country(code)
