"""Commands that run a centre: migrate, serve, worker, gate, doctor, keys."""

import argparse
from pathlib import Path
from typing import Any

from fairwitness.cli.saying import say, say_json


def add_commands(commands: Any) -> None:
    for name, run, told in (
        ("init", _init, "make a centre's folder, databases and first member"),
        ("serve", _serve, "serve its pages"),
        ("worker", _worker, "send letters, chain the ledger, keep the clock"),
        ("gate", _gate, "answer for the second half of identities; run it as another user"),
        ("doctor", _doctor, "say what is so, why it matters, what to do"),
        ("keys", _keys, "list every key, its purpose, its age"),
    ):
        parser = commands.add_parser(name, help=told)
        parser.add_argument("--dir", type=Path, help="the centre's folder")
        if name in {"doctor", "keys"}:
            parser.add_argument("--json", action="store_true", help="for machines")
        if name == "serve":
            parser.add_argument("--port", type=int, default=8000)
            parser.add_argument("--workers", type=int, default=2)
        if name in {"worker", "gate"}:
            parser.add_argument("--once", action="store_true", help="one round, then stop")
        parser.set_defaults(run=run, needs_centre=True)


def _init(chosen: argparse.Namespace) -> int:
    from fairwitness.cli import founding  # noqa: PLC0415 # needs the centre's settings

    return founding.found(chosen.dir)


def _serve(chosen: argparse.Namespace) -> int:
    from fairwitness.cli.serving import serve  # noqa: PLC0415

    return serve(port=chosen.port, workers=chosen.workers)


def _worker(chosen: argparse.Namespace) -> int:
    from fairwitness import worker  # noqa: PLC0415

    worker.run(once=chosen.once)
    return 0


def _gate(chosen: argparse.Namespace) -> int:
    from fairwitness.disclosure import gate  # noqa: PLC0415

    gate.run(once=chosen.once)
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    from fairwitness.cli import doctor  # noqa: PLC0415

    findings = doctor.examine()
    if chosen.json:
        say_json({"findings": [finding.__dict__ for finding in findings]})
    else:
        for finding in findings:
            say(finding.line())
    return 1 if any(finding.level == "STOP" for finding in findings) else 0


def _keys(chosen: argparse.Namespace) -> int:
    from fairwitness.vault.models import KeyPair  # noqa: PLC0415

    rows = [
        {
            "key_id": key.key_id,
            "purpose": key.purpose,
            "suite": key.suite,
            "epoch": key.epoch,
            "not_after": key.not_after.isoformat(),
            "retired_on": key.retired_on.isoformat() if key.retired_on else None,
            "signed_by": len(key.signatures),
        }
        for key in KeyPair.objects.order_by("purpose", "epoch", "key_id")
    ]
    if chosen.json:
        say_json({"keys": rows})
    else:
        for row in rows:
            say(
                f"{row['key_id']}  {row['purpose']:8} suite {row['suite']}  epoch {row['epoch']}"
                f"  until {row['not_after']}  signed by {row['signed_by']}"
                f"{'  retired' if row['retired_on'] else ''}"
            )
    return 0
