"""`fairwitness questionnaire check`: can this XLSForm be asked here?"""

import argparse
from pathlib import Path
from typing import Any

from fairwitness.cli.saying import say, say_json
from fairwitness.refusal import Refused


def add_commands(commands: Any) -> None:
    parser = commands.add_parser("questionnaire", help="check an XLSForm")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    check = verbs.add_parser("check", help="can this form be read and asked here?")
    check.add_argument("form", type=Path)
    check.add_argument("--json", action="store_true", help="for machines")
    check.set_defaults(run=_check, needs_centre=False)


def _check(chosen: argparse.Namespace) -> int:
    from fairwitness.surveys.xlsform import read_form

    findings: list[dict[str, object]] = []
    try:
        form = read_form(chosen.form)
    except Refused as refusal:
        findings.append(_finding("unreadable", str(refusal)))
    else:
        findings.extend(_finding("unsupported", str(what)) for what in form.unsupported)
    if chosen.json:
        say_json({"findings": findings})
    else:
        for finding in findings:
            say(f"{finding['level']}  {finding['code']}  {finding['message']}")
        say(f"{len(findings)} findings.")
    return 1 if findings else 0


def _finding(code: str, message: str) -> dict[str, object]:
    return {
        "code": code,
        "level": "error",
        "sheet": None,
        "row": None,
        "column": None,
        "message": message,
        "fix": "",
    }
