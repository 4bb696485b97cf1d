"""What is told to us lies nowhere in clear: not in a database, a log, an outbox, a temporary file.

Left out, because they are public or no secret of those who come to us: closed codes, names
of staff and recipients, what the centre says of itself, questions to the public register.
An address and a name may stand in their own letter alone.
"""

import io
import logging
import sys
import tempfile
import zipfile
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from fairwitness.cli import backing
from fairwitness.front.logs import QuietHandler
from fairwitness.governance.actions import ask_question
from fairwitness.governance.models import Question
from fairwitness.intake.actions import find_by_receipt
from fairwitness.outreach.forms import LARGEST_LIST
from fairwitness.surveys.published import form_of
from fairwitness.surveys.questions import Kind
from tests import a_day
from tests.a_day import Day, notes_for
from tests.canary import (
    Canaries,
    assert_not_in_clear,
    in_database_files,
    in_databases,
    in_folder,
    in_server_files,
    in_text,
    overhearing,
)
from tests.invited import letters, make_source
from tests.watching import Watching

BOTH = ["default", "keystore"]
BIG = b"email\n" + b"nobody\n" * 300_000

# Fields of the pages of that day into which nobody types what is theirs alone.
NOT_OURS = {
    ("casework:answer", "lock-passcode"),  # six digits
    ("figures:edition", "typed"),  # the number of an edition
    ("figures:editions", "period_from"),  # a month
    ("outreach:source", "file"),  # each of its rows is a canary
    ("reporter:messages", "code"),  # the true code, searched for as a secret
}


@pytest.fixture
def logged(monkeypatch):
    """Everything that the house writes into its log, as operators would read it."""
    written = io.StringIO()
    loggers = [logging.root, logging.getLogger("django.request")]
    ours = {
        one
        for logger in loggers
        for one in logger.handlers
        if isinstance(one, QuietHandler)
    }
    assert ours
    for one in ours:
        monkeypatch.setattr(one, "stream", written)
    return written


@pytest.fixture
def scratch(tmp_path, monkeypatch) -> Path:
    """The temporary folder of this process, empty at first."""
    place = Path(tmp_path, "temporary")
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    return place


@pytest.fixture
def day(centre) -> Day:
    """A day that begins."""
    return Day(centre)


def leaks(day: Day, *places: Path) -> list[str]:
    """What of all that was typed so far can be read in the databases and in folders."""
    found = in_databases(day.canaries)
    for place in places:
        found += in_folder(day.canaries, place)
    return found


def named(found: set[str]) -> set[str]:
    """The fields that were found, without the dress."""
    return {one.rpartition(" (")[0] for one in found}


def in_backup(day: Day, root: Path) -> list[str]:
    """What can be read in a backup of both databases, made now."""
    backing.make(root)
    return in_folder(day.canaries, root)


def strangers(day: Day) -> list[str]:
    """What stands in letters and belongs to somebody else."""
    found = []
    for letter in letters():
        to = parseaddr(str(letter["To"]))[1]
        inside = named(day.canaries.found_in(letter.as_bytes()))
        assert day.own[to] <= inside
        others = inside - day.own[to] - {"key of a personal link"}
        found += [f"letter to {to}: {one}" for one in others]
    return found


def seen_outside(day: Day) -> set[str]:
    """What stands in addresses, headers and titles; a personal link is an address."""
    return {
        f"{met[:40]}: {one}"
        for met in day.notes.met
        if not met.startswith("/i/")
        for one in in_text(day.canaries, met)
    }


def untyped(day: Day) -> set[tuple[str, str]]:
    """Fields that take words, and got none of ours on that day."""
    questions = form_of(day.centre.version.pk).questions
    asked = {("intake:page", one.key) for one in questions if one.kind is Kind.TEXT}
    asked -= {("intake:page", "your_gender_words")}  # asked on the reporter's page
    return (day.notes.asked | asked) - day.notes.typed


def live(day: Day, monkeypatch: Any, look: Callable[[], None]) -> dict[str, str]:
    """Live through the whole day, and look around after each part of it.

    Returns what the recipient of the released case reads.
    """
    guest = a_day.answer(day, a_day.write_to_members(day)[0])
    guest.send(guest.form(action="/tell/"))
    guest.send(guest.form(action="/tell/"))
    first = a_day.tell(day, a_day.victims_answers(day, "victim"), guest)
    second = a_day.tell(day, a_day.observers_answers(day))
    a_day.hesitate(day)
    look()
    reporter = a_day.come_back(day, first)
    a_day.say_more(day, reporter)
    first = a_day.change_code(day, reporter)
    a_day.write_too_late(day, first)
    a_day.ask_of_us(day)
    look()
    report = find_by_receipt(first)
    a_day.work(day, first, second)
    a_day.type_at_a_locked_desk(day, report)
    files = a_day.pass_on(day, report)
    look()
    a_day.go_wrong(day, monkeypatch)
    a_day.publish(day)
    look()
    a_day.erase(day, reporter)
    look()
    return files


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_nothing_that_was_typed_lies_anywhere_in_clear(
    day, logged, scratch, settings, capfd, monkeypatch
):
    found = []
    places = (settings.EDITIONS, settings.SECRETS, scratch)

    with overhearing(day.canaries) as heard:
        files = live(day, monkeypatch, lambda: found.extend(leaks(day, *places)))
    found += in_database_files(day.canaries) + in_backup(day, scratch)
    said = logged.getvalue() + "".join(capfd.readouterr())

    assert found + heard.found + strangers(day) == []
    assert seen_outside(day) == set()
    assert in_text(day.canaries, said) == set()
    assert "RuntimeError" in said
    assert untyped(day) == NOT_OURS
    assert day.notes.remembered == set()
    read = named(day.canaries.found_in("\n".join(files.values()).encode()))
    assert {"victim: what happened", "identity: name", "contact"} <= read


