"""Three web processes and two workers over one database, behind a proxy that repeats each post."""

import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.served import FOUND, PATIENCE

pytestmark = pytest.mark.proof

PEOPLE, AT_ONCE, LETTERS = 24, 6, 24
PAGE = {"Content-Type": "application/x-www-form-urlencoded"}
INVITE = """
import django; django.setup()
from types import SimpleNamespace
from fairwitness.staff.models import User
from fairwitness.surveys.models import Version
from tests.invited import make_invited
lea = SimpleNamespace(user=User.objects.get(name__istartswith="lea"))
centre = SimpleNamespace(lea=lea, version=Version.objects.first())
make_invited(centre, [f"one{number}@members.example" for number in range(%d)])
"""


class Browser:
    """A person whose posts a proxy sends twice, at once on two lines; the later answer counts."""

    def __init__(self, port: int, both: ThreadPoolExecutor) -> None:
        self.port, self.both, self.cookies = port, both, SimpleCookie()
        self.seen: Counter[int] = Counter()

    def ask(self, method: str, path: str, **typed: str) -> tuple[str, str]:
        """Where one ends up, and the page."""
        held = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        times = 2 if method == "POST" else 1
        asked = [
            self.both.submit(self._once, method, path, held, typed)
            for _time in range(times)
        ]
        answers = [one.result() for one in asked]
        for status, _head, _body in answers:
            self.seen[status] += 1
        status, head, body = answers[-1]
        for name, value in head:
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        where = dict(head).get("location", dict(head).get("Location", ""))
        if status in {302, 303}:
            return self.ask("GET", where)
        return path, body

    def _once(
        self, method: str, path: str, held: str, typed: dict[str, str]
    ) -> tuple[int, list[tuple[str, str]], str]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        header = {**PAGE, "Cookie": held} if held else PAGE
        line.request(method, path, urlencode(typed), header)
        answer = line.getresponse()
        body = answer.read().decode()
        line.close()
        return answer.status, answer.getheaders(), body


def tell(browser: Browser) -> bool:
    """Tell and send; whether a receipt was shown."""
    at, page = browser.ask("POST", "/tell/")
    for _page in range(30):
        if at == "/tell/receipt/":
            return "code" in page
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[
            0
        ]
        typed = {"csrfmiddlewaretoken": token, "act": "skip"}
        if at.endswith("/young/"):
            typed |= {"young": "no", "act": "continue"}
        elif at.endswith("/what_happened/"):
            typed |= {"what_happened": "They shut the door.", "act": "continue"}
        elif at == "/tell/check/":
            typed["act"] = "send"
        at, page = browser.ask("POST", at, **typed)
    return False


@contextmanager
def started(
    command: list[str], environment: dict[str, str], said: Path
) -> Iterator[None]:
    """A process of the house, until this ends."""
    with said.open("ab") as heard:
        process = subprocess.Popen(
            [sys.executable, "-m", "fairwitness", *command],
            env=environment, stdout=heard, stderr=heard,
        )  # fmt: skip
    try:
        yield
        assert process.poll() is None, said.read_text()
    finally:
        process.terminate()
        process.wait(PATIENCE)


def count(place: Path, query: str) -> int:
    """A number out of the centre's database."""
    tables = sqlite3.connect(place / "centre.sqlite3")
    [found] = tables.execute(query).fetchone()
    tables.close()
    return int(found)


def test_three_web_processes_and_two_workers_take_everything_once(tmp_path):
    port = 18_000 + os.getpid() % 2000
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "fairwitness.settings",
        "FAIRWITNESS_DIR": str(tmp_path),
        "FAIRWITNESS_SECRETS": str(tmp_path / "secrets"),
        "FAIRWITNESS_URL": f"http://127.0.0.1:{port}",
        "FAIRWITNESS_TRAINING": "yes",
    }
    for name in ("DATABASE_URL", "KEYSTORE_URL"):
        environment.pop(name, None)
    for script in (FOUND, INVITE % LETTERS):
        subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    said, serve = tmp_path / "said", ["serve", "--workers", "3", "--port", str(port)]
    began = time.monotonic()

    with (
        started(serve, environment, said),
        started(["worker"], environment, said),
        started(["worker"], environment, said),
        ThreadPoolExecutor(2 * AT_ONCE) as both,
        ThreadPoolExecutor(AT_ONCE) as people,
    ):
        _wait(port)
        browsers = [Browser(port, both) for _person in range(PEOPLE)]
        shown = sum(people.map(tell, browsers))
        outbox = tmp_path / "outbox"
        while len(list(outbox.glob("*.eml"))) < LETTERS:
            assert time.monotonic() - began < 4 * PATIENCE, said.read_text()
            time.sleep(0.5)
        time.sleep(3)

    seen = sum((one.seen for one in browsers), Counter())
    letters = len(list(outbox.glob("*.eml")))
    reports = count(tmp_path, "SELECT count(*) FROM intake_report")
    handed = "SELECT count(*) FROM outreach_delivery WHERE state = 'handed_over'"
    assert (shown, reports) == (PEOPLE, PEOPLE)
    assert (letters, count(tmp_path, handed)) == (LETTERS, LETTERS)
    assert not {status for status in seen if status >= 400}
    assert "locked" not in said.read_text()
    print(  # noqa: T201 # the result of a proof
        f"\n{PEOPLE} reports, each post twice at once ({sum(seen.values())} answers, none"
        f" above 399), {letters} letters, each once: {time.monotonic() - began:.0f} s"
    )


def _wait(port: int) -> None:
    for _try in range(int(PATIENCE * 10)):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as line:
                line.request("GET", "/")
                line.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nothing was served")
