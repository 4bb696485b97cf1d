"""`fairwitness questionnaire`: check an XLSForm, run it, evaluate its rules, publish it."""

import argparse
import datetime
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairwitness.cli.saying import say, say_json
from fairwitness.refusal import Refused

if TYPE_CHECKING:
    from fairwitness.surveys.companions import Companions


def add_commands(commands: Any) -> None:
    parser = commands.add_parser(
        "questionnaire", help="check, run or publish an XLSForm"
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    check = verbs.add_parser("check", help="can this form be read and asked here?")
    check.add_argument("form", type=_file)
    check.add_argument("--json", action="store_true", help="for machines")
    check.set_defaults(run=_check, needs_centre=False)

    answer = verbs.add_parser(
        "answer", help="what does this form make of these answers?"
    )
    answer.add_argument("form", type=_file)
    answer.add_argument("answers", type=_file, help="JSON: answers by question")
    answer.add_argument("--json", action="store_true", help="for machines")
    answer.set_defaults(run=_answer, needs_centre=False)

    evaluate = verbs.add_parser("evaluate", help="what does each rule give?")
    evaluate.add_argument("instance", type=_file, help="the answers as XML")
    evaluate.add_argument("expressions", type=_file, help="one rule a line")
    evaluate.add_argument("--json", action="store_true", help="for machines")
    evaluate.set_defaults(run=_evaluate, needs_centre=False)

    publish = verbs.add_parser("publish", help="ask this form from now on")
    publish.add_argument(
        "form",
        type=Path,
        nargs="?",
        help="without it: the one that comes with the house",
    )
    publish.add_argument("--by", required=True, help="the member of staff who does it")
    publish.add_argument(
        "--same-meaning",
        action="store_true",
        help="options with a known code and other words mean what they meant",
    )
    publish.add_argument("--dir", type=Path, help="the centre's folder")
    publish.set_defaults(run=_publish, needs_centre=True)


def _file(written: str) -> Path:
    """A file that is there; another is wrong use of the command."""
    if not Path(written).is_file():
        raise argparse.ArgumentTypeError(f"There is no file {Path(written).name}.")
    return Path(written)


def _check(chosen: argparse.Namespace) -> int:
    from fairwitness.surveys.checking import Finding, Level, check_form

    content = _read(chosen.form)
    refused: list[str] = []
    beside = _beside(chosen.form, content, refused)
    found = [
        *check_form(content, name=chosen.form.name, beside=beside),
        *(Finding("wrong-file", Level.ERROR, told) for told in refused),
    ]
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


def _beside(
    form: Path, content: bytes, refused: list[str] | None = None
) -> "Companions":
    """The files that lie beside a form, or in the folder `media` there, and that it names.

    What cannot come with it is refused with its name, or put to what was `refused`.
    """
    from fairwitness.surveys.bundle import FOLDER
    from fairwitness.surveys.companions import companion_of, together
    from fairwitness.surveys.xlsform import read_form

    try:
        names = read_form(content).missing
    except Refused:
        return ()  # whoever asked says what is wrong with the form itself
    places = (form.parent, form.parent / FOLDER, form.with_name(f"{form.stem}-media"))
    found = []
    for name in names:
        files = (place / name for place in places if "/" not in name)
        file = next((one for one in files if one.is_file()), None)
        if file is None:
            continue
        try:
            found.append(companion_of(name, _read(file)))
        except Refused as wrong:
            if refused is None:
                raise
            refused.append(str(wrong))
    return together(found)


def _answer(chosen: argparse.Namespace) -> int:
    from fairwitness.surveys.brought import lists_beside
    from fairwitness.surveys.headless import run_form
    from fairwitness.surveys.xlsform import read_form

    try:
        given = json.loads(_read(chosen.answers))
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Refused(
            f"{chosen.answers.name} is not JSON of the kind {{question: answer}}."
        )
    content = _read(chosen.form)
    form = read_form(content, _beside(chosen.form, content))
    lists = lists_beside(chosen.form.parent, form.external)
    occasion = replace(_occasion(), lists=lists)
    outcome = run_form(form, given, occasion=occasion)
    if chosen.json:
        say_json(outcome.as_json())
    else:
        nowhere = [key for key in outcome.errors if key not in outcome.relevant]
        for key in (*outcome.relevant, *nowhere):
            trouble = outcome.errors.get(key)
            kept = outcome.submission.get(key, "")
            told = trouble.message or trouble.trouble if trouble else kept
            say(f"{'?' if trouble else ' '} {key}: {told}")
        for key, value in outcome.calculated.items():
            say(f"= {key}: {value}")
        for key in outcome.unknown:
            say(f"! {key}: the form does not ask this")
    return 1 if outcome.errors or outcome.unknown else 0


def _evaluate(chosen: argparse.Namespace) -> int:
    from fairwitness.surveys.expressions import read_instance
    from fairwitness.surveys.headless import evaluate

    document = read_instance(_text(chosen.instance))
    lines = [line.strip() for line in _text(chosen.expressions).splitlines()]
    found = evaluate(document, [line for line in lines if line], occasion=_occasion())
    if chosen.json:
        say_json(found)
    else:
        for rule, given in found.items():
            say(f"{rule}\n    {given.get('value', given.get('error'))}")
    return 1 if any("error" in given for given in found.values()) else 0


def _occasion() -> Any:
    from fairwitness.surveys.logic import Occasion

    now = datetime.datetime.now().astimezone()
    return Occasion(now=now, chance=random.SystemRandom())


def _text(file: Path) -> str:
    try:
        return _read(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file.name} is not a text in UTF-8.") from None


def _publish(chosen: argparse.Namespace) -> int:
    from fairwitness.staff.models import User
    from fairwitness.surveys.actions import publish_version
    from fairwitness.surveys.xlsform import DEFAULT

    by = User.objects.filter(name=chosen.by, is_active=True).first()
    if by is None:
        raise Refused(f"Nobody here is called {chosen.by}.")
    form = chosen.form or DEFAULT
    content = _read(form)
    version = publish_version(
        content,
        name=form.stem,
        by=by,
        is_meant_alike=chosen.same_meaning,
        beside=_beside(form, content),
    )
    say(f"Published: {version.hash[:16]}")
    return 0
