"""`fairwitness bench`: measures this machine's work beside the floor of the same machine."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from fairwitness.cli.saying import say, say_json
from fairwitness.refusal import Refused


def add_commands(commands: Any) -> None:
    bench = commands.add_parser("bench", help="measure it beside this machine's floor")
    kinds = bench.add_subparsers(metavar="WORK", required=True)
    intake = kinds.add_parser("intake", help="reports that are taken in a second")
    intake.add_argument("--json", action="store_true", help="for machines")
    intake.add_argument(
        "--seconds", type=float, default=30.0, help="for each result, floor included"
    )
    intake.add_argument(
        "--stored",
        type=_numbers,
        default=(10,),
        help="reports stored before: 10,100000",
    )
    intake.add_argument(
        "--concurrency", type=_numbers, default=(1, 8, 32), help="visitors at once"
    )
    intake.add_argument(
        "--only", choices=("whole", "single"), help="one of the two kinds of sending"
    )
    intake.add_argument(
        "--database", choices=("sqlite", "postgresql"), default="sqlite"
    )
    intake.add_argument(
        "--dir", type=Path, help="a folder that is kept and filled on; SQLite only"
    )
    intake.set_defaults(run=_intake, needs_centre=False)
    asked = kinds.add_parser("questionnaire", help="rules and pages of a large form")
    asked.add_argument("--json", action="store_true", help="for machines")
    asked.add_argument(
        "--form", type=Path, help="an XLSForm; without it an invented large one"
    )
    asked.set_defaults(run=_questionnaire, needs_centre=False)
    brought = kinds.add_parser("import", help="addresses that are taken in in a second")
    brought.add_argument("--json", action="store_true", help="for machines")
    brought.add_argument(
        "--rows", type=int, default=1_000_000, help="invented addresses"
    )
    brought.add_argument(
        "--database", choices=("sqlite", "postgresql"), default="sqlite"
    )
    brought.set_defaults(run=_imports, needs_centre=False)
    mail = kinds.add_parser("mail", help="letters that leave in a second")
    mail.add_argument("--json", action="store_true", help="for machines")
    mail.add_argument(
        "--letters", type=int, default=4_000, help="in all; sent in four turns"
    )
    mail.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    mail.set_defaults(run=_mail, needs_centre=False)


def _numbers(told: str) -> tuple[int, ...]:
    return tuple(int(number) for number in told.split(","))


def _intake(chosen: argparse.Namespace) -> int:
    from fairwitness.bench import house

    port = house.free_port()
    with ExitStack() as ends:
        place = ends.enter_context(_folder(chosen.dir))
        databases = ends.enter_context(_databases(chosen.database))
        house.enter(place, port=port, databases=databases)
        return _measure(chosen, port)


def _questionnaire(chosen: argparse.Namespace) -> int:
    from fairwitness.bench import house

    try:
        content = chosen.form.read_bytes() if chosen.form else None
    except OSError:
        raise Refused(
            f"There is no file {chosen.form.name} that can be read."
        ) from None
    with _folder(None) as place:
        house.enter(place, port=house.free_port(), databases={})
        from fairwitness.bench import forms, questionnaire

        measured = questionnaire.measure(content or forms.large_form())
    if chosen.json:
        say_json({"machine": _machine(), "results": measured.as_json()})
    else:
        say(measured.line)
    return 0


def _imports(chosen: argparse.Namespace) -> int:
    from fairwitness.bench import house

    with ExitStack() as ends:
        place = ends.enter_context(_folder(None))
        databases = ends.enter_context(_databases(chosen.database))
        house.enter(place, port=house.free_port(), databases=databases)
        from fairwitness.bench import imports

        measured = imports.measure(
            max(chosen.rows, 1), place=place, database=chosen.database
        )
    if chosen.json:
        say_json({"machine": _machine(), "results": [measured.as_json()]})
    else:
        say(measured.line)
    return 1 if measured.troubles else 0


def _mail(chosen: argparse.Namespace) -> int:
    from fairwitness.bench import house

    with ExitStack() as ends:
        place = ends.enter_context(_folder(None))
        databases = ends.enter_context(_databases(chosen.database))
        house.enter(place, port=house.free_port(), databases=databases)
        from fairwitness.bench import mail

        measured = mail.measure(
            chosen.letters,
            place=place,
            database=chosen.database,
            say=lambda words: say(words) if not chosen.json else None,
        )
    if chosen.json:
        say_json({"machine": _machine(), "results": [measured.as_json()]})
    else:
        say(measured.line)
    return 0 if measured.sent == chosen.letters else 1


def _measure(chosen: argparse.Namespace, port: int) -> int:
    from tqdm import tqdm

    from fairwitness.bench import intake

    asked = intake.Asked(
        database=chosen.database,
        stored=chosen.stored,
        concurrencies=chosen.concurrency,
        names=(chosen.only,) if chosen.only else intake.NAMES,
        seconds=chosen.seconds,
    )
    steps = max(asked.stored) + asked.results
    found = []
    with tqdm(total=steps, disable=None, leave=False, file=sys.stderr) as bar:
        for result in intake.measure(
            asked, port=port, say=bar.set_description, progress=bar.update
        ):
            bar.update()
            found.append(result)
            if not chosen.json:
                bar.clear()
                say(result.line)
    if chosen.json:
        say_json(
            {"machine": _machine(), "results": [result.as_json() for result in found]}
        )
    return 1 if any(result.troubles for result in found) else 0


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="fairwitness-bench-") as made:
        yield Path(made)


@contextmanager
def _databases(name: str) -> Iterator[dict[str, str]]:
    if name == "sqlite":
        yield {}
        return
    from fairwitness.bench.postgresql import postgresql

    with postgresql() as addresses:
        yield addresses


def _machine() -> dict[str, Any]:
    """What a reader must know of the machine to compare."""
    return {
        "processors": os.cpu_count(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "load": [round(one, 2) for one in os.getloadavg()],
    }
