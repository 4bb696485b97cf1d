"""A worker that is killed again and again, and a mail server that stalls, drops and refuses by dice.

Nobody is mailed twice, nobody is lost, what is not known is listed, and the totals add up each time.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import connections
from django.utils import timezone

from fairwitness.outreach.accounts import account_of
from fairwitness.outreach.models import Delivery
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import send_due
from tests.invited import make_invited
from tests.moody import Moody, a_moody_server
from tests.test_sending import _same_databases

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)

WORKER = """
import os
import django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["PORT"])
settings.EMAIL_USE_TLS = False
settings.EMAIL_TIMEOUT = settings.EMAIL_ANSWER_TIMEOUT = 1
from fairwitness.outreach import sending
from fairwitness.outreach.models import Delivery
sending.LATER = sending.LATER / 9000
while True:
    sending.send_due()
"""
SHORT = (30, 2)
WHOLE = (2_000, 100)


@pytest.mark.parametrize(
    ("people", "kills"), [SHORT, pytest.param(*WHOLE, marks=pytest.mark.proof)]
)
def test_nobody_is_mailed_twice_or_lost_however_often_the_worker_is_killed(
    centre, settings, people, kills
):
    dice = Random(people)
    addresses = [f"m{number}@members.example" for number in range(people)]
    campaign = make_invited(centre, addresses)
    wave = campaign.waves.get()
    with a_moody_server(dice) as server:
        for kill in range(kills):
            kill_a_worker(
                server, settings, dice, until=people * (kill + 1) // (kills + 1)
            )
            assert totals(campaign).adds_up
            assert account_of(wave).adds_up
            assert_nobody_twice(server)
        server.is_kind = True
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = False
        for _round in range(12):
            Delivery.objects.filter(state="waiting").update(
                lease_until=timezone.now() - timedelta(seconds=1)
            )
            send_due(limit=people)
    counted = totals(campaign)
    assert_nobody_twice(server)
    assert counted.adds_up
    assert counted.waiting == counted.claimed == 0
    assert counted.handed_over <= len(server.taken)
    assert (
        counted.handed_over + counted.uncertain + counted.bounced + counted.refused
        == people
    )
    assert counted.uncertain <= kills + server.drops
    print(  # noqa: T201 # the result of a proof
        f"\nkilled workers: {people} recipients, {kills} kills, {server.drops} lines dropped"
        f" after the text; {counted.handed_over} handed over, {counted.uncertain} uncertain,"
        f" {counted.bounced} bounced, {counted.refused} refused; nobody twice, nobody lost"
    )


def kill_a_worker(server: Moody, settings, dice: Random, *, until: int) -> None:
    """Start a worker, and kill it at some moment around the time when so many were taken."""
    connections.close_all()
    surroundings = {**os.environ, **_same_databases(settings), "PORT": str(server.port)}
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=surroundings)
    ends = time.monotonic() + 60
    while server.met < until and time.monotonic() < ends:
        assert worker.poll() is None, "the worker came to an end by itself"
        time.sleep(0.005)
    time.sleep(dice.uniform(0, 0.05))
    worker.send_signal(signal.SIGKILL)
    worker.wait(30)


def assert_nobody_twice(server: Moody) -> None:
    """No server took a letter to the same person twice."""
    assert [to for to, times in Counter(server.taken).items() if times > 1] == []
