"""Measures sending: a wave of letters beside bare loops that build the same letters for the same sink.

The floor is the loop that one would write with `email` and `smtplib`: each letter built
from the same values, sent over one connection. The lean floor is that loop with our own
way of writing letters: what is left between it and us is the database and the caution.
All take turns with one sink, a mail server in a process of its own.
"""

import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.policy import SMTP
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from fairwitness.bench.measured import a_second
from fairwitness.demo.people import launch_campaign, take_contacts
from fairwitness.demo.world import found
from fairwitness.governance.models import Controller
from fairwitness.outreach.letters import Keys, compose
from fairwitness.outreach.models import Campaign, Delivery
from fairwitness.outreach.sending import send_due
from fairwitness.outreach.stencil import Stencil

LETTERS = 4_000
TURNS = 4
Say = Callable[[str], None]


@dataclass(frozen=True)
class MailMeasured:
    """How many letters left in a second, beside the floors of the same run; medians of all turns."""

    name: str
    database: str
    letters: int
    ops_per_s: float
    floor_ops_per_s: float
    ratio: float
    worst_ratio: float
    lean_floor_ops_per_s: float
    lean_ratio: float
    sent: int

    def as_json(self) -> dict[str, Any]:
        """The result with numbers that can be read."""
        return {
            name: round(told, 3) if isinstance(told, float) else told
            for name, told in asdict(self).items()
        }

    @property
    def line(self) -> str:
        """The result in one line, for people."""
        return (
            f"{self.sent:,} letters  {self.ops_per_s:.0f}/s  floor {self.floor_ops_per_s:.0f}/s"
            f"  ratio {self.ratio:.2f} (worst turn {self.worst_ratio:.2f})"
            f"  lean floor {self.lean_floor_ops_per_s:.0f}/s  ratio {self.lean_ratio:.2f}"
        )


@dataclass(frozen=True)
class _Turn:
    """Letters a second of one turn."""

    ours: float
    floor: float
    lean: float


def measure(letters: int, *, place: Path, database: str, say: Say) -> MailMeasured:
    """Found a centre, launch a wave, and send it in turns with the floors."""
    say("Founding an invented centre")
    for alias in ("default", "keystore"):
        call_command("migrate", database=alias, verbosity=0)
    world, today = found(), timezone.localdate()
    people = [f"member{number}@members.example" for number in range(letters)]
    file = place / "members.csv"
    file.write_text("email,language\n" + "".join(f"{one},en\n" for one in people))
    say(f"Importing {letters:,} contacts")
    source = take_contacts(world, file, on=today)
    campaign = launch_campaign(world, source, on=today, people=letters)
    with _sink() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = False
        turns = list(_turns(campaign, people, port=port, say=say))
    sent = Delivery.objects.filter(state=Delivery.State.HANDED_OVER).count()
    ratios = [turn.ours / turn.floor for turn in turns]
    return MailMeasured(
        name="mail",
        database=database,
        letters=letters,
        ops_per_s=median(turn.ours for turn in turns),
        floor_ops_per_s=median(turn.floor for turn in turns),
        ratio=median(ratios),
        worst_ratio=min(ratios),
        lean_floor_ops_per_s=median(turn.lean for turn in turns),
        lean_ratio=median(turn.ours / turn.lean for turn in turns),
        sent=sent,
    )


def _turns(
    campaign: Campaign, people: Sequence[str], *, port: int, say: Say
) -> Iterator[_Turn]:
    """Let all send the same number, one after the other; who begins changes with each turn."""
    number = len(people) // TURNS
    for turn in range(TURNS):
        say(f"Turn {turn + 1} of {TURNS}")
        some = people[turn * number : (turn + 1) * number]
        works: list[Callable[[], None]] = [
            partial(_send, number),
            partial(_bare, some, campaign, port),
            partial(_lean, some, campaign, port),
        ]
        told = [0.0] * len(works)
        for place in range(turn, turn + len(works)):
            told[place % len(works)] = a_second(
                number, _timed(works[place % len(works)])
            )
        yield _Turn(*told)


def _send(letters: int) -> None:
    """Send as the worker does, round after round."""
    while letters > 0 and (left := send_due(limit=letters).handed_over):
        letters -= left


def _bare(people: Sequence[str], campaign: Campaign, port: int) -> None:
    """The floor: the same letters, built for each person, over one connection."""
    letter = compose(campaign, Controller.objects.get(), "en", wave=1)
    today = timezone.localdate()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for person in people:
            keys = Keys.new()
            message = letter.to(person, name="", keys=keys, on=today)
            text = message.as_bytes(policy=SMTP)
            smtp.sendmail(letter.bounces_to(keys), [person], text)


def _lean(people: Sequence[str], campaign: Campaign, port: int) -> None:
    """The lean floor: the same loop with letters by a stencil."""
    letter = compose(campaign, Controller.objects.get(), "en", wave=1)
    stencil = Stencil(letter, on=timezone.localdate())
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for person in people:
            keys = Keys.new()
            text = stencil.to(person, name="", keys=keys)
            smtp.sendmail(letter.bounces_to(keys), [person], text)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "fairwitness.bench.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink:  # noqa: S603 # our own command
        try:
            assert sink.stdout is not None  # noqa: S101 # it was asked for
            yield int(sink.stdout.readline())
        finally:
            sink.kill()
