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
    from fairwitness.surveys.checking import Level, check_form

    found = check_form(_read(chosen.form), name=chosen.form.name)
    if chosen.json:
        say_json({"findings": [one.as_json() for one in found]})
    else:
        for one in found:
            say(
                f"{one.level.upper():<8} {one.place or chosen.form.name}: {one.message}"
            )
            if one.fix:
                say(f"         {one.fix}")
        say(f"{len(found)} findings.")
    return 1 if any(one.level is Level.ERROR for one in found) else 0


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused(f"There is no file {file.name} that can be read.") from None


def _publish(chosen: argparse.Namespace) -> int:
    from fairwitness.staff.models import User
    from fairwitness.surveys.actions import publish_version
    from fairwitness.surveys.xlsform import DEFAULT

    by = User.objects.filter(name=chosen.by, is_active=True).first()
    if by is None:
        raise Refused(f"Nobody here is called {chosen.by}.")
    form = chosen.form or DEFAULT
    version = publish_version(_read(form), name=form.stem, by=by)
    say(f"Published: {version.hash[:16]}")
    return 0
