"""A volunteer sets up a real centre from the README alone: its commands, typed as they stand there."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from html import unescape
from io import StringIO
from pathlib import Path
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from fairwitness.cli import founding, main
from fairwitness.governance.models import Purpose
from tests import first_weeks
from tests.name_server import records_of, serve_names
from tests.over_http import Caller, Wire
from tests.post_office import serve_post_office  # noqa: F401 # a fixture

README = Path(__file__).parent.parent / "README.md"
PASSWORD, PASSPHRASE = "quiet harbour lamp", "eleven quiet lanterns by the water"
SEA = "nine grey pebbles under the old pier"
PUBLIC = "https://centre.harbour.test"
MOST_TRIES = 600
A_DAY_LATER = """
import datetime, sys, time_machine
from fairwitness.cli import main
with time_machine.travel(datetime.datetime.now() + datetime.timedelta(days=1)):
    sys.exit(main(["worker", "--once"]))
"""


def commands():
    """The lines of the README's block on a real centre, without what is said behind them."""
    part = README.read_text().split("## Run a real centre")[1].split("\n## ")[0]
    block = re.search(r"```\n(.*?)```", part, re.S)
    assert block
    return [shlex.split(line, comments=True) for line in block[1].splitlines() if line]


@pytest.fixture
def names():
    """A server that tells of the domain of the centre."""
    with serve_names(records_of("harbour.test")) as there:
        yield there


@pytest.fixture
def surroundings(tmp_path, post_office, names):
    """An empty folder, nothing of our own settings, a mail server and a name server."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FAIRWITNESS_", "DJANGO_", "DATABASE_", "KEYSTORE_"))
    }
    return kept | {
        "FAIRWITNESS_DIR": str(tmp_path / "centre"),
        "FAIRWITNESS_URL": PUBLIC,
        "FAIRWITNESS_MAIL_FROM": "centre@harbour.test",
        "FAIRWITNESS_DKIM_SELECTOR": "wind",
        "FAIRWITNESS_DNS": names,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(post_office.port),
        "EMAIL_TLS": "no",
    }


@pytest.fixture
def port():
    """A port that is free at this moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


