"""Commands that run a centre: migrate, serve, worker, gate, doctor."""

import argparse
from pathlib import Path
from typing import Any

from fairwitness.cli.saying import say, say_json


def add_commands(commands: Any) -> None:
    for name, run, told in (
        ("init", _init, "make a centre's folder, databases and first member"),
        ("serve", _serve, "serve its pages"),
        ("worker", _worker, "send letters, chain the ledger, keep the clock"),
        (
            "gate",
            _gate,
            "answer for the second half of identities; run it as another user",
        ),
        ("doctor", _doctor, "say what is so, why it matters, what to do"),
    ):
        parser = commands.add_parser(name, help=told)
        parser.add_argument("--dir", type=Path, help="the centre's folder")
        if name == "doctor":
            parser.add_argument("--json", action="store_true", help="for machines")
        if name == "serve":
            parser.add_argument("--port", type=int, default=8000)
            parser.add_argument("--workers", type=int, default=2)
        if name in {"worker", "gate"}:
            parser.add_argument(
                "--once", action="store_true", help="one round, then stop"
            )
        parser.set_defaults(run=run, needs_centre=True)


def _init(chosen: argparse.Namespace) -> int:
    from fairwitness.cli import founding

    return founding.found(chosen.dir)


def _serve(chosen: argparse.Namespace) -> int:
    from fairwitness.cli.backing import require_up_to_date
    from fairwitness.cli.serving import serve

    require_up_to_date()
    return serve(port=chosen.port, workers=chosen.workers)


def _worker(chosen: argparse.Namespace) -> int:
    from fairwitness import worker
    from fairwitness.cli.backing import require_up_to_date

    require_up_to_date()
    worker.run(once=chosen.once)
    return 0


def _gate(chosen: argparse.Namespace) -> int:
    from fairwitness.cli.backing import require_up_to_date
    from fairwitness.disclosure import gate

    require_up_to_date()
    gate.run(once=chosen.once)
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    from fairwitness.cli import doctor

    findings = doctor.examine()
    if chosen.json:
        say_json({"findings": [finding.__dict__ for finding in findings]})
    else:
        for finding in findings:
            say(finding.line())
    return 1 if any(finding.level == "STOP" for finding in findings) else 0
