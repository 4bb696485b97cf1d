"""What a reporter does, page by page."""

import re

from fairwitness.demo import answers as demo
from fairwitness.vault.receipt import ReceiptCode
from tests.journeys.person import Person, Typed

YEAR = 2026
STORY = "The ramp was locked again, and the chair laughed when I asked for the key."
WHO_IT_WAS = "The person with the blue walking frame, from the garden committee."


def a_report(**other: Typed) -> dict[str, Typed]:
    """Everything that somebody it happened to may answer."""
    told = demo.report_answers(0, year=YEAR)
    return {**told, "what_happened": STORY, **other}


def an_observers_report() -> dict[str, Typed]:
    """The same of somebody who saw it, with what shows who it happened to."""
    told = demo.report_answers(2, year=YEAR)
    return {**told, "what_happened": STORY, "others_who": WHO_IT_WAS}


def begin(person: Person) -> None:
    """Open the form that never closes, and begin."""
    person.open("/tell/")
    person.press("Begin")


def code_on(person: Person) -> str:
    """The code that the page shows, as words."""
    shown = person.page.locator(".code").first.locator("li, span:not(.n)")
    words = [re.sub(r"[^a-z]", "", one) for one in shown.all_text_contents()]
    return " ".join(words)


def digits_on(person: Person) -> str:
    """The same code as digits, once it is shown as numbers."""
    person.unfold("Show as numbers")
    shown = person.page.locator("details[open] ol.code li")
    fives = [one.split()[-1] for one in shown.all_inner_texts()]
    return " ".join(fives)


def tell(person: Person, answers: dict[str, Typed]) -> ReceiptCode:
    """Tell it all, look it over, and send it; one ends at the receipt."""
    begin(person)
    person.walk(answers, until="/tell/check/")
    code = code_on(person)
    person.press("Send my report")
    return ReceiptCode.parse(code)


def leave_the_rest_for_later(person: Person) -> None:
    """From the receipt to one's own page, without answering what can wait."""
    person.press("I have it, go on")
    while "/report/who/" in person.at:
        person.press("No, not now")
    person.follow("No letter: I look here with my code")
    person.follow("These questions can wait")


def come_back(person: Person, code: str) -> None:
    """Type a code on the page that asks for it."""
    person.open("/report/")
    person.write("Your code", code)
    person.press("Continue")
