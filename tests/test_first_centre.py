"""A volunteer sets up a real centre from the README alone: its commands, typed as they stand there."""

import os
import re
import shlex
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
from tests.over_http import Caller, Wire

README = Path(__file__).parent.parent / "README.md"
PASSWORD, PASSPHRASE = "quiet harbour lamp", "eleven quiet lanterns by the water"
SEA = "nine grey pebbles under the old pier"
MOST_TRIES = 150


def commands():
    """The lines of the README's block on a real centre, without what is said behind them."""
    part = README.read_text().split("## Run a real centre")[1].split("\n## ")[0]
    block = re.search(r"```\n(.*?)```", part, re.S)
    assert block
    return [shlex.split(line, comments=True) for line in block[1].splitlines() if line]


@pytest.fixture
def surroundings(tmp_path):
    """An empty folder, and nothing of our own settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FAIRWITNESS_", "DJANGO_", "DATABASE_", "KEYSTORE_"))
    }
    told = {"DIR": str(tmp_path / "centre"), "URL": f"http://127.0.0.1:{port}"}
    return kept | {f"FAIRWITNESS_{name}": value for name, value in told.items()}


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
        elif words[0] != "pip":
            self.run(*words)

    @property
    def otpauth(self):
        """What Ann puts into her authenticator."""
        found = re.search(r"otpauth://\S+", self.told["init"])
        assert found
        return found[0]

    def run(self, *words):
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.place,
            env=self.surroundings,
            input=self.answers(words),
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
            start_new_session=True,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        self.told[words[1]] = done.stdout
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


def wait_for(wire, path, status):
    """Ask until the server answers so."""
    for _try in range(MOST_TRIES):
        try:
            if wire.get(path).status_code == status:
                return
        except URLError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{path} never answered {status}")


def sign_in(caller, *, name, otpauth, passphrase):
    """Sign in, then open one's key or set the first passphrase."""
    known = parse_qs(urlsplit(otpauth).query)
    code = pyotp.TOTP(known["secret"][0]).now()
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
    """Ann invites the second member, who comes in and sets a passphrase."""
    ann.fill(
        "/desk/colleagues/invite",
        asks="roles",
        name="Bo",
        roles=["disclosure", "protection"],
        password=PASSWORD,
    )
    invited = re.search(r"otpauth://[^\s\"<]+", unescape(ann.page.content.decode()))
    assert invited
    sign_in(bo, name="Bo", otpauth=invited[0], passphrase=SEA)


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


@pytest.mark.proof
def test_the_same_lines_as_processes_of_their_own_serve_it(tmp_path, surroundings):
    terminal, begun = Terminal(tmp_path, surroundings), time.monotonic()
    wire = Wire(surroundings["FAIRWITNESS_URL"])
    ann, bo = Caller(wire), Caller(Wire(wire.base))
    try:
        for words in commands():
            terminal.type(words, port=wire.base.rsplit(":")[-1])
        wait_for(wire, "/tell/", 503)
        sign_in(ann, name="Ann", otpauth=terminal.otpauth, passphrase=PASSPHRASE)
        fill_in_the_settings(ann)
        take_in_a_colleague(ann, bo)
        ann.open("/desk/settings")

        assert "Your centre is open" in ann.text
        wait_for(wire, "/tell/", 200)
        terminal.run("fairwitness", "doctor")
    finally:
        terminal.stop()
    seconds = time.monotonic() - begun
    sys.stderr.write(f"a real centre from the README alone: {seconds:.0f} s\n")
