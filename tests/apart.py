"""A centre of its own in a folder, apart from the one of the test: founded, started, looked at from outside."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests.served import FOUND, PATIENCE

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
WHOLE = """
import django; django.setup()
from fairwitness.ledger.actions import chain_entries, first_broken_entry
from fairwitness.ledger.models import Entry
from fairwitness.intake.models import Report
chain_entries()
assert first_broken_entry() is None
received = Entry.objects.filter(act="intake.received").count()
assert received == Report.objects.count(), received
"""


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class Apart:
    """Where it is and over which databases: two files in its folder, or two of a server."""

    place: Path
    server: str = ""
    port: int = field(default_factory=_free_port)

    def __post_init__(self) -> None:
        self.said, self.outbox = self.place / "said", self.place / "outbox"
        self.urls = {
            "DATABASE_URL": f"sqlite:///{self.place / 'centre.sqlite3'}",
            "KEYSTORE_URL": f"sqlite:///{self.place / 'keystore.sqlite3'}",
        }
        if self.server:
            mark = uuid4().hex[:8]
            for name, base in {
                "DATABASE_URL": "centre",
                "KEYSTORE_URL": "keys",
            }.items():
                self.urls[name] = self._create(f"{base}_{mark}")
        self.environment = {
            **os.environ,
            **self.urls,
            "DJANGO_SETTINGS_MODULE": "fairwitness.settings",
            "FAIRWITNESS_DIR": str(self.place),
            "FAIRWITNESS_SECRETS": str(self.place / "secrets"),
            "FAIRWITNESS_URL": f"http://127.0.0.1:{self.port}",
            "FAIRWITNESS_TRAINING": "yes",
        }

    def _create(self, name: str) -> str:
        with psycopg.connect(self.server, autocommit=True) as line:
            line.execute(f'CREATE DATABASE "{name}"'.encode())
        return urlsplit(self.server)._replace(path=f"/{name}").geturl()

    def found(self, *, letters: int = 0) -> None:
        """Found a training centre; so many people are to be written to."""
        for script in (FOUND, *([INVITE % letters] if letters else [])):
            self.run(script)

    def run(self, script: str) -> None:
        """Run some lines inside the centre."""
        subprocess.run([sys.executable, "-c", script], env=self.environment, check=True)

    def count(self, query: str) -> int:
        """A number out of the centre's database."""
        if self.server:
            with psycopg.connect(self.urls["DATABASE_URL"]) as line:
                row = line.execute(query.encode()).fetchone()
        else:
            tables = sqlite3.connect(self.place / "centre.sqlite3")
            row = tables.execute(query).fetchone()
            tables.close()
        assert row is not None
        return int(row[0])

    @contextmanager
    def started(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process of the house, until this ends; it must not end by itself."""
        with self.said.open("ab") as heard:
            process = subprocess.Popen(
                [sys.executable, "-m", "fairwitness", *command],
                env=self.environment, stdout=heard, stderr=heard,
            )  # fmt: skip
        try:
            yield process
            assert process.poll() is None, self.said.read_text()
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def wait_for_web(self) -> None:
        """Until pages are served."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            line = HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                line.request("GET", "/")
                line.getresponse().read()
            except (OSError, HTTPException):
                time.sleep(0.1)
            else:
                return
            finally:
                line.close()
        raise AssertionError("nothing was served")
