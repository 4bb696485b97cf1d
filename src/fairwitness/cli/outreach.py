"""`fairwitness contacts import`, `campaign preflight`, `campaign launch`, `preflight`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairwitness.cli.saying import say, say_json
from fairwitness.refusal import Refused

if TYPE_CHECKING:
    from fairwitness.outreach.preflight.finding import Finding

LARGEST = 2_000_000  # bytes of a letter


def add_commands(commands: Any) -> None:
    contacts = commands.add_parser("contacts", help="whom we may write to")
    verbs = contacts.add_subparsers(metavar="VERB", required=True)
    take = verbs.add_parser("import", help="import a CSV or XLSX file with its source")
    take.add_argument("file", type=Path)
    take.add_argument(
        "--source", type=Path, required=True, help="a TOML file: who, how, when"
    )
    take.add_argument("--by", required=True, help="the member of staff who does it")
    take.add_argument("--dir", type=Path, help="the centre's folder")
    take.add_argument("--json", action="store_true", help="for machines")
    take.set_defaults(run=_import, needs_centre=True)

    campaign = commands.add_parser("campaign", help="check or launch a campaign")
    verbs = campaign.add_subparsers(metavar="VERB", required=True)
    for name, run, told in (
        ("preflight", _preflight, "check it as a whole"),
        ("launch", _launch, "launch its next wave"),
    ):
        parser = verbs.add_parser(name, help=told)
        parser.add_argument("name")
        parser.add_argument("--dir", type=Path, help="the centre's folder")
        parser.add_argument("--json", action="store_true", help="for machines")
        if name == "launch":
            parser.add_argument("--by", required=True, help="the member of staff")
        parser.set_defaults(run=run, needs_centre=True)
    _add_keep(verbs)

    outside = commands.add_parser(
        "preflight", help="check a letter and a form that were made elsewhere"
    )
    outside.add_argument("--letter", type=Path, help="a letter as a file, .eml")
    outside.add_argument("--form", type=Path, help="an XLSForm")
    outside.add_argument(
        "--words", type=Path, help="a text with names and words of your own"
    )
    outside.add_argument(
        "--offline", action="store_true", help="look up no names (SPF, DKIM, DMARC)"
    )
    outside.add_argument("--json", action="store_true", help="for machines")
    outside.set_defaults(run=_outside, needs_centre=False, wrong_use=outside.error)


def _add_keep(verbs: Any) -> None:
    keep = verbs.add_parser("keep", help="let a warning stand, with a public reason")
    keep.add_argument("name")
    keep.add_argument("code", help="the code of the warning, as FW212")
    keep.add_argument("--words", default="", help="the words it is about, if several")
    keep.add_argument("--reason", required=True, help="why; it is published")
    keep.add_argument("--by", required=True, help="the member of staff")
    keep.add_argument("--dir", type=Path, help="the centre's folder")
    keep.set_defaults(run=_keep, needs_centre=True)


def _import(chosen: argparse.Namespace) -> int:
    from tqdm import tqdm

    from fairwitness.outreach import commands

    with tqdm(unit=" rows", disable=None, leave=False) as bar:
        report = commands.import_file(
            chosen.file, chosen.source, by=chosen.by, progress=bar.update
        )
    if chosen.json:
        say_json(report.as_json())
    else:
        say(
            f"{report.added} added, {report.unchanged} known already, "
            f"{report.suppressed} never to be written to, {report.refused_count} refused"
        )
        for refusal in report.each_refused():
            column = f", {refusal.column}" if refusal.column else ""
            say(f"  row {refusal.row}{column}: {refusal.why} {refusal.mend}")
    return 1 if report.refused_count else 0


def _preflight(chosen: argparse.Namespace) -> int:
    from fairwitness.outreach import commands

    checked = commands.preflight_named(chosen.name)
    if chosen.json:
        rows = [
            {**one.finding.as_json(), "kept": one.as_json()} for one in checked.told
        ]
        say_json({"findings": rows, "unchecked": checked.unchecked})
    else:
        for one in checked.told:
            _say_finding(one.finding)
            if one.kept:
                say(f"      kept by {one.by}: {one.reason}")
        _say_sum(len(checked.told), checked.unchecked)
    return 1 if any(one.finding.level == "STOP" for one in checked.told) else 0


def _keep(chosen: argparse.Namespace) -> int:
    from fairwitness.outreach import commands

    commands.keep_named(
        chosen.name, chosen.code, words=chosen.words, reason=chosen.reason, by=chosen.by
    )
    say(f"{chosen.code} of {chosen.name} stands, and so does the reason, in public.")
    return 0


def _outside(chosen: argparse.Namespace) -> int:
    from fairwitness import environment
    from fairwitness.outreach.preflight.dns import resolver_of_this_machine
    from fairwitness.outreach.preflight.outside import check_outside

    if chosen.letter is None and chosen.form is None:
        chosen.wrong_use("name a letter, a form, or both")
    asked = resolver_of_this_machine(environment.server("FAIRWITNESS_DNS"))
    checked = check_outside(
        _read(chosen.letter, most=LARGEST) if chosen.letter else None,
        _read(chosen.form) if chosen.form else None,
        form_name=chosen.form.name if chosen.form else "",
        resolver=None if chosen.offline else asked,
        known=[_read(chosen.words).decode("utf-8", "replace")] if chosen.words else (),
    )
    if chosen.json:
        rows = [one.as_json() for one in checked.findings]
        say_json({"findings": rows, "unchecked": checked.unchecked})
    else:
        for one in checked.findings:
            _say_finding(one)
        _say_sum(len(checked.findings), checked.unchecked)
    return 1 if checked.is_stopped else 0


def _read(file: Path, *, most: int = -1) -> bytes:
    """The bytes of a file, or as many of them as show that it is too large."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1 if most >= 0 else -1)
    except OSError:
        raise Refused(f"There is no file {file.name} that can be read.") from None


def _say_finding(finding: "Finding") -> None:
    say(f"{finding.level}  {finding.code}  {finding.place}: {finding.message}")
    say(f"      {finding.fix}  [{finding.rule}: {finding.law}]")


def _say_sum(number: int, unchecked: Sequence[str]) -> None:
    say(f"{number} findings.")
    for what in unchecked:
        say(f"Not looked at: {what}.")


def _launch(chosen: argparse.Namespace) -> int:
    from fairwitness.outreach import commands

    wave = commands.launch(chosen.name, by=chosen.by)
    say(f"Wave {wave.number} of {chosen.name} waits for the worker.")
    return 0
