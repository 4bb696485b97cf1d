"""Measures taking reports: whole visits, and single requests, each beside its floor."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from fairwitness.bench import actions, house
from fairwitness.bench.browser import Browser
from fairwitness.bench.crowd import Met, Plan
from fairwitness.bench.measured import Measured, a_second, percentile
from fairwitness.bench.visits import single, whole
from fairwitness.intake.models import Report

CONCURRENCIES = (1, 8, 32)
NAMES = ("whole", "single")
ROUNDS = 3
SHARES = {"": 0.45, "/floor": 0.4, "/bare": 0.15}  # of the time of a result
FASTEST = 900  # sendings a second that no run will reach
WARM_SECONDS = 1.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """What is to be measured."""

    database: str
    stored: Sequence[int] = (10,)
    concurrencies: Sequence[int] = CONCURRENCIES
    names: Sequence[str] = NAMES
    seconds: float = 30.0

    @property
    def results(self) -> int:
        """How many results there will be."""
        return len(self.stored) * len(self.concurrencies) * len(self.names)


def measure(
    asked: Asked, *, port: int, say: Say, progress: actions.Progress
) -> Iterator[Measured]:
    """Found a centre, fill it, serve it, visit it; give each result as it is found."""
    say("Founding an invented centre")
    house.found_house()
    for stored in sorted(asked.stored):
        missing = stored - Report.objects.count()
        if missing > 0:
            say(f"Storing {missing:,} reports with real envelopes")
            actions.fill(missing, on=timezone.localdate(), progress=progress)
        yield from _at(asked, stored, port, say)


def _at(asked: Asked, stored: int, port: int, say: Say) -> Iterator[Measured]:
    """Serve the house, its floor and the bare view side by side; visit one at a time."""
    with (
        house.served(house.HOUSE, port=port),
        house.served(house.FLOOR, port=house.free_port()) as floor,
        house.served(house.BARE, port=house.free_port()) as bare,
    ):
        ports = {"whole": port, "single": floor, "/floor": floor, "/bare": bare}
        sizes = {"whole": _sizes_of_whole(port), "single": _sizes_of_single(floor)}
        for name in asked.names:
            for concurrency in asked.concurrencies:
                say(f"{name}, {concurrency} at once, {stored:,} stored")
                line = _Line(name, sizes[name], ports, concurrency, asked.seconds)
                yield line.measured(asked.database, stored)


def _sizes_of_whole(port: int) -> tuple[int, ...]:
    """How large each page of a whole visit is; the floor's pages are as large."""
    actions.stock_slots(1)
    with Browser(port) as browser:
        return tuple(page.length for page in whole(browser))


def _sizes_of_single(port: int) -> tuple[int, ...]:
    actions.stock_slots(1)
    with Browser(port) as browser:
        return (single(browser).length,)


@dataclass
class _Line:
    """One result in the making: the house, the floor and the bare view by turns."""

    name: str
    sizes: tuple[int, ...]
    ports: Mapping[str, int]
    concurrency: int
    seconds: float
    met: dict[str, list[Met]] = field(default_factory=dict)

    def measured(self, database: str, stored: int) -> Measured:
        for share in SHARES:
            self._visit(share, WARM_SECONDS)
        for _round in range(ROUNDS):
            for share, part in SHARES.items():
                met = self._visit(share, self.seconds * part / ROUNDS)
                self.met.setdefault(share, []).append(met)
        ours = [took for met in self.met[""] for took in met.took_ms]
        rates = {share: _rate(met) for share, met in self.met.items()}
        return Measured(
            name=self.name,
            database=database,
            stored=stored,
            concurrency=self.concurrency,
            ops_per_s=rates[""],
            floor_ops_per_s=rates["/floor"],
            ratio=rates[""] / rates["/floor"] if rates["/floor"] else 0.0,
            bare_ops_per_s=rates["/bare"],
            p50_ms=percentile(ours, 50),
            p95_ms=percentile(ours, 95),
            p99_ms=percentile(ours, 99),
            done=len(ours),
            troubles=sum(
                len(met.troubles) for rounds in self.met.values() for met in rounds
            ),
            client_share=_client_share(self.met[""]),
        )

    def _visit(self, share: str, seconds: float) -> Met:
        if not share:
            actions.stock_slots(int(seconds * FASTEST) + self.concurrency)
        port = self.ports[share or self.name]
        plan = Plan(f"{self.name}{share}", port, self.sizes, self.concurrency, seconds)
        return house.send_crowd(plan)


def _rate(rounds: Sequence[Met]) -> float:
    done = sum(len(met.took_ms) for met in rounds)
    return a_second(done, sum(met.seconds for met in rounds))


def _client_share(rounds: Sequence[Met]) -> float:
    spent = sum(met.cpu_seconds for met in rounds)
    return spent / sum(met.seconds for met in rounds) / (os.cpu_count() or 1)
