"""A centre just big enough for its doors: keys, slots, a promise, a notice, two recipients."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from fairwitness.governance.models import Notice, Promise, Purpose, Recipient
from fairwitness.surveys.models import Questionnaire, Version
from fairwitness.vault.actions import make_slots
from fairwitness.vault.founding import found_keys
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PrivateKey
from fairwitness.vault.trust import sign_key


@dataclass(frozen=True)
class Doorway:
    """What a report meets on its way in."""

    triage: KeyPair
    triage_key: PrivateKey
    version: Version
    notice: Notice
    ombuds: Recipient
    legal_aid: Recipient


def make_doorway(*, on: date, sheet: bytes = b"a sheet") -> Doorway:
    """Found the keys of a house and what a report needs to be taken."""
    trustee = Ed25519PrivateKey.generate()
    root = trustee.public_key().public_bytes_raw().hex()
    settings.SECRETS.mkdir(parents=True, exist_ok=True)
    (settings.SECRETS / "trustees.json").write_text(json.dumps({"roots": [root]}))
    triage, private = found_keys(
        sign=lambda statement: [sign_key(statement, trustee)],
        not_after=on + timedelta(days=400),
    )
    make_slots(40)
    Purpose.objects.update_or_create(
        code=Purpose.Serves.REPORTS, defaults={"basis": "consent", "kept_months": 60}
    )
    Promise.objects.create(read_within=3, answer_within=10, from_on=date(2020, 1, 1))
    digest = hashlib.sha256(sheet).hexdigest()
    questionnaire = Questionnaire.objects.create(name="default")
    return Doorway(
        triage=triage,
        triage_key=private,
        version=Version.objects.create(
            hash=digest, questionnaire=questionnaire, sheet=sheet, published_on=on
        ),
        notice=Notice.objects.create(
            hash=hashlib.sha256(b"notice").hexdigest(),
            language="en",
            body={},
            made_on=on,
        ),
        ombuds=make_recipient("Ombuds Office", on=on),
        legal_aid=make_recipient("City Legal Aid", on=on),
    )


def make_recipient(name: str, *, on: date) -> Recipient:
    """An invented organisation of the closed list."""
    return Recipient.objects.create(
        name=name,
        country="XX",
        contact="desk@recipient.example",
        what_it_does="It gives advice and takes complaints.",
        agreement=f"{name} tells us what it did with each case.",
        agreed_on=on,
    )
