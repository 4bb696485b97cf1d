"""The command with which somebody says that the clock is right, after a long time away."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from fairwitness.cli.saying import say
from fairwitness.refusal import Refused


def add_commands(commands: Any) -> None:
    parser = commands.add_parser(
        "clock", help="say what day it is, when the centre was away for over a month"
    )
    parser.add_argument("--dir", type=Path, help="the centre's folder")
    parser.add_argument(
        "--is", dest="day", type=_day, required=True, metavar="YYYY-MM-DD"
    )
    parser.set_defaults(run=_believe, needs_centre=True)


def _day(typed: str) -> date:
    """A day as somebody types it."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{typed} is no day; write it as 2026-11-22"
        ) from None


def _believe(chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from fairwitness.ledger.actions import chain_entries, publish_checkpoint, record
    from fairwitness.ledger.actors import SYSTEM
    from fairwitness.ledger.models import Checkpoint
    from fairwitness.ledger.signing import signer

    today = timezone.localdate()
    if chosen.day != today:
        raise Refused(f"The clock of this machine says {today}. Set it right first.")
    record("ledger.clock_confirmed", "day", by=SYSTEM, on=today)
    chain_entries()
    publish_checkpoint(Checkpoint.Log.LEDGER, signer=signer())
    say(f"It is {today}. The doors open within seconds.")
    return 0
