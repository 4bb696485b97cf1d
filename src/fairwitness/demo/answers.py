"""What invented members answer and tell, through the real pages. Fixed, so that each demo is alike."""

from dataclasses import dataclass
from datetime import date

from fairwitness.demo.people import ARABIC_EVERY, letters, link_in
from fairwitness.demo.visitor import Typed, Visitor
from fairwitness.outreach.actions import leave
from fairwitness.vault.receipt import ReceiptCode

ANSWERS, PASSED_ON, LEAVING = 60, 6, 7
ABOUT = (
    ["nothing_happened"] * 36
    + ["happened_to_me"] * 14
    + ["saw_or_heard"] * 6
    + ["help_somebody"] * 2
    + ["rather_not"] * 2
)
HOW_MANY = ["one", "one", "two_or_three", "one", "four_to_ten", "one", "two_or_three"]
AGES = [
    "25_to_39",
    "40_to_59",
    "18_to_24",
    "60_to_74",
    "40_to_59",
    "25_to_39",
    "75_or_over",
]
AREAS = ["lowmoor", "eastend", "lowmoor", "quayside", "eastend", "northgate"]
MONTHS = ["03", "05", "09", "03", "06", "10", "05", "09", "07", "10", "09"]
TYPES = [
    "words",
    "worse_treatment",
    "exclusion",
    "words",
    "threat",
    "worse_treatment",
    "words",
]
GROUNDS = [
    ["disability"],
    ["age"],
    ["race_or_origin"],
    ["disability", "age"],
    ["sex"],
    ["language"],
    ["disability"],
    ["race_or_origin", "language"],
]
SETTINGS = [
    "meeting",
    "workplace",
    "meeting",
    "online",
    "public_office",
    "meeting",
    "workplace",
]
ACCOUNTS = (
    "At the spring meeting the chair read out the names of those who would need the lift, and "
    "people laughed. I asked for the ramp again afterwards and was told to come earlier next time.",
    "I asked for the minutes in large print three times. The last answer was that I should get "
    "somebody younger to read them to me.",
    "When I spoke, two people at the next table copied how I talk. Nobody stopped them.",
    "I was taken off the rota the week after I told them when I would be back from hospital.",
    "In the group chat somebody wrote that people like me should not be on the committee.",
    "The clerk served the person behind me first, twice, and said that it would take too long with me.",
)
SAW = (
    "I sat two rows behind. They laughed at the way she asked for the ramp, and the chair went on.",
    "He was told at the door that the meeting was full. Others who came later were let in.",
)
OTHERS = (
    "The person with the blue walking frame; I believe she is on the garden committee."
)


@dataclass(frozen=True, repr=False)
class Told:
    """A report that was sent in the demo, and its code."""

    code: ReceiptCode
    is_observer: bool

    def __repr__(self) -> str:
        return "<a report that was told>"


def answer_all() -> list[Visitor]:
    """Sixty members answer by their personal links. Returns those who were offered to tell more."""
    offered = []
    for number, letter in enumerate(letters()[:ANSWERS]):
        about = ABOUT[number]
        visitor = Visitor("ar" if number % ARABIC_EVERY == ARABIC_EVERY - 1 else "en")
        visitor.open(link_in(letter))
        visitor.send(visitor.form(action="/i/"))
        answers: dict[str, Typed] = {"about": about}
        if about in {"happened_to_me", "saw_or_heard", "help_somebody"}:
            answers["how_many"] = HOW_MANY[number % len(HOW_MANY)]
        answers["age_band"] = AGES[number % len(AGES)]
        answers["area"] = AREAS[number % len(AREAS)]
        visitor.walk(
            answers, until="/answer/thanks/" if _is_short(about) else "/answer/check/"
        )
        if not _is_short(about):
            visitor.send(visitor.form(action="/answer/check/"))
        if "how_many" in answers:
            offered.append(visitor)
    return offered


def answer_passed_on() -> None:
    """A few answer by a link that a member passed on to them."""
    link = link_in(letters()[ANSWERS + 1])
    for _each in range(PASSED_ON):
        visitor = Visitor()
        visitor.open(f"{link}/passed-on")
        visitor.send(visitor.form(asks="who"), who="passed_on")
        visitor.walk({"about": "nothing_happened"}, until="/answer/thanks/")


def leave_some(*, on: date) -> None:
    """A few do not want to be written to."""
    for letter in letters()[-LEAVING:]:
        leave(link_in(letter, "leave").rpartition("/")[2], on=on)


def _is_short(about: str) -> bool:
    """Nothing happened is two pages: the question and the thanks."""
    return about == "nothing_happened"


def tell_from_thanks(
    visitors: list[Visitor], *, year: int, start: int = 0
) -> list[Told]:
    """Some of those who were offered it tell what happened, in a fresh form."""
    told = []
    for number, visitor in enumerate(visitors, start):
        visitor.send(visitor.form(action="/tell/"))
        told.append(_tell(visitor, number, year=year))
    return told


def tell_at_open_door(count: int, *, year: int, start: int = 100) -> list[Told]:
    """Some come without an invitation, by the open form."""
    told = []
    for number in range(start, start + count):
        visitor = Visitor("ar" if number % 7 == 3 else "en")  # noqa: PLR2004 # one in seven
        visitor.open("/tell/")
        told.append(_tell(visitor, number, year=year))
    return told


def _tell(visitor: Visitor, number: int, *, year: int) -> Told:
    is_observer = number % 5 == 2  # noqa: PLR2004 # one in five
    visitor.send(visitor.form(action="/tell/"))
    visitor.walk(report_answers(number, year=year), until="/tell/check/")
    code = ReceiptCode.parse(" ".join(visitor.code_words))
    visitor.send(visitor.form(action="/tell/check/"), act="send")
    return Told(code, is_observer)


def report_answers(number: int, *, year: int) -> dict[str, Typed]:
    """What reporter number so-and-so tells; an observer in every fifth report."""
    is_observer = number % 5 == 2  # noqa: PLR2004 # one in five
    accounts = SAW if is_observer else ACCOUNTS
    answers: dict[str, Typed] = {
        "young": "no",
        "role": "saw_or_heard" if is_observer else "happened_to_me",
        "what_happened": accounts[number % len(accounts)],
        "when-month": MONTHS[number % len(MONTHS)],
        "when-year": str(year),
        "district": AREAS[number % len(AREAS)],
        "setting": SETTINGS[number % len(SETTINGS)],
        "type": [TYPES[number % len(TYPES)]],
        "grounds": GROUNDS[number % len(GROUNDS)],
        "told": ["organisation"],
        "what_came": "no_answer",
    }
    if is_observer:
        answers |= {"others_know": "yes", "others_who": OTHERS}
    return answers
