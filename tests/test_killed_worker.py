"""A worker that is killed again and again, and a mail server that stalls, drops and refuses by dice.

Nobody is mailed twice, nobody is lost, what is not known is listed, and the totals add up each time.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from django.db import connections
from django.utils import timezone

from fairwitness.outreach.accounts import account_of
from fairwitness.outreach.actions import resume_campaign
from fairwitness.outreach.models import Campaign, Delivery
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import send_due
from tests.invited import make_invited
from tests.moody import Moody, a_moody_server
from tests.test_sending import _same_databases

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)

# Starts workers on demand: each is a process of its own, forked before it met a database.
WORKERS = """
import os
import sys
import django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["PORT"])
settings.EMAIL_USE_TLS = False
settings.EMAIL_TIMEOUT = settings.EMAIL_ANSWER_TIMEOUT = 1
from django.urls import reverse
from fairwitness.outreach import sending
reverse("outreach:landing", args=["x"])  # reads every page's module, once for all workers
sending.LATER = sending.LATER / 9000
print("ready", flush=True)
for _asked in sys.stdin:
    worker = os.fork()
    while not worker:
        sending.send_due()
    print(worker, flush=True)
    _pid, status = os.waitpid(worker, 0)
    print(status, flush=True)
"""
SHORT = (30, 3, 0.1)  # people, kills, how likely each step of the server goes wrong
WHOLE = (2_000, 100, 0.02)
PATIENCE = 60  # seconds for a worker to come as far as it should


@pytest.mark.parametrize(
    ("people", "kills", "badness"),
    [SHORT, pytest.param(*WHOLE, marks=pytest.mark.proof)],
)
def test_nobody_is_mailed_twice_or_lost_however_often_the_worker_is_killed(
    centre, settings, people, kills, badness
):
    dice = Random(people)
    addresses = [f"m{number}@members.example" for number in range(people)]
    campaign = make_invited(centre, addresses)
    wave, began = campaign.waves.get(), time.monotonic()
    with a_moody_server(dice, badness) as server, workers(server, settings) as some:
        for kill in range(kills):
            goal = people * (kill + 1) // (kills + 1)
            some.start()
            while not some.came_to(goal):  # it stopped by itself: too much was refused
                resume_campaign(campaign, by=centre.lea.user)
            time.sleep(dice.uniform(0, 0.05))
            some.kill()
            assert totals(campaign).adds_up
            assert account_of(wave).adds_up
            assert_nobody_twice(server)
        send_the_rest(server, settings, campaign, by=centre.lea.user)
    counted = totals(campaign)
    assert_nobody_twice(server)
    assert counted.adds_up
    assert counted.waiting == counted.claimed == 0
    known = counted.handed_over + counted.bounced + counted.refused
    assert known + counted.uncertain == people
    assert counted.handed_over <= len(server.taken)
    assert len(server.taken) <= counted.handed_over + counted.uncertain
    assert counted.uncertain <= kills + server.drops
    print(  # noqa: T201 # the result of a proof
        f"\nkilled workers: {people} recipients, {kills} kills, {server.moods} bad"
        f" moods, {server.drops} lines dropped"
        f" after the text; {counted.handed_over} handed over, {counted.uncertain} uncertain,"
        f" {counted.bounced} bounced, {counted.refused} refused; stopped by itself"
        f" {some.stops} times; nobody twice, nobody lost; {time.monotonic() - began:.0f} s"
    )


def send_the_rest(server: Moody, settings, campaign, *, by) -> None:
    """Let a worker that lives send what waits, to a server in a good mood."""
    server.is_kind = True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = False
    while totals(campaign).waiting or totals(campaign).claimed:
        Delivery.objects.filter(state="waiting").update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )
        if not send_due(limit=1_000).handed_over:
            resume_campaign(campaign, by=by)


@dataclass
class Workers:
    """Whoever starts workers, and the worker that lives at this moment."""

    server: Moody
    starter: subprocess.Popen[str]
    stops: int = 0
    pid: int = 0

    def start(self) -> None:
        """Start a worker."""
        assert self.starter.stdin is not None
        self.starter.stdin.write("another\n")
        self.starter.stdin.flush()
        self.pid = int(self.heard())

    def kill(self) -> None:
        """Kill it as the kernel would."""
        os.kill(self.pid, signal.SIGKILL)
        assert int(self.heard()) == signal.SIGKILL, "it came to an end by itself"

    def came_to(self, goal: int) -> bool:
        """Wait until the server met so many; false when the campaign stopped before."""
        ends = time.monotonic() + PATIENCE
        while self.server.met < goal:
            assert time.monotonic() < ends, "the worker came no further"
            time.sleep(0.01)
            if Campaign.objects.filter(state="paused").exists():
                self.stops += 1
                return False
        return True

    def heard(self) -> str:
        """The next word of whoever starts workers."""
        assert self.starter.stdout is not None
        return self.starter.stdout.readline()


@contextmanager
def workers(server: Moody, settings) -> Iterator[Workers]:
    """Somebody who starts workers."""
    connections.close_all()
    surroundings = {**os.environ, **_same_databases(settings), "PORT": str(server.port)}
    with subprocess.Popen(
        [sys.executable, "-c", WORKERS],
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        ours = Workers(server, starter)
        assert ours.heard() == "ready\n"
        yield ours
        starter.kill()


def assert_nobody_twice(server: Moody) -> None:
    """No server took a letter to the same person twice."""
    assert [to for to, times in Counter(server.taken).items() if times > 1] == []
