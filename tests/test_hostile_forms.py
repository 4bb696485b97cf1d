"""Hostile questionnaires: each is refused or bounded, in a small room and a short time."""

import multiprocessing
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fairwitness.surveys.answers import Problem, Trouble
from fairwitness.surveys.checking import check_form
from fairwitness.surveys.expressions import TooCostly
from fairwitness.surveys.headless import run_form
from fairwitness.surveys.journey import Journey
from fairwitness.surveys.xlsform import read_form
from tests.hostile import FORMS, written
from tests.publishable import publishable

SECONDS = 10  # of a processor; the slowest takes about three
ROOM = 300_000_000  # bytes beyond what the process has before


def _in_a_small_room(work: Callable[..., Any], given: Any, told: Any) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    had = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (had + ROOM, had + ROOM))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    told.send(work(given))


def within_bounds(work: Callable[..., Any], given: Any) -> Any:
    """What some work returns, in a process of its own that has little memory and time."""
    processes = multiprocessing.get_context("fork")
    here, there = processes.Pipe(duplex=False)
    process = processes.Process(target=_in_a_small_room, args=(work, given, there))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return "ended by force"
    finally:
        process.join()


def mistakes(content: bytes) -> list[tuple[str, str, str | None]]:
    found = check_form(content)
    return [(one.code, one.message, one.cell) for one in found if one.level == "error"]


@pytest.mark.parametrize("name", FORMS)
def test_a_hostile_form_is_refused_or_bounded(name):
    make, codes = FORMS[name]

    found = within_bounds(mistakes, make())

    assert found != "ended by force"
    assert {code for code, _message, _cell in found} >= codes
    assert bool(found) is bool(codes)
    assert all(message.endswith(".") for _code, message, _cell in found)


def test_what_is_too_much_is_told_with_its_cell():
    make, _codes = FORMS["repeats 300 deep"]

    (found,) = check_form(make())

    assert (found.sheet, found.cell) == ("survey", "B23")
    assert "20 deep" in found.message


def outcome(told: tuple[bytes, dict[str, object]]) -> str:
    """What a form makes of answers, in a word."""
    try:
        return str(run_form(read_form(told[0]), told[1]).submission)
    except TooCostly as refused:
        return str(refused)


CROWD = [["l", f"n{n}", f"N{n}", str(n % 7)] for n in range(1_500)]
ALL = "instance('l')/root/item"
BUSY: dict[str, tuple[bytes, dict[str, object], str]] = {
    "each choice beside each": (
        written(
            ["select_one l", "a", "A", "", "", "", "", f"count({ALL}[count({ALL}[of = current()/../b]) > of]) > of"],
            choices=CROWD,
        ), {"a": "n1"}, "takes too long",
    ),
    "all choices below all": (
        written(["calculate", "a", "", "", "", f"{ALL}/of < {ALL}/of"], choices=CROWD), {}, "true",
    ),
    "repeats of repeats": (
        written(
            ["integer", "n", "How many?"],
            *(["begin repeat", f"g{n}", "G", "", "", "", "${n}"] for n in range(4)),
            ["text", "a", "A"], *[["end repeat"]] * 4,
        ), {"n": 200}, "more than 20,000 places",
    ),
    "a repeat of a billion": (
        written(
            ["integer", "n", "How many?"], ["begin repeat", "g", "G", "", "", "", "${n}"],
            ["text", "a", "A"], ["end repeat"],
        ), {"n": 999_999_999}, "more than 200 times",
    ),
    "a catastrophic pattern": (
        written(["text", "a", "A", "", "regex(., '^(((a+)+)+)+$')"]), {"a": "a" * 19_000 + "b"}, "{}",
    ),
    "catastrophic patterns": (
        written(
            ["text", "a", "A"],
            *(["calculate", f"c{n}", "", "", "", f"regex(${{a}}, '(x+x+)+y{{{n},400}}')"] for n in range(9)),
        ), {"a": "x" * 19_000}, "'c8': 'false'",
    ),
    "a text that doubles": (
        written(
            ["calculate", "c0", "", "", "", "'twice as long as before'"],
            *(["calculate", f"c{n}", "", "", "", f"concat(${{c{n - 1}}}, ${{c{n - 1}}})"] for n in range(1, 60)),
        ), {}, "too long",
    ),
    "many long texts": (
        written(
            ["text", "a", "A"],
            *(["calculate", f"c{n}", "", "", "", f"concat(${{a}}, ${{a}}, ${{a}}, '{n}')"] for n in range(900)),
        ), {"a": "x" * 19_000}, "takes too long",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BUSY)
def test_a_form_that_is_busy_with_its_answers_is_stopped(name):
    content, answers, says = BUSY[name]

    found = within_bounds(outcome, (content, answers))

    assert says in found


def test_a_number_that_leads_to_too_many_questions_needs_another_look():
    counted = publishable(
        {"type": "integer", "name": "n", "label": "How many?"},
        {"type": "begin repeat", "name": "g", "label": "Of each", "repeat_count": "${n}"},
        {"type": "text", "name": "a", "label": "What?"},
        {"type": "end repeat"},
        choices={},
    )  # fmt: skip
    journey = Journey(read_form(counted), {}, "report")

    cleaned, problems = journey.check(journey.page("n"), {"n": "999999999"})

    assert cleaned == {}
    assert problems == {"n": Problem(Trouble.TOO_MUCH)}
