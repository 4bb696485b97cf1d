"""An invented organisation and its centre, founded by calling the real actions.

Nothing here is real: no person, no place, no organisation, no dispute.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone

from fairwitness.governance import actions as governance
from fairwitness.governance import countries, places
from fairwitness.governance.models import (
    Area,
    Controller,
    Declaration,
    Processor,
    Purpose,
    Recipient,
)
from fairwitness.ledger.actors import SYSTEM
from fairwitness.staff.actions import (
    invite_colleague,
    keep_triage_key,
    rehearse_by_house_sheet,
    rehearse_by_sheet,
    set_passphrase,
    unlock,
)
from fairwitness.staff.models import User
from fairwitness.staff.one_time import SignInSecret
from fairwitness.staff.roles import Role
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.models import Version
from fairwitness.vault.actions import make_slots
from fairwitness.vault.founding import found_keys
from fairwitness.vault.house_sheet import lock_house_keys
from fairwitness.vault.models import KeyPair
from fairwitness.vault.passphrase import RecoverySheet
from fairwitness.vault.suites import PrivateKey
from fairwitness.vault.trust import KeyStatement, sign_key

SURVEYS = Path(__file__).parent.parent / "surveys"
PASSWORD = "quiet harbour lamp"  # noqa: S105 # of a training centre, shown on its first page
PASSPHRASE = "eleven quiet lanterns by the water"  # noqa: S105 # likewise
KEYS_LAST = timedelta(days=730)

MEMBERS: dict[str, tuple[Role, ...]] = {
    "Lea": (Role.COORDINATOR,),
    "Ada": (Role.TRIAGE, Role.CASEWORKER),
    "Ben": (Role.DISCLOSURE,),
    "Ina": (Role.STATISTICIAN,),
    "Pia": (Role.PROTECTION,),
}
READS_REPORTS = ("Ada", "Ben")

RECIPIENTS = (
    (
        "Ombuds Office",
        "desk@ombuds.example",
        "It looks into complaints about public offices and tells them what to change.",
    ),
    (
        "City Legal Aid",
        "intake@legalaid.example",
        "It advises people on their rights and can go to court with them, free of charge.",
    ),
)


@dataclass
class Member:
    """Somebody of the staff, with what they alone would know."""

    user: User
    secret: SignInSecret
    private: PrivateKey | None = None
    sheet: RecoverySheet | None = None

    @property
    def unlocked(self) -> tuple[KeyPair, PrivateKey]:
        """Their own key, as it is open while they sit at the desk."""
        if self.user.key is None or self.private is None:
            raise ValueError("this member has set no passphrase")
        return self.user.key, self.private


@dataclass
class World:
    """The founded centre: its people, and the recipients' own keys, which a real centre never has."""

    members: dict[str, Member] = field(default_factory=dict)
    recipients: dict[str, Recipient] = field(default_factory=dict)
    identities: dict[str, pyrage.x25519.Identity] = field(default_factory=dict)
    version: Version | None = None

    def __getattr__(self, name: str) -> Member:
        try:
            return self.__dict__["members"][name.capitalize()]  # type: ignore[no-any-return] # a dict of members
        except KeyError:
            raise AttributeError(name) from None


def found(*, on: date | None = None) -> World:
    """Found the centre and open its doors."""
    on = on or timezone.localdate()
    world = World()
    _invite(world, on=on)
    make_slots()
    _make_keys(world, on=on)
    _try_recovery(world, at=timezone.now())
    _bind(world, on=on)
    _name_recipients(world, on=on)
    lea = world.members["Lea"].user
    sheet = (SURVEYS / "default.xlsx").read_bytes()
    world.version = publish_version(sheet, name="Default questionnaire", by=lea, on=on)
    for code, _name in settings.LANGUAGES:
        governance.publish_notice(code, by=lea, on=on)
    return world


def _invite(world: World, *, on: date) -> None:
    for name, roles in MEMBERS.items():
        by = world.members["Lea"].user if world.members else SYSTEM
        user, secret = invite_colleague(name, roles=roles, password=PASSWORD, by=by)
        world.members[name] = Member(user, secret)
        sheet = set_passphrase(user, passphrase=PASSPHRASE, on=on)
        world.members[name].sheet = sheet
        world.members[name].private = unlock(
            user, passphrase=PASSPHRASE, at=timezone.now()
        )


