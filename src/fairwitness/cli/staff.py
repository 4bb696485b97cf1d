"""`fairwitness staff renew`: a new way in for a member who lost password or authenticator."""

import argparse
from pathlib import Path
from typing import Any

from fairwitness.cli.asking import ask_twice
from fairwitness.cli.saying import say


def add_commands(commands: Any) -> None:
    staff = commands.add_parser("staff", help="who works here")
    verbs = staff.add_subparsers(metavar="VERB", required=True)
    renew = verbs.add_parser(
        "renew", help="on the server: a new password and authenticator for a member"
    )
    renew.add_argument("name", help="as colleagues see it")
    renew.add_argument("--dir", type=Path, help="the centre's folder")
    renew.set_defaults(run=_renew, needs_centre=True)


def _renew(chosen: argparse.Namespace) -> int:
    from fairwitness.ledger.actors import SYSTEM
    from fairwitness.outreach.commands import member
    from fairwitness.staff.actions import renew_sign_in

    user = member(chosen.name)
    password = ask_twice("A new password to sign in, 12 characters or more")
    secret = renew_sign_in(user, password=password, by=SYSTEM)
    say(f"Put this into the authenticator: {secret.otpauth}")
    say(f"The old ones let nobody in any more; every sitting of {user.name} has ended.")
    say("The vault passphrase is as it was. The ledger says that the machine did this.")
    return 0
