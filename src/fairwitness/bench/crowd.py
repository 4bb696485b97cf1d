"""Many visitors at once, in a process of their own: `python -m fairwitness.bench.crowd PLAN`.

It reads a plan as JSON and writes what it met as JSON. It imports nothing but the standard
library, so that it takes little of the machine that it measures.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from threading import Barrier, Thread

from fairwitness.bench.browser import Browser, Unwell
from fairwitness.bench.visits import visit_of

MOST_TROUBLES = 20


@dataclass(frozen=True)
class Plan:
    """What the crowd does: which visit, how many at a time, for how long."""

    kind: str
    port: int
    sizes: tuple[int, ...]
    concurrency: int
    seconds: float


@dataclass(frozen=True)
class Met:
    """How long each visit took in ms, how long all took, what it cost the visitors themselves."""

    took_ms: list[float]
    seconds: float
    cpu_seconds: float
    troubles: list[str]


def visit_together(plan: Plan) -> Met:
    """Let this many people visit again and again until the time is over."""
    took: list[float] = []
    troubles: list[str] = []
    start = Barrier(plan.concurrency + 1)

    def live() -> None:
        browser, visit = Browser(plan.port), visit_of(plan.kind, plan.sizes)
        start.wait()
        while time.perf_counter() < ends and len(troubles) < MOST_TROUBLES:
            began = time.perf_counter()
            try:
                visit(browser)
            except (Unwell, OSError) as trouble:
                troubles.append(f"{type(trouble).__name__}: {trouble}")
                browser.close()
                continue
            took.append((time.perf_counter() - began) * 1000)
        browser.close()

    threads = [Thread(target=live, daemon=True) for _one in range(plan.concurrency)]
    for thread in threads:
        thread.start()
    began, cpu = time.perf_counter(), time.process_time()
    ends = began + plan.seconds
    start.wait()
    for thread in threads:
        thread.join()
    return Met(took, time.perf_counter() - began, time.process_time() - cpu, troubles)


def main(arguments: Sequence[str]) -> int:
    """Carry out the plan and write what was met."""
    told = json.loads(arguments[0])
    met = visit_together(Plan(**told))
    json.dump(asdict(met), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
