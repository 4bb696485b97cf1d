"""`fairwitness init`: a centre's folder, databases, keys and first member.

The keys of the house are made unsigned: the doors stay shut until a trustee, on a
machine of their own, has signed them (`fairwitness keys statements`, `sign`, `accept`).
"""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from fairwitness.cli.asking import ask_line, ask_twice
from fairwitness.cli.recovery import say_sheet
from fairwitness.cli.saying import say
from fairwitness.ledger.actors import SYSTEM
from fairwitness.staff.actions import (
    invite_colleague,
    keep_triage_key,
    set_passphrase,
)
from fairwitness.staff.roles import Role
from fairwitness.vault.actions import make_slots
from fairwitness.vault.founding import found_keys
from fairwitness.vault.house_sheet import lock_house_keys
from fairwitness.vault.models import KeyPair

FIRST_ROLES = (Role.COORDINATOR, Role.TRIAGE, Role.CASEWORKER)
KEYS_LAST = timedelta(days=2 * 365)


def migrate() -> None:
    """Bring both databases to the state that this version needs."""
    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)


def found(place: Path | None) -> int:
    """Make what is missing; what is there stays. Asks for the first member's secrets."""
    del place
    migrate()
    make_slots()
    if not KeyPair.objects.exclude(purpose=KeyPair.Purpose.STAFF).exists():
        _first_member()
    say(f"The centre lies in {settings.DIR}.")
    say(
        "Next, on a trustee's own machine: fairwitness keys trustee --name NAME --out FILE"
    )
    say("What is still missing after each step: fairwitness doctor")
    return 0


def _first_member() -> None:
    name = ask_line("Your name, as colleagues will see it:")
    password = ask_twice("A password to sign in, 12 characters or more")
    passphrase = ask_twice("A passphrase for the vault, 15 characters or more")
    with transaction.atomic():
        _take_in(name, password=password, passphrase=passphrase)


def _take_in(name: str, *, password: str, passphrase: str) -> None:
    """Make the keys of the house and the member who holds the first of them, or neither."""
    triage, private = found_keys(
        sign=lambda _statement: [], not_after=timezone.localdate() + KEYS_LAST
    )
    member, secret = invite_colleague(
        name, roles=FIRST_ROLES, password=password, by=SYSTEM
    )
    today = timezone.localdate()
    sheet = set_passphrase(member, passphrase=passphrase, on=today)
    keep_triage_key(triage, private, to=member, by=SYSTEM)
    say(f"Put this into your authenticator: {secret.otpauth}")
    say_sheet(sheet.words, "Your own recovery sheet.")
    say_sheet(lock_house_keys().words, "The recovery sheet of the house.")
