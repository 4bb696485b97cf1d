"""`fairwitness figures build` and `fairwitness verify`: work on files, need no centre."""

import argparse
from pathlib import Path
from typing import Any

from fairwitness.cli.saying import ask_secret, say, say_json


def add_commands(commands: Any) -> None:
    figures = commands.add_parser("figures", help="editions from a file of facts")
    verbs = figures.add_subparsers(metavar="VERB", required=True)
    build = verbs.add_parser("build", help="build an edition from a file of facts")
    build.add_argument("facts", type=Path, help="CSV or Parquet")
    build.add_argument("plan", type=Path, help="a TOML file that maps its columns")
    build.add_argument("--out", type=Path, required=True, help="an empty folder")
    build.set_defaults(run=_build, needs_centre=False)

    verify = commands.add_parser("verify", help="recompute and check an edition")
    verify.add_argument("edition", type=Path, help="the folder of the edition")
    verify.add_argument(
        "--count-code",
        nargs="?",
        const="",
        metavar="CODE",
        help="is this report counted? without CODE it asks, so that no other program sees it",
    )
    verify.add_argument(
        "--show-cell", action="store_true", help="say under which number, too"
    )
    verify.add_argument(
        "--key", type=Path, help="a file of the centre's published keys, one a line"
    )
    verify.add_argument("--json", action="store_true", help="for machines")
    verify.set_defaults(run=_verify, needs_centre=False)


def _build(chosen: argparse.Namespace) -> int:
    from fairwitness.figures.edition import build_from_file

    summary = build_from_file(chosen.facts, chosen.plan, out=chosen.out)
    say(f"{len(summary.tables)} tables in {chosen.out}")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    from fairwitness.figures.manifest import lines_of
    from fairwitness.figures.verify import verify_edition
    from fairwitness.ledger.notes import Verifier

    code = chosen.count_code
    if code == "":
        code = ask_secret("Your count code")
    lines = lines_of(chosen.key.read_text()) if chosen.key else []
    findings = verify_edition(
        chosen.edition,
        count_code=code,
        show_cell=chosen.show_cell,
        keys=[Verifier.from_vkey(line) for line in lines],
    )
    broken = [finding for finding in findings if finding.level == "STOP"]
    if chosen.json:
        say_json({"findings": [finding.__dict__ for finding in findings]})
    else:
        for finding in findings:
            say(finding.line)
        say(
            f"{len(broken)} findings: do not trust this edition."
            if broken
            else "This edition is as it was published."
        )
    return 1 if broken else 0
