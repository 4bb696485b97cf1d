"""Says in three words what is so, why it matters, what to do."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.utils import timezone

from fairwitness.cli import manifest
from fairwitness.governance import recoveries
from fairwitness.governance.readiness import missing
from fairwitness.ledger.actions import first_broken_checkpoint, first_broken_entry
from fairwitness.ledger.models import Entry
from fairwitness.outreach.preflight.records import STEPS
from fairwitness.outreach.ways import checks_of_now
from fairwitness.sifting import apart
from fairwitness.vault.models import Slot

LEAST_SLOTS = 20
_YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `ok`, `look` or `STOP`."""

    level: str
    what: str
    why: str = ""
    mend: str = ""

    def line(self) -> str:
        """The finding as one line of text."""
        parts = [f"{self.level:5}{self.what}", self.why, self.mend]
        return "   ".join(part for part in parts if part)


def examine() -> list[Finding]:
    """Look at the database, the ledger, the keystore, the machine and the doors."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return [
            Finding(
                "STOP",
                "the database does not answer",
                "nothing can be taken",
                "start it",
            )
        ]
    unapplied = manifest.unapplied()
    if unapplied:
        return [
            Finding(
                "STOP",
                f"{unapplied} changes of the databases wait",
                "the code is newer",
                "run: fairwitness upgrade",
            )
        ]
    return [
        _ledger(),
        _slots(),
        _swap(),
        _core_files(),
        _mail(),
        _files(),
        _apart(),
        _trustees(),
        *_rules(),
        *_doors(),
    ]


def _ledger() -> Finding:
    broken = first_broken_entry()
    if broken is not None:
        return Finding(
            "STOP",
            f"ledger entry {broken.number} does not follow from the last",
            "somebody changed what was recorded",
            "compare with the published checkpoints",
        )
    cut = first_broken_checkpoint()
    if cut is not None:
        return Finding(
            "STOP",
            f"the log {cut.log} no longer bears out its checkpoint of {cut.size}",
            "entries were removed or rewritten",
            "compare with the published checkpoints",
        )
    last = Entry.objects.exclude(number=None).order_by("number").last()
    return Finding("ok", f"ledger unbroken to entry {last.number if last else 0}")


def _slots() -> Finding:
    free = Slot.objects.filter(is_taken=False)[:LEAST_SLOTS].count()
    if free < LEAST_SLOTS:
        return Finding(
            "STOP",
            f"{free} places left in the keystore",
            "a report needs one",
            "run: fairwitness worker",
        )
    return Finding("ok", "the keystore has places")


def _swap() -> Finding:
    try:
        is_on = len(Path("/proc/swaps").read_text().splitlines()) > 1
    except OSError:
        return Finding("look", "swap could not be looked at")
    if is_on:
        return Finding(
            "look",
            "swap is on",
            "keys could be written to disk",
            "turn it off, or encrypt it",
        )
    return Finding("ok", "swap is off")


def _core_files() -> Finding:
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        return Finding(
            "look",
            "core files are on",
            "a crash could write keys to disk",
            "run: ulimit -c 0",
        )
    return Finding("ok", "core files are off")


def _mail() -> Finding:
    if not settings.EMAIL_HOST:
        return Finding(
            "look",
            "letters land in the folder outbox",
            "nobody gets them",
            "set EMAIL_HOST",
        )
    checks = checks_of_now()
    wrong = [step for step in STEPS if step in checks and not checks[step].is_well]
    mend = "at the desk: Campaigns, Mail that arrives"
    if wrong:
        on = max(one.checked_on for one in checks.values())
        what = (
            f"of the records for mail were not found well on {on}: {', '.join(wrong)}"
        )
        return Finding("look", what, "letters may be taken for spam", mend)
    if not checks and not settings.IS_TRAINING:
        what = "letters go to a mail server; nobody looked whether they arrive"
        return Finding("look", what, "they may be taken for spam", mend)
    return Finding("ok", "letters go to a mail server")


def _files() -> Finding:
    lacking = apart.missing()
    if lacking:
        return Finding(
            "look",
            f"what is hidden in {' and '.join(lacking)} cannot be taken out",
            "people can add them only as they are, or not at all",
            "install fairwitness[evidence]",
        )
    return Finding("ok", "pictures and PDF files are cleaned")


def _apart() -> Finding:
    """Whether the process that reads somebody's file is held apart from all others."""
    if os.geteuid() == 0:
        return Finding(
            "look",
            "this runs as root",
            "what reads the files of strangers is held by no limit",
            "run it as a user of its own",
        )
    try:
        scope = _YAMA.read_text().strip()
    except OSError:
        scope = "0"
    if scope == "0":
        return Finding(
            "look",
            "a process may look into another",
            "who breaks what reads a file could read more",
            "set kernel.yama.ptrace_scope to 1",
        )
    return Finding("ok", "what reads files is held apart")


def _trustees() -> Finding:
    unsealed = [
        str(one.name)
        for one in recoveries.standings(on=timezone.localdate())
        if one.has_escrow and not one.is_escrowed
    ]
    if unsealed:
        return Finding(
            "look",
            f"no trustees could bring back: {', '.join(unsealed)}",
            "who loses passphrase and sheet loses that key",
            "see docs/keys.md, When keys are lost; then each unlocks their key once",
        )
    return Finding("ok", "any two of three trustees bring lost keys back")


def _rules() -> list[Finding]:
    """What the house finds wrong with its own policy, or with rows that a centre wrote."""
    wrong = [one for one in checks.run_checks() if one.level >= checks.ERROR]
    return [
        Finding(
            "STOP",
            str(one.msg),
            "a rule that nobody can execute holds for nobody",
            str(one.hint or "mend it"),
        )
        for one in wrong
    ]


def _doors() -> list[Finding]:
    lacking = missing()
    if not lacking:
        return [Finding("ok", "the doors are open")]
    return [
        Finding("STOP", str(condition.title), str(condition.why), str(condition.mend))
        for condition in lacking
    ]