@pytest.mark.proof
@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_nothing_lies_in_clear_at_any_hour_not_in_backups_nor_in_raw_files(
    day, logged, scratch, settings, capfd, monkeypatch
):
    found: list[str] = []
    hours: list[int] = []

    def look() -> None:
        hours.append(len(hours))
        found.extend(leaks(day, settings.EDITIONS, settings.SECRETS))
        found.extend(in_database_files(day.canaries))
        found.extend(in_server_files(day.canaries))
        found.extend(in_backup(day, scratch / str(len(hours))))

    with overhearing(day.canaries) as heard:
        live(day, monkeypatch, look)
    said = logged.getvalue()
    found += heard.found + strangers(day) + sorted(seen_outside(day))
    found += sorted(in_text(day.canaries, said))

    assert found == []
    tell(
        capfd,
        f"{len(day.canaries.named)} canaries, {len(day.canaries.secrets)} secrets,"
        f" {len(hours)} looks, {day.canaries.searched:,} bytes searched: nothing in clear"
        f" ({connection.vendor})",
    )


def tell(capfd: Any, line: str) -> None:
    """Say what a proof has shown, past what pytest holds back."""
    with capfd.disabled():
        sys.stdout.write(f"\n{line}\n")


# Uploads


@pytest.mark.django_db(databases=BOTH)
def test_no_page_lays_a_file_down_on_the_disk(day, monkeypatch):
    source = make_source(day.centre)
    lea, anna = day.at_desk("lea"), day.browser()
    anna.post("/tell/")
    code = a_day.tell(day, a_day.victims_answers(day, "victim"))
    rana = a_day.come_back(day, code).client
    monkeypatch.setattr(tempfile, "tempdir", "/a/folder/that/is/nowhere")
    doors = {
        "/tell/form/young/": anna,
        "/named": anna,
        "/questions/ask": anna,
        "/leave": anna,
        "/report/": anna,
        "/report/messages/": rana,
        "/report/evidence/": rana,
        reverse("outreach:source", args=[source.code]): lea,
        reverse("staff:sign_in"): anna,
    }

    answers = {
        door: client.post(door, {"file": SimpleUploadedFile("f.csv", BIG)}).status_code
        for door, client in doors.items()
    }

    assert {door: code for door, code in answers.items() if code >= 400} == {}


@pytest.mark.django_db(databases=BOTH)
def test_a_list_that_is_too_large_is_sent_back_with_a_way_on(day):
    source = make_source(day.centre)
    there = reverse("outreach:source", args=[source.code])

    file = SimpleUploadedFile("f.csv", b"x" * (LARGEST_LIST + 1))
    page = day.at_desk("lea").post(there, {"file": file})

    assert "at most 16 MB, or import it with the command line" in page.content.decode()


# The search itself can fail


def test_a_canary_is_found_inside_of_a_packed_file_and_in_a_name(tmp_path):
    canaries = Canaries()
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside.txt", canaries.new("inside"))
    (tmp_path / canaries.new("name")).touch()

    found = in_folder(canaries, tmp_path)

    assert {one.rpartition(": ")[2] for one in found} == {
        "inside (as it is)",
        "name (as it is)",
    }


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_a_canary_is_found_in_a_column_in_a_backup_and_in_the_files_of_a_database(
    tmp_path,
):
    canaries = Canaries()
    with overhearing(canaries) as heard:
        asked = ask_question(canaries.words("question"), on=a_day.TODAY)

    assert in_databases(canaries) == [
        "default governance_question.text: question (as it is)"
    ]
    assert heard.found
    backing.make(tmp_path)
    assert in_folder(canaries, tmp_path)
    if connection.vendor == "sqlite":
        assert in_database_files(canaries)
        Question.objects.filter(pk=asked.pk).update(text="")
        assert in_database_files(canaries), "the log still has it"


@pytest.mark.django_db(databases=BOTH)
def test_a_canary_is_found_in_a_sitting():
    canaries = Canaries()
    sitting = SessionStore()
    sitting["toast"] = [canaries.words("toast") + " over and over" * 9, ""]
    sitting.save()

    found = in_databases(canaries)

    assert {one.partition(":")[0] for one in found} == {
        "default django_session.session_data"
    }


def test_a_canary_is_found_in_a_log(logged):
    canaries = Canaries()

    logging.getLogger("fairwitness").warning("We met %s.", canaries.new("log"))

    assert in_text(canaries, logged.getvalue()) == {"log (as it is)"}


@pytest.mark.django_db
def test_an_address_that_tells_too_much_is_noted():
    canaries = Canaries()
    notes = notes_for(canaries)

    Watching(notes).get(f"/left?said={canaries.new('query')}")

    assert [one for met in notes.met for one in in_text(canaries, met)]


def test_looking_for_nothing_shows_nothing(tmp_path):
    with pytest.raises(AssertionError, match="nothing to look for"):
        assert_not_in_clear([], tmp_path)
    with pytest.raises(AssertionError, match="nowhere to look"):
        assert_not_in_clear(["a canary of old"], tmp_path)


def test_a_known_string_is_found_in_a_file(tmp_path):
    (tmp_path / "a.txt").write_text("She said: the blue walking frame.")

    with pytest.raises(AssertionError, match="In clear"):
        assert_not_in_clear(["the blue walking frame"], tmp_path)