def _make_keys(world: World, *, on: date) -> None:
    """Make the keys of the house; one invented trustee signs them."""
    trustee = Ed25519PrivateKey.generate()
    root = trustee.public_key().public_bytes_raw()
    settings.SECRETS.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.SECRETS / "trustees.json").write_text(json.dumps({"roots": [root.hex()]}))

    def sign(statement: KeyStatement) -> list[bytes]:
        return [sign_key(statement, trustee)]

    triage, private = found_keys(sign=sign, not_after=on + KEYS_LAST)
    for name in READS_REPORTS:
        keep_triage_key(triage, private, to=world.members[name].user, by=SYSTEM)


def _try_recovery(world: World, *, at: datetime) -> None:
    """Type the sheets as if the keys were lost, as a real centre must before it opens."""
    ada = world.members["Ada"]
    if ada.sheet:
        rehearse_by_sheet(ada.user, words=" ".join(ada.sheet.words), at=at)
    words = " ".join(lock_house_keys().words)
    rehearse_by_house_sheet(words=words, at=at, by=world.members["Lea"].user)


def _bind(world: World, *, on: date) -> None:
    """Say who runs it, why it may, where data lies, what it promises."""
    lea, pia = world.members["Lea"].user, world.members["Pia"].user
    governance.set_controller(_controller(on), by=lea, on=on)
    for officer, office, interests in (
        ("Mara Quill", "Chair", "Works for the harbour library. No other interests."),
        ("Tomas Reed", "Treasurer", "None."),
    ):
        declaration = Declaration(
            officer=officer, office=office, interests=interests, declared_on=on
        )
        governance.declare(declaration, by=lea)
    home = countries.country("XX")
    for code, text in home.purposes.items():
        purpose = Purpose(code=code, **asdict(text))
        governance.add_purpose(purpose, by=pia, on=on)
        governance.approve_purpose(purpose, by=pia, on=on)
    processor = Processor(
        name="Lantern Hosting",
        does=Processor.Does.HOSTING,
        host=places.this_machine(),
        city="Quayside",
        country="XX",
        contract_on=on - timedelta(days=200),
    )
    governance.add_processor(processor, by=lea, on=on)
    for area in home.areas:
        row = Area(
            code=area.code,
            name=area.name["en"],
            names=dict(area.name),
            people=area.people,
            people_source="Harbour Land census of 2024",
            people_on=date(2024, 6, 30),
        )
        governance.add_area(row, by=lea)
    governance.promise(read_within=3, answer_within=10, by=lea, from_on=on)


def _controller(on: date) -> Controller:
    return Controller(
        legal_name="Harbour Members' Trust",
        legal_form="Charity",
        company_number="HM 000 001",
        postal_address="1 Quay Street, Quayside, Harbour Land",
        email="centre@harbour.example",
        phone="0300 000 000",
        phone_hours="weekdays 9 to 5",
        country="XX",
        registration_number="ZA000000",
        registration_ends_on=on + timedelta(days=540),
        affiliations="Belongs to nobody. Harbour Members' Trust founded it in 2024.",
        funders="Members' fees, and one grant from the Lantern Foundation.",
        protection_officer="Pia, protection@harbour.example",
        centre_name="Harbour Centre",
        quiet_name="Harbour",
        exit_url="https://weather.example/",
    )


def _name_recipients(world: World, *, on: date) -> None:
    lea, pia = world.members["Lea"].user, world.members["Pia"].user
    for name, contact, what in RECIPIENTS:
        recipient = Recipient(
            name=name,
            country="XX",
            contact=contact,
            what_it_does=what,
            agreement="It uses what we pass on for the person who told us, keeps it for two "
            "years at most, and tells us when it is done or returned.",
            agreed_on=on - timedelta(days=90),
        )
        governance.add_recipient(recipient, by=lea, on=on)
        identity = pyrage.x25519.Identity.generate()
        key = governance.add_recipient_key(
            recipient, str(identity.to_public()), by=lea, on=on
        )
        governance.confirm_recipient_key(key, by=pia, on=on)
        world.recipients[name], world.identities[name] = recipient, identity
