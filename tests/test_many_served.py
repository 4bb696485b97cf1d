"""Three web processes and two workers over one database, behind a proxy that repeats each post."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from django.db import connection

from tests.apart import Apart
from tests.served import PATIENCE

# Its centre is one of its own, on the server where there is one.
pytestmark = [pytest.mark.proof, pytest.mark.django_db]

PEOPLE, AT_ONCE, LETTERS = 24, 6, 24
PAGE = {"Content-Type": "application/x-www-form-urlencoded"}


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


def test_three_web_processes_and_two_workers_take_everything_once(tmp_path):
    centre = Apart(tmp_path, server=os.environ.get("DATABASE_URL", ""))
    centre.found(letters=LETTERS)
    began = time.monotonic()

    with (
        centre.started("serve", "--workers", "3", "--port", str(centre.port)),
        centre.started("worker"),
        centre.started("worker"),
        ThreadPoolExecutor(2 * AT_ONCE) as both,
        ThreadPoolExecutor(AT_ONCE) as people,
    ):
        centre.wait_for_web()
        browsers = [Browser(centre.port, both) for _person in range(PEOPLE)]
        shown = sum(people.map(tell, browsers))
        while len(list(centre.outbox.glob("*.eml"))) < LETTERS:
            assert time.monotonic() - began < 4 * PATIENCE, centre.said.read_text()
            time.sleep(0.5)
        time.sleep(3)

    seen = sum((one.seen for one in browsers), Counter())
    letters = len(list(centre.outbox.glob("*.eml")))
    reports = centre.count("SELECT count(*) FROM intake_report")
    handed = "SELECT count(*) FROM outreach_delivery WHERE state = 'handed_over'"
    assert (shown, reports) == (PEOPLE, PEOPLE)
    assert (letters, centre.count(handed)) == (LETTERS, LETTERS)
    assert not {status for status in seen if status >= 400}
    assert "locked" not in centre.said.read_text()
    print(  # noqa: T201 # the result of a proof
        f"\n{connection.vendor}: {PEOPLE} reports, each post twice at once"
        f" ({sum(seen.values())} answers, none above 399), {letters} letters, each once:"
        f" {time.monotonic() - began:.0f} s"
    )
