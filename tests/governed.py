"""A training centre that has said who it is: plain makers, by the real actions."""

from datetime import date

from django.utils import timezone

from fairwitness.governance import actions
from fairwitness.governance.countries import country
from fairwitness.governance.models import (
    Controller,
    Declaration,
    Processor,
    Purpose,
    Recipient,
)
from fairwitness.governance.notices import languages
from fairwitness.governance.places import this_machine
from fairwitness.staff.models import RoleHeld, User
from fairwitness.staff.roles import Role

AGE_KEYS = (
    "age1uzphy34f45ka7sjhaqfrp4cmmpzwf9jrm0dsk89lgyax069ecpxsqzzjcd",
    "age1pf42tp4wzfh99vajzf4xu2nvxmk6xs5na6e0psnegp6sjnqw3qtqazf9us",
)


def make_member(name: str, *roles: Role) -> User:
    """Somebody who works here."""
    user = User.objects.create(name=name)
    for role in roles:
        RoleHeld.objects.create(user=user, role=role)
    return user


def a_controller(**changed: object) -> Controller:
    """The invented organisation that runs the centre, not yet written down."""
    told: dict[str, object] = {
        "legal_name": "Harbour Members' Trust",
        "legal_form": "charity",
        "postal_address": "1 Quay Street\nHarbour",
        "email": "centre@harbour.example",
        "phone": "0300 000 000",
        "phone_hours": "weekdays 9 to 5",
        "country": "XX",
        "registration_number": "ZA000000",
        "registration_ends_on": date(2099, 5, 31),
        "affiliations": "Belongs to nobody.",
        "funders": "Fees of members, and one grant of the Harbour Fund.",
        "centre_name": "Harbour Centre",
        "quiet_name": "Form",
        "exit_url": "https://weather.example/",
    }
    return Controller(**{**told, **changed})


def a_processor(**changed: object) -> Processor:
    """Who keeps this machine."""
    told: dict[str, object] = {
        "name": "Quay Hosting",
        "does": Processor.Does.HOSTING,
        "host": this_machine(),
        "city": "Leipzig",
        "country": "DE",
        "contract_on": date(2026, 1, 5),
    }
    return Processor(**{**told, **changed})


def a_recipient(**changed: object) -> Recipient:
    """An organisation that may receive a case."""
    told: dict[str, object] = {
        "name": "Ombuds Office",
        "country": "XX",
        "contact": "2 Quay Street, Harbour",
        "what_it_does": "Looks into complaints about the institutions of Harbour.",
        "agreement": "Signed on 5 January 2026: only what the person said yes to.",
        "agreed_on": date(2026, 1, 5),
    }
    return Recipient(**{**told, **changed})


def govern(*, by: User, on: date | None = None) -> None:
    """Bind the centre to everything that can be bound without keys and colleagues."""
    on = on or timezone.localdate()
    actions.set_controller(a_controller(), by=by, on=on)
    actions.declare(
        Declaration(
            officer="Lea Harbour",
            office="chair",
            interests="None: no other office, no money from anybody.",
            declared_on=on,
        ),
        by=by,
    )
    for code, text in country("XX").purposes.items():
        purpose = actions.add_purpose(Purpose(code=code, **text.__dict__), by=by, on=on)
        actions.approve_purpose(purpose, by=by, on=on)
    actions.add_processor(a_processor(), by=by, on=on)
    actions.promise(read_within=3, answer_within=10, by=by, from_on=date(2026, 1, 1))
    for language in languages():
        actions.publish_notice(language, by=by, on=on)
