"""People tell, letters leave and the gate answers, while somebody kills one process after another."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from django.db import connections

from fairwitness.disclosure.actions import request_release
from fairwitness.disclosure.models import Release
from fairwitness.intake.actions import give_consent
from fairwitness.intake.models import Report
from fairwitness.outreach.models import Campaign
from tests.desk import TODAY, tell
from tests.house import House, a_house
from tests.invited import make_invited
from tests.post_office import serve_post_office  # noqa: F401 # a fixture
from tests.stubborn import Crowd

ENOUGH = 1800  # seconds
VICTIMS = ["web", "one of web", "worker", "worker", "worker", "gate"]


@dataclass(frozen=True)
class Size:
    """How much is going on, and how often somebody is killed."""

    tellers: int  # come by the open form; every tenth hesitates
    answerers: int  # come by the link of a letter; every other one tells, too
    people: int  # are written to
    asked: int  # releases of the gate
    kills: int
    at_once: int = 4

    @property
    def receipts(self) -> int:
        """How many send a report."""
        return self.tellers + (self.answerers + 1) // 2

    @property
    def requests(self) -> int:
        """About how many requests that takes, each redirect being one."""
        return self.tellers * 28 + self.answerers * 30


@dataclass
class Killer:
    """Kills one process after the other, at moments that dice decide."""

    house: House
    crowd: Crowd
    size: Size
    dice: Random
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Kill as often as was said, spread over all that is going on."""
        last = round(self.size.requests * 0.85)
        moments = sorted(self.dice.randrange(last) for _kill in range(self.size.kills))
        for number, moment in enumerate(moments):
            while self.crowd.asked < moment and not self.is_over.is_set():
                time.sleep(0.01)
            time.sleep(self.dice.uniform(0, 0.3))
            self._kill(VICTIMS[number % len(VICTIMS)])

    def _kill(self, victim: str) -> None:
        if victim == "one of web":
            self.house.kill_one_of_web(self.dice)
        elif victim == "worker" and self.dice.random() < 0.5:
            self._kill_worker_beside_a_letter()
        else:
            self.house.kill(victim)

    def _kill_worker_beside_a_letter(self) -> None:
        """When the server has taken a letter and before the worker hears of it."""
        happened, office = threading.Event(), self.house.office

        def kill() -> None:
            office.on_taken = None
            self.house.kill("worker")
            happened.set()

        office.on_taken = kill
        if not happened.wait(timeout=10):
            office.on_taken = None
            if not happened.is_set():
                self.house.kill("worker")


@dataclass
class Storm:
    """What went on, and what is left to look at."""

    house: House
    crowd: Crowd
    campaign: Campaign
    releases: list[Release]
    letters: list[tuple[str, str, bytes]]


@contextmanager
def a_storm(centre, office, place, size: Size, *, seed: int) -> Iterator[Storm]:
    """Let people come, letters leave and the gate answer while processes are killed."""
    dice = Random(seed)
    people = [f"member{number}@members.example" for number in range(size.people)]
    campaign = make_invited(centre, people)
    told = [tell_with_consent(centre) for _each in range(size.asked)]
    office.takes = 0.03
    connections.close_all()
    with a_house(place, office) as house:
        crowd = Crowd(house.port)
        killer = Killer(house, crowd, size, dice)
        killing = threading.Thread(target=killer.run)
        tickets = come_one_by_one(crowd, office, size, dice)
        coming = [
            Doing(lambda: [ticket() for ticket in tickets])
            for _thread in range(size.at_once)
        ]
        asking = Doing(lambda: ask_the_gate(centre, told, crowd, size))
        killing.start()
        for doing in [*coming, asking]:
            doing.start()
        for doing in [*coming, asking]:
            doing.finish()
        killer.is_over.set()
        killing.join(timeout=ENOUGH)
        house.wait_for_web()
        yield Storm(house, crowd, campaign, asking.outcome or [], office.taken)


class Doing(threading.Thread):
    """Something that goes on beside the rest; whatever goes wrong in it is told at the end."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.act = act
        self.outcome: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.outcome = self.act()
        except BaseException as error:
            self.error = error
        finally:
            connections.close_all()

    def finish(self) -> None:
        """Wait for its end."""
        self.join(timeout=ENOUGH)
        assert not self.is_alive(), "somebody never came to an end"
        if self.error is not None:
            raise self.error


class come_one_by_one:  # noqa: N801 # reads as what it does
    """Everybody's turn, in an order that dice decide; many threads may ask for the next."""

    def __init__(self, crowd: Crowd, office, size: Size, dice: Random) -> None:
        self.crowd, self.office = crowd, office
        turns = [partial(self.tell, n) for n in range(size.tellers)]
        turns += [partial(self.answer, n) for n in range(size.answerers)]
        dice.shuffle(turns)
        self.turns, self.letters = iter(turns), iter(range(size.people))
        self.lock = threading.Lock()

    def __iter__(self) -> Iterator[Callable[[], None]]:
        while True:
            with self.lock:
                turn = next(self.turns, None)
            if turn is None:
                return
            yield turn

    def tell(self, number: int) -> None:
        visitor, account = self.crowd.visitor(), f"The ramp was locked, time {number}."
        visitor.open("/tell/")
        if number % 10 == 5:
            self.crowd.begin(visitor, account)
            self.crowd.hesitating.append((visitor, account))
        else:
            self.crowd.tell(visitor, account)

    def answer(self, number: int) -> None:
        with self.lock:
            place = next(self.letters)
        until = time.monotonic() + ENOUGH
        while len(self.office.taken) <= place:
            assert time.monotonic() < until, "no letter came"
            time.sleep(0.05)
        _sender, _to, letter = self.office.taken[place]
        if number % 2:
            self.crowd.answer(letter, about="nothing_happened")
        else:
            visitor = self.crowd.answer(letter, about="happened_to_me")
            visitor.send(visitor.form(action="/tell/"))
            self.crowd.tell(visitor, f"They laughed, and nobody said a word, {number}.")


def tell_with_consent(centre) -> Report:
    """Somebody who said who they are and lets the ombuds office know."""
    report, code = tell(centre, identity={"your_gender_words": "Wren Holloway"})
    give_consent(
        report,
        code=code,
        recipient=centre.recipients["Ombuds Office"],
        sections=("identity",),
        on=TODAY,
    )
    return report


def ask_the_gate(centre, told: list[Report], crowd: Crowd, size: Size) -> list[Release]:
    """Ask for one release after the other while the rest goes on."""
    asked = []
    for number, report in enumerate(told):
        while crowd.asked < number * size.requests / len(told) * 0.8:
            time.sleep(0.05)
        release = request_release(
            report,
            recipient=centre.recipients["Ombuds Office"],
            sections=("identity",),
            by=centre.ben.user,
            on=TODAY,
        )
        asked.append(release)
    return asked
