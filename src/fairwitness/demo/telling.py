"""Says where everything of the demo is, and keeps it alive: pages, worker and gate."""

import subprocess
import sys

from django.conf import settings
from django.utils import timezone

from fairwitness.cli.saying import say
from fairwitness.demo.building import Built, write_card
from fairwitness.demo.people import link_in
from fairwitness.demo.world import MEMBERS, PASSPHRASE, PASSWORD

ENTERED = {"Ada": "reads reports, works on cases", "Ben": "passes cases on"}


def say_where(built: Built, *, port: int, is_served: bool) -> None:
    """Print the links, codes and folders."""
    card = write_card(built)
    base = settings.BASE_URL
    say("Training centre. Nothing here is real.")
    say()
    say(f"  Outbox      {settings.OUTBOX} ({len(list(settings.OUTBOX.glob('*.eml')))} letters)")
    say(f"  Editions    {settings.EDITIONS}")
    say(f"  For a walk  {card}")
    say()
    if not is_served:
        say(f"Serve it:  fairwitness serve --dir {built.place} --port {port}")
        return
    say(f"  Public pages      {base}/")
    say(f"  A personal link   {link_in(built.unused_letter)}")
    say(f"  The open form     {base}/tell/")
    say(f"  A reporter        {base}/report/   code: {' '.join(built.codes[0].code.words)}")
    say(f"  The desk          {base}/desk/")
    say(f"     password: {PASSWORD}    vault passphrase: {PASSPHRASE}")
    now = timezone.now()
    for name, roles in MEMBERS.items():
        member = built.world.members[name]
        what = ENTERED.get(name, ", ".join(str(role.label) for role in roles))
        say(f"     {name:4} code now: {member.secret.code(now)}   ({what})")
    say("     A new code comes every 30 seconds: fairwitness demo-code NAME --dir " + str(built.place))
    say()
    say("Ctrl+C ends it.")


def live(*, port: int) -> None:
    """Serve the pages, with the worker and the gate beside them, until told to stop."""
    beside = [
        subprocess.Popen([sys.executable, "-m", "fairwitness", name, "--dir", str(settings.DIR)])  # noqa: S603 # our own commands
        for name in ("worker", "gate")
    ]
    from fairwitness.cli.serving import serve  # noqa: PLC0415

    try:
        serve(port=port, workers=1)
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait(timeout=10)
