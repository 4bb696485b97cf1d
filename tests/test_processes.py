"""What shows of a running centre from outside: no word, no key, no core file, whatever breaks."""

import io
import subprocess
import sys

import pytest

from fairwitness.cli import main
from tests.canary import Canaries, in_folder
from tests.processes import (
    MAIL_PASSWORD,
    most_core,
    running,
    secrets_in,
    shown_by,
)

pytestmark = [
    pytest.mark.django_db(databases=["default", "keystore"]),  # its tables are copied
    pytest.mark.one_engine,  # what shows of a process is the same
]
PR_GET_DUMPABLE = 3  # linux/prctl.h


@pytest.fixture
def canaries():
    return Canaries()


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("house")) as one:
        yield one


def test_no_page_that_breaks_tells_what_was_posted(house, canaries):
    asked = {
        page: house.post(page, told=canaries.words(page), other=canaries.new("other"))
        for page in ("/bug", "/fault", "/midst", "/report/", "/nowhere")
    }
    asked["half a form"] = house.ask(
        "POST",
        f"/bug?{canaries.new('query')}",
        canaries.new("no form"),
        headers(canaries),
    )

    shown = {
        page: canaries.found_in(body) for page, (_code, _head, body) in asked.items()
    }

    assert asked["/bug"][0] == 500
    assert asked["/fault"][0] == 503
    assert shown.pop("/fault"), "the words come back to the one who typed them"
    assert set().union(*shown.values()) == set()
    assert (
        canaries.found_in(
            "".join(head for _code, head, _body in asked.values()).encode()
        )
        == set()
    )
    assert canaries.found_in(house.said.encode()) == set()
    assert "RuntimeError in bug" in house.said
    assert "Application callable raised" in house.said
    assert left_in(house, canaries) == []


def headers(canaries):
    """A browser and a proxy that say all they know; a body that is not what it says."""
    return {
        "User-Agent": canaries.new("user agent"),
        "X-Forwarded-For": canaries.new("address"),
        "Referer": f"http://127.0.0.1/{canaries.new('referer')}",
        "Content-Type": f"multipart/form-data; boundary={canaries.new('boundary')}",
    }


def left_in(house, canaries):
    """What lies in any file of the centre."""
    return in_folder(canaries, house.place)


def test_a_process_that_crashes_leaves_no_core(house, canaries):
    before = set(house.tree())

    status, _head, _body = house.post("/crash", told=canaries.words("in hand"))
    house.wait_for_pages()

    assert status == 0
    assert set(house.tree()) != before, "another took its place"
    assert left_in(house, canaries) == []
    assert [one.name for one in house.place.rglob("*core*")] == []


def test_no_process_may_leave_a_core(house):
    limits = {pid: most_core(pid) for pid in house.tree()}

    assert len(limits) >= 4
    assert set(map(tuple, limits.values())) == {("0", "0")}


def test_no_other_program_may_look_into_a_process():
    asks = (
        "import ctypes\n"
        "from fairwitness.environment import leave_no_core\n"
        "leave_no_core()\n"
        f"raise SystemExit(ctypes.CDLL(None).prctl({PR_GET_DUMPABLE}))"
    )

    may_be_dumped = subprocess.run([sys.executable, "-c", asks], check=False).returncode

    assert may_be_dumped == (0 if sys.platform == "linux" else -1)


def test_arguments_and_environment_of_the_processes_hold_no_secret(house, canaries):
    for name, secret in secrets_in(house.place / "centre" / "secrets").items():
        canaries.also(name, secret)
    canaries.also("password of the mail server", MAIL_PASSWORD)
    house.post("/bug", told=canaries.words("what was posted"))

    shown = {pid: canaries.found_in(shown_by(pid)) for pid in house.tree()}

    assert set().union(*shown.values()) == set()
    assert canaries.found_in(house.said.encode()) == set()


def test_a_secret_in_the_environment_would_be_seen(canaries):
    canaries.also("password", MAIL_PASSWORD)
    waits = [sys.executable, "-c", "input()"]
    with subprocess.Popen(
        waits, env={"EMAIL_PASSWORD": MAIL_PASSWORD}, stdin=subprocess.PIPE
    ) as process:
        found = canaries.found_in(shown_by(process.pid))

    assert found == {"password (as it is)"}


# How a centre is started


def test_a_real_centre_does_not_start_with_pages_for_programmers(tmp_path):
    told = {"FAIRWITNESS_DIR": str(tmp_path), "FAIRWITNESS_DEBUG": "yes"}
    command = [sys.executable, "-m", "fairwitness", "doctor"]

    ended = subprocess.run(command, env=told, capture_output=True, check=False)

    assert ended.returncode == 1
    assert b"shows on a page what people typed" in ended.stderr


def test_a_count_code_may_be_asked_for_so_that_no_list_of_processes_has_it(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("maple velvet harbour\n"))

    asked = main(["verify", str(tmp_path), "--count-code"])

    assert asked == 1
    assert sys.stdin.read() == ""
    assert "maple" not in capsys.readouterr().out
