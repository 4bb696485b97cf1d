"""Says where everything of the demo is, and keeps it alive: pages, worker and gate."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from fairwitness.cli.saying import say
from fairwitness.cli.serving import serve
from fairwitness.staff.one_time import SignInSecret


def say_where(place: Path, card: dict[str, Any], *, is_served: bool) -> None:
    """Print the links, codes and folders."""
    say("Training centre. Nothing here is real.")
    say()
    say(f"  Letters         {settings.OUTBOX}")
    say(f"  Editions        {settings.EDITIONS}")
    say(f"  A released case {place / 'recipients'}")
    if not is_served:
        say(f"  Serve it        fairwitness demo --dir {place}")
        return
    base = settings.BASE_URL
    say(f"  Public pages    {base}/")
    say(f"  The open form   {base}/tell/")
    say(f"  A personal link {card['personal_link']}")
    say(f"  A reporter      {base}/report/   code: {card['receipt_code']}")
    say(f"  The desk        {base}/desk/")
    say(
        f"      password: {card['password']}    vault passphrase: {card['vault_passphrase']}"
    )
    for name in card["staff"]:
        roles = ", ".join(card["staff"][name]["roles"])
        say(f"      {name}   one-time code now: {code_now(card, name)}   {roles}")
    say(
        f"      Codes last 30 seconds. The next one: fairwitness demo --dir {place} --code Ada"
    )
    say()
    say("Ctrl+C ends it.")


def code_now(card: dict[str, Any], name: str) -> str:
    """The one-time code of a member at this moment."""
    return SignInSecret(card["staff"][name]["secret"], name).code(timezone.now())


def live(*, port: int) -> None:
    """Serve the pages, with the worker and the gate beside them, until told to stop."""
    beside = [
        subprocess.Popen(  # noqa: S603 # our own commands
            [sys.executable, "-m", "fairwitness", name, "--dir", str(settings.DIR)]
        )
        for name in ("worker", "gate")
    ]
    try:
        serve(port=port, workers=1)
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait(timeout=10)
