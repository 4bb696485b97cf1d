"""Measures sending: a wave of letters beside a bare loop that builds the same and sends them to the same sink."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from email.policy import SMTP
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
from fairwitness.outreach.letters import Keys, Letter, compose
from fairwitness.outreach.models import Campaign, Delivery
from fairwitness.outreach.sending import send_due

LETTERS = 4_000
ROUNDS = 4
Say = Callable[[str], None]


@dataclass(frozen=True)
class MailMeasured:
    """How many letters left in a second, beside the floor of the same run; medians of all turns."""

    name: str
    letters: int
    ops_per_s: float
    floor_ops_per_s: float
    ratio: float
    worst_ratio: float
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
        )


def measure(letters: int, *, place: Path, say: Say) -> MailMeasured:
    """Found a centre, launch a wave, and send it in turns with the floor."""
    say("Founding an invented centre")
    for database in ("default", "keystore"):
        call_command("migrate", database=database, verbosity=0)
    world, today = found(), timezone.localdate()
    people = [f"member{number}@members.example" for number in range(letters)]
    file = place / "members.csv"
    file.write_text("email,language\n" + "".join(f"{one},en\n" for one in people))
    say(f"Importing {letters:,} contacts")
    source = take_contacts(world, file, on=today)
    campaign = launch_campaign(world, source, on=today)
    turn, pairs = letters // ROUNDS, []
    with _sink() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = False
        for number in range(ROUNDS):
            say(f"Turn {number + 1} of {ROUNDS}")
            some = people[number * turn : (number + 1) * turn]
            floor = _timed(lambda some=some: _bare(some, campaign, port))  # type: ignore[misc] # a turn of its own
            ours = _timed(lambda: _send(turn))
            pairs.append((a_second(turn, ours), a_second(turn, floor)))
    sent = Delivery.objects.filter(state=Delivery.State.HANDED_OVER).count()
    ratios = [ours / floor for ours, floor in pairs]
    return MailMeasured(
        name="mail",
        letters=letters,
        ops_per_s=median(ours for ours, _floor in pairs),
        floor_ops_per_s=median(floor for _ours, floor in pairs),
        ratio=median(ratios),
        worst_ratio=min(ratios),
        sent=sent,
    )


def _send(letters: int) -> None:
    """Send as the worker does, round after round."""
    while letters > 0 and (left := send_due(limit=letters).handed_over):
        letters -= left


def _bare(people: Sequence[str], campaign: Campaign, port: int) -> None:
    """The floor: the same letters, built for each person, over one connection."""
    letter: Letter = compose(campaign, Controller.objects.get(), "en", wave=1)
    today = timezone.localdate()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for person in people:
            keys = Keys.new()
            message = letter.to(person, name="", keys=keys, on=today)
            text = message.as_bytes(policy=SMTP)
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