class Terminal:
    """Runs commands in one folder, and answers what they ask."""

    def __init__(self, place, surroundings):
        self.place, self.surroundings = place, surroundings
        self.told = {}
        self.running = []

    def type(self, words, *, port):
        """One line of the README: what it installs is there, what it exports is ours."""
        if words[0] == "export":
            assert {one.split("=")[0] for one in words[1:]} <= set(self.surroundings)
        elif "&" in words:
            for one in " ".join(words).split(" & "):
                more = ("--port", port) if one.endswith("serve") else ()
                self.start(*one.split(), *more)
        elif words[0] not in {"python3", "pip"}:
            self.run(*words)

    @property
    def otpauth(self):
        """What Ann puts into her authenticator."""
        found = re.search(r"otpauth://\S+", self.told["init"])
        assert found
        return found[0]

    def run(self, *words):
        self.told[words[1]] = self._run("-m", *words, typed=self.answers(words))
        return self.told[words[1]]

    def run_python(self, program):
        """A program of a test's own, in the same surroundings."""
        return self._run("-c", program)

    def _run(self, *words, typed=""):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.place,
            env=self.surroundings,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
            start_new_session=True,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *words):
        self.running.append(
            subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=self.place,
                env=self.surroundings,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def stop(self):
        for one in self.running:
            one.send_signal(signal.SIGTERM)
        for one in self.running:
            one.wait(timeout=20)
        self.running = []

    def answers(self, words):
        if words[1] == "init":
            return "\n".join(["Ann", PASSWORD, PASSWORD, PASSPHRASE, PASSPHRASE, ""])
        if "--member" in words:
            return self.sheet("Your own recovery sheet") + "\n"
        if "--house" in words:
            return self.sheet("The recovery sheet of the house") + "\n"
        return "yes\n" if "trust" in words else ""

    def sheet(self, heading):
        shown = self.told["init"].split(heading)[1].splitlines()[1:5]
        return " ".join(" ".join(shown).split())


def wait_until(is_so, what):
    """Ask until it is so."""
    for _try in range(MOST_TRIES):
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail(f"never: {what}")


def wait_for(wire, path, status):
    """Ask until the server answers so."""

    def answers():
        try:
            return wire.get(path).status_code == status
        except URLError:
            return False

    wait_until(answers, f"{status} at {path}")


def sign_in(caller, *, name, otpauth, passphrase, again=False):
    """Sign in, then open one's key or set the first passphrase. A code serves once."""
    known = parse_qs(urlsplit(otpauth).query)
    clock = pyotp.TOTP(known["secret"][0])
    code = clock.at(timezone.now(), counter_offset=1 if again else 0)
    caller.fill("/desk/sign-in", name=name, password=PASSWORD, passcode=code)
    form = caller.form(asks="passphrase")
    typed = dict.fromkeys(form.asks, passphrase)
    caller.send(form, **typed)


def fill_in_the_settings(caller):
    """What the page Settings asks for, typed into its forms."""
    today = timezone.localdate().isoformat()
    caller.fill(
        "/desk/settings/centre",
        legal_name="Harbour Members' Trust",
        legal_form="Charity",
        centre_name="Harbour Centre",
        quiet_name="Harbour",
        exit_url="https://weather.example/",
        country="GB",
        postal_address="1 Quay Street, Quayside",
        email="centre@harbour.example",
        funders="Members' fees.",
        exemption_reason="A members' club that keeps its own list only.",
        exemption_signed_by="Mara Quill, chair",
    )
    caller.fill(
        "/desk/settings/interests",
        officer="Mara Quill",
        office="Chair",
        interests="None.",
        declared_on=today,
    )
    for code in Purpose.Serves.values:
        caller.open(f"/desk/settings/purposes/{code}")
        form = caller.form(asks="basis")
        known = {name: caller.shown[name] for name in form.asks}
        caller.send(form, **known)
        caller.send(caller.form(action="approve"))
    caller.open("/desk/settings/places")
    form = caller.form(asks="host")
    known = {name: caller.shown[name] for name in form.asks}
    long_ago = (timezone.localdate() - timedelta(days=90)).isoformat()
    named = {"name": "Lantern Hosting", "city": "Hull", "country": "GB"}
    caller.send(form, **(known | named | {"contract_on": long_ago}))
    caller.fill(
        "/desk/settings/promise", read_within="3", answer_within="10", from_on=today
    )
    for language in ("en", "ar"):
        caller.open("/desk/settings/notice")
        button = next(one for one in caller.forms if not one.action and not one.asks)
        caller.send(button, language=language)


def take_in_a_colleague(ann, bo):
    """Ann invites the second member, who comes in; gives what their authenticator knows."""
    ann.fill(
        "/desk/colleagues/invite",
        asks="roles",
        name="Bo",
        roles=["triage", "disclosure", "statistician", "protection", "technician"],
        password=PASSWORD,
    )
    invited = re.search(r"otpauth://[^\s\"<]+", unescape(ann.page.content.decode()))
    assert invited
    sign_in(bo, name="Bo", otpauth=invited[0], passphrase=SEA)
    first_weeks.hand_on_the_key(ann, "Bo")
    return invited[0]


@pytest.mark.django_db(databases=["default", "keystore"])
def test_the_commands_of_the_readme_open_a_real_centre(
    tmp_path, settings, monkeypatch, capsys
):
    settings.IS_TRAINING = False
    monkeypatch.setattr(founding, "migrate", lambda: None)
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(tmp_path, {})

    for words in commands():
        if words[0] == "fairwitness" and "&" not in words:
            monkeypatch.setattr("sys.stdin", StringIO(terminal.answers(words)))
            assert main(words[1:]) == 0, words
            terminal.told[words[1]] = capsys.readouterr().out
    ann, bo = Caller(), Caller()
    sign_in(ann, name="Ann", otpauth=terminal.otpauth, passphrase=PASSPHRASE)
    assert Client().get("/tell/").status_code == 503
    fill_in_the_settings(ann)
    take_in_a_colleague(ann, bo)
    ann.open("/desk/settings")

    assert "Your centre is open" in ann.text
    assert Client().get("/tell/").status_code == 200
    assert "Training centre" not in Client().get("/").content.decode()


def publish_an_edition(ann, bo):
    """Bo asks for this month's, the worker builds it, Ann reads and publishes it."""
    month = f"{timezone.localdate():%Y-%m}"
    bo.fill("/desk/figures/", period_from=month, period_to=month)

    def is_built():
        ann.open("/desk/figures/1/")
        return any("typed" in form.asks for form in ann.forms)

    wait_until(is_built, "an edition that is built")
    ann.send(ann.form(asks="typed"), typed="1")


def lose_the_disk(terminal, place):
    """All processes end, and all that lay in the centre's folder is gone but for its secrets."""
    terminal.stop()
    (place / "centre" / "secrets").rename(place / "kept")
    shutil.rmtree(place / "centre")
    (place / "centre").mkdir(mode=0o700)
    (place / "kept").rename(place / "centre" / "secrets")


@pytest.mark.proof
def test_in_processes_of_its_own_it_lives_through_its_first_weeks(
    tmp_path, surroundings, port, post_office
):
    terminal, begun = Terminal(tmp_path, surroundings), time.monotonic()
    ann, bo, member = (
        Caller(Wire(f"http://127.0.0.1:{port}", public=PUBLIC)) for _one in range(3)
    )
    wire = member.client
    try:
        for words in commands():
            terminal.type(words, port=port)
        wait_for(wire, "/tell/", 503)
        sign_in(ann, name="Ann", otpauth=terminal.otpauth, passphrase=PASSPHRASE)
        fill_in_the_settings(ann)
        otpauth = take_in_a_colleague(ann, bo)
        ann.open("/desk/settings")
        assert "Your centre is open" in ann.text
        wait_for(wire, "/tell/", 200)
        terminal.run("fairwitness", "doctor")
        opened = time.monotonic()

        theirs = first_weeks.name_a_recipient(ann, bo)
        first_weeks.write_down_the_list(tmp_path)
        told = terminal.run(*first_weeks.import_in_the_docs())
        assert told.startswith("5 added")
        first_weeks.write_to_five(ann)
        wait_until(lambda: len(post_office.taken) == 5, "five letters")
        letters = [letter for _from, _to, letter in post_office.taken]
        link = first_weeks.links_in(letters, public=PUBLIC)[0]
        code = first_weeks.answer_and_tell(member, link)
        first_weeks.say_yes(member, code)
        report = first_weeks.work_on_it(ann)
        sealed = first_weeks.pass_it_on(ann, bo, report)
        files = first_weeks.opened_by_recipient(sealed, theirs, tmp_path)
        assert "the names of those who would need the lift" in files["account.txt"]

        terminal.run_python(A_DAY_LATER)  # it also ends every sitting
        sign_in(
            ann,
            name="Ann",
            otpauth=terminal.otpauth,
            passphrase=PASSPHRASE,
            again=True,
        )
        sign_in(bo, name="Bo", otpauth=otpauth, passphrase=SEA, again=True)
        publish_an_edition(ann, bo)
        verified = terminal.run("fairwitness", "verify", "centre/editions/1")
        terminal.run("fairwitness", "backup", "--to", "backups")
        lose_the_disk(terminal, tmp_path)
        terminal.run("fairwitness", "restore", "backups")
        terminal.type(commands()[-1], port=port)
        wait_for(wire, "/tell/", 200)
        first_weeks.come_back(member, code)
        member.open("/report/page/")
        assert f"Passed to {first_weeks.RECIPIENT}" in member.text
        assert "Read 1 new message" in member.text
        assert terminal.run("fairwitness", "verify", "centre/editions/1") == verified
    finally:
        terminal.stop()
    seconds = time.monotonic() - begun
    sys.stderr.write(
        f"a real centre from the README alone: open after {opened - begun:.0f} s; "
        "five letters, a report, a release, an edition, backup and restore "
        f"after {seconds:.0f} s\n"
    )
