"""The command `fairwitness`: one entry point; exit code 0 ok, 1 findings or a refusal, 2 wrong use."""

import argparse
import os
import sys
from collections.abc import Sequence

import django

from fairwitness.cli import (
    analysis,
    bench,
    centre,
    clock,
    demonstration,
    keys,
    outreach,
    questionnaires,
    staff,
    upkeep,
)
from fairwitness.cli.saying import say_refusal
from fairwitness.environment import WrongSetting, leave_no_core
from fairwitness.refusal import Refused

GROUPS = (
    demonstration, centre, upkeep, clock, keys, staff, questionnaires, outreach, analysis, bench,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    leave_no_core()
    parser = argparse.ArgumentParser(
        prog="fairwitness",
        description="An incident monitoring centre that people can trust.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in GROUPS:
        group.add_commands(commands)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.needs_centre:
            _enter(chosen)
        return int(chosen.run(chosen) or 0)
    except (Refused, WrongSetting) as refusal:
        return say_refusal(refusal)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 1


def _enter(chosen: argparse.Namespace) -> None:
    """Load the centre whose folder was named, or the one that the environment names."""
    if getattr(chosen, "dir", None):
        os.environ["FAIRWITNESS_DIR"] = str(chosen.dir)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairwitness.settings")
    django.setup()
