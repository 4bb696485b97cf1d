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

    publish = verbs.add_parser("publish", help="ask this form from now on")
    publish.add_argument(
        "form",
        type=Path,
        nargs="?",
        help="without it: the one that comes with the house",
    )
    publish.add_argument("--by", required=True, help="the member of staff who does it")
    publish.add_argument("--dir", type=Path, help="the centre's folder")
    publish.set_defaults(run=_publish, needs_centre=True)


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


def _publish(chosen: argparse.Namespace) -> int:
    from fairwitness.staff.models import User
    from fairwitness.surveys.actions import publish_version
    from fairwitness.surveys.xlsform import DEFAULT

    by = User.objects.filter(name=chosen.by, is_active=True).first()
    if by is None:
        raise Refused(f"Nobody here is called {chosen.by}.")
    form = chosen.form or DEFAULT
    try:
        sheet = form.read_bytes()
    except OSError:
        raise Refused(f"There is no file {form.name} that can be read.") from None
    version = publish_version(sheet, name=form.stem, by=by)
    say(f"Published: {version.hash[:16]}")
    return 0
