"""`fairwitness contacts import`, `campaign preflight`, `campaign launch`."""

import argparse
from pathlib import Path
from typing import Any

from fairwitness.cli.saying import say, say_json


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


def _import(chosen: argparse.Namespace) -> int:
    from tqdm import tqdm

    from fairwitness.outreach import commands

    with tqdm(unit=" rows", disable=None, leave=False) as bar:
        report = commands.import_file(
            chosen.file, chosen.source, by=chosen.by, progress=bar.update
        )
    if chosen.json:
        say_json(report.__dict__)
    else:
        say(
            f"{report.added} added, {report.unchanged} known already, "
            f"{report.suppressed} never to be written to, {len(report.refused)} refused"
        )
        for row, reason in report.refused:
            say(f"  row {row}: {reason}")
    return 1 if report.refused else 0


def _preflight(chosen: argparse.Namespace) -> int:
    from fairwitness.outreach import commands

    findings = commands.preflight_named(chosen.name)
    if chosen.json:
        say_json({"findings": [finding.__dict__ for finding in findings]})
    else:
        for finding in findings:
            say(
                f"{finding.level}  {finding.code}  {finding.place}: {finding.message} {finding.fix}"
            )
        say(f"{len(findings)} findings.")
    return 1 if any(finding.level == "STOP" for finding in findings) else 0


def _launch(chosen: argparse.Namespace) -> int:
    from fairwitness.outreach import commands

    wave = commands.launch(chosen.name, by=chosen.by)
    say(f"Wave {wave.number} of {chosen.name} waits for the worker.")
    return 0
