"""People at the desk, for tests: with roles, an unlocked key, and a browser of their own."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.demo import world as demo
from fairwitness.demo.world import World
from fairwitness.governance.models import Notice
from fairwitness.intake.actions import receive_report
from fairwitness.intake.models import Report
from fairwitness.ledger.actors import SYSTEM
from fairwitness.staff.actions import (
    invite_colleague,
    keep_triage_key,
    set_passphrase,
    unlock,
)
from fairwitness.staff.models import User
from fairwitness.staff.one_time import SignInSecret
from fairwitness.staff.roles import May, Role
from fairwitness.vault.founding import found_keys
from fairwitness.vault.models import KeyPair
from fairwitness.vault.opening import Ring
from fairwitness.vault.receipt import ReceiptCode
from fairwitness.vault.suites import PrivateKey
from fairwitness.vault.trust import sign_key

PASSWORD = "harbour lantern 71"
PASSPHRASE = "violet anchors drift past seven"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
WHO = {"your_gender_words": "Wren Holloway, 4 Lantern Row"}


def at_desk(user: User) -> Client:
    """The browser of somebody who signed in, with their key locked."""
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    """A page on one line, to look for what it says."""
    return re.sub(r"\s+", " ", response.content.decode())


@dataclass
class Colleague:
    """Somebody who works here, with what only they know."""

    user: User
    secret: SignInSecret
    unlocked: PrivateKey | None = None
    password: str = PASSWORD
    passphrase: str = PASSPHRASE

    @property
    def private(self) -> PrivateKey:
        """Their own key, unlocked."""
        assert self.unlocked
        return self.unlocked

    @property
    def key(self) -> KeyPair:
        """The public half of their own key."""
        assert self.user.key
        return self.user.key

    @property
    def ring(self) -> Ring:
        """Every key that they can open now."""
        return Ring.of(self.key, self.private)

    def browser(self, *, unlocked: bool = True) -> Client:
        """A browser in which they have signed in, and unlocked their key."""
        client = Client()
        sign_in(client, self)
        if unlocked and self.unlocked:
            client.post(reverse("staff:unlock"), {"passphrase": self.passphrase})
        return client


def sign_in(client: Client, who: Colleague, **other: str):
    """Post the sign-in page with the code of this moment, or with something else."""
    fields = {
        "name": who.user.name,
        "password": who.password,
        "passcode": fresh_code(who),
        **other,
    }
    return client.post(reverse("staff:sign_in"), fields)


def fresh_code(who: Colleague) -> str:
    """The code of this moment, as if half a minute had passed since the last one."""
    User.objects.filter(pk=who.user.pk).update(last_code=0)
    return who.secret.code(timezone.now())


def found() -> tuple[KeyPair, PrivateKey]:
    """Make the keys of the house, signed by a trustee; gives the triage key."""
    trustee = Ed25519PrivateKey.generate()
    root = trustee.public_key().public_bytes_raw().hex()
    (settings.SECRETS / "trustees.json").write_text(json.dumps({"roots": [root]}))
    return found_keys(
        sign=lambda statement: [sign_key(statement, trustee)],
        not_after=date(2036, 1, 1),
    )


def colleague(
    name: str,
    *roles: Role,
    by: User | None = None,
    triage: tuple[KeyPair, PrivateKey] | None = None,
    has_key: bool = True,
) -> Colleague:
    """Somebody with these roles; with a key, and the triage key where their role has it."""
    user, secret = invite_colleague(
        name, roles=roles, password=PASSWORD, by=by or SYSTEM
    )
    if not has_key:
        return Colleague(user, secret)
    set_passphrase(user, passphrase=PASSPHRASE, on=TODAY)
    private = unlock(user, passphrase=PASSPHRASE, at=NOW)
    if triage and user.may(May.READ_NEW_REPORTS):
        keep_triage_key(*triage, to=user, by=by or SYSTEM)
    return Colleague(user, secret, private)


def staff_of(world: World) -> SimpleNamespace:
    """Everybody at the desk of a centre, by their small names, with their unlocked keys."""
    return SimpleNamespace(
        **{
            name.lower(): Colleague(
                one.user, one.secret, one.private, demo.PASSWORD, demo.PASSPHRASE
            )
            for name, one in world.members.items()
        }
    )


def tell(
    world: World,
    *,
    role: str = "victim",
    day: date = TODAY,
    account: dict[str, Any] | None = None,
    identity: dict[str, Any] | None = None,
    others: dict[str, Any] | None = None,
    read_by: date | None = None,
    **header: Any,
) -> tuple[Report, ReceiptCode]:
    """A report as it comes in, with the code that only its reporter holds."""
    assert world.version
    code = ReceiptCode.new()
    answers = account or {
        "what_happened": "The ramp was locked again.",
        "type": ["exclusion"],
        "grounds": ["disability"],
        "setting": "meeting",
        "when": "2026-03",
    }
    sections: dict[str, dict[str, Any]] = {"narrative": {"answers": answers}}
    if identity:
        sections["identity"] = {"answers": identity}
    if others:
        sections["others"] = {"answers": others}
    report = receive_report(
        code=code,
        version=world.version,
        notice=Notice.objects.get(language="en"),
        header={
            "language": "en",
            "role": role,
            "is_young": False,
            "door": "open",
            "read_by": (read_by or day + timedelta(days=3)).isoformat(),
            "answer_by": (day + timedelta(days=14)).isoformat(),
            **header,
        },
        sections=sections,
        on=day,
    )
    return report, code
