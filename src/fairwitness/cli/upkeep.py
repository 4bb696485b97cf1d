"""`fairwitness backup`, `restore`, `upgrade`: what keeps a centre through bad days and new versions."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairwitness.cli.saying import say, say_json
from fairwitness.refusal import Refused

if TYPE_CHECKING:
    from fairwitness.cli.backing import Made
    from fairwitness.cli.restoring import Restored


def add_commands(commands: Any) -> None:
    backup = commands.add_parser(
        "backup", help="copy a running centre: its database here, its keystore apart"
    )
    backup.add_argument(
        "--to", type=Path, help="where backups lie (its folder/backups)"
    )
    backup.set_defaults(run=_backup)

    restore = commands.add_parser(
        "restore", help="put a backup in place; what was erased since stays erased"
    )
    restore.add_argument(
        "backup", type=Path, metavar="DIR", help="a backup, or backups"
    )
    restore.add_argument(
        "--keystore",
        default="",
        metavar="DIR",
        help="another backup of the keystore; `kept` for the one that stands here",
    )
    restore.add_argument(
        "--taken-back",
        type=Path,
        metavar="FILE",
        help="a newer list of what was erased",
    )
    restore.add_argument(
        "--replace", action="store_true", help="keep the centre that is here beside"
    )
    restore.set_defaults(run=_restore)

    upgrade = commands.add_parser(
        "upgrade", help="after a new version: backup, migrate, doctor"
    )
    upgrade.add_argument(
        "--to", type=Path, help="where backups lie (its folder/backups)"
    )
    upgrade.set_defaults(run=_upgrade)
    for parser in (backup, restore, upgrade):
        parser.add_argument("--dir", type=Path, help="the centre's folder")
        parser.add_argument("--json", action="store_true", help="for machines")
        parser.set_defaults(needs_centre=True)


def _backup(chosen: argparse.Namespace) -> int:
    from fairwitness.cli import backing

    made = backing.make(chosen.to.resolve() if chosen.to else backing.default_place())
    if chosen.json:
        say_json(asdict(made))
    else:
        _say_made(made)
    return 0


def _say_made(made: "Made") -> None:
    from fairwitness.cli.backing import KEEP_APART, KEYSTORE_DAYS

    say(f"The centre, with {made.editions} editions: {made.centre}")
    say(f"Its keystore, apart: {made.keystore}")
    say(
        f"Bring them to two places. No copy of the keystore is kept past {KEYSTORE_DAYS} days:"
    )
    say("as long as there is one, what was erased since can still be read.")
    for name in made.keystores_removed:
        say(f"Removed, because it was older: the keystore of {name}")
    say(f"{KEEP_APART}{made.secrets_folder}")


def _restore(chosen: argparse.Namespace) -> int:
    from fairwitness.cli import restoring

    restored = restoring.restore(
        chosen.backup,
        keystore=chosen.keystore,
        replace=chosen.replace,
        more=chosen.taken_back,
    )
    if chosen.json:
        say_json({**asdict(restored), "is_whole": restored.is_whole})
    else:
        _say_restored(restored)
    return 0 if restored.is_whole else 1


def _say_restored(restored: "Restored") -> None:
    done = restored.settled
    say(
        f"The centre is as it was at {restored.made_at}. Later reports and answers are gone."
    )
    for place in restored.former:
        say(f"The former one is kept: {place}")
    say("Done again, because people had asked for it since:")
    say(f"  {done['reports_erased']} reports and {done['facts_erased']} facts erased")
    say(
        f"  {done['keys_shredded']} keys shredded, {done['keys_unused']} without a use dropped"
    )
    say(f"  {done['consents_withdrawn']} consents withdrawn")
    say(f"  {done['addresses_left']} addresses never written to again")
    say(
        f"{done['letters_uncertain']} letters had not left when the copy was made. They may have"
        " since: they are uncertain now, and none is sent by itself."
    )
    _say_findings(restored)


def _say_findings(restored: "Restored") -> None:
    if restored.ledger_broken_at:
        say(
            f"STOP ledger entry {restored.ledger_broken_at} does not follow from the last"
        )
    elif restored.log_cut_at:
        say(f"STOP a log no longer bears out its checkpoint of {restored.log_cut_at}")
    else:
        say(f"The ledger is unbroken to entry {restored.ledger_entries}.")
    if restored.settled["without_key"]:
        say(
            f"STOP {restored.settled['without_key']} reports or incidents cannot be opened:"
            " this keystore does not hold their keys. A newer copy of it may."
        )
    for name in restored.secrets_missing:
        say(
            f"STOP the secret {name} is not here. Bring it back from where you keep it,"
            " or with the sheet of the house: fairwitness keys restore."
        )
    say("Next: fairwitness doctor, then start serve, worker and gate.")


def _upgrade(chosen: argparse.Namespace) -> int:
    from django.db import DatabaseError

    from fairwitness.cli import backing, copies, doctor, manifest
    from fairwitness.cli.founding import migrate

    backing.require_centre()
    copies.require_alone()  # before the copy too: nothing that comes later is lost with it
    made = backing.make(chosen.to.resolve() if chosen.to else backing.default_place())
    copies.require_alone()
    waiting = manifest.unapplied()
    try:
        migrate()
    except (DatabaseError, OSError, ValueError) as fault:
        raise Refused(
            f"The databases could not be brought up to date ({type(fault).__name__}). Go back:"
            " install the version that you had, then run: fairwitness restore"
            f" {made.centre} --replace"
        ) from fault
    findings = doctor.examine()
    is_well = not any(finding.level == "STOP" for finding in findings)
    if chosen.json:
        told = [finding.__dict__ for finding in findings]
        say_json({"backup": asdict(made), "changes": waiting, "findings": told})
        return 0 if is_well else 1
    _say_made(made)
    say(f"{waiting} changes made in the databases.")
    for finding in findings:
        say(finding.line())
    if is_well:
        say("Start serve, worker and gate again.")
    return 0 if is_well else 1
