"""The disk of a served centre fills up and gets room again, over and over, while people tell.

The processes and the errors are the real ones: a limit on the size of files under SQLite, a
small disk under the tables or under the log of writes of PostgreSQL. People send by the
page that they are shown, and by nothing else.
"""

import resource
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl, urlencode

import pytest

from fairwitness.demo.visitor import Visitor
from tests.apart import WHOLE, Apart
from tests.small_disk import small_disk, why_not
from tests.stubborn import PATIENCE, PAUSE, UNSAVED, Browser, Crowd

pytestmark = pytest.mark.proof

PEOPLE, AT_ONCE, LETTERS = 48, 4, 24
TINY = 4096  # bytes of a file; no write to SQLite's log fits in
MET = 6  # pages that came back, until the disk has room again
LONGEST = 8.0  # seconds that it stays full though nobody meets it


@dataclass
class Kind:
    """What people were shown while nothing could be written."""

    kept: int = 0  # pages that came back filled
    at_the_end: int = 0  # of these: the last one, which sends the report
    not_shown: int = 0  # pages that were only looked at
    unkind: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def met(self) -> int:
        """How often somebody met the fault."""
        return self.kept + self.not_shown


@dataclass
class Patient(Browser):
    """Sends what the kept page holds by the button of that page, until it is taken."""

    kind: Kind = field(default_factory=Kind)

    def _until_it_comes(
        self, method: str, address: str, body: str | None
    ) -> tuple[int, str, bytes]:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            status, there, content = self._ask(method, address, body)
            self.asked()
            if status != UNSAVED:
                return status, there, content
            body = self._look_at(address, body, content.decode())
            time.sleep(PAUSE)
        raise AssertionError(f"{method} {address} never came")

    def _look_at(self, address: str, body: str | None, page: str) -> str | None:
        """Note whether this is a kind page; what its button sends."""
        reader = Visitor()
        reader.page.content = page.encode()
        is_kind = 'href="tel:' in page and "Retry-After" in self.heard
        if body is None:
            self._note("not_shown", is_kind and "Wait a minute" in page, address)
            return None
        form = reader.form(action=address)
        typed = {
            one
            for one in parse_qsl(body, keep_blank_values=True)
            if one[0] != "csrfmiddlewaretoken"
        }
        is_kind = is_kind and "Nothing you wrote is lost" in page
        self._note("kept", is_kind and typed <= set(form.holds), address)
        return urlencode(form.holds)

    def _note(self, name: str, is_kind: bool, address: str) -> None:
        with self.kind.lock:
            setattr(self.kind, name, getattr(self.kind, name) + 1)
            self.kind.at_the_end += name == "kept" and address == "/tell/check/"
            if not is_kind:
                self.kind.unkind.append(address)


@dataclass
class Patients(Crowd):
    """People with such browsers."""

    kind: Kind = field(default_factory=Kind)

    def visitor(self) -> Visitor:
        """One of them."""
        visitor = Visitor()
        visitor.client = Patient(self.port, self._count, kind=self.kind)  # type: ignore[assignment] # drives alike
        return visitor

    def come(self, number: int) -> None:
        """Come, tell and send."""
        visitor = self.visitor()
        visitor.open("/tell/")
        self.tell(visitor, f"The ramp was locked, time {number}.")


@contextmanager
def failing(
    kind: Kind, fill: Callable[[], None], free: Callable[[], None]
) -> Iterator[list[int]]:
    """Fill the disk and free it, by turns, until this ends. Yields how many met each time."""
    is_over, dice = threading.Event(), Random(7)
    times: list[int] = []

    def go_on() -> None:
        while not is_over.wait(dice.uniform(0.2, 1)):
            met, until = kind.met, time.monotonic() + LONGEST
            try:
                while kind.met < met + MET and time.monotonic() < until:
                    fill()
                    if is_over.wait(0.05):
                        break
            finally:
                free()
            times.append(kind.met - met)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield times
    finally:
        is_over.set()
        thread.join()


def tell_while_it_fails(
    centre: Apart, fill: Callable[[list[int]], None], free: Callable[[list[int]], None]
) -> str:
    """Let everybody tell meanwhile, and look up that all of it is kept once."""
    centre.found(letters=LETTERS)
    began = time.monotonic()
    with (
        centre.started("serve", "--workers", "2", "--port", str(centre.port)) as web,
        centre.started("worker") as worker,
    ):
        centre.wait_for_web()
        crowd = Patients(centre.port)
        heads = [web.pid, worker.pid]
        with (
            failing(crowd.kind, lambda: fill(heads), lambda: free(heads)) as times,
            ThreadPoolExecutor(AT_ONCE) as people,
        ):
            list(people.map(crowd.come, range(PEOPLE)))
        kind = crowd.kind
        assert kind.unkind == []
        assert kind.at_the_end
        assert [one for one in crowd.receipts if not crowd.reads_back(one)] == []
        addresses = wait_for_letters(centre)

    codes = {one.code for one in crowd.receipts}
    assert len(codes) == len(crowd.receipts) == PEOPLE
    assert centre.count("SELECT count(*) FROM intake_report") == PEOPLE
    assert len(addresses) == len(set(addresses))
    centre.run(WHOLE)
    return (
        f"full {len(times)} times, met {sum(map(bool, times))}: {PEOPLE} reports, each once, all read back;"
        f" {kind.kept} pages kept ({kind.at_the_end} at the last step),"
        f" {kind.not_shown} not shown; {len(addresses)} of {LETTERS} letters, none twice;"
        f" {time.monotonic() - began:.0f} s"
    )


def wait_for_letters(centre: Apart) -> list[str]:
    """To whom letters went, when the worker has gone on by itself."""
    until = time.monotonic() + PATIENCE * 3
    waiting = "SELECT count(*) FROM outreach_delivery WHERE state = 'waiting'"
    while centre.count(waiting):
        assert time.monotonic() < until, centre.said.read_text()[-3000:]
        time.sleep(0.5)
    return [
        line
        for letter in centre.outbox.glob("*.eml")
        for line in letter.read_text().splitlines()
        if line.startswith("To: ")
    ]


def with_children(heads: list[int]) -> list[int]:
    """These processes and those that they started."""
    return heads + [
        int(child)
        for head in heads
        for child in Path(f"/proc/{head}/task/{head}/children").read_text().split()
    ]


def limit(heads: list[int], size: int) -> None:
    """Let no file of these processes grow beyond a size. Python ignores SIGXFSZ."""
    for pid in with_children(heads):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_while_no_file_may_grow_under_sqlite_nothing_is_lost_and_nothing_goes_in_twice(
    tmp_path,
):
    shown = tell_while_it_fails(
        Apart(tmp_path),
        lambda heads: limit(heads, TINY),
        lambda heads: limit(heads, resource.RLIM_INFINITY),
    )

    print(f"\nRLIMIT_FSIZE under SQLite, {shown}")  # noqa: T201 # the result of a proof


@pytest.mark.parametrize("part", ["tables", "log of writes"])
def test_while_the_disk_of_postgresql_is_full_nothing_is_lost_and_nothing_goes_in_twice(
    tmp_path, part
):
    if missing := why_not():
        pytest.skip(missing)
    with small_disk(part) as server:
        shown = tell_while_it_fails(
            Apart(tmp_path, server=server.url),
            lambda _heads: server.fill(),
            lambda _heads: server.free(),
        )
        said = server.log.read_text()

    assert "No space left on device" in said
    print(  # noqa: T201 # the result of a proof
        f"\nPostgreSQL, {part}, {shown}; PANIC {said.count('PANIC:')} times,"
        f" started again {server.starts} times"
    )
